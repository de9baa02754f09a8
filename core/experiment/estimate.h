// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "activations/encodedtext.h"
#include "checkpoint/discovery.h"
#include "probing/probesettings.h"
#include "store/workspace.h"

namespace strata {

/// Seconds that a piece of work should take, from counted operations and an assumed rate; corrected by a
/// factor that the runner learns from what its runs really took on this machine.
class Estimator {
  public:
    explicit Estimator(const Workspace& workspace, int threads);

    double encodingSeconds(const CheckpointInfo& checkpoint, std::int64_t pieces) const;
    double trainingSeconds(const CheckpointInfo& checkpoint, const ProbeSettings& settings, int probes,
                           std::int64_t trainTargets, std::int64_t scoredTargets) const;
    int runsLearntFrom() const { return m_runs; }
    /// Takes in one finished run; both times in seconds.
    void learn(double expected, double taken);
    void store(Workspace& workspace) const;

  private:
    double m_rate;  ///< operations a second
    double m_factor = 1;
    int m_runs = 0;
};

}  // namespace strata
