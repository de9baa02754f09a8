// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/heatmapview.h"
#include "widgets/explore/tones.h"
#include "widgets/plots/labels.h"

#include <QFontInfo>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

void paintCard(QPainter& painter, const QRectF& area, const QColor& colour) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(area, 4, 4);
    painter.setBrush(Qt::NoBrush);
}

/// A line through the points that exist; a gap where a number is missing.
void paintLine(QPainter& painter, const std::vector<std::optional<QPointF>>& points, const QPen& pen) {
    painter.setPen(pen);
    QPainterPath path;
    bool isOpen = false;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!points[i]) {
            isOpen = false;
            continue;
        }
        const bool isAlone = !isOpen && (i + 1 == points.size() || !points[i + 1]);
        if (isAlone) {
            painter.setBrush(pen.color());
            painter.drawEllipse(*points[i], 1.5, 1.5);
            painter.setBrush(Qt::NoBrush);
        }
        if (isOpen)
            path.lineTo(*points[i]);
        else
            path.moveTo(*points[i]);
        isOpen = true;
    }
    painter.drawPath(path);
}

}  // namespace

double HeatmapView::letter() const {
    return QFontInfo(font()).pixelSize();
}

PlotText HeatmapView::text(double factor, QFont::Weight weight) const {
    return {font().family(), letter() * factor, weight};
}

void HeatmapView::layOut() {
    m_parts = {};
    update();
    if (!m_heatmap || m_heatmap->cells.empty()) return;
    const double s = letter();
    const PlotText plain = text(0.92);
    double widest = plain.width(QStringLiteral("00"));
    for (const std::string& layer : m_heatmap->layers)
        widest = std::max(widest, plain.width(layerText(layer)));
    m_parts.nameWidth = std::min(widest, width() * 0.16);
    const double sideWidth = std::clamp(width() * 0.17, 104.0, 190.0);
    const double profileHeight = std::clamp(height() * 0.17, 58.0, 130.0);
    const double gap = s * 1.1;
    const double left = s * 1.9 + m_parts.nameWidth + s * 0.6;
    const double headerHeight = s * 1.9;
    const double below = s * 3.6 + s * 1.8 + profileHeight + 2;
    const QRectF area(left, headerHeight, width() - left - gap - sideWidth - 2,
                      height() - headerHeight - below);
    m_parts.grid = HeatmapGrid(*m_heatmap, area, true, m_scale, QSizeF(150, 84));
    const QRectF grid = m_parts.grid.area();
    // A heatmap of few columns leaves room: what stands beside and above it still wants to be read.
    const double used = std::max(grid.width(), std::min(area.width(), s * 26));
    const double side = grid.left() + used + gap;
    const double profileBottom = std::max(m_parts.grid.layersArea().bottom(), headerHeight + s * 5);
    m_parts.header = QRectF(grid.left(), 0, used, headerHeight);
    m_parts.layerProfile = QRectF(side, headerHeight, sideWidth, profileBottom - headerHeight);
    m_parts.bar = QRectF(side + 4, profileBottom + s * 0.9, sideWidth - 8, s * 0.95);
    m_parts.barText = QRectF(side, m_parts.bar.bottom() + s * 0.35, sideWidth, s * 2.8);
    const double stepTop = std::max(grid.bottom() + s * 3.6, m_parts.barText.bottom() - s * 0.2);
    m_parts.stepHeader = QRectF(grid.left(), stepTop, used, s * 1.7);
    m_parts.stepProfile = QRectF(grid.left(), stepTop + s * 1.8, grid.width(), profileHeight);
    m_parts.box = QRectF(side, m_parts.stepProfile.top(), sideWidth, profileHeight);
}

void HeatmapView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tones tones(palette());
    if (!m_heatmap || m_heatmap->cells.empty() || m_parts.grid.area().isEmpty()) return;
    paintGrid(painter, tones);
    paintLayerProfile(painter, tones);
    paintStepProfile(painter, tones);
    paintBar(painter, tones);
    paintBox(painter, tones);
}

