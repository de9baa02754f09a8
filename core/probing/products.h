// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "bert/encoder.h"

#include <cstdint>
#include <vector>

namespace strata {

/// The matrix products of probes by oneDNN. Work is cut into pieces of a fixed size, which run side by side
/// when called outside a parallel region and one after the other inside one: the result is the same in both.
/// One object a thread.
class Products {
  public:
    explicit Products(NumberType type = NumberType::Float32) : m_type(type) {}

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
