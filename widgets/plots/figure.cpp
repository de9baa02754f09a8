// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/plots/figure.h"

#include "widgets/plots/figuretextcounter.h"
#include "widgets/plots/labels.h"
#include "widgets/plots/plottext.h"

#include <QCoreApplication>
#include <QTextBoundaryFinder>

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

const QColor kInk(0x1b, 0x1d, 0x21), kFaint(0x5c, 0x62, 0x6b), kHatch(0x9a, 0x9f, 0xa6),
    kFrame(0xc9, 0xcd, 0xd2);

QString tr(const char* text) {
    return QCoreApplication::translate("Figure", text);
}

/// Whether a layer has a row in the figure; a mix that stands alone always has.
bool hasRow(const Heatmap& heatmap, std::size_t layer, bool showMix) {
    return showMix || heatmap.layers[layer] != "mix" || heatmap.layers.size() == 1;
}

bool hasHoles(const Heatmap& heatmap, bool showMix) {
    for (std::size_t layer = 0; layer < heatmap.layers.size(); ++layer) {
        if (!hasRow(heatmap, layer, showMix)) continue;
        for (std::size_t step = 0; step < heatmap.steps.size(); ++step)
            if (!heatmap.at(layer, step).isMeasured()) return true;
    }
    return false;
}

double widestLayerName(const Heatmap& heatmap, const PlotText& text) {
    double widest = 0;
    for (const std::string& layer : heatmap.layers)
        widest = std::max(widest, text.width(layerText(layer)));
    return widest;
}

/// Breaks at spaces, and within a word that is wider than a line: nothing is left out.
QStringList wrappedWhole(const PlotText& text, const QString& paragraphs, double width) {
    QStringList lines;
    for (const QString& paragraph : paragraphs.split(QLatin1Char('\n'))) {
        QString line;
        for (const QString& word : paragraph.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
            const QString longer = line.isEmpty() ? word : line + QLatin1Char(' ') + word;
            if (text.width(longer) <= width) {
                line = longer;
                continue;
            }
            if (!line.isEmpty()) lines << line;
            line = word;
            if (text.width(word) <= width) continue;
            line.clear();
            double taken = 0;
            QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, word);
            for (qsizetype begin = 0, end = finder.toNextBoundary(); end > begin;
                 begin = end, end = finder.toNextBoundary()) {
                const QString letter = word.mid(begin, end - begin);
                const double wide = text.width(letter);
                if (!line.isEmpty() && taken + wide > width) {
                    lines << line;
                    line.clear();
                    taken = 0;
                }
                line += letter;
                taken += wide;
            }
        }
        if (!line.isEmpty()) lines << line;
    }
    return lines;
}

/// Keeps what there is room for; a cut is marked. Returns whether all of it fits.
bool cutTo(QStringList& lines, double room, const PlotText& text, double width) {
    const auto most = static_cast<qsizetype>(std::max(0.0, room / text.lineHeight() + 1e-6));
    if (lines.size() <= most) return true;
    lines = lines.mid(0, most);
    if (!lines.isEmpty()) lines.back() = text.elided(lines.back() + QStringLiteral(" …"), width);
    return false;
}

/// Where everything of a figure stands, in points.
struct Layout {
    Layout(const QRectF& areaPt, const FigureDescription& figure, const Heatmap& heatmap);

    double size;  ///< of the letters
    PlotText text, bold, small;
    QStringList title, settings, caption;
    QRectF rest;  ///< for the heatmap with its axes and its bar
    QPointF titleAt, captionAt;
    FigureFit fit;
    double nameWidth = 0, right = 0;  ///< of the layers' names, of the colour bar
    QString legend;                   ///< empty = nothing is hatched
    bool isLegendBelow = false;       ///< in a line of its own, where it would touch the axis' name
    QRectF gridArea;
    bool hasGrid = false;
};

