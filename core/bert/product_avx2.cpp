// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/producttile.h"

#if defined(__x86_64__)

#include <immintrin.h>

namespace strata {

void avx2ProductTile(std::ptrdiff_t k, const float* a, const float* b, const float* start, float* c,
                     std::ptrdiff_t stride) {
    __m256 sums[kTileRows][2];
    for (auto& row : sums)
        row[0] = row[1] = _mm256_setzero_ps();
    for (std::ptrdiff_t p = 0; p < k; ++p) {
        const __m256 left = _mm256_load_ps(b), right = _mm256_load_ps(b + 8);
#pragma GCC unroll 6
        for (int i = 0; i < kTileRows; ++i) {
            const __m256 one = _mm256_broadcast_ss(a + i);
            sums[i][0] = _mm256_fmadd_ps(one, left, sums[i][0]);
            sums[i][1] = _mm256_fmadd_ps(one, right, sums[i][1]);
        }
        a += kTileRows;
        b += kTileColumns;
    }
#pragma GCC unroll 6
    for (int i = 0; i < kTileRows; ++i) {
        float* row = c + i * stride;
        const float* from = start ? start : row;
        _mm256_storeu_ps(row, _mm256_add_ps(sums[i][0], _mm256_loadu_ps(from)));
        _mm256_storeu_ps(row + 8, _mm256_add_ps(sums[i][1], _mm256_loadu_ps(from + 8)));
    }
}

}  // namespace strata

#endif
