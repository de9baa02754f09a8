// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"

#include <QAbstractListModel>
#include <QAbstractTableModel>
#include <QColor>

namespace strata {

/// The labels of a cell, worst first. Display: "NOUN"; accessible text: "NOUN: F1 91.0 ± 0.4, precision 92.1
/// ± 0.3, recall 90.0 ± 0.6, 4,209 gold targets, mean of 4 runs".
class LabelModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { ScoreRole = Qt::UserRole + 1, SpreadRole, CountRole, SortRole };
    using QAbstractListModel::QAbstractListModel;
    void setLabels(std::vector<LabelScore> labels);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    const std::vector<LabelScore>& labels() const { return m_labels; }
    bool hasSpread() const;

  private:
    QString textOf(const LabelScore& label) const;

    std::vector<LabelScore> m_labels;
};

/// Gold by predicted label, counts. The shade of a cell is its share of the gold label's row.
class ConfusionModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    using QAbstractTableModel::QAbstractTableModel;
    void setConfusion(std::vector<std::string> labels, std::vector<std::vector<std::int64_t>> counts);
    /// Colours of right and wrong cells; a share of 0 is `page`.
    void setColours(const QColor& page, const QColor& right, const QColor& wrong);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    double share(int row, int column) const;

    std::vector<std::string> m_labels;
    std::vector<std::vector<std::int64_t>> m_counts;
    QColor m_page{Qt::white}, m_right{Qt::darkGreen}, m_wrong{Qt::darkRed};
};

/// The examples of a cell. Display: the sentence; accessible text says gold, predicted and probability, too.
class ExampleModel : public QAbstractListModel {
    Q_OBJECT
  public:
    using QAbstractListModel::QAbstractListModel;
    /// The same ones again leave the model as it is, and so the views' place in it.
    void setExamples(std::vector<Example> examples);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    const Example& example(int row) const { return m_examples[static_cast<std::size_t>(row)]; }

  private:
    std::vector<Example> m_examples;
};

/// Words as running text: spaces between them, but none between CJK characters.
struct RunningText {
    QString text;
    std::vector<std::pair<int, int>> wordRanges;  ///< begin and end of each word, in UTF-16 units
};
/// What was said of an example: by this cell where it is wrong, and by both cells where one is compared with.
struct Verdicts {
    QString here, there;  ///< "said NOUN", or "here NOUN" and "there VERB"; may be empty
    bool isHereRight = false, isThereRight = false;
};
Verdicts verdictsOf(const Example& example);
RunningText runningText(const std::vector<std::string>& words, std::size_t begin, std::size_t end);

}  // namespace strata
