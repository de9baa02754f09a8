// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/heatmapview.h"
#include "widgets/explore/tones.h"
#include "widgets/plots/labels.h"

#include <QFontInfo>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace strata {
double HeatmapView::letter() const {
    return QFontInfo(font()).pixelSize();
}

PlotText HeatmapView::text(double factor, QFont::Weight weight) const {
    return {font().family(), letter() * factor, weight};
}

void HeatmapView::layOut() {
    m_parts = {};
    m_hovered.reset();
    update();
    if (!m_heatmap || m_heatmap->cells.empty()) return;
    // What stands below the grid depends on where its rows end: what it lacks is taken from them.
    const double whole = height() - letter() * 7.3 - smallestStepProfile() - 2;
    const double missing = layOutWithin(whole);
    if (missing > 0) layOutWithin(whole - missing);
    if (m_mouse) m_hovered = m_parts.grid.at(*m_mouse);
}

double HeatmapView::smallestStepProfile() const {
    return std::clamp(height() * 0.17, 58.0, 130.0);
}

/// Lays all out with a grid of at most this height. @return how much the view is too low for that
double HeatmapView::layOutWithin(double gridHeight) {
    m_parts = {};
    const double s = letter();
    const PlotText plain = text(0.92);
    double widest = plain.width(QStringLiteral("00"));
    for (const std::string& layer : m_heatmap->layers)
        widest = std::max(widest, plain.width(layerText(layer)));
    m_parts.nameWidth = std::min(widest, width() * 0.16);
    const double sideWidth = std::clamp(width() * 0.17, 104.0, 190.0);
    const double largestProfile = 240;
    const double gap = s * 1.1;
    const double left = s * 1.9 + m_parts.nameWidth + s * 0.6;
    const double headerHeight = s * 1.9;
    const QRectF area(left, headerHeight, width() - left - gap - sideWidth - 2, gridHeight);
    // What stands above and below a heatmap of few columns wants to be read: they grow to the width of that.
    const double readable = std::min(area.width(), s * 26);
    const double largestWidth = std::max(150.0, readable / static_cast<double>(m_heatmap->steps.size()));
    m_parts.grid = HeatmapGrid(*m_heatmap, area, true, m_scale, QSizeF(largestWidth, 84));
    const QRectF grid = m_parts.grid.area();
    const double used = grid.width();
    const double side = grid.left() + used + gap;
    const double profileBottom = std::max(m_parts.grid.layersArea().bottom(), grid.top() + s * 5);
    m_parts.header = QRectF(grid.left(), 0, used, headerHeight);
    m_parts.layerProfile = QRectF(side, grid.top(), sideWidth, profileBottom - grid.top());
    m_parts.layerAxis = QRectF(side, profileBottom + s * 0.15, sideWidth, s * 1.2);
    m_parts.bar = QRectF(side + 4, m_parts.layerAxis.bottom() + s * 0.5, sideWidth - 8, s * 0.95);
    m_parts.barText = QRectF(side, m_parts.bar.bottom() + s * 0.35, sideWidth, s * 2.8);
    const double stepTop = std::max(grid.bottom() + s * 3.6, m_parts.barText.bottom() - s * 0.2);
    m_parts.stepHeader = QRectF(grid.left(), stepTop, used, s * 1.7);
    // What a map of few layers leaves free is the profile's, up to where a line is steep enough to read.
    const double free = height() - stepTop - s * 1.8 - 2, smallest = smallestStepProfile();
    m_parts.stepProfile = QRectF(grid.left(), stepTop + s * 1.8, grid.width(),
                                 std::max(smallest, std::min(free, largestProfile)));
    m_parts.stepAxis =
        QRectF(0, m_parts.stepProfile.top(), grid.left() - s * 0.5, m_parts.stepProfile.height());
    m_parts.box = QRectF(side, m_parts.stepProfile.top(), sideWidth, m_parts.stepProfile.height());
    return smallest - free;
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
    if (!hasFocus()) return;
    painter.setPen(QPen(tones.accent, 1));
    painter.drawRoundedRect(m_parts.grid.area().adjusted(-4, -4, 4, 4), 4, 4);
}

