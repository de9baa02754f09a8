// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/casing.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "text/tokenizer.h"
#include "text/tokenizerdata.h"
#include "text/unicode.h"

#include <algorithm>
#include <set>

namespace strata {

namespace {

constexpr std::uint64_t kMaxFileBytes = 64ull << 20;
constexpr std::size_t kMaxPieces = 2'000'000;
/// Of a piece, prefix or added token in a tokenizer.json, which may also allow words of any length: trying
/// the pieces at one place of such a word takes time in the square of this.
constexpr std::size_t kMaxPieceBytes = 512;

std::string attempt(const std::string& where) {
    return "Cannot read the tokenizer " + where;
}

std::string hashOfData(const Tokenizer::Data& data) {
    ContentHash hash;
    const TokenizerOptions& o = data.options;
    hash.add(std::uint64_t{o.lowercase}).add(std::uint64_t{o.stripAccents.value_or(o.lowercase)});
    hash.add(std::uint64_t{o.spaceChinese}).add(std::uint64_t{o.cleanText});
    hash.add(static_cast<std::uint64_t>(o.maxCharactersPerWord))
        .add(static_cast<std::uint64_t>(data.procedure));
    for (const std::string& piece : data.vocabulary.pieces())
        hash.add(piece);
    for (const AddedToken& token : data.addedTokens) {
        hash.add(unicode::encode(token.content)).add(static_cast<std::uint64_t>(token.id));
        hash.add(std::uint64_t{token.singleWord} + 2u * token.leftStrip + 4u * token.rightStrip +
                 8u * token.normalized);
    }
    return hash.hex();
}

void checkLength(const std::string& piece, const std::string& where) {
    if (piece.size() > kMaxPieceBytes)
        throw Error(attempt(where), "\"" + piece.substr(0, 40) + "…\" has " + std::to_string(piece.size()) +
                                        " bytes, at most " + std::to_string(kMaxPieceBytes) +
                                        " are accepted");
}

/// Links count even when their target is missing: opening one then says so. Never throws for a folder that
/// cannot be looked into, as exists() does.
bool isThere(const std::filesystem::path& file) {
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::symlink_status(file, ignored));
}

/// Fills in the special tokens and checks that the ones we cannot do without are there.
void finish(Tokenizer::Data& data, const std::string& where) {
    const auto find = [&](const char* piece) { return data.vocabulary.idOf(piece).value_or(-1); };
    data.cls = find("[CLS]");
    data.sep = find("[SEP]");
    data.pad = find("[PAD]");
    data.mask = find("[MASK]");
    if (data.unk < 0) data.unk = find("[UNK]");
    for (const auto& [id, name] : {std::pair(data.cls, "[CLS]"), {data.sep, "[SEP]"}, {data.unk, "[UNK]"}})
        if (id < 0)
            throw Error(attempt(where), std::string("the vocabulary has no ") + name,
                        "It is not a BERT vocabulary");
    if (data.pad < 0) data.pad = 0;
    data.hash = hashOfData(data);
}

bool boolAt(const Json& json, const char* key, bool fallback, const std::string& where) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null()) return fallback;
    if (!found->is_boolean())
        throw Error(attempt(where), std::string("\"") + key + "\" must be true or false");
    return found->get<bool>();
}

std::int32_t idAt(const Json& value, const std::string& where, const std::string& what) {
    if (!value.is_number_integer())
        throw Error(attempt(where), "the id of " + what + " is not a whole number");
    const auto id = value.get<std::int64_t>();
    if (id < 0 || id >= static_cast<std::int64_t>(kMaxPieces))
        throw Error(attempt(where), "the id " + std::to_string(id) + " of " + what + " is out of range");
    return static_cast<std::int32_t>(id);
}

const Json& objectAt(const Json& json, const char* key, const std::string& where) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_object())
        throw Error(attempt(where), std::string("the part \"") + key + "\" is missing");
    return *found;
}

std::string typeOf(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_object()) return "none";
    const auto type = found->find("type");
    return type != found->end() && type->is_string() ? type->get<std::string>() : "none";
}

