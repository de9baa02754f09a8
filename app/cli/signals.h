// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "app/cli/program.h"

#include <csignal>
#include <thread>

namespace strata::cli {

/// Turns SIGINT and SIGTERM into a stop request for as long as it lives; a second signal ends the program at
/// once.
class SignalWatcher {
  public:
    explicit SignalWatcher(Program& program);
    ~SignalWatcher();
    SignalWatcher(const SignalWatcher&) = delete;
    SignalWatcher& operator=(const SignalWatcher&) = delete;

  private:
    std::jthread m_thread;
};

}  // namespace strata::cli
