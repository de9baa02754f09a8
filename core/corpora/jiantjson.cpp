// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"
#include "base/json.h"
#include "corpora/corpus.h"

namespace strata {

namespace {

/// What a split at white space gives: the reference's words. Unicode spaces inside UTF-8 count as well.
std::vector<std::string> wordsOf(const std::string& text) {
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool isAsciiSpace =
            byte == ' ' || (byte >= 0x09 && byte <= 0x0D) || (byte >= 0x1C && byte <= 0x1F);
        const std::string_view next(text.data() + i, std::min<std::size_t>(3, text.size() - i));
        const bool isLatinSpace = next.substr(0, 2) == "\xC2\xA0" || next.substr(0, 2) == "\xC2\x85";
        const bool isWideSpace =
            next == "\xE1\x9A\x80" || next == "\xE3\x80\x80" || next == "\xE2\x81\x9F" ||
            next == "\xE2\x80\xAF" || next == "\xE2\x80\xA8" || next == "\xE2\x80\xA9" ||
            (next.substr(0, 2) == "\xE2\x80" && next.size() == 3 &&
             static_cast<unsigned char>(next[2]) >= 0x80 && static_cast<unsigned char>(next[2]) <= 0x8A);
        if (isAsciiSpace || isLatinSpace || isWideSpace) {
            finish();
            i += isWideSpace ? 2 : isLatinSpace ? 1 : 0;
        } else {
            word.push_back(text[i]);
        }
    }
    finish();
    return words;
}

/// How many spans the targets of a file have: a task has one or two in all of them, and a probe that is built
/// for two would take the one of a stray target twice.
struct SpanCount {
    std::size_t line = 0;  ///< of the first target; 0 = none yet
    bool isTwo = false;
};

class RecordReader {
  public:
    RecordReader(const std::filesystem::path& file, std::size_t line, SpanCount& spans)
        : m_file(file), m_line(line), m_spans(spans) {}

    Sentence read(const Json& record) const {
        if (!record.is_object() || !record.contains("text") || !record["text"].is_string())
            refuse("the record has no \"text\"");
        Sentence sentence;
        sentence.id = "line " + std::to_string(m_line);
        sentence.words = wordsOf(record["text"].get<std::string>());
        const auto targets = record.find("targets");
        if (targets == record.end()) return sentence;
        if (!targets->is_array()) refuse("\"targets\" is not a list");
        for (const Json& entry : *targets)
            sentence.targets.push_back(target(entry, sentence.words.size()));
        return sentence;
    }

  private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error("Cannot read '" + m_file.string() + "'", "line " + std::to_string(m_line) + ": " + why,
                    "One JSON object a line is expected: {\"text\": …, \"targets\": [{\"span1\": [0, 1], "
                    "\"label\": …}]}");
    }

    WordSpan span(const Json& entry, const char* key, std::size_t words) const {
        const Json& value = entry[key];
        if (!value.is_array() || value.size() != 2 || !value[0].is_number_integer() ||
            !value[1].is_number_integer())
            refuse(std::string(key) + " is not a pair of word positions");
        const auto begin = value[0].get<std::int64_t>(), end = value[1].get<std::int64_t>();
        if (begin < 0 || end <= begin || end > static_cast<std::int64_t>(words))
            refuse(std::string(key) + " [" + std::to_string(begin) + ", " + std::to_string(end) +
                   ") does not fit a text of " + std::to_string(words) + " words");
        return {static_cast<std::int32_t>(begin), static_cast<std::int32_t>(end)};
    }

    void countSpans(bool isTwo) const {
        if (m_spans.line == 0) m_spans = {m_line, isTwo};
        if (m_spans.isTwo == isTwo) return;
        throw Error("Cannot read '" + m_file.string() + "'",
                    "line " + std::to_string(m_line) + ": a target has " +
                        (isTwo ? "span1 and span2" : "span1 alone") + ", that of line " +
                        std::to_string(m_spans.line) + " has " +
                        (m_spans.isTwo ? "span1 and span2" : "span1 alone"),
                    "A task has one span or two in all its targets: keep them in files of their own");
    }

    Target target(const Json& entry, std::size_t words) const {
        if (!entry.is_object() || !entry.contains("span1") || !entry.contains("label"))
            refuse("a target lacks span1 or label");
        Target target;
        target.span1 = span(entry, "span1", words);
        if (entry.contains("span2") && !entry["span2"].is_null()) target.span2 = span(entry, "span2", words);
        countSpans(target.span2.has_value());
        const Json& label = entry["label"];
        if (label.is_string()) {
            target.labels.push_back(label.get<std::string>());
        } else if (label.is_array()) {
            for (const Json& one : label) {
                if (!one.is_string()) refuse("a label is not a text");
                target.labels.push_back(one.get<std::string>());
            }
        } else {
            refuse("a label is neither a text nor a list of texts");
        }
        for (const std::string& one : target.labels)
            if (one.empty()) refuse("a label is empty");  // in results, no label means the total
        return target;
    }

    const std::filesystem::path& m_file;
    std::size_t m_line;
    SpanCount& m_spans;
};

}  // namespace

Corpus parseJiantJsonLines(std::string_view text, const std::filesystem::path& file) {
    Corpus corpus;
    corpus.file = file;
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    std::size_t number = 0;
    SpanCount spans;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = text.find('\n', begin);
        if (end == std::string_view::npos) end = text.size();
        const std::string_view line = text.substr(begin, end - begin);
        ++number;
        begin = end + 1;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const Json record = parseJson(line, "'" + file.string() + "', line " + std::to_string(number));
        corpus.sentences.push_back(RecordReader(file, number, spans).read(record));
    }
    if (corpus.sentences.empty())
        throw Error("Cannot read '" + file.string() + "'", "there is no record in it");
    return corpus;
}

}  // namespace strata
