// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/printable.h"

#include <cstdint>

namespace strata {

namespace {

/// Length of the well-formed UTF-8 sequence at the front (Unicode 15, table 3-7); 0 = none.
std::size_t sequenceLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                               : first >= 0xE0 && first <= 0xEF ? 3
                               : first >= 0xF0 && first <= 0xF4 ? 4
                                                                : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0u) != 0x80u) return 0;
    const bool isOverlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    const bool isNoCharacter = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
    return isOverlong || isNoCharacter ? 0 : length;
}

}  // namespace

std::string printable(std::string_view text, std::size_t maxBytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequenceLength(text.substr(at));
        const auto first = static_cast<std::uint8_t>(text[at]);
        const bool isControl = (first < 0x20 && first != '\n' && first != '\t') || first == 0x7F;
        const bool isEscaped = length == 0 || isControl;
        if (out.size() + (isEscaped ? 4 : length) > maxBytes) return out + "…";
        if (isEscaped) {
            out += {'\\', 'x', kDigits[first >> 4u], kDigits[first & 15u]};
            ++at;
        } else {
            out += text.substr(at, length);
            at += length;
        }
    }
    return out;
}

}  // namespace strata
