// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/progress.h"
#include "checkpoint/discovery.h"
#include "experiment/spec.h"
#include "store/workspace.h"

#include <stop_token>

namespace strata {

/// One run of the plan with what it needs.
struct PlannedRun {
    std::size_t checkpoint = 0;       ///< index into Plan::checkpoints
    std::size_t task = 0, probe = 0;  ///< indices into the spec
    std::uint64_t seed = 0;
    bool isThere = false;  ///< its result is in the workspace already
    std::string key;
};

/// Something of a text that an experiment goes without.
struct PlanOmission {
    std::string task, split, where, what;
};

/// What an experiment will cost, before it starts.
struct Plan {
    ExperimentSpec spec;
    std::vector<CheckpointInfo> checkpoints;  ///< usable ones, corrected names applied
    std::vector<CheckpointInfo> unusable;     ///< with their problem
    std::vector<std::string> missing;         ///< entries of the spec that name no checkpoint folder
    std::vector<PlannedRun>
        runs;  ///< in the order they will run: first, middle, last checkpoint, then halves between
    std::int64_t runsThere = 0;
    std::int64_t encodingPasses = 0, encodingPassesCached = 0;    ///< checkpoint × text
    std::uint64_t diskBytes = 0;                                  ///< activations still to be written
    double secondsExpected = 0, secondsLow = 0, secondsHigh = 0;  ///< an estimate with its range
    std::string estimateBasis;  ///< "measured on this machine: 12 earlier runs" or "from the matrix rate"
    std::vector<std::int64_t> checkpointIds;  ///< rows of the workspace, beside `checkpoints`
    std::vector<std::string> warnings;        ///< same weights twice, sentences left out, …
    std::vector<PlanOmission> omissions;      ///< all that the warnings count
};

class Material;

/// Reads data and headers, hashes checkpoints that have no hash yet (remembered in the workspace).
/// @throws Error, Cancelled
Plan makePlan(const ExperimentSpec& spec, Workspace& workspace, const std::stop_token& stop = {},
              const ProgressSink& progress = {});
/// The same, keeping the texts read for whoever runs the plan.
Plan makePlan(const ExperimentSpec& spec, Workspace& workspace, Material& material,
              const std::stop_token& stop, const ProgressSink& progress);
Json toJson(const Plan& plan);

/// First, last, middle, then the middles of the gaps: the order that shows the coarse picture first.
std::vector<std::size_t> coarseOrder(std::size_t count);

}  // namespace strata
