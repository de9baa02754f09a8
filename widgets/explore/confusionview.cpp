// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/confusionview.h"

#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QStyle>

#include <algorithm>

namespace strata {
namespace {

constexpr int kHeaderPadding = 10;  // of a header's section, both sides, with the style sheet's
constexpr int kCellPadding = 8;

/// A label's width, up to a bound; longer ones end in an ellipsis and are whole in their tooltip.
int widthOf(const QString& label, const QFontMetrics& metrics) {
    return std::min(metrics.horizontalAdvance(label),
                    metrics.horizontalAdvance(QStringLiteral("MMMMMMMMMM"))) +
           kHeaderPadding;
}

}  // namespace

ConfusionView::ConfusionView(Rows rows, QWidget* parent) : QTableView(parent), m_rows(rows) {
    setAccessibleName(tr("Confusion matrix, gold labels as rows"));
    setShowGrid(false);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    for (QHeaderView* header : {horizontalHeader(), verticalHeader()}) {
        header->setTextElideMode(Qt::ElideRight);
        header->setDefaultAlignment(Qt::AlignCenter);
        header->setMinimumSectionSize(12);
    }
    if (m_rows == Rows::Low) {
        QFont small = font();
        small.setPointSizeF(small.pointSizeF() * 0.87);
        setFont(small);
        horizontalHeader()->setFont(small);
        verticalHeader()->setFont(small);
    }
    // The window's headers are broader than a matrix of many labels has room for, and would cut the letters'
    // feet off.
    horizontalHeader()->setStyleSheet(
        QStringLiteral("QHeaderView::section { padding: 4px 3px; font-weight: 400; }"));
    verticalHeader()->setStyleSheet(
        QStringLiteral("QHeaderView::section { padding: 0px 3px; font-weight: 400; }"));
    setCornerButtonEnabled(false);
}

void ConfusionView::setModel(QAbstractItemModel* model) {
    QTableView::setModel(model);
    // Walking over the heatmap fills the model anew each time: the cursor stays where it was.
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        m_cursor = {currentIndex().row(), currentIndex().column()};
    });
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        fit();
        if (m_cursor.first >= 0) setCurrentIndex(this->model()->index(m_cursor.first, m_cursor.second));
    });
    fit();
}

int ConfusionView::neededWidth(int column) const {
    int needed =
        widthOf(model()->headerData(column, Qt::Horizontal).toString(), horizontalHeader()->fontMetrics());
    for (int row = 0; row < model()->rowCount(); ++row)
        needed =
            std::max(needed, fontMetrics().horizontalAdvance(model()->index(row, column).data().toString()) +
                                 kCellPadding);
    return needed;
}

int ConfusionView::namesWidth() const {
    int widest = 0;
    for (int row = 0; row < model()->rowCount(); ++row)
        widest = std::max(widest, widthOf(model()->headerData(row, Qt::Vertical).toString(),
                                          verticalHeader()->fontMetrics()));
    return widest;
}

QSize ConfusionView::wholeSize() const {
    if (!model()) return {};
    int width = namesWidth();
    for (int column = 0; column < model()->columnCount(); ++column)
        width += neededWidth(column);
    const int frame = 2 * frameWidth() + 2;
    return {width + frame, horizontalHeader()->sizeHint().height() + model()->rowCount() * lowRow() + frame};
}

void ConfusionView::fit() {
    if (!model()) return;
    const int columns = model()->columnCount(), rows = model()->rowCount();
    if (columns == 0) return;
    verticalHeader()->setFixedWidth(namesWidth());
    std::vector<int> widths;
    int total = 0;
    for (int column = 0; column < columns; ++column) {
        widths.push_back(neededWidth(column));
        total += widths.back();
    }
    const int low = lowRow(), headerHeight = horizontalHeader()->sizeHint().height();
    const int roomDown = height() - 2 * frameWidth() - headerHeight;
    const int rowHeight = m_rows == Rows::Filling ? std::clamp(roomDown / rows, low, 3 * low) : low;
    // A scroll bar comes and goes with the rows; what is shared out must not make the other one come.
    const bool isScrolled = rowHeight * rows > roomDown;
    const int room = width() - 2 * frameWidth() - namesWidth() -
                     (isScrolled ? style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, this) : 0);
    const int left = std::max(0, room - total);
    for (int column = 0; column < columns; ++column)
        horizontalHeader()->resizeSection(column, widths[static_cast<std::size_t>(column)] +
                                                      left * (column + 1) / columns -
                                                      left * column / columns);
    for (int row = 0; row < rows; ++row)
        verticalHeader()->resizeSection(row, rowHeight);
}

void ConfusionView::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    fit();
}

void ConfusionView::changeEvent(QEvent* event) {
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) fit();
}

void ConfusionView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        Q_EMIT openRequested();
    else
        QTableView::keyPressEvent(event);
}

void ConfusionView::mouseDoubleClickEvent(QMouseEvent*) {
    Q_EMIT openRequested();
}

}  // namespace strata
