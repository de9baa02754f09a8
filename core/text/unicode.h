// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata::unicode {

/// Decodes UTF-8; every maximal invalid part becomes one U+FFFD.
std::u32string decode(std::string_view utf8);
void append(std::string& utf8, char32_t codePoint);
std::string encode(std::u32string_view text);

/// Category C*: control, format, private use, surrogate, unassigned.
bool isOther(char32_t codePoint);
/// Category C* without unassigned (what the fast library calls control).
bool isAssignedOther(char32_t codePoint);
/// Category Zs.
bool isSpaceSeparator(char32_t codePoint);
/// Property White_Space, which also holds U+000B, U+000C, U+0085, U+2028 and U+2029.
bool isWhiteSpace(char32_t codePoint);
/// Category Mn.
bool isNonspacingMark(char32_t codePoint);
/// Category P*, or any ASCII symbol, as BERT counts punctuation.
bool isBertPunctuation(char32_t codePoint);
/// The eight blocks of ideographs that BERT puts spaces around (not kana, not Hangul).
bool isSpacedIdeograph(char32_t codePoint);
/// Letters, digits, marks and underscore: what bounds a "single word" added token.
bool isWordCharacter(char32_t codePoint);
/// Lower case code point by code point (U+0130 becomes two), never by context.
void appendLower(std::u32string& out, char32_t codePoint);
/// Canonical decomposition (NFD) with canonical order.
std::u32string decomposed(std::u32string_view text);

}  // namespace strata::unicode
