// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "activations/encodedtext.h"

#include "base/error.h"
#include "base/hash.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace strata {

namespace {

/// Inclusive pieces of a word span, [CLS] = 0; nothing when no word of it has a piece.
std::optional<PieceSpan> piecesOf(const WordSpan& span, const WordPieces& pieces) {
    const auto words = static_cast<std::int32_t>(pieces.offsets.size()) - 1;
    if (span.begin < 0 || span.end > words || span.begin >= span.end) return std::nullopt;
    const std::int32_t first = pieces.offsets[static_cast<std::size_t>(span.begin)];
    const std::int32_t end = pieces.offsets[static_cast<std::size_t>(span.end)];
    if (first >= end) return std::nullopt;
    return PieceSpan{first + 1, end};
}

std::string describe(const Target& target) {
    std::string text = "target on words " + std::to_string(target.span1.begin + 1) + " to " +
                       std::to_string(target.span1.end);
    if (target.span2)
        text +=
            " and " + std::to_string(target.span2->begin + 1) + " to " + std::to_string(target.span2->end);
    return text;
}

}  // namespace

PieceCorpus toPieces(const Corpus& corpus, const Tokenizer& tokenizer, const std::vector<std::string>& labels,
                     const PieceOptions& options) {
    if (options.maxPieces < 3)
        throw Error(
            "Cannot cut a text into pieces",
            "at most " + std::to_string(options.maxPieces) + " pieces a sentence leave no room for a word",
            "Set max_pieces to 3 or more.");
    std::unordered_map<std::string, std::int32_t> labelIndex;
    for (std::size_t i = 0; i < labels.size(); ++i)
        labelIndex.emplace(labels[i], static_cast<std::int32_t>(i));
    const std::string file = corpus.file.filename().string();

    PieceCorpus result;
    for (const Sentence& sentence : corpus.sentences)
        for (const Target& target : sentence.targets)
            result.twoSpans = result.twoSpans || target.span2.has_value();
    ContentHash hash;
    for (std::size_t s = 0; s < corpus.sentences.size(); ++s) {
        if (options.sentenceLimit > 0 &&
            static_cast<std::int64_t>(result.sentences.size()) >= options.sentenceLimit)
            break;
        const Sentence& sentence = corpus.sentences[s];
        const std::string where = file.empty() ? sentence.id : file + ": " + sentence.id;
        if (sentence.targets.empty()) {
            result.omissions.push_back({where, "sentence without targets"});
            ++result.sentencesLeftOut;
            continue;
        }
        const WordPieces pieces = tokenizer.tokenizeWords(sentence.words);
        const auto room = static_cast<std::size_t>(options.maxPieces) - 2;
        if (pieces.ids.size() > room && options.passOverLong) {
            result.omissions.push_back({where, "passed over: " + std::to_string(pieces.ids.size() + 2) +
                                                   " pieces, at most " + std::to_string(options.maxPieces) +
                                                   " are taken"});
            ++result.sentencesLeftOut;
            result.targetsLeftOut += static_cast<std::int64_t>(sentence.targets.size());
            continue;
        }
        PieceSentence out;
        out.sentence = static_cast<std::int32_t>(s);
        const auto kept = static_cast<std::int32_t>(std::min(room, pieces.ids.size()));
        if (pieces.ids.size() > room)
            result.omissions.push_back({where, "cut to " + std::to_string(options.maxPieces) + " of " +
                                                   std::to_string(pieces.ids.size() + 2) + " pieces"});
        for (std::size_t t = 0; t < sentence.targets.size(); ++t) {
            const Target& target = sentence.targets[t];
            const std::optional<PieceSpan> span1 = piecesOf(target.span1, pieces);
            const std::optional<PieceSpan> span2 = target.span2 ? piecesOf(*target.span2, pieces) : span1;
            if (!span1 || !span2) {
                result.omissions.push_back({where, describe(target) + " has no pieces"});
                ++result.targetsLeftOut;
                continue;
            }
            if (span1->last > kept || span2->last > kept) {
                result.omissions.push_back({where, describe(target) + " reaches beyond the pieces kept"});
                ++result.targetsLeftOut;
                continue;
            }
            PieceTarget piece{*span1, *span2, {}, out.sentence, static_cast<std::int32_t>(t)};
            for (const std::string& label : target.labels) {
                const auto found = labelIndex.find(label);
                if (found == labelIndex.end())
                    throw Error("Cannot use '" + file + "'",
                                "the label '" + label + "' of " + where + " is not in the label list");
                if (std::find(piece.labels.begin(), piece.labels.end(), found->second) == piece.labels.end())
                    piece.labels.push_back(found->second);
            }
            out.targets.push_back(std::move(piece));
        }
        if (out.targets.empty()) {
            result.omissions.push_back({where, "no target is left"});
            ++result.sentencesLeftOut;
            continue;
        }
        out.ids.reserve(static_cast<std::size_t>(kept) + 2);
        out.ids.push_back(tokenizer.clsId());
        out.ids.insert(out.ids.end(), pieces.ids.begin(), pieces.ids.begin() + kept);
        out.ids.push_back(tokenizer.sepId());
        hash.add(std::as_bytes(std::span(out.ids))).add(std::uint64_t{out.ids.size()});
        result.pieceCount += static_cast<std::int64_t>(out.ids.size());
        result.targetCount += static_cast<std::int64_t>(out.targets.size());
        result.sentences.push_back(std::move(out));
    }
    result.textHash = hash.hex();
    return result;
}

}  // namespace strata
