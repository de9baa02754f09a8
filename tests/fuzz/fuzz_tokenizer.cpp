// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as a vocab.txt and as a tokenizer.json: what can be read must also cut a text into pieces that it
// has.
#include "base/error.h"
#include "text/tokenizer.h"

#include <cstdlib>

namespace {

using namespace strata;

constexpr std::string_view kText = "The unaffable [MASK] café\u0301 ran  水水, x[SEP]y\u00a0İ ## ##s. ";

void use(const Tokenizer& tokenizer, std::string_view file) {
    if (tokenizer.hash().size() != 32) std::abort();
    // Its own pieces are what it knows best, so the head of the file is cut as well.
    const std::string text = std::string(kText) + std::string(file.substr(0, 2048));
    const Pieces pieces = tokenizer.tokenize(text);
    if (pieces.ids.size() != pieces.tokens.size()) std::abort();
    for (std::size_t i = 0; i < pieces.ids.size(); ++i)
        if (tokenizer.piece(pieces.ids[i]) != pieces.tokens[i]) std::abort();
    if (const Pieces shaped = tokenizer.tokenizeAsConfigured(kText);
        shaped.ids.size() != shaped.tokens.size())
        std::abort();
    for (const std::int32_t id : {tokenizer.clsId(), tokenizer.sepId(), tokenizer.unkId(), tokenizer.padId()})
        (void)tokenizer.piece(id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const bool isLowercase : {true, false}) {
        TokenizerOptions options;
        options.lowercase = isLowercase;
        try {
            use(Tokenizer::fromVocabText(text, options, "input"), text);
        } catch (const Error&) {
        }
    }
    try {
        use(Tokenizer::fromTokenizerJsonText(text, "input"), text);
    } catch (const Error&) {
    }
    return 0;
}
