// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "text/tokenizer.h"

#include "base/error.h"
#include "text/normalization.h"
#include "text/tokenizerdata.h"
#include "text/unicode.h"

namespace strata {

namespace {

bool isBounded(std::u32string_view text, std::size_t begin, std::size_t end) {
    return (begin == 0 || !unicode::isWordCharacter(text[begin - 1])) &&
           (end == text.size() || !unicode::isWordCharacter(text[end]));
}

struct Hit {
    std::size_t begin = 0, end = 0;
    const AddedToken* token = nullptr;
};

/// Finds the added tokens in a text, from left to right. Remembers where each comes next: a text full of one
/// token is not searched for the others again behind every hit.
class AddedTokenSearch {
  public:
    AddedTokenSearch(std::u32string_view text, const std::vector<AddedToken>& tokens, bool normalized)
        : m_text(text) {
        for (const AddedToken& token : tokens) {
            if (token.normalized != normalized || token.content.empty()) continue;
            if (const Hit hit = find(token, 0); hit.begin != std::u32string_view::npos) m_next.push_back(hit);
        }
    }

    /// The first added token (longest of those at one place) at or behind `from`, which must not go back.
    std::optional<Hit> first(std::size_t from) {
        std::optional<Hit> best;
        for (Hit& hit : m_next) {
            if (hit.begin < from) hit = find(*hit.token, from);
            if (hit.begin == std::u32string_view::npos) continue;
            if (!best || hit.begin < best->begin || (hit.begin == best->begin && hit.end > best->end))
                best = hit;
        }
        return best;
    }

  private:
    /// begin = npos: it is not there any more
    Hit find(const AddedToken& token, std::size_t from) const {
        std::size_t at = m_text.find(token.content, from);
        while (token.singleWord && at != std::u32string_view::npos &&
               !isBounded(m_text, at, at + token.content.size()))
            at = m_text.find(token.content, at + 1);
        return {at, at + token.content.size(), &token};
    }

    std::u32string_view m_text;
    std::vector<Hit> m_next;
};

/// Calls plain(part) and token(id) for the parts of a text cut at added tokens.
template <typename Plain, typename Token>
void cutAtAddedTokens(std::u32string_view text, const std::vector<AddedToken>& tokens, bool normalized,
                      Plain plain, Token token) {
    AddedTokenSearch search(text, tokens, normalized);
    std::size_t done = 0;
    while (auto hit = search.first(done)) {
        while (hit->token->leftStrip && hit->begin > done && unicode::isWhiteSpace(text[hit->begin - 1]))
            --hit->begin;
        while (hit->token->rightStrip && hit->end < text.size() && unicode::isWhiteSpace(text[hit->end]))
            ++hit->end;
        if (hit->begin > done) plain(text.substr(done, hit->begin - done));
        token(hit->token->id);
        done = hit->end;
    }
    if (done < text.size()) plain(text.substr(done));
}

std::vector<std::int32_t> idsOf(std::u32string_view text, const Tokenizer::Data& data) {
    std::vector<std::int32_t> ids;
    const auto push = [&](std::int32_t id) { ids.push_back(id); };
    const auto splitAll = [&](const std::vector<std::u32string>& words) {
        for (const std::u32string& word : words)
            data.vocabulary.split(word, data.options.maxCharactersPerWord, data.unk, ids);
    };
    if (data.procedure == Procedure::Reference) {
        cutAtAddedTokens(
            text, data.addedTokens, false,
            [&](std::u32string_view part) { splitAll(basicWords(part, data)); }, push);
        return ids;
    }
    cutAtAddedTokens(
        text, data.addedTokens, false,
        [&](std::u32string_view part) {
            cutAtAddedTokens(
                normalizedText(part, data), data.addedTokens, true,
                [&](std::u32string_view piece) { splitAll(cutWords(piece)); }, push);
        },
        push);
    return ids;
}

}  // namespace

Tokenizer::Tokenizer(std::unique_ptr<const Data> data) : m_data(std::move(data)) {}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;

Pieces Tokenizer::tokenize(std::string_view text) const {
    Pieces pieces;
    pieces.ids = idsOf(unicode::decode(text), *m_data);
    pieces.tokens.reserve(pieces.ids.size());
    for (const std::int32_t id : pieces.ids)
        pieces.tokens.push_back(piece(id));
    return pieces;
}

Pieces Tokenizer::tokenizeAsConfigured(std::string_view text) const {
    Pieces pieces = tokenize(text);
    const auto truncate = static_cast<std::size_t>(m_data->truncateTo);
    const auto pad = static_cast<std::size_t>(m_data->padTo);
    if (truncate > 0 && pieces.ids.size() > truncate) {
        pieces.ids.resize(truncate);
        pieces.tokens.resize(truncate);
    }
    if (pieces.ids.size() < pad) {
        pieces.ids.resize(pad, m_data->pad);
        pieces.tokens.resize(pad, piece(m_data->pad));
    }
    return pieces;
}

WordPieces Tokenizer::tokenizeWords(std::span<const std::string> words) const {
    WordPieces pieces;
    pieces.offsets.reserve(words.size() + 1);
    pieces.offsets.push_back(0);
    for (const std::string& word : words) {
        const std::vector<std::int32_t> ids = idsOf(unicode::decode(word), *m_data);
        pieces.ids.insert(pieces.ids.end(), ids.begin(), ids.end());
        pieces.offsets.push_back(static_cast<std::int32_t>(pieces.ids.size()));
    }
    return pieces;
}

std::int32_t Tokenizer::clsId() const {
    return m_data->cls;
}
std::int32_t Tokenizer::sepId() const {
    return m_data->sep;
}
std::int32_t Tokenizer::padId() const {
    return m_data->pad;
}
std::int32_t Tokenizer::maskId() const {
    return m_data->mask;
}
std::int32_t Tokenizer::unkId() const {
    return m_data->unk;
}
std::int32_t Tokenizer::vocabularySize() const {
    return m_data->vocabulary.size();
}
std::optional<std::int32_t> Tokenizer::idOf(std::string_view piece) const {
    return m_data->vocabulary.idOf(piece);
}
const TokenizerOptions& Tokenizer::options() const {
    return m_data->options;
}
const std::string& Tokenizer::hash() const {
    return m_data->hash;
}

const std::string& Tokenizer::piece(std::int32_t id) const {
    const std::string* found = m_data->vocabulary.pieceOf(id);
    if (!found) throw Error("Cannot name piece " + std::to_string(id), "the vocabulary has no such id");
    return *found;
}

}  // namespace strata
