// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "corpora/corpus.h"
#include "text/tokenizer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace strata {

/// Inclusive pieces of a span in its sentence, [CLS] = position 0 (protocol edge_probing.md section 1).
struct PieceSpan {
    std::int32_t first = 0;
    std::int32_t last = 0;
    bool operator==(const PieceSpan&) const = default;
};

struct PieceTarget {
    PieceSpan span1, span2;             ///< span2 = span1 for one-span tasks
    std::vector<std::int32_t> labels;   ///< indices into the label list
    std::int32_t sentence = 0;          ///< index into the corpus' sentences (before filtering)
    std::int32_t targetInSentence = 0;  ///< index into that sentence's targets
};

struct PieceSentence {
    std::vector<std::int32_t> ids;  ///< with [CLS] and [SEP]
    std::vector<PieceTarget> targets;
    std::int32_t sentence = 0;  ///< index into the corpus
};

/// A split as the encoder and the probes see it: usable sentences in file order, and what was left out.
struct PieceCorpus {
    std::vector<PieceSentence> sentences;
    std::vector<Omission>
        omissions;  ///< too long, span without pieces, no targets, beyond train_limit is not one
    std::int64_t sentencesLeftOut = 0, targetsLeftOut = 0;  ///< of the sentences looked at
    std::int64_t pieceCount = 0;
    std::int64_t targetCount = 0;
    bool twoSpans = false;
    std::string textHash;  ///< identity of the piece ids: key of the activation cache
};

struct PieceOptions {
    std::int32_t maxPieces = 512;  ///< with [CLS] and [SEP]
    bool passOverLong = false;  ///< true: longer sentences are passed over and counted; false: cut, targets
                                ///< of which a piece is cut off dropped and counted
    std::int64_t sentenceLimit = 0;  ///< first so many usable sentences; 0 = all
};
PieceCorpus toPieces(const Corpus& corpus, const Tokenizer& tokenizer, const std::vector<std::string>& labels,
                     const PieceOptions& options);

}  // namespace strata
