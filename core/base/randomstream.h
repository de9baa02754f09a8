// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

namespace strata {

/// Small reproducible random stream (PCG-XSH-RR 64/32, O'Neill 2014): the same numbers from the same
/// (seed, stream) on every machine, which std::*_distribution does not promise.
class RandomStream {
  public:
    explicit RandomStream(std::uint64_t seed, std::uint64_t stream = 0) : m_increment((stream << 1u) | 1u) {
        next();
        m_state += seed;
        next();
    }

    std::uint32_t next() {
        const std::uint64_t old = m_state;
        m_state = old * 6364136223846793005ull + m_increment;
        const auto shifted = static_cast<std::uint32_t>(((old >> 18u) ^ old) >> 27u);
        const auto rotation = static_cast<std::uint32_t>(old >> 59u);
        return (shifted >> rotation) | (shifted << ((32u - rotation) & 31u));
    }

    /// Uniform in [0, 1) with 24 random bits.
    float uniform() { return static_cast<float>(next() >> 8u) * 0x1p-24f; }
    float uniform(float low, float high) { return low + (high - low) * uniform(); }

    /// Uniform in 0 … bound-1 without bias (Lemire 2019). bound > 0.
    std::uint32_t below(std::uint32_t bound) {
        std::uint64_t product = std::uint64_t{next()} * bound;
        auto low = static_cast<std::uint32_t>(product);
        if (low < bound) {
            const std::uint32_t threshold = (0u - bound) % bound;
            while (low < threshold) {
                product = std::uint64_t{next()} * bound;
                low = static_cast<std::uint32_t>(product);
            }
        }
        return static_cast<std::uint32_t>(product >> 32u);
    }

    /// Standard normal (Box-Muller, one of the pair is dropped for simplicity).
    float normal() {
        const double u = (static_cast<double>(next()) + 1.0) * 0x1p-32;
        const double v = static_cast<double>(next()) * 0x1p-32;
        return static_cast<float>(std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v));
    }

    /// Fisher-Yates.
    template <typename Range>
    void shuffle(Range& range) {
        for (std::size_t i = range.size(); i > 1; --i)
            std::swap(range[i - 1], range[below(static_cast<std::uint32_t>(i))]);
    }

  private:
    std::uint64_t m_state = 0;
    std::uint64_t m_increment;
};

}  // namespace strata