void HeatmapView::paintFrame(QPainter& painter, CellIndex index, const QColor& colour, bool isDashed) const {
    const QRectF cell = m_parts.grid.cell(index).adjusted(-1, -1, 1, 1);
    // A light or dark rim under the colour keeps the frame visible on every cell.
    painter.setPen(QPen(Tones(palette()).page, 5));
    painter.drawRoundedRect(cell, 3, 3);
    painter.setPen(QPen(colour, 2.6, isDashed ? Qt::DotLine : Qt::SolidLine));
    painter.drawRoundedRect(cell, 3, 3);
}

void HeatmapView::paintGrid(QPainter& painter, const Tones& tones) const {
    const double s = letter();
    const PlotText plain = text(0.92);
    CellStyle style;
    style.colourMap = m_colourMap;
    std::tie(style.low, style.high) = range();
    style.hatch = blend(tones.page, tones.text, 0.28);
    style.blank = tones.page;
    style.running = tones.accent;
    style.failed = tones.bad;
    style.cornerRadius = m_parts.grid.gap() > 1 ? 2 : 0;
    paintCells(painter, m_parts.grid, *m_heatmap, style, plain, m_marks);
    painter.setPen(tones.faint);
    paintAxisLabels(painter, m_parts.grid, *m_heatmap, plain, s * 0.6, m_parts.nameWidth);
    const QRectF grid = m_parts.grid.area();
    plain.draw(painter, QRectF(grid.left(), grid.bottom() + s * 2.0, grid.width(), s * 1.3),
               Qt::AlignHCenter | Qt::AlignTop, tr("pretraining step"));
    const QRectF layers = m_parts.grid.layersArea();
    plain.draw(painter, QRectF(s * 0.7 - 100, layers.center().y() - s * 0.6, 200, s * 1.2), Qt::AlignCenter,
               tr("layer"), -90);
    if (m_hovered && m_hovered != m_selected) {
        painter.setPen(QPen(tones.text, 1.2));
        painter.drawRoundedRect(m_parts.grid.cell(*m_hovered), 2, 2);
    }
    if (m_pinned && m_pinned != m_selected) paintFrame(painter, *m_pinned, tones.text, true);
    if (m_selected) paintFrame(painter, *m_selected, tones.accent, false);

    // What the mouse (or else the selection) is on, in words.
    const auto shown = m_hovered ? m_hovered : m_selected;
    const QRectF line = m_parts.header.adjusted(0, 0, 0, -s * 0.4);
    if (shown) {
        painter.setPen(m_hovered ? tones.text : tones.faint);
        QString words = cellText(*shown);
        if (m_pinned && *shown != *m_pinned && m_heatmap->at(shown->layer, shown->step).isMeasured() &&
            m_heatmap->at(m_pinned->layer, m_pinned->step).isMeasured()) {
            const double change = m_heatmap->at(shown->layer, shown->step).value -
                                  m_heatmap->at(m_pinned->layer, m_pinned->step).value;
            words += tr(" · %1%2 against the pinned cell")
                         .arg(change >= 0 ? QStringLiteral("+") : QString(),
                              valueText(change, m_heatmap->query.metric));
        }
        plain.draw(painter, line, Qt::AlignLeft | Qt::AlignVCenter, plain.elided(words, line.width()));
    }
}

double HeatmapView::along(double value, double from, double to) const {
    const auto [low, high] = dataRange();
    const double margin = std::abs(to - from) * 0.1;
    const double start = from < to ? from + margin : from - margin;
    const double end = from < to ? to - margin : to + margin;
    return start + std::clamp(colourPosition(value, low, high), -0.05, 1.05) * (end - start);
}

std::optional<std::size_t> HeatmapView::comparedStep() const {
    if (m_pinned) return m_pinned->step;
    if (m_heatmap->steps.size() > 1) return m_heatmap->steps.size() - 1;
    return std::nullopt;
}

