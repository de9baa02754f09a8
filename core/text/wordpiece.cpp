// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "text/wordpiece.h"

#include "text/unicode.h"

#include <algorithm>

namespace strata {

bool WordPieceVocabulary::add(std::string piece, std::int32_t id) {
    m_longestBytes = std::max(m_longestBytes, piece.size());
    addName(piece, id);
    return m_ids.insert_or_assign(std::move(piece), id).second;
}

void WordPieceVocabulary::addName(std::string piece, std::int32_t id) {
    const auto index = static_cast<std::size_t>(id);
    if (m_pieces.size() <= index) m_pieces.resize(index + 1);
    m_pieces[index] = std::move(piece);
}

std::optional<std::int32_t> WordPieceVocabulary::idOf(std::string_view piece) const {
    const auto found = m_ids.find(piece);
    return found == m_ids.end() ? std::nullopt : std::optional(found->second);
}

const std::string* WordPieceVocabulary::pieceOf(std::int32_t id) const {
    return id >= 0 && id < size() ? &m_pieces[static_cast<std::size_t>(id)] : nullptr;
}

void WordPieceVocabulary::split(std::u32string_view word, int maxCharacters, std::int32_t unknown,
                                std::vector<std::int32_t>& ids) const {
    if (word.size() > static_cast<std::size_t>(maxCharacters)) {
        ids.push_back(unknown);
        return;
    }
    // `text` holds the prefix and then the rest of the word, so that a candidate is one view into it.
    std::string text = m_prefix;
    std::vector<std::size_t> ends;  // byte position behind each code point
    ends.reserve(word.size());
    for (const char32_t c : word) {
        unicode::append(text, c);
        ends.push_back(text.size());
    }
    const std::size_t before = ids.size();
    std::size_t start = 0;  // in code points
    std::string candidate;
    while (start < word.size()) {
        const std::size_t begin = start == 0 ? m_prefix.size() : ends[start - 1];
        const std::size_t prefixBytes = start > 0 ? m_prefix.size() : 0;
        // Only what is no longer than the longest piece is tried: a long word costs no square of its length.
        const std::size_t most = m_longestBytes > prefixBytes ? m_longestBytes - prefixBytes : 0;
        auto end =
            static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), begin + most) - ends.begin());
        std::optional<std::int32_t> found;
        for (; end > start; --end) {
            const std::string_view part(text.data() + begin, ends[end - 1] - begin);
            if (start == 0) {
                found = idOf(part);
            } else {
                candidate.assign(m_prefix);
                candidate.append(part);
                found = idOf(candidate);
            }
            if (found) break;
        }
        if (!found) {
            ids.resize(before);
            ids.push_back(unknown);
            return;
        }
        ids.push_back(*found);
        start = end;
    }
}

}  // namespace strata
