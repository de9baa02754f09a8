// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// What the heatmap says of its cells in words: above the map, in tooltips and to screen readers.
#include "widgets/explore/heatmapview.h"
#include "widgets/pieces.h"
#include "widgets/plots/labels.h"

#include <algorithm>
#include <cmath>

namespace strata {

QString HeatmapView::columnName(std::size_t step) const {
    const QString name = tr("step %1").arg(stepLabel(m_heatmap->steps[step])),
                  seed = seedText(*m_heatmap, step);
    return seed.isEmpty() ? name : QStringLiteral("%1, %2").arg(name, seed);
}

QString HeatmapView::layerName(std::size_t layer) const {
    const std::string& name = m_heatmap->layers[layer];
    return name == "mix" ? tr("scalar mix") : tr("layer %1").arg(layerText(name));
}

QString HeatmapView::cellName(CellIndex index) const {
    QString name = layerName(index.layer);
    name[0] = name[0].toUpper();
    if (const auto& step = m_heatmap->steps[index.step]) name = tr("%1 · step %2").arg(name, stepText(step));
    if (const QString seed = seedText(*m_heatmap, index.step); !seed.isEmpty())
        name += QStringLiteral(" · ") + seed;
    return name;
}

/// What the marks on a cell say of it.
QString HeatmapView::markText(CellIndex index) const {
    QStringList words;
    const bool isMeasured = m_heatmap->at(index.layer, index.step).isMeasured();
    if (m_marks.failed.contains(index))
        words << (isMeasured ? tr("another run failed (see the queue)")
                             : tr("its run failed (see the queue)"));
    if (m_marks.running.contains(index))
        words << (isMeasured ? tr("another run is going on") : tr("running"));
    return words.join(QStringLiteral(" · "));
}

/// "93.7 ± 0.4"; where spreads are shown, one of them alone.
QString HeatmapView::spreadText(const HeatmapCell& cell) const {
    const QString number = valueText(cell.value, m_heatmap->query.metric);
    if (isSpread()) return tr("spread %1").arg(number);
    if (!std::isfinite(cell.spread)) return number;
    return QStringLiteral("%1 ± %2").arg(number, valueText(cell.spread, m_heatmap->query.metric));
}

/// Runs differ in how often they say a label: what its precision is counted over.
static QString targetsText(const HeatmapCell& cell) {
    return cell.mostN <= cell.n
               ? HeatmapView::tr("n = %1").arg(countText(cell.n))
               : HeatmapView::tr("n = %1 to %2").arg(countText(cell.n), countText(cell.mostN));
}

QString HeatmapView::cellNumbers(CellIndex index) const {
    const HeatmapCell& cell = m_heatmap->at(index.layer, index.step);
    const QString mark = markText(index);
    if (!cell.isMeasured()) {
        if (!mark.isEmpty()) return mark;
        return isSpread() && cell.runs == 1 ? tr("one run has no spread") : tr("not measured");
    }
    QStringList words = {spreadText(cell)};
    if (cell.n > 0) words << targetsText(cell);
    if (cell.runs > 1) words << tr("%1 runs").arg(cell.runs);
    if (!mark.isEmpty()) words << mark;
    return words.join(QStringLiteral(" · "));
}

QString HeatmapView::spreadNote() const {
    if (!isSpread() || m_heatmap->hasNumbers()) return {};
    const bool hasRuns = std::any_of(m_heatmap->cells.begin(), m_heatmap->cells.end(),
                                     [](const HeatmapCell& cell) { return cell.runs > 0; });
    if (!hasRuns) return {};
    return tr(
        "No cell has more than one run, and one run has no spread. Choose “mean” under Seeds to see the "
        "scores, or probe with more seeds.");
}

QString HeatmapView::cellText(CellIndex index) const {
    return QStringLiteral("%1: %2").arg(cellName(index), cellNumbers(index));
}

QString HeatmapView::changeText(CellIndex index) const {
    if (!m_pinned || *m_pinned == index) return {};
    const double change =
        m_heatmap->at(index.layer, index.step).value - m_heatmap->at(m_pinned->layer, m_pinned->step).value;
    if (!std::isfinite(change)) return {};
    const std::string& metric = m_heatmap->query.metric;
    const QString size = valueText(std::abs(change), metric);
    const bool isZero = size == valueText(0, metric);
    return (isZero ? QStringLiteral("±") : change > 0 ? QStringLiteral("+") : QStringLiteral("−")) + size;
}

QString HeatmapView::cellTip(CellIndex index) const {
    const HeatmapCell& cell = m_heatmap->at(index.layer, index.step);
    QStringList lines = {cellName(index)};
    if (!cell.isMeasured()) {
        lines << cellNumbers(index);
        return lines.join(QLatin1Char('\n'));
    }
    lines << spreadText(cell);
    QStringList counts;
    if (cell.n > 0) counts << targetsText(cell);
    counts << (cell.runs == 1 ? tr("1 run") : tr("%1 runs").arg(cell.runs));
    lines << counts.join(QStringLiteral(" · "));
    if (const QString mark = markText(index); !mark.isEmpty()) lines << mark;
    lines << tr("click: sentences");
    return lines.join(QLatin1Char('\n'));
}

}  // namespace strata
