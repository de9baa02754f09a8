// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace strata {

/// Streaming 128-bit content hash (XXH3). For identity, not for security.
class ContentHash {
  public:
    ContentHash();
    ~ContentHash();
    ContentHash(ContentHash&&) noexcept;
    ContentHash& operator=(ContentHash&&) noexcept;

    ContentHash& add(std::span<const std::byte> bytes);
    ContentHash& add(std::string_view text);  ///< length-prefixed, so that "ab","c" differs from "a","bc"
    ContentHash& add(std::uint64_t number);
    std::string hex() const;  ///< 32 lower-case hexadecimal digits

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

std::string hashOf(std::string_view text);
/// 64-bit hash of a seed and a text, for decisions that must not depend on reading order.
std::uint64_t seededHash(std::uint64_t seed, std::string_view text);

}  // namespace strata
