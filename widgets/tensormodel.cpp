// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/tensormodel.h"

#include "widgets/pieces.h"

namespace strata {

namespace {

QString shapeWords(const std::vector<std::int64_t>& shape) {
    if (shape.empty()) return TensorModel::tr("one number");
    QStringList sizes;
    for (const std::int64_t size : shape)
        sizes << QString::number(size);
    return sizes.join(QStringLiteral(" × "));
}

/// What Hugging Face's names of number types mean.
QString typeWords(const std::string& dtype) {
    if (dtype == "BF16") return TensorModel::tr("bfloat16: 16 bits with the range of 32");
    if (dtype == "BOOL") return TensorModel::tr("true or false");
    const QString bits = QString::fromStdString(dtype).mid(1);
    switch (dtype.empty() ? ' ' : dtype.front()) {
        case 'F':
            return TensorModel::tr("floating point of %1 bits").arg(bits);
        case 'I':
            return TensorModel::tr("whole numbers of %1 bits").arg(bits);
        case 'U':
            return TensorModel::tr("whole numbers of %1 bits, none below 0").arg(bits);
        default:
            return {};
    }
}

}  // namespace

qint64 numberCount(const std::vector<std::int64_t>& shape) {
    qint64 count = 1;
    for (const std::int64_t size : shape)
        count *= size;
    return count;
}

void TensorModel::setTensors(std::vector<TensorRow> tensors) {
    beginResetModel();
    m_tensors = std::move(tensors);
    endResetModel();
}

int TensorModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_tensors.size());
}

int TensorModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TensorModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case Name:
            return tr("Tensor");
        case Shape:
            return tr("Shape");
        case NumberType:
            return tr("Numbers");
        case File:
            return tr("File");
        default:
            return {};
    }
}

QVariant TensorModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const TensorRow& row = m_tensors[static_cast<std::size_t>(index.row())];
    const QString name = QString::fromStdString(row.name), shape = shapeWords(row.shape),
                  type = QString::fromStdString(row.dtype);
    if (role == SearchRole)
        return QStringList{name, shape, type, QString::fromStdString(row.file)}.join(QLatin1Char(' '));
    if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole)
        return tr("%1: %2, %3 numbers, %4, in %5")
            .arg(name, shape, countText(numberCount(row.shape)), typeWords(row.dtype),
                 QString::fromStdString(row.file));
    if (role != Qt::DisplayRole && role != SortRole) return {};
    switch (index.column()) {
        case Name:  // as it comes: sorted with layer 2 before layer 10
            return role == SortRole ? QVariant(index.row()) : QVariant(name);
        case Shape:
            return role == SortRole ? QVariant(numberCount(row.shape)) : QVariant(shape);
        case NumberType:
            return type;
        case File:
            return QString::fromStdString(row.file);
        default:
            return {};
    }
}

}  // namespace strata
