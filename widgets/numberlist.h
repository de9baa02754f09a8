// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace strata {

/// "0-3, 6" → 0, 1, 2, 3, 6: whole numbers and ranges with commas between, each once, in the order written.
/// Nothing when it is anything else, a number is above `most`, or there are more than `mostCount`.
[[nodiscard]] std::optional<std::vector<std::uint64_t>> numberList(const QString& text, std::uint64_t most,
                                                                   std::size_t mostCount = 1000);
/// The other way, with ranges for three and more in a row: "0-3, 6".
QString numberListText(const std::vector<std::uint64_t>& numbers);

}  // namespace strata