Layout::Layout(const QRectF& areaPt, const FigureDescription& figure, const Heatmap& heatmap)
    : size(std::clamp(figure.fontSizePt, 3.0, 48.0)),
      text(figure.fontFamily, size),
      bold(figure.fontFamily, size * 1.15, QFont::DemiBold),
      small(figure.fontFamily, size * 0.9),
      rest(areaPt.adjusted(size * 0.4, size * 0.4, -size * 0.4, -size * 0.4)) {
    titleAt = rest.topLeft();
    if (figure.showTitle) {
        const double room = rest.height() * 0.45;
        title = wrappedWhole(bold, QString::fromStdString(heatmap.title), rest.width());
        fit.hasWholeHead = cutTo(title, room, bold, rest.width());
        const double titleHeight = static_cast<double>(title.size()) * bold.lineHeight();
        // A dot between two settings stays with the one before it.
        QString dotted = QString::fromStdString(heatmap.subtitle);
        dotted.replace(QStringLiteral(" · "), QStringLiteral("\u00a0· "));
        const PlotText full = small;
        for (const double scale : {1.0, 0.87, 0.75}) {
            small = full.scaledBy(scale);
            settings = wrappedWhole(small, dotted, rest.width());
            if (static_cast<double>(settings.size()) * small.lineHeight() <= room - titleHeight) break;
        }
        if (!cutTo(settings, room - titleHeight, small, rest.width())) fit.hasWholeHead = false;
        rest.setTop(rest.top() + titleHeight + static_cast<double>(settings.size()) * small.lineHeight() +
                    size * 0.6);
    }
    caption = wrappedWhole(text, figure.caption, rest.width());
    fit.hasWholeCaption = cutTo(caption, rest.height() * 0.5, text, rest.width());
    captionAt = rest.bottomLeft();
    if (!caption.isEmpty()) {
        captionAt.ry() -= static_cast<double>(caption.size()) * text.lineHeight();
        rest.setBottom(captionAt.y() - size * 0.5);
    }

    nameWidth = std::min(widestLayerName(heatmap, text), rest.width() * 0.18);
    const double left = size * 1.7 + nameWidth + size * 0.5;
    double bottom = size * 0.4 + text.lineHeight() * 2 + size * 0.2;
    right = figure.showColourBar ? size * 6.6 : 0;
    if (hasHoles(heatmap, figure.showMix)) {
        legend = hatchText(heatmap);
        const double centre = (rest.left() + left + rest.right() - right) / 2;
        isLegendBelow = rest.right() - size * 1.4 - text.width(legend) <
                        centre + text.width(tr("pretraining step")) / 2 + size;
        if (isLegendBelow) bottom += text.lineHeight();
    }
    gridArea = rest.adjusted(left, 0, -right, -bottom);
    hasGrid =
        gridArea.width() > 1 && gridArea.height() > 1 && !heatmap.steps.empty() && !heatmap.layers.empty();
}

/// Which numbers paintCells finds room for.
FigureFit::Numbers numbersThatFit(const Layout& layout, const FigureDescription& figure,
                                  const Heatmap& heatmap) {
    if (!heatmap.hasNumbers()) return FigureFit::Numbers::All;
    if (!layout.hasGrid) return FigureFit::Numbers::None;
    const HeatmapGrid grid(heatmap, layout.gridArea, figure.showMix, stepScaleOf(figure));
    int measured = 0;
    for (std::size_t layer = 0; layer < heatmap.layers.size(); ++layer)
        for (std::size_t step = 0; grid.isShown(layer) && step < heatmap.steps.size(); ++step)
            measured += heatmap.at(layer, step).isMeasured();
    FigureTextCounter counter;
    QPainter painter(&counter);
    paintCells(painter, grid, heatmap, {}, layout.text);
    painter.end();
    if (counter.count() >= measured) return FigureFit::Numbers::All;
    return counter.count() > 0 ? FigureFit::Numbers::Some : FigureFit::Numbers::None;
}

void paintLines(QPainter& painter, const PlotText& text, const QStringList& lines, const QColor& colour,
                QPointF& at) {
    painter.setPen(colour);
    for (const QString& line : lines) {
        text.draw(painter, QRectF(at, QSizeF(1, text.lineHeight())), Qt::AlignLeft | Qt::AlignTop, line);
        at.ry() += text.lineHeight();
    }
}

