// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "base/error.h"
#include "base/json.h"
#include "text/tokenizer.h"

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

namespace strata::cli {

namespace {

struct Options {
    std::string vocabulary;
    bool cased = false, jsonLines = false;
};

struct Source {
    Tokenizer tokenizer;
    bool isTokenizerJson = false;  ///< which may ask for cutting and filling up
};

Source open(const Options& options) {
    const std::filesystem::path path = options.vocabulary;
    if (std::filesystem::is_directory(path)) {
        if (options.cased)
            throw Error("Cannot tokenize with '" + path.string() + "'", "--cased is for a vocabulary file",
                        "A folder says itself whether it is cased; leave the option out.");
        return {Tokenizer::fromFolder(path)};
    }
    if (path.extension() == ".json") {
        if (options.cased)
            throw Error("Cannot tokenize with '" + path.string() + "'", "--cased is for a vocabulary file",
                        "A tokenizer.json says itself whether it is cased; leave the option out.");
        return {Tokenizer::fromTokenizerJson(path), true};
    }
    TokenizerOptions settings;
    settings.lowercase = !options.cased;
    return {Tokenizer::fromVocabFile(path, settings)};
}

std::string textOf(const std::string& line, std::int64_t number) {
    const std::string where = "standard input, line " + std::to_string(number);
    const Json json = parseJson(line, where);
    if (!json.is_string()) throw Error("Cannot read " + where, "it is no JSON string");
    return json.get<std::string>();
}

int tokenize(const Options& options) {
    const Source source = open(options);
    std::ios::sync_with_stdio(false);
    std::string line;
    for (std::int64_t number = 1; std::getline(std::cin, line); ++number) {
        const std::string text = options.jsonLines ? textOf(line, number) : line;
        const Pieces pieces = source.isTokenizerJson ? source.tokenizer.tokenizeAsConfigured(text)
                                                     : source.tokenizer.tokenize(text);
        const Json json = {{"tokens", pieces.tokens}, {"ids", pieces.ids}};
        printLine(json.dump(-1, ' ', false, Json::error_handler_t::replace));
        // A program that asks line by line gets its answer before it sends more.
        if (std::cin.rdbuf()->in_avail() <= 0) std::fflush(stdout);
        if (std::ferror(stdout)) break;  // nobody reads any more; main says so
    }
    return kOk;
}

}  // namespace

void addTokenize(CLI::App& app, Program& program) {
    CLI::App* command = app.add_subcommand(
        "tokenize", "Split text lines into wordpieces: one JSON object with tokens and ids for each line");
    auto options = std::make_shared<Options>();
    command->add_option("--vocab", options->vocabulary, "vocab.txt, tokenizer.json or a checkpoint folder")
        ->required();
    command->add_flag("--cased", options->cased, "the vocabulary file is a cased one");
    command->add_flag("--json-lines", options->jsonLines,
                      "each line is a JSON string, so that a text can hold a newline");
    command->footer(
        "[CLS] and [SEP] are not added.\n"
        "Examples:\n"
        "  echo 'Layers of rock' | strata-cli tokenize --vocab bert-base-uncased/vocab.txt\n"
        "  jq -c .text data.jsonl | strata-cli tokenize --vocab vocab.txt --cased --json-lines");
    command->callback([options, &program] { program.command = [options] { return tokenize(*options); }; });
}

}  // namespace strata::cli
