// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/json.h"

#include <filesystem>
#include <string>
#include <vector>

namespace strata::cli {

/// One thing that `doctor` looked at.
struct Finding {
    enum class Level { Fine, Notice, Serious } level = Level::Fine;
    std::string what;    ///< "BLAS"
    std::string found;   ///< "OpenBLAS 0.3.21, 250 GFLOP/s"
    std::string advice;  ///< what to do, a full sentence; empty when nothing is to be done
    std::string key;     ///< name of `value` in the JSON; empty = none
    Json value = {};
};

/// Versions, processor, matrix rates, threads, memory, disk and, unless empty, the workspace. Takes a few
/// seconds. @param threadsAsked number of threads that the user chose for this; 0 = none
std::vector<Finding> examineSystem(const std::filesystem::path& workspace, int threadsAsked);

}  // namespace strata::cli
