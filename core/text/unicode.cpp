// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "text/unicode.h"

#include "text/unassigned.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace strata::unicode {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool isUnassigned(char32_t codePoint) {
    const auto* range = std::lower_bound(std::begin(kUnassigned), std::end(kUnassigned), codePoint,
                                         [](const auto& entry, char32_t c) { return entry.second < c; });
    return range == std::end(kUnassigned) || range->first <= codePoint;
}

/// As Unicode 14.0 has it, whatever newer version the library knows.
utf8proc_category_t category(char32_t codePoint) {
    if (isUnassigned(codePoint)) return UTF8PROC_CATEGORY_CN;
    return utf8proc_category(static_cast<utf8proc_int32_t>(codePoint));
}

/// Canonical ordering (Unicode 14.0, section 3.11, D109). The library's own takes time in the square of the
/// number of marks on one letter.
void orderMarks(std::u32string& text) {
    const auto combiningClass = [](char32_t c) {
        return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class;
    };
    const auto isMark = [&](char32_t c) { return combiningClass(c) != 0; };
    for (auto begin = std::find_if(text.begin(), text.end(), isMark); begin != text.end();) {
        const auto end = std::find_if_not(begin, text.end(), isMark);
        std::stable_sort(begin, end,
                         [&](char32_t a, char32_t b) { return combiningClass(a) < combiningClass(b); });
        begin = std::find_if(end, text.end(), isMark);
    }
}

bool isContinuation(unsigned char byte) {
    return (byte & 0xC0u) == 0x80u;
}

}  // namespace

std::u32string decode(std::string_view utf8) {
    std::u32string out;
    out.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        if (lead < 0x80) {
            out.push_back(lead);
            ++i;
            continue;
        }
        // Bounds of the second byte shut out overlong forms, surrogates and values past U+10FFFF.
        int length = 0;
        unsigned char low = 0x80, high = 0xBF;
        if (lead >= 0xC2 && lead <= 0xDF) length = 2;
        if (lead >= 0xE0 && lead <= 0xEF) length = 3;
        if (lead >= 0xF0 && lead <= 0xF4) length = 4;
        if (lead == 0xE0) low = 0xA0;
        if (lead == 0xED) high = 0x9F;
        if (lead == 0xF0) low = 0x90;
        if (lead == 0xF4) high = 0x8F;
        if (length == 0) {
            out.push_back(kReplacement);
            ++i;
            continue;
        }
        char32_t value = lead & (0xFFu >> (length + 1));
        int read = 1;
        for (; read < length && i + read < utf8.size(); ++read) {
            const auto byte = static_cast<unsigned char>(utf8[i + read]);
            if (!isContinuation(byte) || (read == 1 && (byte < low || byte > high))) break;
            value = (value << 6u) | (byte & 0x3Fu);
        }
        out.push_back(read == length ? value : kReplacement);
        i += static_cast<std::size_t>(read);
    }
    return out;
}

void append(std::string& utf8, char32_t codePoint) {
    if (codePoint < 0x80) {
        utf8.push_back(static_cast<char>(codePoint));
    } else if (codePoint < 0x800) {
        utf8.push_back(static_cast<char>(0xC0u | (codePoint >> 6u)));
        utf8.push_back(static_cast<char>(0x80u | (codePoint & 0x3Fu)));
    } else if (codePoint < 0x10000) {
        utf8.push_back(static_cast<char>(0xE0u | (codePoint >> 12u)));
        utf8.push_back(static_cast<char>(0x80u | ((codePoint >> 6u) & 0x3Fu)));
        utf8.push_back(static_cast<char>(0x80u | (codePoint & 0x3Fu)));
    } else {
        utf8.push_back(static_cast<char>(0xF0u | (codePoint >> 18u)));
        utf8.push_back(static_cast<char>(0x80u | ((codePoint >> 12u) & 0x3Fu)));
        utf8.push_back(static_cast<char>(0x80u | ((codePoint >> 6u) & 0x3Fu)));
        utf8.push_back(static_cast<char>(0x80u | (codePoint & 0x3Fu)));
    }
}

std::string encode(std::u32string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char32_t c : text)
        append(out, c);
    return out;
}

bool isOther(char32_t c) {
    if (c < 0x80) return c < 0x20 || c == 0x7F;
    switch (category(c)) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_CN:
            return true;
        default:
            return false;
    }
}

bool isAssignedOther(char32_t c) {
    return isOther(c) && (c < 0x80 || category(c) != UTF8PROC_CATEGORY_CN);
}

bool isSpaceSeparator(char32_t c) {
    return c == ' ' || (c >= 0x80 && category(c) == UTF8PROC_CATEGORY_ZS);
}

bool isWhiteSpace(char32_t c) {
    return (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029 || isSpaceSeparator(c);
}

bool isNonspacingMark(char32_t c) {
    return c >= 0x300 && category(c) == UTF8PROC_CATEGORY_MN;
}

bool isBertPunctuation(char32_t c) {
    if (c < 0x80)
        return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
    const auto cat = category(c);
    return cat >= UTF8PROC_CATEGORY_PC && cat <= UTF8PROC_CATEGORY_PO;
}

bool isSpacedIdeograph(char32_t c) {
    if (c < 0x3400) return false;
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
           (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) ||
           (c >= 0x2B820 && c <= 0x2CEAF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

bool isWordCharacter(char32_t c) {
    const auto cat = category(c);
    return (cat >= UTF8PROC_CATEGORY_LU && cat <= UTF8PROC_CATEGORY_NO) || cat == UTF8PROC_CATEGORY_PC;
}

void appendLower(std::u32string& out, char32_t c) {
    if (c < 0x80) {
        out.push_back(c >= 'A' && c <= 'Z' ? c + 32 : c);
    } else if (c == 0x130) {  // the one code point whose unconditional lower case is two (SpecialCasing.txt)
        out.push_back('i');
        out.push_back(0x307);
    } else {
        out.push_back(static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))));
    }
}

std::u32string decomposed(std::u32string_view text) {
    bool isAscii = true;
    for (const char32_t c : text)
        isAscii = isAscii && c < 0x80;
    if (isAscii) return std::u32string(text);
    std::u32string out;
    out.reserve(text.size() + 16);
    for (const char32_t c : text) {
        std::array<utf8proc_int32_t, 16> parts{};  // no code point has more than 4
        int unused = 0;
        const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(),
                                                   parts.size(), UTF8PROC_DECOMPOSE, &unused);
        if (count < 0 || static_cast<std::size_t>(count) > parts.size())
            out.push_back(c);
        else
            out.append(parts.begin(), parts.begin() + count);
    }
    orderMarks(out);
    return out;
}

}  // namespace strata::unicode
