// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"
#include "widgets/plots/plottext.h"

#include <QColor>
#include <QRectF>
#include <QSizeF>

#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace strata {

/// Index of a cell: layer into Heatmap::layers, step into Heatmap::steps.
struct CellIndex {
    std::size_t layer = 0, step = 0;
    auto operator<=>(const CellIndex&) const = default;
};

enum class StepScale { Categories, Linear, Logarithmic };

/// Where each cell of a heatmap lies: layers upward from 0, the mix as a row of its own below them, a gap
/// between. Columns of several seeds (Heatmap::seeds) stand in groups with a gap between them and the seed's
/// name above each. Pure geometry in the painter's logical units; shared by the screen and every file format.
class HeatmapGrid {
  public:
    HeatmapGrid() = default;
    /// @param largestCell cells grow no larger than this (a 1×1 heatmap is a cell, not a poster); empty = no
    /// limit
    HeatmapGrid(const Heatmap& heatmap, const QRectF& area, bool showMix,
                StepScale scale = StepScale::Categories, const QSizeF& largestCell = {});

    const QRectF& area() const { return m_area; }       ///< what the cells really take
    QRectF layersArea() const { return m_layersArea; }  ///< the same without the mix
    QRectF cell(CellIndex index) const;                 ///< empty when the row is not shown
    std::optional<CellIndex> at(const QPointF& point) const;
    bool isShown(std::size_t layer) const {
        return layer < m_rows.size() && m_rows[layer].second > m_rows[layer].first;
    }
    double rowHeight() const { return m_rowHeight; }
    double narrowestColumn() const;
    double columnWidth(std::size_t step) const {
        return step < m_columns.size() ? m_columns[step].second - m_columns[step].first : 0;
    }
    /// First and last column of each group, one group for all without seeds.
    const std::vector<std::pair<std::size_t, std::size_t>>& groups() const { return m_groups; }
    /// Strip above a group for its seed's name; empty without seeds.
    QRectF groupHeader(std::size_t group) const;
    double gap() const { return m_gap; }  ///< between two cells
    /// Rows as they stand on the page, lowest first: the mix (when shown), 0, 1, …
    std::vector<std::size_t> rowsUpward() const { return m_upward; }

  private:
    void placeColumns(const Heatmap& heatmap, StepScale scale, double width);

    std::vector<std::pair<double, double>> m_columns, m_rows;  ///< begin and end, by index
    std::vector<std::pair<std::size_t, std::size_t>> m_groups;
    std::vector<std::size_t> m_upward;
    QRectF m_area, m_layersArea;
    double m_rowHeight = 0, m_gap = 0, m_headerHeight = 0;
};

/// Cells of which a run is going on or has failed, also where other runs have left a number.
struct CellMarks {
    std::set<CellIndex> running, failed;
    bool operator==(const CellMarks&) const = default;
};

/// How cells are drawn; the colours are the caller's (paper or palette).
struct CellStyle {
    QString colourMap;
    double low = 0, high = 1;
    QColor hatch{150, 150, 150}, blank{255, 255, 255}, running{30, 100, 200}, failed{180, 50, 40};
    bool showNumbers = true;
    double cornerRadius = 0;
};

/// Position of a value in the colour map.
double colourPosition(double value, double low, double high);
QColor cellColour(const CellStyle& style, double value);

/// Cells as filled paths, hatching as lines, numbers in those columns that they fit in. Vector primitives
/// only.
void paintCells(QPainter& painter, const HeatmapGrid& grid, const Heatmap& heatmap, const CellStyle& style,
                const PlotText& numbers, const CellMarks& marks = {});
void paintHatch(QPainter& painter, const QRectF& area, const QColor& colour, double spacing);
/// The signs of a failed and of a running run, in the middle of an area.
void paintFailedMark(QPainter& painter, const QRectF& area, const QColor& colour);
void paintRunningMark(QPainter& painter, const QRectF& area, const QColor& colour);
/// Step names below the grid and layer names at its left, thinned so that none touch; seed names above
/// it.
/// @param widest room for layer names; longer ones are elided
void paintAxisLabels(QPainter& painter, const HeatmapGrid& grid, const Heatmap& heatmap, const PlotText& text,
                     double distance, double widest);
/// A bar of many thin rectangles, low at the left (or at the bottom when it is taller than wide).
void paintColourBar(QPainter& painter, const QRectF& area, const QString& colourMap);

}  // namespace strata
