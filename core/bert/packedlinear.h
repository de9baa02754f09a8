// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "bert/encoder.h"

#include <cstdint>
#include <memory>
#include <span>

namespace strata {

/// y = activation(x·Wᵀ + b) with the weights packed once for this machine's products (oneDNN's, or ours where
/// there is no AVX-512). Rows are
/// rounded up to a few shapes, so that only few primitives are ever made: give x and y `paddedRows(rows)`
/// rows. Two ways to run: with all threads on many rows, or each thread by itself on a tile of rows that
/// stays in its cache.
class PackedLinear {
  public:
    enum class After { Nothing, Gelu, GeluNew, Relu };

    /// @param weight [out, in] row-major; @param bias [out]
    /// @param tileRows > 0: packed for tiles of about so many rows, computed by onThisThread
    PackedLinear(std::span<const float> weight, std::span<const float> bias, std::int64_t in,
                 std::int64_t out, After after, NumberType inputType, NumberType outputType,
                 std::int64_t tileRows = 0);
    ~PackedLinear();
    PackedLinear(PackedLinear&&) noexcept;
    PackedLinear& operator=(PackedLinear&&) noexcept;

    /// @param x [rows, in], @param y [rows, out] in the number types given (bfloat16 as 16-bit words)
    void operator()(const void* x, void* y, std::int64_t rows) const;

    /// Makes what onThisThread needs for so many rows (not rounded). @return bytes of scratch memory it will
    /// want
    std::size_t prepareTile(std::int64_t rows);
    /// The same product on the calling thread alone; may run on several threads at once.
    /// @param rows as prepared @param scratch aligned to 64 bytes, of the size that prepareTile told; one per
    /// thread
    void onThisThread(const void* x, void* y, std::int64_t rows, void* scratch) const;

    static std::int64_t paddedRows(std::int64_t rows);

  private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

}  // namespace strata
