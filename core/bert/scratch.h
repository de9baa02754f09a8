// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace strata {

/// Working memory of a long-lived computation: grows but never shrinks, starts at a cache line, zeroed when
/// it grows (so that rows which only fill up a block are ordinary numbers). Contents are not kept over a
/// growth.
class Scratch {
  public:
    std::byte* need(std::int64_t bytes) {
        const auto wanted = (static_cast<std::size_t>(bytes) + 63) / 64 * 64;
        if (wanted > m_bytes) {
            m_memory.reset();
            m_bytes = 0;
            m_memory.reset(static_cast<std::byte*>(std::aligned_alloc(64, wanted)));
            if (!m_memory) throw std::bad_alloc();
            m_bytes = wanted;
            std::memset(m_memory.get(), 0, wanted);
        }
        return m_memory.get();
    }
    const float* floats() const { return reinterpret_cast<const float*>(m_memory.get()); }
    float* floats(std::int64_t count) { return reinterpret_cast<float*>(need(count * 4)); }

  private:
    struct Free {
        void operator()(std::byte* memory) const { std::free(memory); }
    };
    std::unique_ptr<std::byte, Free> m_memory;
    std::size_t m_bytes = 0;
};

}  // namespace strata
