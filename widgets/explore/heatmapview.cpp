// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/heatmapview.h"

#include "widgets/plots/labels.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

/// The same layer and step in another heatmap.
std::optional<CellIndex> found(const Heatmap& from, CellIndex index, const Heatmap& in) {
    const auto layer = std::find(in.layers.begin(), in.layers.end(), from.layers[index.layer]);
    if (layer == in.layers.end()) return std::nullopt;
    const auto seedOf = [](const Heatmap& heatmap, std::size_t step) {
        return step < heatmap.seeds.size() ? std::optional(heatmap.seeds[step]) : std::nullopt;
    };
    std::optional<std::size_t> step;
    for (std::size_t i = 0; i < in.steps.size(); ++i) {
        if (in.steps[i] != from.steps[index.step]) continue;
        if (!step) step = i;
        if (seedOf(in, i) == seedOf(from, index.step)) step = i;
    }
    if (!step) return std::nullopt;
    return CellIndex{static_cast<std::size_t>(layer - in.layers.begin()), *step};
}

/// Where a reader looks first: the best number. Of a loss that is the lowest.
std::optional<CellIndex> firstChoice(const Heatmap& heatmap) {
    std::optional<CellIndex> best;
    const double sign = heatmap.query.metric == "loss" ? -1 : 1;
    for (std::size_t layer = 0; layer < heatmap.layers.size(); ++layer)
        for (std::size_t step = 0; step < heatmap.steps.size(); ++step) {
            const HeatmapCell& cell = heatmap.at(layer, step);
            if (!cell.isMeasured() || heatmap.layers[layer] == "mix") continue;
            if (!best || sign * cell.value > sign * heatmap.at(best->layer, best->step).value)
                best = CellIndex{layer, step};
        }
    if (!best && !heatmap.cells.empty()) best = CellIndex{0, 0};
    return best;
}

}  // namespace

