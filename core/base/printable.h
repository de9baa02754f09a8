// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace strata {

/// Text from a file that may be hostile, made fit for a message, a terminal or JSON: invalid UTF-8 and
/// control characters (tab and newline aside) become \xNN, and what is longer than maxBytes is cut with "…".
std::string printable(std::string_view text, std::size_t maxBytes = 2000);

}  // namespace strata
