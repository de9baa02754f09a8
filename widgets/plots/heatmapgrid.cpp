// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/plots/heatmapgrid.h"

#include "widgets/plots/colourmap.h"
#include "widgets/plots/labels.h"

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

/// Centres of the columns in units of a column's pitch, for scales that are not categories.
std::vector<double> columnCentres(const Heatmap& heatmap, StepScale scale) {
    const std::size_t count = heatmap.steps.size();
    std::vector<double> centres(count);
    bool isUsable = scale != StepScale::Categories && count > 2;
    double smallest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (!heatmap.steps[i] || (i > 0 && heatmap.steps[i - 1] >= heatmap.steps[i])) isUsable = false;
        if (heatmap.steps[i] && *heatmap.steps[i] > 0 && smallest == 0)
            smallest = static_cast<double>(*heatmap.steps[i]);
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (!isUsable) {
            centres[i] = static_cast<double>(i);
        } else if (scale == StepScale::Linear) {
            centres[i] = static_cast<double>(*heatmap.steps[i]);
        } else {
            // Step 0 has no logarithm: it stands half a decade (at most) before the first step that has one.
            const auto step = static_cast<double>(*heatmap.steps[i]);
            centres[i] = step > 0 ? std::log10(step) : std::log10(smallest) - 0.4;
        }
    }
    return centres;
}

}  // namespace

HeatmapGrid::HeatmapGrid(const Heatmap& heatmap, const QRectF& area, bool showMix, StepScale scale,
                         const QSizeF& largestCell) {
    const std::size_t columns = heatmap.steps.size();
    const std::size_t layers = heatmap.layers.size();
    m_rows.assign(layers, {0, 0});
    m_columns.assign(columns, {0, 0});
    std::vector<std::size_t> plain;
    std::size_t mix = layers;  // none
    for (std::size_t i = 0; i < layers; ++i) {
        if (heatmap.layers[i] == "mix")
            mix = i;
        else
            plain.push_back(i);
    }
    if (!showMix && !plain.empty()) mix = layers;
    const bool hasMix = mix < layers;
    m_area = m_layersArea = QRectF(area.topLeft(), QSizeF(0, 0));
    if (columns == 0 || (plain.empty() && !hasMix)) return;

    const double gapOfMix = hasMix && !plain.empty() ? 0.25 : 0;  // in rows
    const double rowUnits = static_cast<double>(plain.size()) + (hasMix ? 1 : 0) + gapOfMix;
    double pitchY = area.height() / rowUnits;
    double width = area.width();
    if (!largestCell.isEmpty()) {
        pitchY = std::min(pitchY, largestCell.height());
        width = std::min(width, largestCell.width() * static_cast<double>(columns));
    }
    m_rowHeight = pitchY;
    const double y0 = area.top();
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const double top = y0 + static_cast<double>(plain.size() - 1 - i) * pitchY;
        m_rows[plain[i]] = {top, top + pitchY};
    }
    const double layersBottom = y0 + static_cast<double>(plain.size()) * pitchY;
    m_layersArea = QRectF(area.left(), y0, width, layersBottom - y0);
    if (hasMix) {
        const double top = layersBottom + gapOfMix * pitchY;
        m_rows[mix] = {top, top + pitchY};
        m_upward.push_back(mix);
        if (plain.empty()) m_layersArea = QRectF(area.left(), top, width, pitchY);
    }
    m_upward.insert(m_upward.end(), plain.begin(), plain.end());
    m_area = QRectF(area.left(), y0, width, rowUnits * pitchY);

    const std::vector<double> centres = columnCentres(heatmap, scale);
    std::vector<double> edges(columns + 1);
    for (std::size_t i = 1; i < columns; ++i)
        edges[i] = (centres[i - 1] + centres[i]) / 2;
    edges[0] = columns > 1 ? centres[0] - (edges[1] - centres[0]) : centres[0] - 0.5;
    edges[columns] =
        columns > 1 ? centres[columns - 1] + (centres[columns - 1] - edges[columns - 1]) : centres[0] + 0.5;
    const double unit = width / (edges[columns] - edges[0]);
    for (std::size_t i = 0; i < columns; ++i)
        m_columns[i] = {area.left() + (edges[i] - edges[0]) * unit,
                        area.left() + (edges[i + 1] - edges[0]) * unit};
    // Gaps between very small cells would only make a pattern of their own: those overlap by a hair instead,
    // so that no viewer shows seams.
    const double smallest = std::min(narrowestColumn(), pitchY);
    m_gap = smallest < 7 ? -0.12 : std::min(2.0, smallest * 0.06);
}

double HeatmapGrid::narrowestColumn() const {
    double narrowest = m_area.width();
    for (const auto& [begin, end] : m_columns)
        narrowest = std::min(narrowest, end - begin);
    return narrowest;
}

QRectF HeatmapGrid::cell(CellIndex index) const {
    if (!isShown(index.layer) || index.step >= m_columns.size()) return {};
    const auto& [left, right] = m_columns[index.step];
    const auto& [top, bottom] = m_rows[index.layer];
    const double inset = m_gap / 2;
    return QRectF(left, top, right - left, bottom - top).adjusted(inset, inset, -inset, -inset);
}

std::optional<CellIndex> HeatmapGrid::at(const QPointF& point) const {
    const auto within = [](const std::vector<std::pair<double, double>>& spans, double value) {
        return std::find_if(spans.begin(), spans.end(),
                            [&](const auto& span) { return span.first <= value && value < span.second; });
    };
    const auto column = within(m_columns, point.x());
    const auto row = within(m_rows, point.y());
    if (column == m_columns.end() || row == m_rows.end()) return std::nullopt;
    return CellIndex{static_cast<std::size_t>(row - m_rows.begin()),
                     static_cast<std::size_t>(column - m_columns.begin())};
}

double colourPosition(double value, double low, double high) {
    return high > low ? (value - low) / (high - low) : 0.5;
}

QColor cellColour(const CellStyle& style, double value) {
    return colourAt(style.colourMap, colourPosition(value, style.low, style.high));
}

}  // namespace strata
