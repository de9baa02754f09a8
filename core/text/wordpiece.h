// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace strata {

/// A WordPiece vocabulary and its greedy longest-match-first split. Immutable after the last add().
class WordPieceVocabulary {
  public:
    /// A repeated piece is looked up under its last id, as the reference does. @return false when it was
    /// there
    bool add(std::string piece, std::int32_t id);
    /// Names an id that the split must never produce (an added token).
    void addName(std::string piece, std::int32_t id);
    void setContinuingPrefix(std::string prefix) { m_prefix = std::move(prefix); }

    std::optional<std::int32_t> idOf(std::string_view piece) const;
    const std::string* pieceOf(std::int32_t id) const;
    /// One more than the largest id.
    std::int32_t size() const { return static_cast<std::int32_t>(m_pieces.size()); }
    const std::vector<std::string>& pieces() const { return m_pieces; }

    /// Appends the ids of one word; `unknown` alone when any part fails or the word is too long.
    void split(std::u32string_view word, int maxCharacters, std::int32_t unknown,
               std::vector<std::int32_t>& ids) const;

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> m_ids;
    std::vector<std::string> m_pieces;  ///< by id
    std::string m_prefix = "##";
    std::size_t m_longestBytes = 0;
};

}  // namespace strata
