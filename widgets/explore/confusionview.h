// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QTableView>

#include <utility>

namespace strata {

/// A confusion matrix as a table that takes the room it has: each column is as wide as its label and counts
/// need, and what is left is shared by all. Shows a ConfusionModel, owned by whoever made it.
class ConfusionView : public QTableView {
    Q_OBJECT
  public:
    enum class Rows { Low, Filling };  ///< Filling: rows, too, share the room that is left
    ConfusionView(Rows rows, QWidget* parent);

    void setModel(QAbstractItemModel* model) override;
    /// The size at which no label or count is cut and nothing needs to be scrolled to.
    QSize wholeSize() const;

  Q_SIGNALS:
    void openRequested();  ///< by a double click or Enter

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

  private:
    void fit();
    int neededWidth(int column) const;
    int namesWidth() const;  ///< of the gold labels' column
    int lowRow() const { return fontMetrics().height() + 6; }

    Rows m_rows;
    std::pair<int, int> m_cursor{-1, -1};
};

}  // namespace strata
