// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/flowlayout.h"

#include <QWidget>

namespace strata {

FlowLayout::FlowLayout(QWidget* parent, int horizontalGap, int verticalGap)
    : QLayout(parent), m_horizontalGap(horizontalGap), m_verticalGap(verticalGap) {
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout() {
    qDeleteAll(m_items);
}

QLayoutItem* FlowLayout::takeAt(int index) {
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const QLayoutItem* item : m_items)
        size = size.expandedTo(item->minimumSize());
    return size;
}

void FlowLayout::setGeometry(const QRect& area) {
    QLayout::setGeometry(area);
    arrange(area, true);
}

int FlowLayout::arrange(const QRect& area, bool isReal) const {
    int x = area.x(), y = area.y(), rowHeight = 0;
    QList<QLayoutItem*> row;
    const auto endRow = [&] {
        if (isReal) placeRow(row, QRect(area.x(), y, area.width(), rowHeight));
        row.clear();
    };
    for (QLayoutItem* item : m_items) {
        if (item->isEmpty()) continue;
        const QSize size = item->sizeHint();
        if (x > area.x() && x + size.width() > area.x() + area.width()) {
            endRow();
            x = area.x();
            y += rowHeight + m_verticalGap;
            rowHeight = 0;
        }
        row.append(item);
        x += size.width() + m_horizontalGap;
        rowHeight = qMax(rowHeight, size.height());
    }
    endRow();
    return y + rowHeight - area.y();
}

void FlowLayout::placeRow(const QList<QLayoutItem*>& row, const QRect& area) const {
    int spare = area.width() + m_horizontalGap;
    for (const QLayoutItem* item : row)
        spare -= item->sizeHint().width() + m_horizontalGap;
    int x = area.x();
    for (QLayoutItem* item : row) {
        QSize size = item->sizeHint();
        const int largest = item->maximumSize().width();
        if (largest < QWIDGETSIZE_MAX) {
            const int more = qBound(0, largest - size.width(), qMax(0, spare));
            size.rwidth() += more;
            spare -= more;
        }
        item->setGeometry(QRect(QPoint(x, area.y()), size));
        x += size.width() + m_horizontalGap;
    }
}

}  // namespace strata
