// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/signals.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>
#include <unistd.h>

namespace strata::cli {

namespace {

/// Written by the handler, which may run on any thread: libraries start some before main(), so that blocking
/// the signals here would not keep them from ending the process.
std::atomic<int> signalsSeen{0};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void noteSignal(int) {
    signalsSeen.fetch_add(1, std::memory_order_relaxed);
}

void watch(const std::stop_token& finished, Program& program) {
    int handled = 0;
    while (!finished.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (signalsSeen.load(std::memory_order_relaxed) == handled) continue;
        ++handled;
        if (!program.endsCleanly || program.stop.stop_requested()) _exit(kCancelled);
        program.stop.request_stop();
    }
}

}  // namespace

SignalWatcher::SignalWatcher(Program& program) {
    struct sigaction action {};
    action.sa_handler = noteSignal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM})
        ::sigaction(signal, &action, nullptr);
    m_thread = std::jthread([&program](const std::stop_token& finished) { watch(finished, program); });
}

SignalWatcher::~SignalWatcher() = default;

}  // namespace strata::cli
