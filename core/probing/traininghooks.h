// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "probing/probeshape.h"
#include "probing/probesweep.h"

#include <functional>
#include <span>
#include <vector>

namespace strata {

/// Internal: what tests put in place of the random parts, and what they may look at.
struct TrainingHooks {
    /// Sets the initial parameters of a probe after the random ones.
    std::function<void(const ProbeInput&, const ProbeShape&, std::span<float>)> initial;
    /// Batches of every epoch, in place of the shuffled ones.
    std::vector<std::vector<std::int32_t>> batches;
    std::function<void(std::size_t probe, std::int64_t step, double loss)> step;
    std::function<void(std::size_t probe, const ProbeShape&, std::span<const float>)> trained;
};

SweepResult trainProbes(const ProbeSettings& settings, std::uint64_t seed,
                        const std::vector<ProbeInput>& inputs, const ProbeSplit& train,
                        const ProbeSplit& score, const std::vector<std::string>& labels,
                        NumberType numberType, const std::stop_token& stop, const ProgressSink& progress,
                        const TrainingHooks& hooks);

}  // namespace strata
