// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/product.h"

#include "base/system.h"
#include "bert/kernels.h"
#include "bert/producttile.h"
#include "bert/scratch.h"

#include <algorithm>

namespace strata {

namespace {

/// Rows of b in a block: a panel of 256 × 16 and six rows of a share a first-level cache of 32 KiB.
constexpr std::ptrdiff_t kBlock = 256;

std::ptrdiff_t roundUp(std::ptrdiff_t value, std::ptrdiff_t unit) {
    return (value + unit - 1) / unit * unit;
}

/// Rows of a [n, k] from column `first` on, in groups of six, each group column by column; zeros fill up.
void packLeft(const MatrixView& a, std::ptrdiff_t n, std::ptrdiff_t first, std::ptrdiff_t k, float* to) {
    for (std::ptrdiff_t group = 0; group < n; group += kTileRows) {
        const std::ptrdiff_t rows = std::min(kTileRows, n - group);
        const float* from = a.data + group * a.rowStride + first * a.columnStride;
        if (rows < kTileRows) std::fill_n(to, kTileRows * k, 0.0f);
        for (std::ptrdiff_t i = 0; i < rows; ++i)
            for (std::ptrdiff_t p = 0; p < k; ++p)
                to[p * kTileRows + i] = from[i * a.rowStride + p * a.columnStride];
        to += kTileRows * k;
    }
}

/// A tile that reaches over the edge of c is computed aside.
void edgeTile(std::ptrdiff_t k, const float* a, const float* b, const float* start, float* c,
              std::ptrdiff_t stride, std::ptrdiff_t rows, std::ptrdiff_t columns) {
    alignas(32) float whole[kTileRows * kTileColumns] = {};
    if (!start)
        for (std::ptrdiff_t i = 0; i < rows; ++i)
            std::copy_n(c + i * stride, columns, whole + i * kTileColumns);
    avx2ProductTile(k, a, b, start, whole, kTileColumns);
    for (std::ptrdiff_t i = 0; i < rows; ++i)
        std::copy_n(whole + i * kTileColumns, columns, c + i * stride);
}

}  // namespace

bool usesOwnProducts() {
#if defined(__x86_64__)
    return &kernels() == &kAvx2Kernels;
#else
    return false;
#endif
}

std::size_t packedSize(std::ptrdiff_t k, std::ptrdiff_t m) {
    return static_cast<std::size_t>(k * roundUp(m, kTileColumns));
}

void packRight(const MatrixView& b, std::ptrdiff_t k, std::ptrdiff_t m, float* packed) {
    for (std::ptrdiff_t first = 0; first < k; first += kBlock) {
        const std::ptrdiff_t rows = std::min(kBlock, k - first);
        for (std::ptrdiff_t panel = 0; panel < m; panel += kTileColumns) {
            const std::ptrdiff_t columns = std::min(kTileColumns, m - panel);
            const float* from = b.data + first * b.rowStride + panel * b.columnStride;
            if (columns < kTileColumns) std::fill_n(packed, rows * kTileColumns, 0.0f);
            if (b.columnStride == 1) {
                for (std::ptrdiff_t p = 0; p < rows; ++p)
                    std::copy_n(from + p * b.rowStride, columns, packed + p * kTileColumns);
            } else {
                for (std::ptrdiff_t j = 0; j < columns; ++j)
                    for (std::ptrdiff_t p = 0; p < rows; ++p)
                        packed[p * kTileColumns + j] = from[p * b.rowStride + j * b.columnStride];
            }
            packed += rows * kTileColumns;
        }
    }
}

std::size_t productScratch(std::ptrdiff_t n) {
    return static_cast<std::size_t>(roundUp(n, kTileRows) * kBlock);
}

void multiplyPacked(const MatrixView& a, std::ptrdiff_t n, const float* packed, std::ptrdiff_t k,
                    std::ptrdiff_t m, const float* bias, float* c, std::ptrdiff_t stride, float* scratch) {
    const std::ptrdiff_t panels = roundUp(m, kTileColumns);
    for (std::ptrdiff_t first = 0; first < k; first += kBlock) {
        const std::ptrdiff_t depth = std::min(kBlock, k - first);
        packLeft(a, n, first, depth, scratch);
        const float* b = packed + first * panels;
        for (std::ptrdiff_t panel = 0; panel < m; panel += kTileColumns, b += depth * kTileColumns) {
            const std::ptrdiff_t columns = std::min(kTileColumns, m - panel);
            alignas(32) float start[kTileColumns] = {};
            if (bias) std::copy_n(bias + panel, columns, start);
            const float* begin = first == 0 ? start : nullptr;
            for (std::ptrdiff_t row = 0; row < n; row += kTileRows) {
                const std::ptrdiff_t rows = std::min(kTileRows, n - row);
                const float* left = scratch + row * depth;
                float* to = c + row * stride + panel;
                if (rows == kTileRows && columns == kTileColumns)
                    avx2ProductTile(depth, left, b, begin, to, stride);
                else
                    edgeTile(depth, left, b, begin, to, stride, rows, columns);
            }
        }
    }
}

void multiply(const MatrixView& a, const MatrixView& b, std::ptrdiff_t n, std::ptrdiff_t k, std::ptrdiff_t m,
              float* c, std::ptrdiff_t stride) {
    thread_local Scratch right, left;
    float* packed = right.floats(static_cast<std::ptrdiff_t>(packedSize(k, m)));
    packRight(b, k, m, packed);
    multiplyPacked(a, n, packed, k, m, nullptr, c, stride,
                   left.floats(static_cast<std::ptrdiff_t>(productScratch(n))));
}

}  // namespace strata
