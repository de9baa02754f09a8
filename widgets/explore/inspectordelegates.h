// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"

#include <QStyledItemDelegate>

namespace strata {

QFont smallerFont(QFont font, bool isBold = false);

/// A label with its F1 as a bar in the heatmap's colours, the number, and how many gold targets there are. Of
/// several runs it is the mean, with the standard deviation as a whisker on the bar and in figures.
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
/// red. Long sentences are cut around the span; that of the view's current item is shown whole.
class ExampleDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// Whether the item is the current one of its view and its sentence too long for one line.
    static bool isUnfolded(const QStyleOptionViewItem& option, const QModelIndex& index);
};

}  // namespace strata
