// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "text/tokenizer.h"
#include "text/wordpiece.h"

namespace strata {

/// A token that is found in text before anything else happens to it.
struct AddedToken {
    std::u32string content;
    std::int32_t id = 0;
    bool singleWord = false, leftStrip = false, rightStrip = false;
    bool normalized = false;  ///< looked for in the normalised text instead of the raw one
};

/// Which program's procedure is followed where they differ on odd code points.
enum class Procedure {
    Reference,  ///< the Python BertTokenizer: lower-cases first, drops unassigned code points
    Fast        ///< the tokenizers library (tokenizer.json): keeps unassigned code points, added tokens
};

struct Tokenizer::Data {
    TokenizerOptions options;
    Procedure procedure = Procedure::Reference;
    WordPieceVocabulary vocabulary;
    std::vector<AddedToken> addedTokens;  ///< special tokens first
    std::int32_t cls = -1, sep = -1, pad = -1, mask = -1, unk = -1;
    std::int32_t truncateTo = 0, padTo = 0;  ///< as tokenizer.json asks; 0 = not
    std::string hash;
};

}  // namespace strata
