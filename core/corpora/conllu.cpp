// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"
#include "base/printable.h"
#include "corpora/corpus.h"

#include <algorithm>
#include <array>

namespace strata {

namespace {

constexpr std::size_t kColumns = 10;

class ConlluReader {
  public:
    ConlluReader(TagSet tags, const std::filesystem::path& file) : m_tags(tags) { m_corpus.file = file; }

    Corpus read(std::string_view text) {
        if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
        for (std::size_t begin = 0; begin < text.size();) {
            std::size_t end = text.find('\n', begin);
            if (end == std::string_view::npos) end = text.size();
            ++m_line;
            std::string_view line = text.substr(begin, end - begin);
            if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
            readLine(line);
            begin = end + 1;
        }
        finishSentence();  // the last sentence needs no blank line behind it
        if (m_corpus.sentences.empty()) refuse("there is no sentence in it");
        return std::move(m_corpus);
    }

  private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error("Cannot read '" + m_corpus.file.string() + "'",
                    "line " + std::to_string(m_line) + ": " + why,
                    "CoNLL-U has ten columns apart by tabs and a blank line behind each sentence");
    }

    void readLine(std::string_view line) {
        if (line.empty()) return finishSentence();
        // A comment is only what stands before the first word: a word may be "#" itself, but then it has an
        // id before it.
        if (line.front() == '#') {
            constexpr std::string_view key = "# sent_id = ";
            if (line.substr(0, key.size()) == key) m_sentence.id = line.substr(key.size());
            return;
        }
        const auto columns = split(line);
        const std::string_view id = columns[0];
        if (id.find('-') != std::string_view::npos || id.find('.') != std::string_view::npos) {
            checkNumber(id.substr(0, id.find_first_of("-.")));
            return;  // a multiword range or an empty node: no word of the text
        }
        if (checkNumber(id) != m_sentence.words.size() + 1)
            refuse("the word has number " + std::string(id) + ", expected " +
                   std::to_string(m_sentence.words.size() + 1));
        if (columns[1].empty()) refuse("the word is empty");
        const std::string_view tag = columns[m_tags == TagSet::Upos ? 3 : 4];
        const auto position = static_cast<std::int32_t>(m_sentence.words.size());
        m_sentence.words.emplace_back(columns[1]);
        if (tag.empty() || tag == "_") {
            m_corpus.omissions.push_back(
                {where(), "the word \"" + std::string(columns[1]) + "\" has no tag"});
            return;
        }
        // Labels are stored and shown as text: what is none must not come to light when the probes are
        // trained.
        if (printable(tag, tag.size()) != tag)
            refuse("the tag \"" + std::string(tag.substr(0, 80)) + "\" is not valid UTF-8");
        m_sentence.targets.push_back({{position, position + 1}, std::nullopt, {std::string(tag)}});
    }

    std::array<std::string_view, kColumns> split(std::string_view line) const {
        std::array<std::string_view, kColumns> columns;
        std::size_t begin = 0;
        for (std::size_t column = 0; column < kColumns; ++column) {
            const std::size_t end = line.find('\t', begin);
            const bool isLast = column + 1 == kColumns;
            if ((end == std::string_view::npos) != isLast)
                refuse("it has " + std::to_string(std::count(line.begin(), line.end(), '\t') + 1) +
                       " columns, expected 10");
            columns[column] = line.substr(begin, isLast ? std::string_view::npos : end - begin);
            begin = end + 1;
        }
        return columns;
    }

    std::size_t checkNumber(std::string_view text) const {
        std::size_t number = 0;
        for (const char digit : text) {
            if (digit < '0' || digit > '9' || number > 1'000'000)
                refuse("\"" + std::string(text.substr(0, 40)) + "\" is no word number");
            number = number * 10 + static_cast<std::size_t>(digit - '0');
        }
        if (text.empty()) refuse("the word has no number");
        return number;
    }

    std::string where() const { return m_corpus.file.filename().string() + ":" + std::to_string(m_line); }

    void finishSentence() {
        if (!m_sentence.words.empty()) {
            if (m_sentence.id.empty())
                m_sentence.id = "sentence " + std::to_string(m_corpus.sentences.size() + 1);
            m_corpus.sentences.push_back(std::move(m_sentence));
        }
        m_sentence = {};
    }

    TagSet m_tags;
    Corpus m_corpus;
    Sentence m_sentence;
    std::size_t m_line = 0;
};

}  // namespace

Corpus parseConlluPos(std::string_view text, TagSet tags, const std::filesystem::path& file) {
    return ConlluReader(tags, file).read(text);
}

}  // namespace strata
