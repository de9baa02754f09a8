// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/layersummaries.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace strata {

double centreOfGravity(std::span<const double> weights) {
    double sum = 0;
    for (std::size_t l = 0; l < weights.size(); ++l)
        sum += static_cast<double>(l) * weights[l];
    return sum;
}

double divergenceFromUniform(std::span<const double> weights) {
    double sum = 0;
    for (const double weight : weights)
        if (weight > 0) sum += weight * std::log2(weight * static_cast<double>(weights.size()));
    return sum;
}

std::vector<double> differentialScores(std::span<const double> cumulative) {
    std::vector<double> delta;
    for (std::size_t l = 1; l < cumulative.size(); ++l)
        delta.push_back(cumulative[l] - cumulative[l - 1]);
    return delta;
}

std::optional<double> expectedLayer(std::span<const double> cumulative, bool runningMaximum) {
    std::vector<double> scores(cumulative.begin(), cumulative.end());
    if (runningMaximum)
        for (std::size_t l = 1; l < scores.size(); ++l)
            scores[l] = std::max(scores[l], scores[l - 1]);
    const std::vector<double> delta = differentialScores(scores);
    double weighted = 0;
    for (std::size_t i = 0; i < delta.size(); ++i)
        weighted += static_cast<double>(i + 1) * delta[i];
    if (scores.empty() || scores.back() == scores.front()) return std::nullopt;
    return weighted / (scores.back() - scores.front());
}

std::optional<double> divergenceOfGains(std::span<const double> cumulative) {
    std::vector<double> gains = differentialScores(cumulative);
    for (double& gain : gains)
        gain = std::max(gain, 0.0);
    const double sum = std::accumulate(gains.begin(), gains.end(), 0.0);
    if (sum <= 0) return std::nullopt;
    for (double& gain : gains)
        gain /= sum;
    return divergenceFromUniform(gains);
}

}  // namespace strata
