// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as a text that good tokenizers cut: uncased and cased as the reference does it, and as the fast
// library does it with added tokens.
#include "base/error.h"
#include "text/tokenizer.h"

#include <array>
#include <cstdlib>

namespace {

using namespace strata;

constexpr std::string_view kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nrun\n##ning\n##s\ncafe\nCafé\nRun\n,\n.\n!\n[\n]\nmask\nMA\n##"
    "SK\n"
    "i\n##i\n##\u0307\nß\n##ss\nσ\n##ς\nа\n##б\n水\n한\nᄒ\n##ᅡ\n##ᆫ\n한국\n##\u302e\nx\ny\n##y\n1\n##"
    "2\n😀\n";

constexpr std::string_view kJson = R"({
  "truncation": {"max_length": 32},
  "padding": {"strategy": {"Fixed": 8}},
  "added_tokens": [
    {"id": 3, "content": "[MASK]", "lstrip": true, "special": true},
    {"id": 14, "content": "new york", "normalized": true},
    {"id": 15, "content": "x", "single_word": true},
    {"id": 16, "content": "xx", "rstrip": true}],
  "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                 "strip_accents": null, "lowercase": true},
  "pre_tokenizer": {"type": "BertPreTokenizer"},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 20,
            "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[MASK]": 3, "[PAD]": 4, "run": 5, "##s": 6, "i": 7,
                      "##i": 8, "y": 9, "##y": 10, ",": 11, "水": 12, "cafe": 13}}})";

Tokenizer ofVocabulary(bool isLowercase, std::optional<bool> stripsAccents) {
    TokenizerOptions options;
    options.lowercase = isLowercase;
    options.stripAccents = stripsAccents;
    return Tokenizer::fromVocabText(kVocabulary, options, "the vocabulary");
}

void cut(const Tokenizer& tokenizer, std::string_view text) {
    const Pieces pieces = tokenizer.tokenize(text);
    if (pieces.ids.size() != pieces.tokens.size()) std::abort();
    for (std::size_t i = 0; i < pieces.ids.size(); ++i)
        if (tokenizer.piece(pieces.ids[i]) != pieces.tokens[i]) std::abort();
    const Pieces shaped = tokenizer.tokenizeAsConfigured(text);
    if (shaped.ids.size() != shaped.tokens.size()) std::abort();
    // One word is cut as a text of itself, and a word without pieces leaves an empty interval.
    const std::array<std::string, 3> words{std::string(text), std::string(), std::string("run")};
    const WordPieces cutWords = tokenizer.tokenizeWords(words);
    const auto count = static_cast<std::int32_t>(pieces.ids.size());
    if (cutWords.offsets != std::vector<std::int32_t>{0, count, count, count + 1}) std::abort();
    for (std::size_t i = 0; i < pieces.ids.size(); ++i)
        if (cutWords.ids[i] != pieces.ids[i]) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::array<Tokenizer, 4> tokenizers{
        ofVocabulary(true, std::nullopt), ofVocabulary(false, std::nullopt), ofVocabulary(false, true),
        Tokenizer::fromTokenizerJsonText(kJson, "the tokenizer")};
    for (const Tokenizer& tokenizer : tokenizers)
        cut(tokenizer, {reinterpret_cast<const char*>(data), size});
    return 0;
}
