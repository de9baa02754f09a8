// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/plots/colourmap.h"
#include "widgets/plots/heatmapgrid.h"
#include "widgets/plots/labels.h"

#include <QLineF>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

/// One size of numbers for the whole heatmap, and the columns that are wide enough for it: numbers smaller
/// than three quarters of the figure's letters are not read by anybody.
struct FittingNumbers {
    double scale = 0;
    std::vector<bool> isFitting;  ///< by column
};

FittingNumbers numbersThatFit(const HeatmapGrid& grid, const Heatmap& heatmap, const PlotText& text) {
    constexpr double kSmallest = 0.75;
    const double byHeight = std::min(1.0, grid.rowHeight() * 0.62 / text.lineHeight());
    FittingNumbers numbers;
    numbers.isFitting.assign(heatmap.steps.size(), false);
    if (byHeight < kSmallest) return numbers;
    numbers.scale = byHeight;
    for (std::size_t step = 0; step < heatmap.steps.size(); ++step) {
        double widest = 0;
        for (std::size_t layer = 0; layer < heatmap.layers.size(); ++layer)
            if (const HeatmapCell& cell = heatmap.at(layer, step); cell.isMeasured() && grid.isShown(layer))
                widest = std::max(widest, text.width(valueText(cell.value, heatmap.query.metric)));
        const double room = (grid.columnWidth(step) - 2 * std::max(0.0, grid.gap())) * 0.9;
        if (widest <= 0 || room < widest * kSmallest) continue;
        numbers.isFitting[step] = true;
        numbers.scale = std::min(numbers.scale, room / widest);
    }
    return numbers;
}

/// Where a mark stands beside a number: the upper right corner for a failed run, the lower right for one that
/// is going on.
QRectF cornerOf(const QRectF& cell, bool isUpper) {
    const double height = std::clamp(std::min(cell.width(), cell.height()) * 0.3, 2.0, 9.0);
    const double width =
        isUpper ? height : std::min(height * 1.7, cell.width() * 0.5);  // three dots in a row
    const double inset = std::min(2.0, cell.width() * 0.05);
    return {cell.right() - width - inset, isUpper ? cell.top() + inset : cell.bottom() - height - inset,
            width, height};
}

/// A mark on top of a number or its colour: on a plate of its own, so that it shows on every colour.
void paintCornerMark(QPainter& painter, const QRectF& corner, const QColor& plate) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(plate);
    painter.drawRoundedRect(corner.adjusted(-1, -1, 1, 1), 2, 2);
    painter.setBrush(Qt::NoBrush);
}

}  // namespace

