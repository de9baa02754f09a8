// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "store/values.h"

#include <QAbstractTableModel>

#include <map>
#include <vector>

namespace strata {

/// The checkpoints as a table: raw numbers under SortRole, words under the display role.
class CheckpointModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Family, Seed, Step, Revision, Format, NumberType, Shape, Size, Hash, Folder, ColumnCount };
    static constexpr int SortRole = Qt::UserRole, IdRole = Qt::UserRole + 1;
    using QAbstractTableModel::QAbstractTableModel;

    /// @return whether these are other checkpoints than before; where and what is selected stays otherwise
    /// @param gone why some are no longer on disk, by id
    bool setSnapshot(std::vector<CheckpointRow> rows, std::map<std::int64_t, std::string> gone);
    /// Whether some come from a Hugging Face cache: else the column of revisions is empty.
    bool hasRevisions() const;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<CheckpointRow> m_rows;
    std::map<std::int64_t, std::string> m_gone;
};

}  // namespace strata
