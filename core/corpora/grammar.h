// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "corpora/corpus.h"

#include <cstdint>
#include <string>
#include <vector>

namespace strata {

/// The demo's small English-like language: a grammar with gold tags by construction, many words whose tag
/// only their context decides ("record", "light", "that", "her" …), agreement over a distance, and inflected
/// forms that WordPiece cuts in two. Written for this project.
class DemoLanguage {
  public:
    explicit DemoLanguage(std::uint64_t seed) : m_seed(seed) {}

    /// Sentences number `first` … `first + count − 1` of the endless text of this seed: the same every time,
    /// and disjoint ranges are disjoint texts.
    Corpus sentences(std::int64_t first, std::int64_t count) const;
    /// A WordPiece vocabulary for it: special tokens first, then whole words and endings (##s, ##ed, ##ing,
    /// ##ly).
    static std::vector<std::string> vocabulary();

  private:
    std::uint64_t m_seed;
};

/// Writes a corpus with one label a word as CoNLL-U (the label as UPOS). @throws Error
void writeConllu(const Corpus& corpus, const std::filesystem::path& file);

}  // namespace strata
