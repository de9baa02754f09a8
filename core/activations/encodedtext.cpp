// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "activations/encodedtext.h"

#include "base/hash.h"

#include <algorithm>
#include <map>
#include <optional>

namespace strata {

namespace {

/// Inclusive pieces of a word span, [CLS] = 0; nullopt when none of its words has a piece.
std::optional<PieceSpan> project(const WordSpan& span, const std::vector<std::int32_t>& offsets) {
    const std::int32_t first = offsets[static_cast<std::size_t>(span.begin)] + 1;
    const std::int32_t last = offsets[static_cast<std::size_t>(span.end)];
    if (last < first) return std::nullopt;
    return PieceSpan{first, last};
}

}  // namespace

PieceCorpus toPieces(const Corpus& corpus, const Tokenizer& tokenizer, const std::vector<std::string>& labels,
                     const PieceOptions& options) {
    std::map<std::string, std::int32_t> labelIndex;
    for (std::size_t i = 0; i < labels.size(); ++i)
        labelIndex.emplace(labels[i], static_cast<std::int32_t>(i));
    PieceCorpus text;
    ContentHash hash;
    for (std::size_t index = 0; index < corpus.sentences.size(); ++index) {
        if (options.sentenceLimit > 0 && static_cast<std::int64_t>(text.sentences.size()) == options.sentenceLimit) break;
        const Sentence& sentence = corpus.sentences[index];
        const auto omit = [&](const std::string& what) { text.omissions.push_back({sentence.id, what}); };
        if (sentence.targets.empty()) {
            omit("sentence without targets");
            continue;
        }
        const WordPieces pieces = tokenizer.tokenizeWords(sentence.words);
        const std::int32_t room = options.maxPieces - 2;
        auto count = static_cast<std::int32_t>(pieces.ids.size());
        if (count > room && options.passOverLong) {
            omit("sentence of " + std::to_string(count + 2) + " pieces passed over, at most " + std::to_string(options.maxPieces));
            continue;
        }
        if (count > room) {
            omit("sentence of " + std::to_string(count + 2) + " pieces cut to " + std::to_string(options.maxPieces));
            count = room;
        }
        PieceSentence out;
        out.sentence = static_cast<std::int32_t>(index);
        for (std::size_t t = 0; t < sentence.targets.size(); ++t) {
            const Target& target = sentence.targets[t];
            const auto span1 = project(target.span1, pieces.offsets);
            const auto span2 = target.span2 ? project(*target.span2, pieces.offsets) : span1;
            if (!span1 || !span2) {
                omit("target " + std::to_string(t + 1) + " has no piece");
                continue;
            }
            if (span1->last > count || span2->last > count) {
                omit("target " + std::to_string(t + 1) + " was cut off");
                continue;
            }
            PieceTarget piece{*span1, *span2, {}, out.sentence, static_cast<std::int32_t>(t)};
            for (const std::string& label : target.labels)
                if (const auto found = labelIndex.find(label); found != labelIndex.end()) piece.labels.push_back(found->second);
            text.twoSpans = text.twoSpans || target.span2.has_value();
            out.targets.push_back(std::move(piece));
        }
        if (out.targets.empty()) {
            omit("sentence left without targets");
            continue;
        }
        out.ids.push_back(tokenizer.clsId());
        out.ids.insert(out.ids.end(), pieces.ids.begin(), pieces.ids.begin() + count);
        out.ids.push_back(tokenizer.sepId());
        hash.add(static_cast<std::uint64_t>(out.ids.size())).add(std::as_bytes(std::span(out.ids)));
        text.pieceCount += static_cast<std::int64_t>(out.ids.size());
        text.targetCount += static_cast<std::int64_t>(out.targets.size());
        text.sentences.push_back(std::move(out));
    }
    text.textHash = hash.hex();
    return text;
}

}  // namespace strata
