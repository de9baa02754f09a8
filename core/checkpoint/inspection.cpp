// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/inspection.h"

#include "base/error.h"
#include "base/printable.h"
#include "checkpoint/cacherevisions.h"
#include "checkpoint/weightfiles.h"

#include <algorithm>
#include <string_view>
#include <system_error>

namespace strata {

namespace {

namespace fs = std::filesystem;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes the run of digits that a text begins with; without leading zeros, so that longer is larger.
std::string_view takeNumber(std::string_view& text) {
    std::size_t end = 0, begin = 0;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    while (begin + 1 < end && text[begin] == '0')
        ++begin;
    const std::string_view number = text.substr(begin, end - begin);
    text.remove_prefix(end);
    return number;
}

bool isBefore(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        if (isDigit(a.front()) && isDigit(b.front())) {
            const std::string_view first = takeNumber(a), second = takeNumber(b);
            if (first.size() != second.size()) return first.size() < second.size();
            if (first != second) return first < second;
            continue;
        }
        if (a.front() != b.front()) return a.front() < b.front();
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    return a.size() < b.size();
}

/// Runs a reader of one part. @return what is wrong with it, in words
template <typename Read>
std::string problemOf(Read read) {
    try {
        read();
        return {};
    } catch (const Error& error) {
        return error.what();
    } catch (const std::exception& error) {
        return "Cannot read it: " + printable(error.what());
    }
}

}  // namespace

CheckpointContent readCheckpointContent(const fs::path& folder) {
    CheckpointContent content;
    content.configProblem = problemOf([&] { content.config = readBertConfig(folder); });
    content.tensorsProblem = problemOf([&] {
        const WeightFiles files = openWeightFiles(folder, false);
        content.tensors.reserve(files.tensors.size());
        for (std::size_t i = 0; i < files.tensors.size(); ++i) {
            const StoredTensor& tensor = files.tensors[i];
            content.tensors.push_back(
                {printable(tensor.name), tensor.shape, nameOf(tensor.kind), printable(files.fileNames[i])});
        }
    });
    std::stable_sort(content.tensors.begin(), content.tensors.end(),
                     [](const TensorRow& a, const TensorRow& b) { return isBefore(a.name, b.name); });
    if (const auto repository = cacheRepository(folder))
        content.revisions = revisionsOf(folder, readCacheRevisions(*repository));
    return content;
}

std::string absenceOf(const fs::path& folder, bool hadWeights) {
    std::error_code problem;
    const fs::file_status status = fs::status(folder, problem);
    if (status.type() == fs::file_type::directory) {
        if (!hadWeights || hasWeightFile(folder)) return {};
        return "The weight file is gone: the folder has none any more.";
    }
    if (fs::exists(status)) return "The folder is gone: a file of that name stands in its place.";
    if (status.type() != fs::file_type::not_found)
        return "The folder cannot be reached: " + problem.message() + ".";
    // Where the path breaks off tells a deleted folder from a drive that is not plugged in.
    fs::path missing = folder;
    while (missing.has_relative_path()) {
        std::error_code ignored;
        const fs::path above = missing.parent_path();
        if (above == missing || fs::exists(above, ignored) || ignored) break;
        missing = above;
    }
    if (missing == folder) return "The folder is gone: it was deleted, moved or renamed.";
    return "The folder is gone: there is no '" + printable(missing.string()) + "' any more.";
}

}  // namespace strata
