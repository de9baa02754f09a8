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
    double secondsLeft = -1;  ///< negative = not known yet
    std::string message;      ///< failure in words; with Started what is left out, a line each
};
using RunnerSink = std::function<void(const RunnerEvent&)>;

/// Adds the experiment to the workspace (state Waiting). The same spec under the same name is found again,
/// not doubled: that is how `run` resumes; a new note takes the old one's place. Another spec under a name
/// that is taken becomes "name (2)", …: experiments differ in their names.
std::int64_t enqueueExperiment(Workspace& workspace, const ExperimentSpec& spec);

enum class RunnerOutcome { Done, DoneWithFailures, Cancelled };
/// Runs (or resumes) one experiment to its end. Holds the workspace's queue lock; @throws Error when another
/// process runs this workspace's queue, or when nothing can run. A failing run is recorded and the next goes
/// on.
RunnerOutcome runExperiment(Workspace& workspace, std::int64_t experimentId, const RunnerSettings& settings,
                            const std::stop_token& stop, const RunnerSink& sink);
/// @throws Error as runExperiment() does when some process runs this workspace's queue just now
void refuseBusyQueue(const Workspace& workspace, const std::string& name);
/// At start: experiments marked running whose runner is gone become Interrupted.
void markInterrupted(Workspace& workspace);

}  // namespace strata