void HeatmapView::paintFrame(QPainter& painter, CellIndex index, const QColor& colour, bool isDashed) const {
    const QRectF cell = m_parts.grid.cell(index).adjusted(-1, -1, 1, 1);
    // A light or dark rim under the colour keeps the frame visible on every cell.
    painter.setPen(QPen(Tones(palette()).page, 5));
    painter.drawRoundedRect(cell, 3, 3);
    painter.setPen(QPen(colour, 2.6, isDashed ? Qt::DotLine : Qt::SolidLine));
    painter.drawRoundedRect(cell, 3, 3);
}

/// Rules along both sides of the followed cell's row and column, over the whole map, so that the numbers
/// between them stay readable; and on into the profiles.
void HeatmapView::paintCrosshair(QPainter& painter, const Tones& tones) const {
    const auto index = followed();
    if (!index) return;
    const QRectF cell = m_parts.grid.cell(*index), grid = m_parts.grid.area();
    const double reach = 3;
    const std::array<QLineF, 4> rules = {
        QLineF(grid.left() - reach, cell.top(), grid.right() + reach, cell.top()),
        QLineF(grid.left() - reach, cell.bottom(), grid.right() + reach, cell.bottom()),
        QLineF(cell.left(), grid.top() - reach, cell.left(), grid.bottom() + reach),
        QLineF(cell.right(), grid.top() - reach, cell.right(), grid.bottom() + reach)};
    // A rim in the page's colour keeps the rules visible on every cell; around a sliver it would be all there
    // is.
    painter.setPen(QPen(tones.page, 3));
    for (const QLineF& rule : rules)
        if ((rule.dx() == 0 ? cell.width() : cell.height()) > 10) painter.drawLine(rule);
    painter.setPen(QPen(m_hovered ? tones.text : blend(tones.page, tones.text, 0.6), m_hovered ? 1.3 : 1));
    for (const QLineF& rule : rules)
        painter.drawLine(rule);
}

QString HeatmapView::legendText() const {
    QStringList words;
    if (!m_marks.running.empty()) words << tr("running");
    if (!m_marks.failed.empty()) words << tr("failed");
    return words.join(QStringLiteral(", "));
}

/// The axis' name, and while there are marks what they mean: at the left where both find room, or else behind
/// it.
void HeatmapView::paintUnderSteps(QPainter& painter, const Tones& tones) const {
    const double s = letter();
    const PlotText plain = text(0.92), small = text(0.86);
    const QRectF grid = m_parts.grid.area();
    const QRectF row(grid.left(), grid.bottom() + s * 2.0, grid.width(), s * 1.3);
    const QString axis = tr("pretraining step");
    struct Entry {
        QString words;
        bool isFailed;
    };
    std::vector<Entry> entries;
    if (!m_marks.running.empty()) entries.push_back({tr("running"), false});
    if (!m_marks.failed.empty()) entries.push_back({tr("failed"), true});
    double legendWidth = 0;
    for (const Entry& entry : entries)
        legendWidth += s * 1.5 + small.width(entry.words) + s * 0.9;
    const double axisWidth = plain.width(axis);
    const bool isBeside = legendWidth <= (row.width() - axisWidth) / 2;
    painter.setPen(tones.faint);
    plain.draw(painter, row, (isBeside ? Qt::AlignHCenter : Qt::AlignLeft) | Qt::AlignTop, axis);
    double x = isBeside ? row.left() : row.left() + axisWidth + s * 1.2;
    for (const Entry& entry : entries) {
        const QRectF sign(x, row.top() + s * 0.1, s * 1.2, s * 0.9);
        entry.isFailed ? paintFailedMark(painter, sign, tones.bad)
                       : paintRunningMark(painter, sign, tones.accent);
        painter.setPen(tones.faint);
        x = sign.right() + s * 0.3;
        small.draw(painter, QRectF(x, row.top(), small.width(entry.words), row.height()),
                   Qt::AlignLeft | Qt::AlignTop, entry.words);
        x += small.width(entry.words) + s * 0.9;
    }
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
    paintUnderSteps(painter, tones);
    const QRectF layers = m_parts.grid.layersArea();
    plain.draw(painter, QRectF(s * 0.7 - 100, layers.center().y() - s * 0.6, 200, s * 1.2), Qt::AlignCenter,
               tr("layer"), -90);
    paintCrosshair(painter, tones);
    if (m_pinned && m_pinned != m_selected) paintFrame(painter, *m_pinned, tones.text, true);
    if (m_selected) paintFrame(painter, *m_selected, tones.accent, false);
    paintFollowed(painter, tones);
    paintSpreadNote(painter, tones);
}

