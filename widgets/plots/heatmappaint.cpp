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

double fontScaleThatFits(const HeatmapGrid& grid, const Heatmap& heatmap, const PlotText& text) {
    double widest = 0;
    for (const HeatmapCell& cell : heatmap.cells)
        if (cell.isMeasured())
            widest = std::max(widest, text.width(valueText(cell.value, heatmap.query.metric)));
    const double room = grid.narrowestColumn() - 2 * std::max(0.0, grid.gap());
    if (widest <= 0 || room <= 0) return 0;
    const double scale = std::min({1.0, room * 0.9 / widest, grid.rowHeight() * 0.62 / text.lineHeight()});
    // Numbers smaller than three quarters of the figure's letters are not read by anybody.
    return scale < 0.75 ? 0 : scale;
}

void paintFailed(QPainter& painter, const QRectF& cell, const QColor& colour) {
    const double arm = std::min({cell.width(), cell.height(), 24.0}) * 0.22;
    const QPointF centre = cell.center();
    painter.setPen(QPen(colour, std::max(0.8, arm * 0.35), Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(centre + QPointF(-arm, -arm), centre + QPointF(arm, arm));
    painter.drawLine(centre + QPointF(-arm, arm), centre + QPointF(arm, -arm));
}

void paintRunning(QPainter& painter, const QRectF& cell, const QColor& colour) {
    const double radius = std::min({cell.width() * 0.09, cell.height() * 0.12, 3.0});
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    for (int i = -1; i <= 1; ++i)
        painter.drawEllipse(cell.center() + QPointF(i * 3.2 * radius, 0), radius, radius);
    painter.setBrush(Qt::NoBrush);
}

}  // namespace

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
    const double scale = style.showNumbers ? fontScaleThatFits(grid, heatmap, numbers) : 0;
    const PlotText fitting = scale > 0 ? numbers.scaledBy(scale) : numbers;
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
            if (isMeasured) {
                if (scale <= 0) continue;
                painter.setPen(textColourOn(fill));
                fitting.draw(painter, area, Qt::AlignCenter, valueText(cell.value, heatmap.query.metric));
                continue;
            }
            if (marks.failed.contains(index)) {
                paintHatch(painter, area, blend(style.blank, style.failed, 0.35), spacing);
                paintFailed(painter, area, style.failed);
            } else if (marks.running.contains(index)) {
                painter.fillPath(path, blend(style.blank, style.running, 0.14));
                paintRunning(painter, area, style.running);
            } else {
                paintHatch(painter, area, style.hatch, spacing);
            }
        }
    }
    painter.restore();
}

void paintAxisLabels(QPainter& painter, const HeatmapGrid& grid, const Heatmap& heatmap, const PlotText& text,
                     double distance, double widest) {
    const QStringList steps = stepLabels(heatmap);
    // With columns of unequal width (logarithmic steps) a label is dropped when it would touch the one before
    // it.
    double broadest = 0;
    for (const QString& step : steps)
        broadest = std::max(broadest, text.width(step));
    const double pitch = grid.area().width() / std::max<double>(1, static_cast<double>(steps.size()));
    const double air = text.size() * 0.7;
    double taken = -1e9;
    const bool isEven = grid.narrowestColumn() > pitch * 0.95;
    const std::vector<std::size_t> chosen =
        thinnedLabels(heatmap.steps.size(), isEven ? pitch : 1e9, broadest + air);
    for (const std::size_t step : chosen) {
        const QRectF column = grid.cell({grid.rowsUpward().empty() ? 0 : grid.rowsUpward().front(), step});
        const QString& name = steps[static_cast<qsizetype>(step)];
        const double half = text.width(name) / 2;
        if (!isEven && column.center().x() - half < taken + air * 0.6) continue;
        text.draw(
            painter,
            QRectF(column.center().x() - half, grid.area().bottom() + distance, 2 * half, text.lineHeight()),
            Qt::AlignHCenter | Qt::AlignTop, name);
        taken = column.center().x() + half;
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
