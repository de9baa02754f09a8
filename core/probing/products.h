// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "bert/encoder.h"

#include <cstdint>
#include <vector>

namespace strata {

/// The matrix products of probes by oneDNN, float32 in and out; with BFloat16 the factors are rounded first
/// and added up in float32. Work is cut into pieces of a size that depends on the shape alone, each done by
/// one thread: side by side when called outside a parallel region, one after the other inside one. The result
/// is the same in both. One object a thread.
class Products {
  public:
    /// bf16 on a processor that does not multiply it in hardware is computed in float32.
    explicit Products(NumberType type = NumberType::Float32);

    /// c [n, m] = a [n, k] · b [m, k]ᵀ
    void timesTransposed(const float* a, const float* b, float* c, std::int64_t n, std::int64_t m,
                         std::int64_t k);
    /// c [n, m] = a [n, k] · b [k, m]
    void times(const float* a, const float* b, float* c, std::int64_t n, std::int64_t m, std::int64_t k);
    /// c [k, m] = a [n, k]ᵀ · b [n, m]
    void transposedTimes(const float* a, const float* b, float* c, std::int64_t n, std::int64_t m,
                         std::int64_t k);

    double operations() const { return m_operations; }  ///< 2·n·m·k each

  private:
    NumberType m_type;
    double m_operations = 0;
    std::vector<std::uint16_t> m_a, m_b;  ///< bfloat16 copies of the factors
};

}  // namespace strata
