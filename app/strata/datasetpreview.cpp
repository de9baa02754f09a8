// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/strata/datasetpreview.h"

#include "corpora/corpus.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace strata {

namespace {

/// What an experiment on it would stumble over, in words.
std::vector<std::string> missingFiles(const DatasetRow& row) {
    std::vector<std::string> missing;
    const auto look = [&](const std::string& split, const std::string& path, const std::string& consequence) {
        std::error_code ignored;
        if (!path.empty() && !std::filesystem::exists(path, ignored))
            missing.push_back(split + ": there is no file '" + path + "'. " + consequence);
    };
    const std::string all = "An experiment with this data set cannot run until it is back or taken out here.";
    look("Train", row.trainPath, "Without a text to train on no experiment can run.");
    look("Dev", row.devPath, all);
    look("Test", row.testPath, all);
    if (row.devPath.empty())
        missing.push_back(
            row.testPath.empty()
                ? "Dev: no file is given. Experiments are scored on it: give one, or give a test "
                  "text and score on that."
                : "Dev: no file is given. Experiments are scored on it unless they say "
                  "otherwise: choose \"Score on test\" on the Experiment page, or give one.");
    return missing;
}

}  // namespace

DatasetPreview previewOf(const DatasetRow& row, const std::string& split) {
    constexpr std::size_t kSentences = 200, kOmissions = 500;
    DatasetPreview preview;
    preview.row = row;
    preview.missing = missingFiles(row);
    const std::string& path = split == "train" ? row.trainPath : split == "dev" ? row.devPath : row.testPath;
    if (path.empty()) {
        preview.problem = "No file is given for this split.";
        return preview;
    }
    try {
        const Corpus corpus = readPosCorpus(path, row.tags == "xpos" ? TagSet::Xpos : TagSet::Upos);
        std::map<std::string, std::int64_t> counts;
        for (const Sentence& sentence : corpus.sentences) {
            for (const Target& target : sentence.targets)
                for (const std::string& label : target.labels)
                    ++counts[label];
            if (preview.sentences.size() >= kSentences) continue;
            StoredSentence stored{sentence.id, sentence.words, {}};
            for (const Target& target : sentence.targets)
                stored.targets.push_back({target.span1.begin, target.span1.end,
                                          target.span2 ? target.span2->begin : -1,
                                          target.span2 ? target.span2->end : -1, target.labels});
            preview.sentences.push_back(std::move(stored));
        }
        preview.labelCounts.assign(counts.begin(), counts.end());
        std::stable_sort(preview.labelCounts.begin(), preview.labelCounts.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
        preview.sentenceCount = static_cast<std::int64_t>(corpus.sentences.size());
        preview.targetCount = corpus.targetCount();
        for (const Omission& omission : corpus.omissions)
            if (preview.omissions.size() < kOmissions)
                preview.omissions.push_back(omission.where + ": " + omission.what);
    } catch (const std::exception& problem) {
        preview.problem = problem.what();
    }
    return preview;
}

}  // namespace strata
