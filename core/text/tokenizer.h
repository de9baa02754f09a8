// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Settings of BERT's BasicTokenizer and WordPiece (Devlin et al. 2018), as in tokenizer_config.json.
struct TokenizerOptions {
    bool lowercase = true;
    std::optional<bool> stripAccents;  ///< not set: follows lowercase
    bool spaceChinese = true;
    bool cleanText = true;
    int maxCharactersPerWord = 100;

    bool operator==(const TokenizerOptions&) const = default;
};

struct Pieces {
    std::vector<std::string> tokens;
    std::vector<std::int32_t> ids;
};

/// Words tokenised each by itself: word i has the pieces [offsets[i], offsets[i+1]), maybe none.
struct WordPieces {
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> offsets;  ///< words + 1 entries, from 0; no [CLS] or [SEP]
};

/// BERT's tokenizer. Immutable after construction; may be used from several threads at once.
class Tokenizer {
  public:
    /// One piece a line, id = line number from 0. @throws Error
    static Tokenizer fromVocabFile(const std::filesystem::path& file, const TokenizerOptions& options);
    /// A tokenizer.json of the fast library whose model is WordPiece. @throws Error
    static Tokenizer fromTokenizerJson(const std::filesystem::path& file);
    /// The same from texts in memory; `where` names the source in messages. @throws Error
    static Tokenizer fromVocabText(std::string_view text, const TokenizerOptions& options,
                                   const std::string& where);
    static Tokenizer fromTokenizerJsonText(std::string_view text, const std::string& where);
    /// What a checkpoint folder holds: vocab.txt with tokenizer_config.json, else tokenizer.json; the plain
    /// vocabulary goes first because published BERTs were made with it. @throws Error
    static Tokenizer fromFolder(const std::filesystem::path& checkpointFolder);
    ~Tokenizer();
    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;

    /// Without [CLS] and [SEP]. Invalid UTF-8 is read as U+FFFD (and so removed).
    Pieces tokenize(std::string_view text) const;
    /// As tokenize(), then cut and filled up where the tokenizer.json asks for it (probing handles lengths
    /// itself).
    Pieces tokenizeAsConfigured(std::string_view text) const;
    WordPieces tokenizeWords(std::span<const std::string> words) const;

    std::int32_t clsId() const;
    std::int32_t sepId() const;
    std::int32_t padId() const;
    std::int32_t maskId() const;
    std::int32_t unkId() const;
    std::int32_t vocabularySize() const;
    const std::string& piece(std::int32_t id) const;
    std::optional<std::int32_t> idOf(std::string_view piece) const;
    const TokenizerOptions& options() const;
    /// Identity of vocabulary and settings together: equal hashes give equal pieces.
    const std::string& hash() const;

    struct Data;  ///< internal: tokenizerdata.h

  private:
    explicit Tokenizer(std::unique_ptr<const Data> data);
    std::unique_ptr<const Data> m_data;
};

}  // namespace strata
