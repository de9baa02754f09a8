// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>

namespace strata {

constexpr std::ptrdiff_t kTileRows = 6, kTileColumns = 16;  ///< 12 sums in the 16 registers of AVX2

/// c [6, 16] = start + Σ_p a[p·6 + i] · b[p·16 + j], p = 0 … k-1.
/// @param start 16 numbers for every row; null = what c holds
void avx2ProductTile(std::ptrdiff_t k, const float* a, const float* b, const float* start, float* c,
                     std::ptrdiff_t stride);

}  // namespace strata
