// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/estimate.h"

#include "base/system.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace strata {

namespace {

constexpr const char* kSetting = "estimate";
constexpr double kOperationsPerThread =
    60e9;  ///< a first guess: half of a present-day core with AVX-512 in fp32

}  // namespace

Estimator::Estimator(const Workspace& workspace, int threads)
    : m_rate(kOperationsPerThread * std::max(1, threads > 0 ? threads : processorInfo().cores)) {
    if (const auto text = workspace.setting(kSetting)) {
        // Not scanf and to_string: they take the decimal point from the user's locale.
        double factor = 1;
        int runs = 0;
        const char* end = text->c_str() + text->size();
        const auto number = std::from_chars(text->c_str(), end, factor);
        const bool isRead = number.ec == std::errc() && number.ptr != end &&
                            std::from_chars(number.ptr + 1, end, runs).ec == std::errc();
        if (isRead && factor > 0 && runs > 0) {
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
    if (m_runs > 0) workspace.setSetting(kSetting, fmt::format("{} {}", m_factor, m_runs));
}

}  // namespace strata
