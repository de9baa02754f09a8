// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <exception>
#include <stop_token>

namespace strata {

/// Thrown on the worker's thread when a stop was requested; being cancelled is an outcome, not an Error.
/// Only the runner and the programs catch it.
class Cancelled : public std::exception {
  public:
    const char* what() const noexcept override { return "cancelled"; }
};

/// Long functions call this at least once per batch.
inline void throwIfStopped(const std::stop_token& stop) {
    if (stop.stop_requested()) throw Cancelled();
}

}  // namespace strata