/// In the corner below the bar, where no label can be, or below everything.
void paintLegend(QPainter& painter, const Layout& layout, const QRectF& belowSteps) {
    const double wanted = layout.size * 1.4 + layout.text.width(layout.legend);
    const double scale = std::min(1.0, layout.rest.width() / wanted);
    const PlotText text = layout.text.scaledBy(scale);
    const double size = layout.size * scale;
    const double top = belowSteps.top() + (layout.isLegendBelow ? layout.text.lineHeight() : 0);
    const QRectF sample(layout.rest.right() - wanted * scale, top + text.lineHeight() * 0.2, size * 1.1,
                        size * 0.8);
    paintHatch(painter, sample, kHatch, size * 0.28);
    painter.setPen(QPen(kFrame, size * 0.05));
    painter.drawRect(sample);
    painter.setPen(kFaint);
    text.draw(painter, QRectF(sample.right() + size * 0.3, top, wanted, text.lineHeight()),
              Qt::AlignLeft | Qt::AlignTop, layout.legend);
}

/// Draws the upright bar with its ticks and, where there is room, its title into the strip at the right.
void paintScale(QPainter& painter, const QRectF& strip, const FigureDescription& figure,
                const Heatmap& heatmap, const PlotText& text) {
    const auto [low, high] = rangeOf(figure, heatmap);
    const double size = text.size();
    const QRectF bar(strip.left(), strip.top(), size * 1.1, strip.height());
    paintColourBar(painter, bar, figure.colourMap);
    const int most = std::clamp(static_cast<int>(bar.height() / (size * 2.2)), 1, 7);
    double widest = 0;
    const std::vector<double> ticks = roundTicks(low, high, most);
    for (const double tick : ticks) {
        const double y = bar.bottom() - colourPosition(tick, low, high) * bar.height();
        painter.setPen(QPen(kFaint, size * 0.07));
        painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + size * 0.3, y));
        painter.setPen(kInk);
        const QString label = tickText(tick, ticks, heatmap.query.metric);
        widest = std::max(widest, text.width(label));
        text.draw(painter, QRectF(bar.right() + size * 0.5, y - size, size, size * 2),
                  Qt::AlignLeft | Qt::AlignVCenter, label);
    }
    const double x = bar.right() + size * 1.0 + widest;
    if (x + size > strip.right() + 0.5) return;
    painter.setPen(kFaint);
    const QString title = text.elided(colourBarTitle(heatmap), strip.height());
    const QRectF place(x + size * 0.5 - strip.height() / 2, strip.center().y() - size * 0.6, strip.height(),
                       size * 1.2);
    text.draw(painter, place, Qt::AlignCenter, title, -90);
}

}  // namespace

StepScale stepScaleOf(const FigureDescription& figure) {
    if (figure.logarithmicSteps) return StepScale::Logarithmic;
    return figure.linearSteps ? StepScale::Linear : StepScale::Categories;
}

std::pair<double, double> rangeOf(const FigureDescription& figure, const Heatmap& heatmap) {
    double low = figure.low, high = figure.high;
    if (figure.automaticRange) {
        low = std::numeric_limits<double>::infinity();
        high = -low;
        for (std::size_t layer = 0; layer < heatmap.layers.size(); ++layer) {
            for (std::size_t step = 0; step < heatmap.steps.size(); ++step) {
                if (!hasRow(heatmap, layer, figure.showMix)) continue;
                const double value = heatmap.at(layer, step).value;
                if (!std::isfinite(value)) continue;
                low = std::min(low, value);
                high = std::max(high, value);
            }
        }
    }
    if (!std::isfinite(low) || !std::isfinite(high)) return {0, 1};
    if (low > high) std::swap(low, high);
    // One value alone has no range; half a unit around it puts it into the middle of the map.
    if (high - low < 1e-9) return {low - 0.005, high + 0.005};
    return {low, high};
}

