// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/discovery.h"

#include "base/cancellation.h"
#include "base/error.h"
#include "base/json.h"
#include "checkpoint/bertconfig.h"
#include "checkpoint/weightindex.h"

#include <algorithm>
#include <tuple>

namespace strata {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 12;

bool readUncased(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / "tokenizer_config.json", ignored))
        return folder.string().find("-cased") == std::string::npos;
    try {
        const Json json = readJsonFile(folder / "tokenizer_config.json");
        const auto found = json.is_object() ? json.find("do_lower_case") : json.end();
        return !json.is_object() || found == json.end() || !found->is_boolean() || found->get<bool>();
    } catch (const Error&) {
        return true;  // the tokenizer's own reader tells about it when it is needed
    }
}

bool looksLikeCheckpoint(const fs::path& folder) {
    std::error_code ignored;
    if (hasWeightFile(folder)) return true;
    if (!fs::exists(folder / "config.json", ignored)) return false;
    try {
        const Json json = readJsonFile(folder / "config.json", 16u << 20u);
        return json.is_object() && (json.contains("model_type") || json.contains("hidden_size"));
    } catch (const Error&) {
        return true;  // a broken config is worth telling
    }
}

/// Walks folders without following links out of the root; a link to a folder is never followed (loops).
void walk(const fs::path& folder, int depth, const std::stop_token& stop, std::int64_t& seen,
          const ProgressSink& progress, std::vector<CheckpointInfo>& out,
          const std::function<void(const CheckpointInfo&)>& found) {
    throwIfStopped(stop);
    if (++seen % 64 == 0) report(progress, {"scan", seen, 0, folder.string(), -1});
    if (auto info = describeCheckpoint(folder)) {
        if (found) found(*info);
        out.push_back(std::move(*info));
        return;  // checkpoints do not nest
    }
    if (depth >= kMaxDepth) return;
    std::error_code problem;
    std::vector<fs::path> children;
    for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, problem), end;
         !problem && it != end; it.increment(problem)) {
        std::error_code ignored;
        if (it->is_directory(ignored) && !it->is_symlink(ignored) && it->path().filename() != ".git")
            children.push_back(it->path());
    }
    std::sort(children.begin(), children.end());
    for (const fs::path& child : children)
        walk(child, depth + 1, stop, seen, progress, out, found);
}

}  // namespace

std::optional<CheckpointInfo> describeCheckpoint(const fs::path& folder) {
    if (!looksLikeCheckpoint(folder)) return std::nullopt;
    CheckpointInfo info;
    info.path = folder;
    info.name = parseCheckpointName(folder);
    info.uncased = readUncased(folder);
    try {
        const BertConfig config = readBertConfig(folder);
        info.layers = config.layers;
        info.hidden = config.hidden;
        info.heads = config.heads;
        info.vocabulary = config.vocabulary;
        const WeightFiles files = openWeightFiles(folder, false);
        info.format = files.format;
        info.bytes = files.bytes;
        const WeightIndex index = indexWeights(files, config, folder);
        info.dtype = index.dtype;
        info.hasMlmHead = index.mlmHeadProblem.empty();
        info.warnings = index.warnings;
    } catch (const Error& error) {
        info.problem = error.what();
    } catch (const std::exception& error) {
        info.problem = std::string("Cannot read it: ") + error.what();
    }
    return info;
}

std::vector<CheckpointInfo> scanCheckpoints(const fs::path& root, const std::stop_token& stop,
                                            const ProgressSink& progress,
                                            const std::function<void(const CheckpointInfo&)>& found) {
    std::error_code problem;
    if (!fs::is_directory(root, problem))
        throw Error("Cannot look for checkpoints in '" + root.string() + "'", "it is not a folder");
    std::vector<CheckpointInfo> out;
    std::int64_t seen = 0;
    walk(fs::canonical(root), 0, stop, seen, progress, out, found);
    std::sort(out.begin(), out.end(), [](const CheckpointInfo& a, const CheckpointInfo& b) {
        return std::tie(a.name.family, a.name.adaptedFrom, a.name.seed, a.name.step, a.path) <
               std::tie(b.name.family, b.name.adaptedFrom, b.name.seed, b.name.step, b.path);
    });
    return out;
}

}  // namespace strata
