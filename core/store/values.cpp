// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "store/values.h"

#include "base/hash.h"

namespace strata {

std::string toString(ExperimentState state) {
    switch (state) {
        case ExperimentState::Waiting:
            return "waiting";
        case ExperimentState::Running:
            return "running";
        case ExperimentState::Paused:
            return "paused";
        case ExperimentState::Interrupted:
            return "interrupted";
        case ExperimentState::Done:
            return "done";
        case ExperimentState::Failed:
            return "failed";
        case ExperimentState::Cancelled:
            return "cancelled";
    }
    return "waiting";
}

std::string RunKeyFields::key() const {
    return ContentHash()
        .add(checkpointHash)
        .add(dataHash)
        .add(settingsJson)
        .add(task)
        .add(split)
        .add(preset)
        .add(static_cast<std::uint64_t>(probeSeed))
        .add(static_cast<std::uint64_t>(protocolVersion))
        .hex();
}

}  // namespace strata
