// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Half-open interval of words.
struct WordSpan {
    std::int32_t begin = 0;
    std::int32_t end = 0;
    bool operator==(const WordSpan&) const = default;
};

/// A labelled span, or pair of spans.
struct Target {
    WordSpan span1;
    std::optional<WordSpan> span2;
    std::vector<std::string> labels;  ///< usually one; may be empty for multi-label tasks
    bool operator==(const Target&) const = default;
};

struct Sentence {
    std::string id;  ///< sent_id, or "line 12"
    std::vector<std::string> words;
    std::vector<Target> targets;
    bool operator==(const Sentence&) const = default;
};

/// Something left out while reading, never silently.
struct Omission {
    std::string where;  ///< file:line or sentence id
    std::string what;   ///< "word without pieces", "empty node skipped", …
    bool operator==(const Omission&) const = default;
};

/// One split of an annotated text.
struct Corpus {
    std::filesystem::path file;
    std::vector<Sentence> sentences;
    std::vector<Omission> omissions;
    std::int64_t targetCount() const;
    /// Identity of the content (words, spans, labels), independent of the file format.
    std::string contentHash() const;
};

enum class TagSet { Upos, Xpos };

/// CoNLL-U: one target a word, label = UPOS or XPOS; multiword ranges and empty nodes are skipped. @throws
/// Error
Corpus readConlluPos(const std::filesystem::path& file, TagSet tags);
/// jiant JSON lines ({"text", "targets": [{"span1", "span2"?, "label"}], "info"}). @throws Error with the
/// line, also where targets with one span and with two stand in one file
Corpus readJiantJsonLines(const std::filesystem::path& file);
/// The same from text in memory; `file` names the source in messages. @throws Error
Corpus parseConlluPos(std::string_view text, TagSet tags, const std::filesystem::path& file);
Corpus parseJiantJsonLines(std::string_view text, const std::filesystem::path& file);
/// Either, by looking into the file. @throws Error
Corpus readPosCorpus(const std::filesystem::path& file, TagSet tags);

/// The sorted set (by code point) of all labels of all splits.
std::vector<std::string> labelsOf(const std::vector<const Corpus*>& splits);

}  // namespace strata