void readModel(const Json& model, Tokenizer::Data& data, const std::string& where) {
    const Json& vocab = objectAt(model, "vocab", where);
    if (vocab.size() > kMaxPieces) throw Error(attempt(where), "the vocabulary has too many pieces");
    std::set<std::int32_t> seen;
    for (const auto& [piece, value] : vocab.items()) {
        checkLength(piece, where);
        const std::int32_t id = idAt(value, where, "\"" + piece + "\"");
        if (!seen.insert(id).second)
            throw Error(attempt(where),
                        "two pieces share id " + std::to_string(id) + ", one is \"" + piece + "\"");
        data.vocabulary.add(piece, id);
    }
    if (const auto prefix = model.find("continuing_subword_prefix");
        prefix != model.end() && prefix->is_string()) {
        checkLength(prefix->get_ref<const std::string&>(), where);
        data.vocabulary.setContinuingPrefix(prefix->get<std::string>());
    }
    if (const auto most = model.find("max_input_chars_per_word"); most != model.end()) {
        if (!most->is_number_integer() || most->get<std::int64_t>() < 1 ||
            most->get<std::int64_t>() > 100'000)
            throw Error(attempt(where), "\"max_input_chars_per_word\" must be a number from 1 to 100000");
        data.options.maxCharactersPerWord = most->get<int>();
    }
    std::string unknown = "[UNK]";
    if (const auto given = model.find("unk_token"); given != model.end() && given->is_string())
        unknown = given->get<std::string>();
    const auto id = data.vocabulary.idOf(unknown);
    if (!id) throw Error(attempt(where), "the unknown token \"" + unknown + "\" is not in the vocabulary");
    data.unk = *id;
}

void readAddedTokens(const Json& list, Tokenizer::Data& data, const std::string& where) {
    if (!list.is_array()) throw Error(attempt(where), "\"added_tokens\" is not a list");
    if (list.size() > 10'000) throw Error(attempt(where), "there are more than 10,000 added tokens");
    for (const Json& entry : list) {
        if (!entry.is_object() || !entry.contains("content") || !entry["content"].is_string() ||
            !entry.contains("id"))
            throw Error(attempt(where), "an added token lacks its content or id");
        AddedToken token;
        const auto content = entry["content"].get<std::string>();
        checkLength(content, where);
        token.content = unicode::decode(content);
        token.id = idAt(entry["id"], where, "\"" + content + "\"");
        token.singleWord = boolAt(entry, "single_word", false, where);
        token.leftStrip = boolAt(entry, "lstrip", false, where);
        token.rightStrip = boolAt(entry, "rstrip", false, where);
        token.normalized = boolAt(entry, "normalized", false, where);
        const std::string* there = data.vocabulary.pieceOf(token.id);
        if (there && !there->empty() && *there != content)
            throw Error(attempt(where),
                        "the added token \"" + content + "\" has the id of \"" + *there + "\"");
        if (!there || there->empty()) data.vocabulary.addName(content, token.id);
        data.addedTokens.push_back(std::move(token));
    }
}

std::int32_t lengthAt(const Json& json, const char* part, const char* key) {
    const auto found = json.find(part);
    if (found == json.end() || !found->is_object()) return 0;
    const Json* value = &*found;
    if (std::string_view(part) == "padding") {
        const auto strategy = found->find("strategy");
        if (strategy == found->end() || !strategy->is_object()) return 0;
        value = &*strategy;
    }
    const auto length = value->find(key);
    if (length == value->end() || !length->is_number_integer()) return 0;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(length->get<std::int64_t>(), 0, 1'000'000));
}

/// The settings in tokenizer_config.json that change pieces.
TokenizerOptions optionsFromConfig(const std::filesystem::path& folder) {
    TokenizerOptions options;
    const std::filesystem::path file = folder / "tokenizer_config.json";
    if (!isThere(file)) {
        // Old folders have no config: the vocabulary itself tells.
        options.lowercase = !holdsCapitals(readTextFile(folder / "vocab.txt", kMaxFileBytes));
        return options;
    }
    const Json json = readJsonFile(file);
    const std::string where = "'" + file.string() + "'";
    if (!json.is_object()) throw Error(attempt(where), "it is not a JSON object");
    options.lowercase = boolAt(json, "do_lower_case", true, where);
    options.spaceChinese = boolAt(json, "tokenize_chinese_chars", true, where);
    if (json.contains("strip_accents") && !json["strip_accents"].is_null())
        options.stripAccents = boolAt(json, "strip_accents", true, where);
    return options;
}

}  // namespace

