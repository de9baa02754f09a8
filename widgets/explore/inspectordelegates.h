// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"

#include <QStyledItemDelegate>

#include <utility>

namespace strata {

/// A label with its F1 as a bar in the heatmap's colours, the number, and how many gold targets there are.
class LabelDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void setColours(const QString& colourMap, double low, double high);
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  private:
    QString m_colourMap = QStringLiteral("Cividis");
    double m_low = 0, m_high = 1;
};

/// A sentence on a card with its span boxed, the gold label above in green and, where wrong, what was said in
/// red. Long sentences are cut around the span; right-to-left text runs right to left.
class ExampleDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// The words [first, last) to show of a sentence so that, with the words' given widths, the target and as
/// much as possible around it fit; always at least the target's words.
std::pair<std::size_t, std::size_t> wordsAround(const std::vector<double>& widths, std::size_t targetBegin,
                                                std::size_t targetEnd, double room);

}  // namespace strata
