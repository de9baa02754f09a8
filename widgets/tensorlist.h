// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/inspection.h"

#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QWidget>

namespace strata {

class Notice;
class TensorModel;

/// The tensors of the inspected checkpoint: how many, a search where there are many, and the table. GUI
/// thread.
class TensorList : public QWidget {
    Q_OBJECT
  public:
    explicit TensorList(QWidget* parent);
    /// The height stays meanwhile, so that nothing jumps.
    void setReading();
    /// Nothing to list, and why; empty words show nothing at all.
    void setProblem(const QString& problem);
    void setTensors(const std::vector<TensorRow>& tensors);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void search();
    void fit();

    TensorModel* m_model;
    QSortFilterProxyModel* m_proxy;
    Notice* m_problem;
    QLabel* m_count;
    QLineEdit* m_search;
    QTableView* m_table;
};

}  // namespace strata