/// On a plate over the hatched cells: where nothing is to be seen is where the reader asks why.
void HeatmapView::paintSpreadNote(QPainter& painter, const Tones& tones) const {
    const QString note = spreadNote();
    if (note.isEmpty()) return;
    const double s = letter();
    const PlotText plain = text();
    const QRectF grid = m_parts.grid.area();
    const QStringList lines = plain.wrapped(note, std::min(grid.width() - s * 2, s * 24));
    double widest = 0;
    for (const QString& line : lines)
        widest = std::max(widest, plain.width(line));
    QRectF plate(0, 0, widest + s * 1.6, static_cast<double>(lines.size()) * plain.lineHeight() + s * 1.2);
    plate.moveCenter(grid.center());
    painter.setPen(QPen(tones.border, 1));
    painter.setBrush(tones.page);
    painter.drawRoundedRect(plate, 5, 5);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(tones.text);
    QRectF line(plate.left(), plate.top() + s * 0.6, plate.width(), plain.lineHeight());
    for (const QString& words : lines) {
        plain.draw(painter, line, Qt::AlignCenter, words);
        line.translate(0, plain.lineHeight());
    }
}

/// What the mouse (or else the selection) is on, in words above the map.
void HeatmapView::paintFollowed(QPainter& painter, const Tones& tones) const {
    const auto shown = followed();
    if (!shown) return;
    const PlotText plain = text(0.92);
    QString words = cellText(*shown);
    if (const QString change = changeText(*shown); !change.isEmpty())
        words += tr(" · %1 against the pinned cell").arg(change);
    const QRectF line = m_parts.header.adjusted(0, 0, 0, -letter() * 0.4);
    painter.setPen(m_hovered ? tones.text : tones.faint);
    plain.draw(painter, line, Qt::AlignLeft | Qt::AlignVCenter, plain.elided(words, line.width()));
}

void HeatmapView::paintBar(QPainter& painter, const Tones& tones) const {
    const double s = letter();
    const PlotText small = text(0.86);
    const QRectF bar = m_parts.bar;
    const auto [dataLow, dataHigh] = m_dataRange;
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
    if (const QString hatched = hatchText(*m_heatmap); !hatched.isEmpty()) {
        const QRectF sample(second.left(), second.center().y() - s * 0.4, s * 1.1, s * 0.8);
        paintHatch(painter, sample, blend(tones.page, tones.text, 0.35), 3.5);
        painter.setPen(tones.faint);
        small.draw(painter, second.adjusted(s * 1.6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                   small.elided(hatched, second.width() - s * 1.6));
    } else {
        const QString text = tr("range: %1")
                                 .arg(m_range          ? tr("own (R resets)")
                                      : hasOneNumber() ? tr("whole scale")
                                                       : tr("data"));
        small.draw(painter, second, Qt::AlignLeft | Qt::AlignVCenter, small.elided(text, second.width()));
    }
}

}  // namespace strata
