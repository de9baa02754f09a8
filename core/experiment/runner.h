// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/progress.h"
#include "experiment/plan.h"

#include <functional>
#include <stop_token>

namespace strata {

/// Settings of the machine's side; never part of a run's key except numberType (in ProbeSpec::dtype).
struct RunnerSettings {
    int threads = 0;                               ///< 0 = all cores
    std::uint64_t diskBudgetBytes = 50ull << 30;   ///< of the activation cache
    std::uint64_t memoryBudgetBytes = 3ull << 30;  ///< of the probes that train together
    bool cuda = false;
};
RunnerSettings runnerSettings(const Workspace& workspace);
void storeRunnerSettings(Workspace& workspace, const RunnerSettings& settings);

/// What the runner tells while it works; all called on the runner's thread.
struct RunnerEvent {
    enum class Kind { Started, RunStarted, Progress, RunFinished, RunFailed, Finished } kind = Kind::Progress;
    std::int64_t experimentId = 0, runId = 0;
    std::string checkpointName, task;
    Progress progress;  ///< of the phase
    std::int64_t runsDone = 0, runsTotal = 0, runsFailed = 0;
    std::int64_t checkpointsLeftOut = 0;  ///< known as soon as it has started
    double secondsLeft = -1;              ///< negative = not known yet
    std::string message;                  ///< failure in words; with Started what is left out, a line each
};
using RunnerSink = std::function<void(const RunnerEvent&)>;

enum class RunnerOutcome { Done, DoneWithFailures, Cancelled };
/// Runs (or resumes) one experiment to its end, under the workspace's QueueLock. A failing run is recorded
/// and the next goes on; checkpoints that cannot be used are left out, which is stored with the experiment.
/// @throws QueueBusy, with the experiment as it was; Error when nothing can run
RunnerOutcome runExperiment(Workspace& workspace, std::int64_t experimentId, const RunnerSettings& settings,
                            const std::stop_token& stop, const RunnerSink& sink);

}  // namespace strata
