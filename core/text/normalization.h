// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "text/tokenizerdata.h"

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// BERT's BasicTokenizer on a part of text without special tokens: cleaned, lower-cased, accents stripped,
/// cut at white space, punctuation and ideographs.
std::vector<std::u32string> basicWords(std::u32string_view text, const Tokenizer::Data& data);

/// The normalised text alone (clean, ideographs, accents, case), as the fast library has it before splitting.
std::u32string normalizedText(std::u32string_view text, const Tokenizer::Data& data);

/// Cuts normalised text at white space and punctuation.
std::vector<std::u32string> cutWords(std::u32string_view normalized);

}  // namespace strata
