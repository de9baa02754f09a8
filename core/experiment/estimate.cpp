// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/estimate.h"

#include "base/system.h"

#include <algorithm>
#include <cstdio>

namespace strata {

namespace {

constexpr const char* kSetting = "estimate";
constexpr double kOperationsPerThread =
    60e9;  ///< a first guess: half of a present-day core with AVX-512 in fp32

}  // namespace

Estimator::Estimator(const Workspace& workspace, int threads)
    : m_rate(kOperationsPerThread * std::max(1, threads > 0 ? threads : processorInfo().cores)) {
    if (const auto text = workspace.setting(kSetting)) {
        double factor = 1;
        int runs = 0;
        if (std::sscanf(text->c_str(), "%lf %d", &factor, &runs) == 2 && factor > 0 && runs > 0) {
            m_factor = factor;
            m_runs = runs;
        }
    }
}

double Estimator::encodingSeconds(const CheckpointInfo& checkpoint, std::int64_t pieces) const {
    // 12 hidden² multiplications a layer and piece, where the intermediate size is 4 hidden.
    const double perPiece =
        24.0 * checkpoint.layers * static_cast<double>(checkpoint.hidden) * checkpoint.hidden;
    return static_cast<double>(pieces) * perPiece / m_rate * m_factor + 0.2;
}

double Estimator::trainingSeconds(const CheckpointInfo& checkpoint, const ProbeSettings& settings, int probes,
                                  std::int64_t trainTargets, std::int64_t scoredTargets) const {
    const double width = settings.classifierHidden > 0 ? settings.classifierHidden : checkpoint.hidden;
    const double perTarget =
        2.0 * 2.0 * checkpoint.hidden * width + 4000;  // the constant: all that is no product
    const double passes = 3.0 * settings.epochs * static_cast<double>(trainTargets) +
                          static_cast<double>(settings.epochs * scoredTargets);
    return passes * perTarget * probes / m_rate * m_factor + 0.1;
}

void Estimator::learn(double expected, double taken) {
    if (!(expected > 0) || !(taken > 0)) return;
    const double ratio = std::clamp(m_factor * taken / expected, 0.01, 100.0);
    m_factor = m_runs == 0 ? ratio : 0.8 * m_factor + 0.2 * ratio;
    ++m_runs;
}

void Estimator::store(Workspace& workspace) const {
    if (m_runs > 0) workspace.setSetting(kSetting, std::to_string(m_factor) + " " + std::to_string(m_runs));
}

}  // namespace strata