QString colourBarTitle(const Heatmap& heatmap) {
    QString title = metricText(heatmap.query.metric);
    if (heatmap.query.seeds == HeatmapQuery::Seeds::Spread) title = tr("spread of %1").arg(title);
    return isShownAsPercent(heatmap.query.metric) ? title + QStringLiteral(" (%)") : title;
}

std::vector<double> roundTicks(double low, double high, int most) {
    const double span = high - low;
    double step = std::pow(10, std::floor(std::log10(span / std::max(1, most))));
    for (const double factor : {2.0, 2.5, 2.0}) {
        if (std::floor(high / step + 1e-9) - std::ceil(low / step - 1e-9) + 1 <= most) break;
        step *= factor;
    }
    // Shown with a tenth of a percent at most: finer ticks would repeat themselves.
    step = std::max(step, 0.001);
    std::vector<double> ticks;
    for (double i = std::ceil(low / step - 1e-9); i <= std::floor(high / step + 1e-9); ++i)
        ticks.push_back(i * step);
    if (ticks.empty()) ticks.push_back((low + high) / 2);
    return ticks;
}

FigureFit fitOf(const FigureDescription& figure, const Heatmap& heatmap) {
    constexpr double kPointsPerMm = 72 / 25.4;
    const Layout layout({0, 0, figure.widthMm * kPointsPerMm, figure.heightMm * kPointsPerMm}, figure,
                        heatmap);
    FigureFit fit = layout.fit;
    fit.numbers = numbersThatFit(layout, figure, heatmap);
    return fit;
}

void paintFigure(QPainter& painter, const QRectF& areaPt, const FigureDescription& figure,
                 const Heatmap& heatmap) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::TextAntialiasing);
    painter.setBrush(Qt::NoBrush);
    const Layout layout(areaPt, figure, heatmap);
    const double size = layout.size;
    const PlotText& text = layout.text;
    QPointF at = layout.titleAt;
    paintLines(painter, layout.bold, layout.title, kInk, at);
    paintLines(painter, layout.small, layout.settings, kFaint, at);
    at = layout.captionAt;
    paintLines(painter, text, layout.caption, kInk, at);

    const QRectF &rest = layout.rest, &gridArea = layout.gridArea;
    if (layout.hasGrid) {
        const HeatmapGrid grid(heatmap, gridArea, figure.showMix, stepScaleOf(figure));
        CellStyle style;
        style.colourMap = figure.colourMap;
        std::tie(style.low, style.high) = rangeOf(figure, heatmap);
        style.hatch = kHatch;
        style.showNumbers = figure.showNumbers;
        paintCells(painter, grid, heatmap, style, text);
        painter.setPen(kInk);
        paintAxisLabels(painter, grid, heatmap, text, size * 0.4, layout.nameWidth);
        painter.setPen(kFaint);
        const QRectF belowSteps(gridArea.left(), gridArea.bottom() + size * 0.4 + text.lineHeight(),
                                gridArea.width(), text.lineHeight());
        text.draw(painter, belowSteps, Qt::AlignHCenter | Qt::AlignTop,
                  text.elided(tr("pretraining step"), gridArea.width()));
        const QRectF layers = grid.layersArea();
        const double turned = std::max(layers.height(), text.width(tr("layer")));
        text.draw(painter,
                  QRectF(rest.left() + size * 0.6 - turned / 2, layers.center().y() - size * 0.6, turned,
                         size * 1.2),
                  Qt::AlignCenter, tr("layer"), -90);
        if (figure.showColourBar)
            paintScale(painter,
                       QRectF(grid.area().right() + size * 1.1, grid.area().top(), layout.right - size * 1.1,
                              grid.area().height()),
                       figure, heatmap, text);
        if (!layout.legend.isEmpty()) paintLegend(painter, layout, belowSteps);
    } else {
        const bool isEmpty = heatmap.steps.empty() || heatmap.layers.empty();
        painter.setPen(kFaint);
        text.draw(painter, rest, Qt::AlignCenter,
                  text.elided(isEmpty ? tr("no results yet") : tr("no room"), rest.width()));
    }
    painter.restore();
}

}  // namespace strata
