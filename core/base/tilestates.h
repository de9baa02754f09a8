// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>

namespace strata {

/// Whether a kernel that answers ARCH_GET_XCOMP_SUPP with these states of the processor lets a process use
/// the AMX tiles: it must save both their configuration (17) and their data (18); numbers as in Intel's
/// manual, vol. 1, ch. 13.
constexpr bool savesTiles(std::uint64_t states) {
    constexpr std::uint64_t kTileStates = (std::uint64_t{1} << 17u) | (std::uint64_t{1} << 18u);
    return (states & kTileStates) == kTileStates;
}

}  // namespace strata
