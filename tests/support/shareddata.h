// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdlib>
#include <filesystem>

namespace strata::test {

/// The folder of reference values and real material: STRATA_SHARED, or ../shared beside the project.
/// Empty when it is not there; a test then says QSKIP("needs shared/...") so that the skip is counted.
inline std::filesystem::path sharedFolder() {
    for (const char* variable : {"STRATA_SHARED", "STRATA_SHARED_DEFAULT"}) {
        const char* value = std::getenv(variable);
        if (value && std::filesystem::exists(std::filesystem::path(value) / "golden")) return value;
    }
    return {};
}

}  // namespace strata::test
