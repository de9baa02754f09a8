// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "text/normalization.h"

#include "text/unicode.h"

#include <utility>

namespace strata {

namespace {

bool stripsAccents(const TokenizerOptions& options) {
    return options.stripAccents.value_or(options.lowercase);
}

bool isRemoved(char32_t c, Procedure procedure) {
    if (c == 0 || c == 0xFFFD) return true;
    if (c == '\t' || c == '\n' || c == '\r') return false;
    return procedure == Procedure::Fast ? unicode::isAssignedOther(c) : unicode::isOther(c);
}

bool becomesSpace(char32_t c, Procedure procedure) {
    if (c == '\t' || c == '\n' || c == '\r') return true;
    return procedure == Procedure::Fast ? unicode::isWhiteSpace(c) : unicode::isSpaceSeparator(c);
}

std::u32string withoutAccents(std::u32string_view text) {
    std::u32string out;
    for (const char32_t c : unicode::decomposed(text))
        if (!unicode::isNonspacingMark(c)) out.push_back(c);
    return out;
}

std::u32string cleaned(std::u32string_view text, const Tokenizer::Data& data) {
    std::u32string out;
    out.reserve(text.size());
    for (const char32_t c : text) {
        if (data.options.cleanText && isRemoved(c, data.procedure)) continue;
        if (data.options.cleanText && becomesSpace(c, data.procedure)) {
            out.push_back(' ');
        } else if (data.options.spaceChinese && unicode::isSpacedIdeograph(c)) {
            out.push_back(' ');
            out.push_back(c);
            out.push_back(' ');
        } else {
            out.push_back(c);
        }
    }
    return out;
}

std::u32string lowered(std::u32string_view text) {
    std::u32string out;
    out.reserve(text.size());
    for (const char32_t c : text)
        unicode::appendLower(out, c);
    return out;
}

std::vector<std::u32string> cutAtSpace(std::u32string_view text) {
    std::vector<std::u32string> words;
    std::u32string word;
    for (const char32_t c : text) {
        if (!unicode::isWhiteSpace(c)) {
            word.push_back(c);
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

void cutAtPunctuation(std::u32string_view text, std::vector<std::u32string>& words) {
    std::u32string word;
    for (const char32_t c : text) {
        if (!unicode::isBertPunctuation(c)) {
            word.push_back(c);
            continue;
        }
        if (!word.empty()) words.push_back(std::exchange(word, {}));
        words.emplace_back(1, c);
    }
    if (!word.empty()) words.push_back(std::move(word));
}

bool spellsSpecialToken(std::u32string_view word, const Tokenizer::Data& data) {
    if (word.size() < 5 || word.front() != '[') return false;
    for (const AddedToken& token : data.addedTokens)
        if (token.content == word) return true;
    return false;
}

}  // namespace

std::vector<std::u32string> basicWords(std::u32string_view text, const Tokenizer::Data& data) {
    std::vector<std::u32string> words;
    for (std::u32string& word : cutAtSpace(cleaned(text, data))) {
        // The reference protects a word that comes to spell a special token only now ("[MA" U+200B "SK]"),
        // unless it was lower-cased before.
        if (!data.options.lowercase && spellsSpecialToken(word, data)) {
            words.push_back(std::move(word));
            continue;
        }
        if (data.options.lowercase) word = lowered(word);
        cutAtPunctuation(stripsAccents(data.options) ? withoutAccents(word) : word, words);
    }
    return words;
}

std::u32string normalizedText(std::u32string_view text, const Tokenizer::Data& data) {
    std::u32string out = cleaned(text, data);
    if (stripsAccents(data.options)) out = withoutAccents(out);
    if (data.options.lowercase) out = lowered(out);
    return out;
}

std::vector<std::u32string> cutWords(std::u32string_view normalized) {
    std::vector<std::u32string> words;
    for (const std::u32string& word : cutAtSpace(normalized))
        cutAtPunctuation(word, words);
    return words;
}

}  // namespace strata