Tokenizer Tokenizer::fromVocabText(std::string_view text, const TokenizerOptions& options,
                                   const std::string& where) {
    auto data = std::make_unique<Data>();
    data->options = options;
    std::int32_t id = 0;
    for (std::size_t begin = 0; begin < text.size(); ++id) {
        if (id >= static_cast<std::int32_t>(kMaxPieces)) throw Error(attempt(where), "it has too many lines");
        std::size_t end = text.find('\n', begin);
        if (end == std::string_view::npos) end = text.size();
        std::string_view line = text.substr(begin, end - begin);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.size() > 4096)
            throw Error(attempt(where), "line " + std::to_string(id + 1) + " is longer than 4096 bytes",
                        "It is not a vocabulary");
        data->vocabulary.add(std::string(line), id);
        begin = end + 1;
    }
    for (const char* special : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"})
        if (const auto found = data->vocabulary.idOf(special))
            data->addedTokens.push_back({unicode::decode(special), *found, false, false, false, false});
    finish(*data, where);
    return Tokenizer(std::move(data));
}

Tokenizer Tokenizer::fromTokenizerJsonText(std::string_view text, const std::string& where) {
    const Json json = parseJson(text, where);
    if (!json.is_object()) throw Error(attempt(where), "it is not a JSON object");
    auto data = std::make_unique<Data>();
    data->procedure = Procedure::Fast;
    const Json& model = objectAt(json, "model", where);
    if (typeOf(json, "model") != "WordPiece" && model.contains("type"))
        throw Error(attempt(where), "its model is " + typeOf(json, "model") + ", expected WordPiece",
                    "Only BERT tokenizers can be used");
    if (typeOf(json, "normalizer") != "BertNormalizer")
        throw Error(attempt(where),
                    "its normalizer is " + typeOf(json, "normalizer") + ", expected BertNormalizer");
    if (typeOf(json, "pre_tokenizer") != "BertPreTokenizer")
        throw Error(attempt(where),
                    "its pre-tokenizer is " + typeOf(json, "pre_tokenizer") + ", expected BertPreTokenizer");
    const Json& normalizer = json["normalizer"];
    data->options.lowercase = boolAt(normalizer, "lowercase", true, where);
    data->options.cleanText = boolAt(normalizer, "clean_text", true, where);
    data->options.spaceChinese = boolAt(normalizer, "handle_chinese_chars", true, where);
    if (normalizer.contains("strip_accents") && !normalizer["strip_accents"].is_null())
        data->options.stripAccents = boolAt(normalizer, "strip_accents", true, where);
    readModel(model, *data, where);
    if (json.contains("added_tokens") && !json["added_tokens"].is_null())
        readAddedTokens(json["added_tokens"], *data, where);
    data->truncateTo = lengthAt(json, "truncation", "max_length");
    data->padTo = lengthAt(json, "padding", "Fixed");
    finish(*data, where);
    return Tokenizer(std::move(data));
}

Tokenizer Tokenizer::fromVocabFile(const std::filesystem::path& file, const TokenizerOptions& options) {
    return fromVocabText(readTextFile(file, kMaxFileBytes), options, "'" + file.string() + "'");
}

Tokenizer Tokenizer::fromTokenizerJson(const std::filesystem::path& file) {
    return fromTokenizerJsonText(readTextFile(file, kMaxFileBytes), "'" + file.string() + "'");
}

Tokenizer Tokenizer::fromFolder(const std::filesystem::path& folder) {
    if (isThere(folder / "vocab.txt")) return fromVocabFile(folder / "vocab.txt", optionsFromConfig(folder));
    if (isThere(folder / "tokenizer.json")) return fromTokenizerJson(folder / "tokenizer.json");
    throw Error("Cannot find the tokenizer of '" + folder.string() + "'",
                "the folder has neither vocab.txt nor tokenizer.json",
                "Copy the model's vocab.txt and tokenizer_config.json beside its weights");
}

}  // namespace strata
