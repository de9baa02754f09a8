// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "experiment/runner.h"

#include <memory>
#include <string>

namespace strata {

/// What an experiment did, a line each with the time (UTC), in <workspace>/logs. Appended to when the
/// experiment goes on; the oldest half goes when it outgrows 4 MiB. A log that cannot be written keeps no
/// experiment from running.
class RunLog {
  public:
    RunLog(const Workspace& workspace, const ExperimentRow& experiment);
    ~RunLog();
    RunLog(RunLog&&) noexcept;

    void add(const std::string& line);
    /// Progress events are left out.
    void add(const RunnerEvent& event);

  private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

/// The newest part of an experiment's log, at most so many bytes, from the start of a line; empty when there
/// is none. @throws Error when it is there but cannot be read
std::string readRunLog(const Workspace& workspace, const ExperimentRow& experiment, std::size_t mostBytes);

}  // namespace strata
