// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"

#include <cmath>

namespace strata::test {

/// A heatmap of invented numbers that rise with the step and peak in the middle layers.
inline Heatmap inventedHeatmap(int layers, const std::vector<std::int64_t>& steps, bool mix = true) {
    Heatmap heatmap;
    heatmap.query.experimentId = 1;
    heatmap.query.task = "pos";
    heatmap.query.split = "dev";
    heatmap.title = "Part of speech: micro-F1 on dev";
    heatmap.subtitle =
        "EWT dev · preset zertuche-liu-2021 (corrected) · n = 25,147 targets a cell · mean of 3 probe seeds";
    heatmap.settingsText = "preset zertuche-liu-2021, epochs 5, learning_rate 0.001";
    for (int layer = 0; layer < layers; ++layer)
        heatmap.layers.push_back(std::to_string(layer));
    if (mix) heatmap.layers.push_back("mix");
    for (const std::int64_t step : steps)
        heatmap.steps.emplace_back(step);
    const auto columns = static_cast<double>(steps.size());
    heatmap.cells.resize(heatmap.layers.size() * steps.size());
    for (std::size_t layer = 0; layer < heatmap.layers.size(); ++layer) {
        const bool isMix = heatmap.layers[layer] == "mix";
        const double depth = layers > 1 && !isMix ? static_cast<double>(layer) / (layers - 1) : 0.4;
        for (std::size_t step = 0; step < steps.size(); ++step) {
            HeatmapCell& cell = heatmap.cells[layer * steps.size() + step];
            const double learnt = 1 - std::exp(-3.5 * (static_cast<double>(step) + 0.2) / columns);
            cell.value =
                0.6 + 0.36 * learnt * (1 - 0.3 * (depth - 0.4) * (depth - 0.4)) + (isMix ? 0.015 : 0);
            cell.spread = 0.004 + 0.01 * (1 - learnt);
            cell.n = 25147;
            cell.runs = 3;
            cell.runIds = {static_cast<std::int64_t>(step * 3 + 1), static_cast<std::int64_t>(step * 3 + 2),
                           static_cast<std::int64_t>(step * 3 + 3)};
        }
    }
    heatmap.centreOfGravity.assign(steps.size(), layers * 0.45);
    heatmap.majority.assign(steps.size(), 0.168);
    heatmap.low = 0.6;
    heatmap.high = 0.97;
    return heatmap;
}

inline Heatmap mockHeatmap() {
    Heatmap heatmap = inventedHeatmap(7, {0, 25, 50, 100, 200, 400, 800, 1600, 3200, 5400});
    for (const std::size_t layer : {5, 6})
        heatmap.cells[layer * 10 + 8] = {};
    return heatmap;
}

inline std::vector<std::int64_t> manySteps() {
    std::vector<std::int64_t> steps;
    for (int i = 0; i < 145; ++i)
        steps.push_back(i < 10 ? i * 2000 : 20000 + (i - 10) * 14000);
    return steps;
}

}  // namespace strata::test
