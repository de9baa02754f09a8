// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// The profiles beside the heatmap: of the followed cell's step by layer, of its layer by step, and its
// numbers.
#include "widgets/explore/heatmapview.h"
#include "widgets/explore/tones.h"
#include "widgets/plots/labels.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <limits>

namespace strata {
namespace {

using Points = std::vector<std::optional<QPointF>>;

constexpr double kTickLetters = 0.82;  // of a scale, in the font's height

void paintCard(QPainter& painter, const QRectF& area, const QColor& colour) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(area, 4, 4);
    painter.setBrush(Qt::NoBrush);
}

/// A line through the points that exist; a gap where a number is missing.
void paintLine(QPainter& painter, const Points& points, const QPen& pen) {
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

void paintDot(QPainter& painter, const QPointF& point, const QColor& colour) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(point, 4, 4);
    painter.setBrush(Qt::NoBrush);
}

}  // namespace

double HeatmapView::along(double value, double from, double to) const {
    const auto [low, high] = m_dataRange;
    const double margin = std::abs(to - from) * 0.1;
    const double start = from < to ? from + margin : from - margin;
    const double end = from < to ? to - margin : to + margin;
    return start + std::clamp(colourPosition(value, low, high), -0.05, 1.05) * (end - start);
}

/// As many as find room, five at most.
std::vector<double> HeatmapView::ticksWithin(double room, bool isUpright) const {
    const PlotText small = text(kTickLetters);
    std::vector<double> ticks;
    for (int most = 5; most >= 2; --most) {
        const auto fewer = roundTicks(m_dataRange.first, m_dataRange.second, most);
        // Few large steps may leave a single one, which says nothing of the scale.
        if (ticks.size() >= 2 && fewer.size() < 2) break;
        ticks = fewer;
        double needed = letter() * 1.5;
        if (!isUpright)
            for (const double tick : ticks)
                needed = std::max(
                    needed, small.width(tickText(tick, ticks, m_heatmap->query.metric)) + letter() * 0.5);
        if (needed * static_cast<double>(ticks.size()) <= room) break;
    }
    return ticks;
}

std::vector<double> HeatmapView::layerProfileTicks() const {
    return ticksWithin(m_parts.layerProfile.width() * 0.9, false);
}

std::vector<double> HeatmapView::stepProfileTicks() const {
    return ticksWithin(m_parts.stepProfile.height() * 0.9, true);
}

/// Rules across a profile at rounded values, and these beside it: below the one by layer, at the left of the
/// one by step.
void HeatmapView::paintScale(QPainter& painter, const Tones& tones, bool isUpright) const {
    if (!m_heatmap->hasNumbers()) return;  // a scale of nothing would be invented
    const QRectF area = isUpright ? m_parts.stepProfile : m_parts.layerProfile,
                 axis = isUpright ? m_parts.stepAxis : m_parts.layerAxis;
    const PlotText small = text(kTickLetters);
    const std::vector<double> ticks = isUpright ? stepProfileTicks() : layerProfileTicks();
    double taken = -1e9;
    for (const double tick : ticks) {
        const QString words = tickText(tick, ticks, m_heatmap->query.metric);
        painter.setPen(QPen(blend(tones.card, tones.text, 0.12), 1));
        if (isUpright) {
            const double y = along(tick, area.bottom(), area.top());
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
            painter.setPen(tones.faint);
            small.draw(painter, QRectF(axis.left(), y - letter(), axis.width(), letter() * 2),
                       Qt::AlignRight | Qt::AlignVCenter, words);
            continue;
        }
        const double x = along(tick, area.left(), area.right()), half = small.width(words) / 2;
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        if (x - half < taken) continue;
        painter.setPen(tones.faint);
        small.draw(painter, QRectF(x - half, axis.top(), 2 * half, axis.height()),
                   Qt::AlignHCenter | Qt::AlignVCenter, words);
        taken = x + half + letter() * 0.3;
    }
}

/// The pinned cell's step, or else the last one (of the same seed).
std::optional<std::size_t> HeatmapView::comparedStep() const {
    if (m_pinned) return m_pinned->step;
    const auto cell = followed();
    for (const auto& [first, last] : m_parts.grid.groups())
        if (cell && first <= cell->step && cell->step <= last) return last;
    return std::nullopt;
}

QString HeatmapView::layerProfileTitle() const {
    const auto cell = followed();
    return cell ? tr("by layer, %1").arg(columnName(cell->step)) : QString();
}

QString HeatmapView::stepProfileTitle() const {
    const auto cell = followed();
    if (!cell) return {};
    const QString title = tr("by step, %1").arg(layerName(cell->layer));
    int most = 0, fewest = std::numeric_limits<int>::max();
    for (std::size_t step = 0; step < m_heatmap->steps.size(); ++step) {
        const int runs = m_heatmap->at(cell->layer, step).runs;
        most = std::max(most, runs);
        if (runs > 0) fewest = std::min(fewest, runs);
    }
    if (most < 2) return title;
    const QString runs = fewest < most ? tr("up to %1 runs").arg(most) : tr("%1 runs").arg(most);
    return isSpread() ? tr("%1 (standard deviation over %2)").arg(title, runs)
                      : tr("%1 (line: mean; band: one standard deviation over %2)").arg(title, runs);
}

