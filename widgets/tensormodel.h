// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/inspection.h"

#include <QAbstractTableModel>

#include <vector>

namespace strata {

/// The tensors of one checkpoint as a table. SortRole holds raw numbers, SearchRole all words of a row.
class TensorModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Name, Shape, NumberType, File, ColumnCount };
    static constexpr int SortRole = Qt::UserRole, SearchRole = Qt::UserRole + 1;
    using QAbstractTableModel::QAbstractTableModel;

    void setTensors(std::vector<TensorRow> tensors);
    const std::vector<TensorRow>& tensors() const { return m_tensors; }
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<TensorRow> m_tensors;
};

/// How many numbers a tensor of a shape holds; the headers' readers have bounded it.
qint64 numberCount(const std::vector<std::int64_t>& shape);

}  // namespace strata
