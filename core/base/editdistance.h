// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>
#include <string_view>

namespace strata {

/// Letters to change, add or drop to come from one word to the other (Levenshtein). Time and memory grow with
/// the product of the lengths: cut what a file says before asking.
std::size_t editDistance(std::string_view a, std::string_view b);

}  // namespace strata
