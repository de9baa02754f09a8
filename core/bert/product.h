// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>

namespace strata {

/// Element (i, j) stands at data[i · rowStride + j · columnStride]: a matrix or its transpose.
struct MatrixView {
    const float* data = nullptr;
    std::ptrdiff_t rowStride = 0, columnStride = 1;
};

/// Products in float32 for processors with AVX2 but without AVX-512. oneDNN 2.6 is written for the latter and
/// reaches less than half of the rate of a Zen 3 core; where there is AVX-512, its own products are used.
/// Everything here runs on the calling thread alone.
bool usesOwnProducts();

/// Floats that b [k, m] takes when packed: panels of 16 columns, in blocks of rows that fit a first-level
/// cache.
std::size_t packedSize(std::ptrdiff_t k, std::ptrdiff_t m);
void packRight(const MatrixView& b, std::ptrdiff_t k, std::ptrdiff_t m, float* packed);

/// Floats of working memory that a product of n rows wants.
std::size_t productScratch(std::ptrdiff_t n);
/// c [n, m] (rows `stride` apart) = a [n, k] · b + bias.
/// @param packed from packRight(b, k, m) @param bias [m], or null for none
/// @pre usesOwnProducts()
void multiplyPacked(const MatrixView& a, std::ptrdiff_t n, const float* packed, std::ptrdiff_t k,
                    std::ptrdiff_t m, const float* bias, float* c, std::ptrdiff_t stride, float* scratch);

/// The same without bias for a factor that is used once.
void multiply(const MatrixView& a, const MatrixView& b, std::ptrdiff_t n, std::ptrdiff_t k, std::ptrdiff_t m,
              float* c, std::ptrdiff_t stride);

}  // namespace strata
