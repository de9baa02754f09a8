// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QDialog>
#include <QLabel>

namespace strata {

class ConfusionModel;
class ConfusionView;

/// The confusion matrix of the inspector in a window of its own, beside the main one and as large as it needs
/// to be; the cell under the cursor in words below it. Follows the inspector. Deletes itself when closed.
class ConfusionWindow : public QDialog {
    Q_OBJECT
  public:
    ConfusionWindow(ConfusionModel* model, QWidget* parent);
    /// @param title of the heatmap's cell @param origin "sum of 3 runs"; empty for one
    void setHeading(const QString& title, const QString& origin);

  private:
    void showCell();

    QLabel *m_title, *m_origin, *m_cell;
    ConfusionView* m_view;
};

}  // namespace strata