void HeatmapView::paintLayerProfile(QPainter& painter, const Tones& tones) const {
    const QRectF area = m_parts.layerProfile;
    paintCard(painter, area, tones.card);
    if (!m_selected) return;
    const double s = letter();
    const PlotText small = text(0.86);
    const auto pointsOf = [&](std::size_t step) {
        std::vector<std::optional<QPointF>> points;
        for (const std::size_t layer : m_parts.grid.rowsUpward()) {
            if (m_heatmap->layers[layer] == "mix") continue;
            const HeatmapCell& cell = m_heatmap->at(layer, step);
            const double y = m_parts.grid.cell({layer, step}).center().y();
            points.push_back(cell.isMeasured()
                                 ? std::optional(QPointF(along(cell.value, area.left(), area.right()), y))
                                 : std::nullopt);
        }
        return points;
    };
    const auto compared = comparedStep();
    const QString title = tr("by layer, step %1").arg(stepLabel(m_heatmap->steps[m_selected->step]));
    if (compared && *compared != m_selected->step) {
        paintLine(painter, pointsOf(*compared), QPen(blend(tones.page, tones.text, 0.5), 1.1));
        painter.setPen(tones.faint);
        const QRectF legend = area.adjusted(s * 0.6, 0, -s * 0.4, -s * 0.3);
        small.draw(
            painter, legend, Qt::AlignLeft | Qt::AlignBottom,
            small.elided(tr("grey: step %1").arg(stepLabel(m_heatmap->steps[*compared])), legend.width()));
    }
    paintLine(painter, pointsOf(m_selected->step),
              QPen(tones.accent, 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const HeatmapCell& cell = m_heatmap->at(m_selected->layer, m_selected->step);
    if (cell.isMeasured() && m_heatmap->layers[m_selected->layer] != "mix") {
        painter.setPen(Qt::NoPen);
        painter.setBrush(tones.accent);
        painter.drawEllipse(QPointF(along(cell.value, area.left(), area.right()),
                                    m_parts.grid.cell(*m_selected).center().y()),
                            4, 4);
        painter.setBrush(Qt::NoBrush);
    }
    painter.setPen(tones.faint);
    const QRectF line(area.left(), 0, area.width(), m_parts.header.height() - s * 0.4);
    small.draw(painter, line, Qt::AlignLeft | Qt::AlignVCenter, small.elided(title, line.width()));
}

void HeatmapView::paintStepProfile(QPainter& painter, const Tones& tones) const {
    const QRectF area = m_parts.stepProfile;
    paintCard(painter, area, tones.card);
    if (!m_selected) return;
    const PlotText small = text(0.86);
    const std::size_t layer = m_selected->layer;
    std::vector<std::optional<QPointF>> points, upper, lower;
    int runs = 0;
    for (std::size_t step = 0; step < m_heatmap->steps.size(); ++step) {
        const HeatmapCell& cell = m_heatmap->at(layer, step);
        const double x = m_parts.grid.cell({layer, step}).center().x();
        const auto at = [&](double value) { return QPointF(x, along(value, area.bottom(), area.top())); };
        points.push_back(cell.isMeasured() ? std::optional(at(cell.value)) : std::nullopt);
        const bool hasBand = cell.isMeasured() && std::isfinite(cell.spread);
        upper.push_back(hasBand ? std::optional(at(cell.value + cell.spread)) : std::nullopt);
        lower.push_back(hasBand ? std::optional(at(cell.value - cell.spread)) : std::nullopt);
        runs = std::max(runs, cell.runs);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(blend(tones.card, tones.accent, tones.isDark ? 0.3 : 0.2));
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
        if (upper[i] && upper[i + 1])
            painter.drawPolygon(QPolygonF({*upper[i], *upper[i + 1], *lower[i + 1], *lower[i]}));
    painter.setBrush(Qt::NoBrush);
    paintLine(painter, points, QPen(tones.accent, 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    if (points[m_selected->step]) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(tones.accent);
        painter.drawEllipse(*points[m_selected->step], 4, 4);
        painter.setBrush(Qt::NoBrush);
    }
    const QString name = m_heatmap->layers[layer] == "mix"
                             ? tr("mix")
                             : tr("layer %1").arg(layerText(m_heatmap->layers[layer]));
    QString title = tr("by step, %1").arg(name);
    if (runs > 1) title += tr(" (line: mean; band: one standard deviation over %1 runs)").arg(runs);
    painter.setPen(tones.faint);
    small.draw(painter, m_parts.stepHeader, Qt::AlignLeft | Qt::AlignVCenter,
               small.elided(title, m_parts.stepHeader.width()));
}

void HeatmapView::paintBar(QPainter& painter, const Tones& tones) const {
    const double s = letter();
    const PlotText small = text(0.86);
    const QRectF bar = m_parts.bar;
    const auto [dataLow, dataHigh] = dataRange();
    const auto [low, high] = range();
    constexpr int kParts = 96;
    for (int i = 0; i < kParts; ++i) {
        const double value = dataLow + (i + 0.5) / kParts * (dataHigh - dataLow);
        painter.fillRect(QRectF(bar.left() + i * bar.width() / kParts, bar.top(), bar.width() / kParts + 0.6,
                                bar.height()),
                         colourAt(m_colourMap, colourPosition(value, low, high)));
    }
    for (const double end : {low, high}) {
        const double x =
            bar.left() + std::clamp(colourPosition(end, dataLow, dataHigh), 0.0, 1.0) * bar.width();
        painter.setPen(QPen(tones.page, 1));
        painter.setBrush(tones.text);
        painter.drawRoundedRect(QRectF(x - 2.5, bar.top() - 3, 5, bar.height() + 6), 2, 2);
        painter.setBrush(Qt::NoBrush);
    }
    painter.setPen(tones.faint);
    const QRectF ends(m_parts.barText.left(), m_parts.barText.top(), m_parts.barText.width(), s * 1.4);
    const std::string& metric = m_heatmap->query.metric;
    small.draw(painter, ends, Qt::AlignLeft | Qt::AlignVCenter, valueText(low, metric));
    small.draw(painter, ends, Qt::AlignRight | Qt::AlignVCenter, valueText(high, metric));
    const QString unit = colourBarTitle(*m_heatmap);
    if (small.width(unit) < ends.width() * 0.45)
        small.draw(painter, ends, Qt::AlignHCenter | Qt::AlignVCenter, unit);
    const QRectF second = ends.translated(0, s * 1.35);
    const bool hasHoles = std::any_of(m_heatmap->cells.begin(), m_heatmap->cells.end(),
                                      [](const HeatmapCell& cell) { return !cell.isMeasured(); });
    if (hasHoles) {
        const QRectF sample(second.left(), second.center().y() - s * 0.4, s * 1.1, s * 0.8);
        paintHatch(painter, sample, blend(tones.page, tones.text, 0.35), 3.5);
        painter.setPen(tones.faint);
        small.draw(painter, second.adjusted(s * 1.6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                   small.elided(tr("not measured"), second.width() - s * 1.6));
    } else {
        const QString text = tr("range: %1").arg(m_range ? tr("own (R resets)") : tr("data"));
        small.draw(painter, second, Qt::AlignLeft | Qt::AlignVCenter, small.elided(text, second.width()));
    }
}

void HeatmapView::paintBox(QPainter& painter, const Tones& tones) const {
    if (!m_selected) return;
    const QRectF box = m_parts.box;
    paintCard(painter, box, tones.card);
    const double s = letter();
    const PlotText small = text(0.86), big = text(1.55, QFont::DemiBold);
    const QRectF inner = box.adjusted(s * 0.7, s * 0.4, -s * 0.4, -s * 0.3);
    const auto valueAt = [&](const std::vector<double>& values) {
        return m_selected->step < values.size() ? values[m_selected->step] : std::nan("");
    };
    const double centre = valueAt(m_heatmap->centreOfGravity), majority = valueAt(m_heatmap->majority);
    double y = inner.top();
    const auto line = [&](const PlotText& font, const QColor& colour, const QString& words, double height) {
        if (y + height > box.bottom()) return;
        painter.setPen(colour);
        font.draw(painter, QRectF(inner.left(), y, inner.width(), height), Qt::AlignLeft | Qt::AlignVCenter,
                  font.elided(words, inner.width()));
        y += height;
    };
    line(small, tones.faint, tr("centre of gravity"), s * 1.3);
    line(big, tones.text, std::isfinite(centre) ? QString::number(centre, 'f', 2) : QStringLiteral("–"),
         s * 1.9);
    line(small, tones.faint,
         tr("majority class %1")
             .arg(std::isfinite(majority) ? valueText(majority, "accuracy") : QStringLiteral("–")),
         s * 1.3);
}

}  // namespace strata
