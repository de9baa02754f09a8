// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "app/cli/output.h"
#include "experiment/runner.h"

namespace strata::cli {

/// Tells on standard error what the runner does.
class RunProgress {
  public:
    RunnerSink sink() {
        return [this](const RunnerEvent& event) { tell(event); };
    }
    /// For what comes before the runs.
    ProgressSink preparation() { return m_status.sink(); }
    std::int64_t runsDone() const { return m_last.runsDone; }
    std::int64_t runsFailed() const { return m_last.runsFailed; }

  private:
    void tell(const RunnerEvent& event);

    StatusLine m_status;
    RunnerEvent m_last;
};

}  // namespace strata::cli
