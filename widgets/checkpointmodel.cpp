// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/checkpointmodel.h"

#include "checkpoint/cacherevisions.h"
#include "widgets/checkpointgrid.h"
#include "widgets/pieces.h"
#include "widgets/theme.h"

#include <algorithm>

namespace strata {

namespace {

/// The commit that a row was downloaded at; empty = it comes from no Hugging Face cache.
QString revisionText(const CheckpointRow& row) {
    const std::filesystem::path folder = row.path;
    return cacheRepository(folder) ? QString::fromStdString(shortCommit(folder)) : QString();
}

}  // namespace

bool CheckpointModel::setSnapshot(std::vector<CheckpointRow> rows, std::map<std::int64_t, std::string> gone) {
    m_gone = std::move(gone);
    const bool isSame = std::equal(
        rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
        [](const CheckpointRow& a, const CheckpointRow& b) { return a.id == b.id && a.path == b.path; });
    if (isSame) {
        m_rows = std::move(rows);
        if (!m_rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return false;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    return true;
}

bool CheckpointModel::hasRevisions() const {
    return std::any_of(m_rows.begin(), m_rows.end(),
                       [](const CheckpointRow& row) { return !revisionText(row).isEmpty(); });
}

int CheckpointModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CheckpointModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant CheckpointModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Family:
            return tr("Family");
        case Seed:
            return tr("Seed");
        case Step:
            return tr("Step");
        case Revision:
            return tr("Revision");
        case Format:
            return tr("Format");
        case NumberType:
            return tr("Numbers");
        case Shape:
            return tr("Layers × hidden");
        case Size:
            return tr("Size");
        case Hash:
            return tr("Content hash");
        case Folder:
            return tr("Folder");
        default:
            return {};
    }
}

QVariant CheckpointModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= static_cast<int>(m_rows.size())) return {};
    const CheckpointRow& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == IdRole) return static_cast<qint64>(row.id);
    const auto gone = m_gone.find(row.id);
    const bool isGone = gone != m_gone.end();
    if (role == Qt::ToolTipRole) {
        const std::string& problem = isGone ? gone->second : row.problem;
        return QString::fromStdString(problem.empty() ? row.path : row.path + "\n" + problem);
    }
    if (role == Qt::ForegroundRole && isGone) return mutedText(QApplication::palette());
    if (role == Qt::FontRole && isGone && index.column() == Folder) {
        QFont font = QApplication::font();
        font.setStrikeOut(true);
        return font;
    }
    if (role != Qt::DisplayRole && role != SortRole) return {};
    const bool isRaw = role == SortRole;
    switch (index.column()) {
        case Family:
            return QString::fromStdString(
                row.family + (row.adaptedFrom.empty() ? "" : " (adapted: " + row.adaptedFrom + ")"));
        case Seed:
            return row.seed ? QVariant(*row.seed)
                            : QVariant(isRaw ? QVariant(-1) : QVariant(QStringLiteral("–")));
        case Step:
            return isRaw ? QVariant(static_cast<qint64>(row.step.value_or(-1)))
                         : QVariant(row.step ? countText(*row.step) : QStringLiteral("–"));
        case Revision:
            if (const QString revision = revisionText(row); isRaw || !revision.isEmpty()) return revision;
            return QStringLiteral("–");
        case Format:
            return isGone                ? tr("gone from disk")
                   : row.problem.empty() ? QString::fromStdString(row.format)
                                         : tr("cannot be used");
        case NumberType:
            return QString::fromStdString(row.dtype);
        case Shape:
            return isRaw ? QVariant(row.layers * 100000 + row.hidden)
                         : QVariant(QStringLiteral("%1 × %2").arg(row.layers).arg(row.hidden));
        case Size:
            return isRaw ? QVariant(static_cast<qulonglong>(row.bytes))
                         : QVariant(sizeText(static_cast<double>(row.bytes)));
        case Hash:
            return QString::fromStdString(row.contentHash.substr(0, 12));
        case Folder:
            return QString::fromStdString(row.path);
        default:
            return {};
    }
}

}  // namespace strata
