// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <string_view>

namespace strata {

/// Whether a WordPiece vocabulary (a piece a line) knows capital letters: then its model is a cased one.
/// Special tokens such as [CLS] stand in every vocabulary and do not count.
inline bool holdsCapitals(std::string_view vocabulary) {
    bool isSpecial = false, isLineStart = true;
    for (const char c : vocabulary) {
        if (isLineStart) isSpecial = c == '[';
        isLineStart = c == '\n';
        if (!isSpecial && c >= 'A' && c <= 'Z') return true;
    }
    return false;
}

}  // namespace strata