void HeatmapView::paintLayerProfile(QPainter& painter, const Tones& tones) const {
    const QRectF area = m_parts.layerProfile;
    paintCard(painter, area, tones.card);
    paintScale(painter, tones, false);
    const auto index = followed();
    if (!index) return;
    const double s = letter();
    const PlotText small = text(0.86);
    const auto pointsOf = [&](std::size_t step) {
        Points points;
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
    const bool isLayer = m_heatmap->layers[index->layer] != "mix";
    const double y = m_parts.grid.cell(*index).center().y();
    if (isLayer) {
        painter.setPen(QPen(blend(tones.card, tones.text, 0.25), 1));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    }
    const auto compared = comparedStep();
    if (compared && *compared != index->step) {
        paintLine(painter, pointsOf(*compared), QPen(blend(tones.page, tones.text, 0.5), 1.1));
        painter.setPen(tones.faint);
        const QRectF legend = area.adjusted(s * 0.6, 0, -s * 0.4, -s * 0.3);
        small.draw(painter, legend, Qt::AlignLeft | Qt::AlignBottom,
                   small.elided(tr("grey: %1").arg(columnName(*compared)), legend.width()));
    }
    paintLine(painter, pointsOf(index->step),
              QPen(tones.accent, 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const HeatmapCell& cell = m_heatmap->at(index->layer, index->step);
    if (cell.isMeasured() && isLayer)
        paintDot(painter, QPointF(along(cell.value, area.left(), area.right()), y), tones.accent);
    painter.setPen(tones.faint);
    const QRectF line(area.left(), 0, area.width(), m_parts.header.height() - s * 0.4);
    QString title = layerProfileTitle();
    if (small.width(title) > line.width()) title = columnName(index->step);
    small.draw(painter, line, Qt::AlignLeft | Qt::AlignVCenter, small.elided(title, line.width()));
}

void HeatmapView::paintStepProfile(QPainter& painter, const Tones& tones) const {
    const QRectF area = m_parts.stepProfile;
    paintCard(painter, area, tones.card);
    paintScale(painter, tones, true);
    const auto index = followed();
    if (!index) return;
    const PlotText small = text(0.86);
    const double x = m_parts.grid.cell(*index).center().x();
    painter.setPen(QPen(blend(tones.card, tones.text, 0.25), 1));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    // One line for every seed that has columns of its own.
    for (const auto& [first, last] : m_parts.grid.groups()) {
        Points points, upper, lower;
        for (std::size_t step = first; step <= last; ++step) {
            const HeatmapCell& cell = m_heatmap->at(index->layer, step);
            const double middle = m_parts.grid.cell({index->layer, step}).center().x();
            const auto at = [&](double value) {
                return QPointF(middle, along(value, area.bottom(), area.top()));
            };
            points.push_back(cell.isMeasured() ? std::optional(at(cell.value)) : std::nullopt);
            const bool hasBand = cell.isMeasured() && std::isfinite(cell.spread) && !isSpread();
            upper.push_back(hasBand ? std::optional(at(cell.value + cell.spread)) : std::nullopt);
            lower.push_back(hasBand ? std::optional(at(cell.value - cell.spread)) : std::nullopt);
        }
        painter.setPen(Qt::NoPen);
        painter.setBrush(blend(tones.card, tones.accent, tones.isDark ? 0.3 : 0.2));
        for (std::size_t i = 0; i + 1 < points.size(); ++i)
            if (upper[i] && upper[i + 1])
                painter.drawPolygon(QPolygonF({*upper[i], *upper[i + 1], *lower[i + 1], *lower[i]}));
        painter.setBrush(Qt::NoBrush);
        paintLine(painter, points, QPen(tones.accent, 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        if (first <= index->step && index->step <= last && points[index->step - first])
            paintDot(painter, *points[index->step - first], tones.accent);
    }
    painter.setPen(tones.faint);
    small.draw(painter, m_parts.stepHeader, Qt::AlignLeft | Qt::AlignVCenter,
               small.elided(stepProfileTitle(), m_parts.stepHeader.width()));
}

void HeatmapView::paintBox(QPainter& painter, const Tones& tones) const {
    const auto index = followed();
    if (!index) return;
    const QRectF box = m_parts.box;
    paintCard(painter, box, tones.card);
    const double s = letter();
    const PlotText small = text(0.86), big = text(1.55, QFont::DemiBold);
    const QRectF inner = box.adjusted(s * 0.7, s * 0.4, -s * 0.4, -s * 0.3);
    const auto valueAt = [&](const std::vector<double>& values) {
        return index->step < values.size() ? values[index->step] : std::nan("");
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
