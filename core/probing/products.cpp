// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/products.h"

#include "base/error.h"

#include <dnnl.hpp>

#include <algorithm>

namespace strata {

namespace {

constexpr std::int64_t kPiece = 384;  ///< rows or columns of the result in one piece

/// c [rows, columns] = op(a)·op(b), row-major, as BLAS has it.
void product(char transposeA, char transposeB, std::int64_t rows, std::int64_t columns, std::int64_t inner,
             const float* a, std::int64_t strideA, const float* b, std::int64_t strideB, float* c,
             std::int64_t strideC) {
    if (dnnl::sgemm(transposeA, transposeB, rows, columns, inner, 1.0f, a, strideA, b, strideB, 0.0f, c,
                    strideC) != dnnl::status::success)
        throw Error("Cannot multiply matrices", "oneDNN refused a product of " + std::to_string(rows) + "x" +
                                                    std::to_string(inner) + " by " + std::to_string(columns));
}

template <typename Body>
void inPieces(std::int64_t size, const Body& body) {
    const std::int64_t pieces = (size + kPiece - 1) / kPiece;
#pragma omp parallel for schedule(static) if (pieces > 1)
    for (std::int64_t p = 0; p < pieces; ++p)
        body(p * kPiece, std::min(kPiece, size - p * kPiece));
}

}  // namespace

void Products::timesTransposed(const float* a, const float* b, float* c, std::int64_t n, std::int64_t m,
                               std::int64_t k) {
    m_operations += 2.0 * static_cast<double>(n) * static_cast<double>(m) * static_cast<double>(k);
    inPieces(m, [&](std::int64_t at, std::int64_t size) {
        product('N', 'T', n, size, k, a, k, b + at * k, k, c + at, m);
    });
}

void Products::times(const float* a, const float* b, float* c, std::int64_t n, std::int64_t m,
                     std::int64_t k) {
    m_operations += 2.0 * static_cast<double>(n) * static_cast<double>(m) * static_cast<double>(k);
    inPieces(m, [&](std::int64_t at, std::int64_t size) {
        product('N', 'N', n, size, k, a, k, b + at, m, c + at, m);
    });
}

void Products::transposedTimes(const float* a, const float* b, float* c, std::int64_t n, std::int64_t m,
                               std::int64_t k) {
    m_operations += 2.0 * static_cast<double>(n) * static_cast<double>(m) * static_cast<double>(k);
    inPieces(k, [&](std::int64_t at, std::int64_t size) {
        product('T', 'N', size, m, n, a + at, k, b, m, c + at * m, m);
    });
}

}  // namespace strata
