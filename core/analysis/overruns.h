// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cmath>
#include <vector>

namespace strata {

/// What a number that several runs have is shown as: the same in the map, its profiles and the inspector.

/// NaN for no values.
inline double meanOf(const std::vector<double>& values) {
    double total = 0;
    for (const double value : values)
        total += value;
    return values.empty() ? std::nan("") : total / static_cast<double>(values.size());
}

/// Sample standard deviation; NaN for fewer than two values.
inline double spreadOf(const std::vector<double>& values) {
    if (values.size() < 2) return std::nan("");
    const double mean = meanOf(values);
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

}  // namespace strata