void paintFailedMark(QPainter& painter, const QRectF& area, const QColor& colour) {
    const double arm = std::min({area.width(), area.height(), 11.0}) * 0.45;
    const QPointF centre = area.center();
    painter.setPen(QPen(colour, std::max(0.8, arm * 0.35), Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(centre + QPointF(-arm, -arm), centre + QPointF(arm, arm));
    painter.drawLine(centre + QPointF(-arm, arm), centre + QPointF(arm, -arm));
}

void paintRunningMark(QPainter& painter, const QRectF& area, const QColor& colour) {
    const double radius = std::min({area.width() * 0.13, area.height() * 0.3, 3.0});
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    for (int i = -1; i <= 1; ++i)
        painter.drawEllipse(area.center() + QPointF(i * 2.9 * radius, 0), radius, radius);
    painter.setBrush(Qt::NoBrush);
}

void paintHatch(QPainter& painter, const QRectF& area, const QColor& colour, double spacing) {
    painter.setPen(QPen(colour, std::max(0.3, spacing * 0.13)));
    // Lines x + y = c, cut to the rectangle by hand: a clip would become a path of its own in every file.
    const double first = area.left() + area.top();
    const double last = area.right() + area.bottom();
    for (double c = std::ceil(first / spacing) * spacing; c < last; c += spacing) {
        const double x1 = std::max(area.left(), c - area.bottom());
        const double x2 = std::min(area.right(), c - area.top());
        if (x2 > x1) painter.drawLine(QLineF(x1, c - x1, x2, c - x2));
    }
}

void paintCells(QPainter& painter, const HeatmapGrid& grid, const Heatmap& heatmap, const CellStyle& style,
                const PlotText& numbers, const CellMarks& marks) {
    const FittingNumbers shown =
        style.showNumbers ? numbersThatFit(grid, heatmap, numbers) : FittingNumbers{};
    const PlotText fitting = shown.scale > 0 ? numbers.scaledBy(shown.scale) : numbers;
    const double spacing = std::clamp(std::min(grid.narrowestColumn(), grid.rowHeight()) / 5, 2.2, 6.0);
    painter.save();
    for (std::size_t layer = 0; layer < heatmap.layers.size(); ++layer) {
        if (!grid.isShown(layer)) continue;
        for (std::size_t step = 0; step < heatmap.steps.size(); ++step) {
            const CellIndex index{layer, step};
            const HeatmapCell& cell = heatmap.at(layer, step);
            const QRectF area = grid.cell(index);
            const bool isMeasured = cell.isMeasured();
            const QColor fill = isMeasured ? cellColour(style, cell.value) : style.blank;
            QPainterPath path;
            path.addRoundedRect(area, style.cornerRadius, style.cornerRadius);
            // Small cells lie edge to edge: on a pixel grid only whole pixels leave no seams.
            painter.setRenderHint(QPainter::Antialiasing, grid.gap() > 0);
            painter.fillPath(path, fill);
            painter.setRenderHint(QPainter::Antialiasing);
            const bool isFailed = marks.failed.contains(index), isRunning = marks.running.contains(index);
            if (isMeasured) {
                if (style.showNumbers && shown.isFitting[step]) {
                    painter.setPen(textColourOn(fill));
                    fitting.draw(painter, area, Qt::AlignCenter, valueText(cell.value, heatmap.query.metric));
                }
                for (const bool isUpper : {true, false}) {
                    if (!(isUpper ? isFailed : isRunning)) continue;
                    const QRectF corner = cornerOf(area, isUpper);
                    paintCornerMark(painter, corner, style.blank);
                    isUpper ? paintFailedMark(painter, corner, style.failed)
                            : paintRunningMark(painter, corner, style.running);
                }
                continue;
            }
            if (isRunning) painter.fillPath(path, blend(style.blank, style.running, 0.14));
            if (!isRunning || isFailed)
                paintHatch(painter, area, isFailed ? blend(style.blank, style.failed, 0.35) : style.hatch,
                           spacing);
            const QRectF sign(area.center().x() - std::min(area.width(), 24.0) / 2,
                              area.center().y() - std::min(area.height(), 24.0) / 2,
                              std::min(area.width(), 24.0), std::min(area.height(), 24.0));
            if (isFailed) paintFailedMark(painter, sign, style.failed);
            if (isRunning) paintRunningMark(painter, isFailed ? cornerOf(area, false) : sign, style.running);
        }
    }
    painter.restore();
}

namespace {

/// The step names of one group of columns. None runs past the group's ends, and none touches another: a
/// label that would touch the one before it, or the last, is dropped.
void paintStepLabels(QPainter& painter, const HeatmapGrid& grid, const Heatmap& heatmap, const PlotText& text,
                     double distance, const std::pair<std::size_t, std::size_t>& group) {
    const auto [first, last] = group;
    const std::size_t count = last - first + 1;
    const std::size_t someRow = grid.rowsUpward().empty() ? 0 : grid.rowsUpward().front();
    const auto columnOf = [&](std::size_t step) { return grid.cell({someRow, step}); };
    const double left = columnOf(first).left(), right = columnOf(last).right();
    double broadest = 0, narrowest = right - left;
    for (std::size_t step = first; step <= last; ++step) {
        broadest = std::max(broadest, text.width(stepLabel(heatmap.steps[step])));
        narrowest = std::min(narrowest, grid.columnWidth(step));
    }
    const double pitch = (right - left) / static_cast<double>(count);
    const double air = text.size() * 0.7;
    const bool isEven = narrowest > pitch * 0.95;
    struct Label {
        QString name;
        double left, right;
    };
    const auto labelOf = [&](std::size_t step) {
        const QString name = stepLabel(heatmap.steps[step]);
        const double half = text.width(name) / 2;
        const double low = left + half, high = std::max(low, right - half);
        const double centre = std::clamp(columnOf(step).center().x(), low, high);
        return Label{name, centre - half, centre + half};
    };
    const auto chosen = thinnedLabels(count, isEven ? pitch : 1e9, broadest + air);
    // The last one says how far the steps go: it comes before the one beside it.
    const std::size_t end = chosen.empty() ? first : first + chosen.back();
    const double free = labelOf(end).left - air * 0.6;
    double taken = -1e9;
    for (const std::size_t index : chosen) {
        const std::size_t step = first + index;
        const Label label = labelOf(step);
        if (label.left < taken + air * 0.6 || (step != end && label.right > free)) continue;
        text.draw(
            painter,
            QRectF(label.left, grid.area().bottom() + distance, label.right - label.left, text.lineHeight()),
            Qt::AlignHCenter | Qt::AlignTop, label.name);
        taken = label.right;
    }
}

}  // namespace

void paintAxisLabels(QPainter& painter, const HeatmapGrid& grid, const Heatmap& heatmap, const PlotText& text,
                     double distance, double widest) {
    for (std::size_t group = 0; group < grid.groups().size(); ++group) {
        if (const QRectF header = grid.groupHeader(group); !header.isEmpty()) {
            const double scale = std::min(1.0, header.height() / text.lineHeight());
            const PlotText name = scale < 1 ? text.scaledBy(scale) : text;
            name.draw(painter, header, Qt::AlignCenter,
                      name.elided(seedText(heatmap, grid.groups()[group].first), header.width()));
        }
        paintStepLabels(painter, grid, heatmap, text, distance, grid.groups()[group]);
    }
    const auto rows = grid.rowsUpward();
    std::vector<std::size_t> plain, chosenRows;
    for (const std::size_t row : rows)
        (heatmap.layers[row] == "mix" ? chosenRows : plain).push_back(row);
    for (const std::size_t i : thinnedLabels(plain.size(), grid.rowHeight(), text.size() * 1.15))
        chosenRows.push_back(plain[i]);
    for (const std::size_t row : chosenRows) {
        const QRectF cell = grid.cell({row, 0});
        const QString name = text.elided(layerText(heatmap.layers[row]), widest, Qt::ElideMiddle);
        text.draw(painter, QRectF(grid.area().left() - distance - widest, cell.top(), widest, cell.height()),
                  Qt::AlignRight | Qt::AlignVCenter, name);
    }
}

void paintColourBar(QPainter& painter, const QRectF& area, const QString& colourMap) {
    constexpr int kSteps = 128;
    const bool isUpright = area.height() > area.width();
    painter.save();
    painter.setPen(Qt::NoPen);
    for (int i = 0; i < kSteps; ++i) {
        // Each overlaps the next by half a width, so that no viewer shows seams.
        const double begin = static_cast<double>(i) / kSteps;
        const double length = i + 1 < kSteps ? 1.5 / kSteps : 1.0 / kSteps;
        const QRectF part = isUpright ? QRectF(area.left(), area.bottom() - (begin + length) * area.height(),
                                               area.width(), length * area.height())
                                      : QRectF(area.left() + begin * area.width(), area.top(),
                                               length * area.width(), area.height());
        painter.fillRect(part, colourAt(colourMap, (i + 0.5) / kSteps));
    }
    painter.restore();
}

}  // namespace strata