HeatmapView::HeatmapView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("heatmapView"));
    setAccessibleName(tr("Heatmap of layer by training step"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setToolTip(
        tr("Click a cell or walk with the arrow keys.\nEnter opens the sentences, Space pins a cell "
           "to compare with, E exports.\nDrag the ends of the colour bar to change the range."));
}

void HeatmapView::setHeatmap(std::shared_ptr<const Heatmap> heatmap) {
    const auto before = m_heatmap;
    const auto selectedBefore = m_selected;
    m_heatmap = std::move(heatmap);
    const auto moved = [&](const std::optional<CellIndex>& index) -> std::optional<CellIndex> {
        return index && before && m_heatmap ? found(*before, *index, *m_heatmap) : std::nullopt;
    };
    m_selected = moved(m_selected);
    const auto pinnedBefore = m_pinned;
    m_pinned = moved(m_pinned);
    if (!m_selected && m_heatmap) m_selected = firstChoice(*m_heatmap);
    if (m_heatmap) setAccessibleName(tr("Heatmap: %1").arg(QString::fromStdString(m_heatmap->title)));
    setAccessibleDescription(m_selected ? cellText(*m_selected) : QString());
    measure();
    layOut();
    if (m_pinned != pinnedBefore) Q_EMIT pinChanged();
    // New numbers may stand in the same cell: the inspector has to look again.
    if (m_selected || selectedBefore) Q_EMIT selectionChanged();
}

void HeatmapView::setMarks(const CellMarks& marks) {
    if (m_marks == marks) return;
    m_marks = marks;
    update();
}

void HeatmapView::setColourMap(const QString& name) {
    m_colourMap = name;
    update();
}

void HeatmapView::setStepScale(StepScale scale) {
    m_scale = scale;
    layOut();
}

void HeatmapView::setRange(std::optional<std::pair<double, double>> range) {
    if (m_range == range) return;
    m_range = range;
    update();
    Q_EMIT rangeChanged();
}

/// The range of the numbers, once for every heatmap: painting asks for it at each point of a profile.
void HeatmapView::measure() {
    m_dataRange = {0, 1};
    m_hasOneNumber = false;
    if (!m_heatmap || !m_heatmap->hasNumbers()) return;
    std::optional<double> number;
    m_hasOneNumber =
        std::all_of(m_heatmap->cells.begin(), m_heatmap->cells.end(), [&](const HeatmapCell& cell) {
            if (!cell.isMeasured()) return true;
            if (!number) number = cell.value;
            return std::abs(*number - cell.value) <= 1e-9;
        });
    if (!m_hasOneNumber)
        m_dataRange = rangeOf(FigureDescription{}, *m_heatmap);
    else if (isSpread() || !isShownAsPercent(m_heatmap->query.metric))
        m_dataRange = {std::min(0.0, 2 * *number), std::max(2 * *number, 0.01)};
    // Otherwise the whole scale says how good a single number is, which has no range of its own.
}

std::pair<double, double> HeatmapView::range() const {
    return m_range.value_or(m_dataRange);
}

void HeatmapView::select(CellIndex index) {
    if (!m_heatmap || index.layer >= m_heatmap->layers.size() || index.step >= m_heatmap->steps.size())
        return;
    if (m_selected == index) return;
    m_selected = index;
    setAccessibleDescription(cellText(index));
    QAccessibleEvent news(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&news);
    update();
    Q_EMIT selectionChanged();
}

void HeatmapView::setPinned(std::optional<CellIndex> index) {
    if (m_pinned == index) return;
    m_pinned = index;
    update();
    Q_EMIT pinChanged();
}

bool HeatmapView::isSpread() const {
    return m_heatmap && m_heatmap->query.seeds == HeatmapQuery::Seeds::Spread;
}

bool HeatmapView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && m_heatmap) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const auto index = m_parts.grid.at(help->pos())) {
            // Below and beside the cell, not on the ones that are being compared with it.
            QToolTip::showText(help->globalPos() + QPoint(12, 12), cellTip(*index), this,
                               m_parts.grid.cell(*index).toAlignedRect());
            return true;
        }
        // Elsewhere on the map's frame a text about it would only be in the way.
        if (!m_parts.bar.adjusted(-6, -6, 6, 10).contains(help->pos()) && !m_parts.grid.area().isEmpty()) {
            QToolTip::hideText();
            return true;
        }
    }
    return QWidget::event(event);
}

void HeatmapView::resizeEvent(QResizeEvent*) {
    layOut();
}
void HeatmapView::leaveEvent(QEvent*) {
    m_mouse.reset();
    m_hovered.reset();
    update();
}
void HeatmapView::focusInEvent(QFocusEvent*) {
    update();
}
void HeatmapView::focusOutEvent(QFocusEvent*) {
    update();
}
void HeatmapView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) layOut();
    QWidget::changeEvent(event);
}

void HeatmapView::mousePressEvent(QMouseEvent* event) {
    if (!m_heatmap || event->button() != Qt::LeftButton) return;
    if (m_parts.bar.adjusted(-6, -4, 6, 8).contains(event->position())) {
        const auto [low, high] = range();
        const double x = event->position().x();
        const auto whole = m_dataRange;
        const auto place = [&](double value) {
            return m_parts.bar.left() +
                   std::clamp(colourPosition(value, whole.first, whole.second), 0.0, 1.0) *
                       m_parts.bar.width();
        };
        m_dragged = std::abs(x - place(low)) <= std::abs(x - place(high)) ? BarEnd::Low : BarEnd::High;
        return;
    }
    if (const auto index = m_parts.grid.at(event->position())) select(*index);
}

void HeatmapView::mouseMoveEvent(QMouseEvent* event) {
    if (!m_heatmap) return;
    if (m_dragged != BarEnd::None) {
        moveRangeEnd(m_dragged, (event->position().x() - m_parts.bar.left()) / m_parts.bar.width());
        return;
    }
    m_mouse = event->position();
    const auto index = m_parts.grid.at(event->position());
    setCursor(m_parts.bar.adjusted(-6, -4, 6, 8).contains(event->position()) ? Qt::SplitHCursor
                                                                             : Qt::ArrowCursor);
    if (event->buttons() & Qt::LeftButton && index) select(*index);
    if (index == m_hovered) return;
    m_hovered = index;
    update();
}

