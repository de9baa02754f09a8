// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/error.h"
#include "base/file.h"
#include "experiment/spec.h"
#include "store/workspace.h"

namespace strata {

/// Adds the experiment to the workspace (state Waiting). The same spec under the same name is found again,
/// not doubled: that is how `run` resumes; a new note takes the old one's place. Another spec under a name
/// that is taken becomes "name (2)", …: experiments differ in their names.
std::int64_t enqueueExperiment(Workspace& workspace, const ExperimentSpec& spec);

/// Somebody else runs experiments of the workspace.
class QueueBusy : public Error {
  public:
    using Error::Error;
};
/// Held by whoever runs experiments of a workspace: one process at a time.
class QueueLock {
  public:
    /// What is marked running then has lost its runner, and becomes Interrupted.
    /// @param name of the experiment that is to run, for the message. @throws QueueBusy
    QueueLock(Workspace& workspace, const std::string& name);

  private:
    FileLock m_lock;
};

/// At start: experiments marked running whose runner is gone become Interrupted. What may not be written to
/// stays as it is.
void markInterrupted(Workspace& workspace);

/// @throws Error when some process runs this experiment just now
void refuseRunning(Workspace& workspace, std::int64_t experimentId);
/// Deletes an experiment, with the results that no other one uses. @throws Error when it is running: its
/// runner would fail with what it is computing
void deleteIdleExperiment(Workspace& workspace, std::int64_t experimentId);

}  // namespace strata
