// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"
#include "widgets/plots/colourmap.h"
#include "widgets/plots/heatmapgrid.h"

#include <QByteArray>
#include <QPainter>
#include <QRectF>
#include <QString>

#include <filesystem>
#include <memory>
#include <utility>

namespace strata {

/// How a figure looks on paper; saved as JSON in <workspace>/figures. Plain value.
struct FigureDescription {
    QString name, caption;
    HeatmapQuery query;
    double widthMm = 170, heightMm = 90;  ///< 84 = one column, 170 = two
    QString fontFamily;                   ///< empty = the default sans
    double fontSizePt = 8;
    QString colourMap = QStringLiteral("Cividis");
    bool automaticRange = true;
    double low = 0, high = 1;  ///< with automaticRange of no account
    bool showNumbers = true, showMix = true, showColourBar = true, showTitle = true;
    bool logarithmicSteps = false;
    bool linearSteps = false;  ///< neither: steps stand as categories
    bool operator==(const FigureDescription&) const = default;
};
QByteArray toJson(const FigureDescription& figure);
FigureDescription figureFromJson(const QByteArray& json);  ///< throws Error

/// The colour map's range: the figure's own, or that of the numbers shown. Always low < high.
std::pair<double, double> rangeOf(const FigureDescription& figure, const Heatmap& heatmap);
StepScale stepScaleOf(const FigureDescription& figure);
/// "micro-F1 (%)", "spread of loss".
QString colourBarTitle(const Heatmap& heatmap);
/// Round numbers within the range, for ticks; at most `most`, at least one.
std::vector<double> roundTicks(double low, double high, int most);

/// What finds its room at the figure's size and letters; for the form to say where something does not.
struct FigureFit {
    enum class Numbers { All, Some, None };  ///< Some: of the columns that are wide enough
    Numbers numbers = Numbers::All;
    bool hasWholeHead = true, hasWholeCaption = true;
    bool operator==(const FigureFit&) const = default;
};
FigureFit fitOf(const FigureDescription& figure, const Heatmap& heatmap);

/// Draws the whole figure into a rectangle given in points (1/72 inch) of the painter's logical coordinates:
/// the same code for the screen's preview and every file format. No raster image is ever drawn.
void paintFigure(QPainter& painter, const QRectF& areaPt, const FigureDescription& figure,
                 const Heatmap& heatmap);

/// Writes pdf, svg, png (with `dpi`) or csv by the file's ending, and for the pictures a csv of the numbers
/// beside them. Makes the folder when it is missing. Needs a QGuiApplication but no screen. May run on any
/// thread. @throws Error
void writeFigure(const QString& file, const FigureDescription& figure, const Heatmap& heatmap,
                 double dpi = 300);
void writeFigure(const std::filesystem::path& file, const FigureDescription& figure, const Heatmap& heatmap,
                 double dpi = 300);

}  // namespace strata
