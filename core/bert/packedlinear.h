// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "bert/encoder.h"

#include <cstdint>
#include <memory>
#include <span>

namespace strata {

/// y = activation(x·Wᵀ + b) with the weights packed once for this machine's products (oneDNN). Rows are rounded up to a
/// few shapes, so that only few primitives are ever made: give x and y `paddedRows(rows)` rows.
class PackedLinear {
  public:
    enum class After { Nothing, Gelu, GeluNew, Relu };

    /// @param weight [out, in] row-major; @param bias [out]
    PackedLinear(std::span<const float> weight, std::span<const float> bias, std::int64_t in, std::int64_t out, After after,
                 NumberType inputType, NumberType outputType);
    ~PackedLinear();
    PackedLinear(PackedLinear&&) noexcept;
    PackedLinear& operator=(PackedLinear&&) noexcept;

    /// @param x [rows, in], @param y [rows, out] in the number types given (bfloat16 as 16-bit words)
    void operator()(const void* x, void* y, std::int64_t rows) const;

    static std::int64_t paddedRows(std::int64_t rows);

  private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

}  // namespace strata
