// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/signals.h"

#include <ctime>
#include <unistd.h>

namespace strata::cli {

namespace {

sigset_t endingSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

void watch(const std::stop_token& finished, Program& program) {
    const sigset_t set = endingSignals();
    const timespec pause{0, 50'000'000};
    while (!finished.stop_requested()) {
        if (sigtimedwait(&set, nullptr, &pause) < 0) continue;
        if (!program.endsCleanly || program.stop.stop_requested()) _exit(kCancelled);
        program.stop.request_stop();
    }
}

}  // namespace

SignalWatcher::SignalWatcher(Program& program) {
    const sigset_t set = endingSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_thread = std::jthread([&program](const std::stop_token& finished) { watch(finished, program); });
}

SignalWatcher::~SignalWatcher() = default;

}  // namespace strata::cli
