// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace strata {

/// One message of a long function: (done, total) in the unit that `text` names; total 0 = unknown.
struct Progress {
    std::string phase;  ///< "scan", "hash", "encode", "train", "score", "store", "pretrain"
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::string text;  ///< one line for a person
    double loss = -1;  ///< live loss while training; negative = none

    bool operator==(const Progress&) const = default;
};

/// Called on the thread of the long function; must be cheap. May be empty.
using ProgressSink = std::function<void(const Progress&)>;

inline void report(const ProgressSink& sink, const Progress& progress) {
    if (sink) sink(progress);
}

}  // namespace strata
