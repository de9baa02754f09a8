// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "corpora/corpus.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"

#include <set>

namespace strata {

namespace {

constexpr std::uint64_t kMaxFileBytes = 2ull << 30;

}  // namespace

std::int64_t Corpus::targetCount() const {
    std::int64_t count = 0;
    for (const Sentence& sentence : sentences)
        count += static_cast<std::int64_t>(sentence.targets.size());
    return count;
}

std::string Corpus::contentHash() const {
    ContentHash hash;
    const auto addSpan = [&](const WordSpan& span) {
        hash.add(static_cast<std::uint64_t>(span.begin)).add(static_cast<std::uint64_t>(span.end));
    };
    for (const Sentence& sentence : sentences) {
        hash.add(static_cast<std::uint64_t>(sentence.words.size()))
            .add(static_cast<std::uint64_t>(sentence.targets.size()));
        for (const std::string& word : sentence.words)
            hash.add(word);
        for (const Target& target : sentence.targets) {
            addSpan(target.span1);
            addSpan(target.span2.value_or(WordSpan{-1, -1}));
            hash.add(static_cast<std::uint64_t>(target.labels.size()));
            for (const std::string& label : target.labels)
                hash.add(label);
        }
    }
    return hash.hex();
}

Corpus readConlluPos(const std::filesystem::path& file, TagSet tags) {
    return parseConlluPos(readTextFile(file, kMaxFileBytes), tags, file);
}

Corpus readJiantJsonLines(const std::filesystem::path& file) {
    return parseJiantJsonLines(readTextFile(file, kMaxFileBytes), file);
}

Corpus readPosCorpus(const std::filesystem::path& file, TagSet tags) {
    const std::string text = readTextFile(file, kMaxFileBytes);
    const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string::npos)
        throw Error("Cannot read '" + file.string() + "'", "the file is empty",
                    "Choose a CoNLL-U or JSON-lines file");
    return text[first] == '{' ? parseJiantJsonLines(text, file) : parseConlluPos(text, tags, file);
}

std::vector<std::string> labelsOf(const std::vector<const Corpus*>& splits) {
    std::set<std::string> labels;  // by byte, which for UTF-8 is by code point
    for (const Corpus* corpus : splits)
        for (const Sentence& sentence : corpus->sentences)
            for (const Target& target : sentence.targets)
                labels.insert(target.labels.begin(), target.labels.end());
    return {labels.begin(), labels.end()};
}

}  // namespace strata