void HeatmapView::mouseReleaseEvent(QMouseEvent*) {
    m_dragged = BarEnd::None;
}

void HeatmapView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (!m_heatmap) return;
    if (m_parts.bar.adjusted(-6, -4, 6, 8).contains(event->position()))
        setRange(std::nullopt);
    else if (m_parts.grid.at(event->position()))
        Q_EMIT cellActivated();
}

void HeatmapView::moveRangeEnd(BarEnd end, double position) {
    const auto [dataLow, dataHigh] = m_dataRange;
    auto [low, high] = range();
    const double value = dataLow + std::clamp(position, 0.0, 1.0) * (dataHigh - dataLow);
    const double smallest = (dataHigh - dataLow) / 50;
    if (end == BarEnd::Low)
        low = std::min(value, high - smallest);
    else
        high = std::max(value, low + smallest);
    setRange(std::pair(low, high));
}

void HeatmapView::nudgeRange(BarEnd end, int direction) {
    const auto [dataLow, dataHigh] = m_dataRange;
    const auto [low, high] = range();
    moveRangeEnd(end, colourPosition(end == BarEnd::Low ? low : high, dataLow, dataHigh) + direction * 0.05);
}

void HeatmapView::walk(int layers, int steps) {
    const auto rows = m_parts.grid.rowsUpward();
    if (rows.empty() || m_heatmap->steps.empty()) return;
    // A mouse that merely lies on the map does not hold crosshair and profiles back.
    m_mouse.reset();
    m_hovered.reset();
    update();
    const CellIndex from = m_selected.value_or(CellIndex{rows.front(), 0});
    const auto row = std::find(rows.begin(), rows.end(), from.layer) - rows.begin();
    const auto newRow = std::clamp<std::ptrdiff_t>(row + layers, 0, std::ssize(rows) - 1);
    const auto newStep = std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(from.step) + steps, 0,
                                                    std::ssize(m_heatmap->steps) - 1);
    select({rows[static_cast<std::size_t>(newRow)], static_cast<std::size_t>(newStep)});
}

void HeatmapView::keyPressEvent(QKeyEvent* event) {
    constexpr int kFar = 1 << 20;
    if (!m_heatmap) return QWidget::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Up:
            return walk(1, 0);
        case Qt::Key_Down:
            return walk(-1, 0);
        case Qt::Key_Left:
            return walk(0, -1);
        case Qt::Key_Right:
            return walk(0, 1);
        case Qt::Key_Home:
            return walk(0, -kFar);
        case Qt::Key_End:
            return walk(0, kFar);
        case Qt::Key_PageUp:
            return walk(kFar, 0);
        case Qt::Key_PageDown:
            return walk(-kFar, 0);
        case Qt::Key_Return:
        case Qt::Key_Enter:
            Q_EMIT cellActivated();
            return;
        case Qt::Key_Space:
            return setPinned(m_pinned == m_selected ? std::nullopt : m_selected);
        case Qt::Key_Escape:
            if (m_pinned) return setPinned(std::nullopt);
            break;
        case Qt::Key_E:
            if (event->modifiers() == Qt::NoModifier) {
                Q_EMIT exportRequested();
                return;
            }
            break;
        case Qt::Key_R:
            if (event->modifiers() == Qt::NoModifier) return setRange(std::nullopt);
            break;
        case Qt::Key_BracketLeft:
            return nudgeRange(BarEnd::Low, -1);
        case Qt::Key_BracketRight:
            return nudgeRange(BarEnd::Low, 1);
        case Qt::Key_BraceLeft:
            return nudgeRange(BarEnd::High, -1);
        case Qt::Key_BraceRight:
            return nudgeRange(BarEnd::High, 1);
        default:
            break;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace strata
