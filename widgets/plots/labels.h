// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"

#include <QString>

namespace strata {

/// Numbers and names as a reader of a figure wants them: the same on screen, on paper and in the tests.

/// For axes, rounded to three figures from 10,000 on: "800", "20k", "1.1M" for 1,097,360; "–" for a
/// checkpoint without a step.
QString stepLabel(const std::optional<std::int64_t>& step);
/// Exactly, for words about one step: "800", "20k", "1,097,360".
QString stepText(const std::optional<std::int64_t>& step);
/// "seed 1", "no seed"; empty for a column that is not of one seed.
QString seedText(const Heatmap& heatmap, std::size_t column);
/// Scores between 0 and 1 are shown as percent, other metrics (loss, centre of gravity) as they are.
bool isShownAsPercent(const std::string& metric);
/// "93.7" for a score of 0.937, "2.71" for a centre of gravity; "" when not measured.
QString valueText(double value, const std::string& metric);
/// The same for one tick of several, without decimals when none of them needs any.
QString tickText(double tick, const std::vector<double>& ticks, const std::string& metric);
/// What hatched cells are, for a legend: "not measured", or of a map of spreads "only one run"; empty when
/// none is hatched.
QString hatchText(const Heatmap& heatmap);
/// "micro-F1" for micro_f1.
QString metricText(const std::string& metric);
QString taskText(const std::string& task);  ///< "Part of speech" for pos
QString layerText(const std::string& layer);
/// Which of `count` labels to draw when each needs `needed` and gets `pitch`: every k-th with k from 1, 2, 5,
/// 10, 20 …, and always the last when it does not touch its neighbour.
std::vector<std::size_t> thinnedLabels(std::size_t count, double pitch, double needed);

}  // namespace strata
