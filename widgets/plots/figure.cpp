// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/plots/figure.h"

#include "widgets/plots/labels.h"
#include "widgets/plots/plottext.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

const QColor kInk(0x1b, 0x1d, 0x21), kFaint(0x5c, 0x62, 0x6b), kHatch(0x9a, 0x9f, 0xa6),
    kFrame(0xc9, 0xcd, 0xd2);

QString tr(const char* text) {
    return QCoreApplication::translate("Figure", text);
}

bool hasHoles(const Heatmap& heatmap, bool showMix) {
    for (std::size_t layer = 0; layer < heatmap.layers.size(); ++layer) {
        if (heatmap.layers[layer] == "mix" && !showMix) continue;
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

/// Draws the upright bar with its ticks and title into the strip at the right; returns nothing, takes all it
/// is given.
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
        for (const HeatmapCell& cell : heatmap.cells) {
            if (!std::isfinite(cell.value)) continue;
            low = std::min(low, cell.value);
            high = std::max(high, cell.value);
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
    if (isShownAsPercent(heatmap.query.metric)) return title + QStringLiteral(" (%)");
    const QString unit = QString::fromStdString(heatmap.unit);
    return unit.isEmpty() || unit == title ? title : QStringLiteral("%1 (%2)").arg(title, unit);
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

void paintFigure(QPainter& painter, const QRectF& areaPt, const FigureDescription& figure,
                 const Heatmap& heatmap) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::TextAntialiasing);
    painter.setBrush(Qt::NoBrush);
    const double size = std::clamp(figure.fontSizePt, 3.0, 48.0);
    const PlotText text(figure.fontFamily, size);
    const PlotText bold(figure.fontFamily, size * 1.15, QFont::DemiBold);
    const PlotText small(figure.fontFamily, size * 0.9);
    QRectF rest = areaPt.adjusted(size * 0.4, size * 0.4, -size * 0.4, -size * 0.4);

    if (figure.showTitle) {
        painter.setPen(kInk);
        bold.draw(painter, rest, Qt::AlignLeft | Qt::AlignTop,
                  bold.elided(QString::fromStdString(heatmap.title), rest.width()));
        rest.setTop(rest.top() + bold.lineHeight());
        if (!heatmap.subtitle.empty()) {
            painter.setPen(kFaint);
            small.draw(painter, rest, Qt::AlignLeft | Qt::AlignTop,
                       small.elided(QString::fromStdString(heatmap.subtitle), rest.width()));
            rest.setTop(rest.top() + small.lineHeight());
        }
        rest.setTop(rest.top() + size * 0.6);
    }
    QStringList caption = text.wrapped(figure.caption, rest.width());
    const auto room = static_cast<qsizetype>(std::max(0.0, rest.height() * 0.5 / text.lineHeight()));
    if (caption.size() > room) {
        caption = caption.mid(0, room);
        if (!caption.isEmpty()) caption.back() += QStringLiteral(" …");
    }
    if (!caption.isEmpty()) {
        rest.setBottom(rest.bottom() - static_cast<double>(caption.size()) * text.lineHeight());
        painter.setPen(kInk);
        for (qsizetype i = 0; i < caption.size(); ++i)
            text.draw(painter,
                      QRectF(rest.left(), rest.bottom() + static_cast<double>(i) * text.lineHeight(),
                             rest.width(), text.lineHeight()),
                      Qt::AlignLeft | Qt::AlignTop, caption[i]);
        rest.setBottom(rest.bottom() - size * 0.5);
    }

    const double nameWidth = std::min(widestLayerName(heatmap, text), rest.width() * 0.18);
    const double left = size * 1.7 + nameWidth + size * 0.5;
    const double bottom = size * 0.4 + text.lineHeight() * 2 + size * 0.2;
    const double right = figure.showColourBar ? size * 6.6 : 0;
    const QRectF gridArea = rest.adjusted(left, 0, -right, -bottom);
    if (gridArea.width() > 1 && gridArea.height() > 1 && !heatmap.steps.empty() && !heatmap.layers.empty()) {
        const HeatmapGrid grid(heatmap, gridArea, figure.showMix, stepScaleOf(figure));
        CellStyle style;
        style.colourMap = figure.colourMap;
        std::tie(style.low, style.high) = rangeOf(figure, heatmap);
        style.hatch = kHatch;
        style.showNumbers = figure.showNumbers;
        paintCells(painter, grid, heatmap, style, text);
        painter.setPen(kInk);
        paintAxisLabels(painter, grid, heatmap, text, size * 0.4, nameWidth);
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
                       QRectF(grid.area().right() + size * 1.1, grid.area().top(), right - size * 1.1,
                              grid.area().height()),
                       figure, heatmap, text);
        if (hasHoles(heatmap, figure.showMix)) {
            // The legend stands in the corner below the bar, where no label can be.
            const QString legend = tr("not measured");
            const double legendWidth = size * 1.4 + text.width(legend);
            const QRectF sample(rest.right() - legendWidth, belowSteps.top() + text.lineHeight() * 0.2,
                                size * 1.1, size * 0.8);
            if (sample.left() > gridArea.center().x() + text.width(tr("pretraining step")) / 2 + size) {
                paintHatch(painter, sample, kHatch, size * 0.28);
                painter.setPen(QPen(kFrame, size * 0.05));
                painter.drawRect(sample);
                painter.setPen(kFaint);
                text.draw(
                    painter,
                    QRectF(sample.right() + size * 0.3, belowSteps.top(), legendWidth, text.lineHeight()),
                    Qt::AlignLeft | Qt::AlignTop, legend);
            }
        }
    } else {
        painter.setPen(kFaint);
        text.draw(painter, rest, Qt::AlignCenter, text.elided(tr("no results yet"), rest.width()));
    }
    painter.restore();
}

}  // namespace strata
