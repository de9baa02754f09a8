// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/plots/heatmapgrid.h"

#include "widgets/plots/colourmap.h"
#include "widgets/plots/labels.h"

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

constexpr double kHeaderHeight = 15;   // of the strip for seed names, in units of a page or screen
constexpr double kGapOfGroups = 0.45;  // in columns

/// Centres of the columns [first, last] in units of a column's pitch, for scales that are not categories.
std::vector<double> columnCentres(const Heatmap& heatmap, StepScale scale, std::size_t first,
                                  std::size_t last) {
    const std::size_t count = last - first + 1;
    const auto stepAt = [&](std::size_t i) { return heatmap.steps[first + i]; };
    std::vector<double> centres(count);
    bool isUsable = scale != StepScale::Categories && count > 2;
    double smallest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (!stepAt(i) || (i > 0 && stepAt(i - 1) >= stepAt(i))) isUsable = false;
        if (stepAt(i) && *stepAt(i) > 0 && smallest == 0) smallest = static_cast<double>(*stepAt(i));
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (!isUsable) {
            centres[i] = static_cast<double>(i);
        } else if (scale == StepScale::Linear) {
            centres[i] = static_cast<double>(*stepAt(i));
        } else {
            // Step 0 has no logarithm: it stands half a decade (at most) before the first step that has one.
            const auto step = static_cast<double>(*stepAt(i));
            centres[i] = step > 0 ? std::log10(step) : std::log10(smallest) - 0.4;
        }
    }
    return centres;
}

/// Edges of columns around their centres, the outermost as far away as the ones beside them; from 0 on.
std::vector<double> columnEdges(const std::vector<double>& centres) {
    const std::size_t count = centres.size();
    std::vector<double> edges(count + 1);
    for (std::size_t i = 1; i < count; ++i)
        edges[i] = (centres[i - 1] + centres[i]) / 2;
    edges[0] = count > 1 ? centres[0] - (edges[1] - centres[0]) : centres[0] - 0.5;
    edges[count] =
        count > 1 ? centres[count - 1] + (centres[count - 1] - edges[count - 1]) : centres[0] + 0.5;
    const double origin = edges[0];
    for (double& edge : edges)
        edge -= origin;
    return edges;
}

}  // namespace

HeatmapGrid::HeatmapGrid(const Heatmap& heatmap, const QRectF& whole, bool showMix, StepScale scale,
                         const QSizeF& largestCell) {
    QRectF area = whole;
    if (!heatmap.seeds.empty()) {
        m_headerHeight = std::min(kHeaderHeight, whole.height() * 0.12);
        area.setTop(whole.top() + m_headerHeight);
    }
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

    placeColumns(heatmap, scale, width);
    // Gaps between very small cells would only make a pattern of their own: those overlap by a hair instead,
    // so that no viewer shows seams.
    const double smallest = std::min(narrowestColumn(), pitchY);
    m_gap = smallest < 7 ? -0.12 : std::min(2.0, smallest * 0.06);
}

void HeatmapGrid::placeColumns(const Heatmap& heatmap, StepScale scale, double width) {
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (i == 0 || heatmap.startsSeed(i)) m_groups.emplace_back(i, i);
        m_groups.back().second = i;
    }
    std::vector<std::vector<double>> edges;
    double units = 0;
    for (const auto& [first, last] : m_groups) {
        edges.push_back(columnEdges(columnCentres(heatmap, scale, first, last)));
        units += edges.back().back();
    }
    const double gap = kGapOfGroups * units / static_cast<double>(m_columns.size());
    units += gap * static_cast<double>(m_groups.size() - 1);
    const double unit = width / units;
    double begin = m_area.left();
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        const auto [first, last] = m_groups[group];
        for (std::size_t i = first; i <= last; ++i)
            m_columns[i] = {begin + edges[group][i - first] * unit,
                            begin + edges[group][i - first + 1] * unit};
        begin = m_columns[last].second + gap * unit;
    }
}

QRectF HeatmapGrid::groupHeader(std::size_t group) const {
    if (m_headerHeight <= 0 || group >= m_groups.size()) return {};
    const double left = m_columns[m_groups[group].first].first,
                 right = m_columns[m_groups[group].second].second;
    return {left, m_area.top() - m_headerHeight, right - left, m_headerHeight};
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
