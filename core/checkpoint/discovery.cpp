// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/discovery.h"

#include "base/cancellation.h"
#include "base/casing.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/printable.h"
#include "checkpoint/bertconfig.h"
#include "checkpoint/weightindex.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace strata {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 12;
constexpr std::uint64_t kMaxConfigBytes = 1u << 20u;

bool readUncased(const fs::path& folder) {
    std::error_code ignored;
    try {
        if (!fs::exists(folder / "tokenizer_config.json", ignored))
            return !fs::exists(folder / "vocab.txt", ignored) ||
                   !holdsCapitals(readTextFile(folder / "vocab.txt", 16u << 20u));
        const Json json = readJsonFile(folder / "tokenizer_config.json", 16u << 20u);
        const auto found = json.is_object() ? json.find("do_lower_case") : json.end();
        return !json.is_object() || found == json.end() || !found->is_boolean() || found->get<bool>();
    } catch (const Error&) {
        return true;  // the tokenizer's own reader tells about it when it is needed
    }
}

/// Anything may be called config.json; without weights beside it, it must speak of a model.
bool looksLikeCheckpoint(const fs::path& folder) {
    std::error_code ignored;
    if (hasWeightFile(folder)) return true;
    if (!fs::exists(folder / "config.json", ignored)) return false;
    try {
        const std::string text = readTextFile(folder / "config.json", kMaxConfigBytes);
        return text.find("\"model_type\"") != std::string::npos ||
               text.find("\"hidden_size\"") != std::string::npos;
    } catch (const Error&) {
        return false;
    }
}

/// State of one walk. A link to a checkpoint counts; links are not followed further: they could lead
/// anywhere, or in a circle.
struct Walk {
    const std::stop_token& stop;
    const ProgressSink& progress;
    const std::function<void(const CheckpointInfo&)>& found;
    std::vector<CheckpointInfo> out;
    std::vector<fs::path> links;
    std::int64_t seen = 0;

    void visit(const fs::path& folder, int depth) {
        throwIfStopped(stop);
        if (++seen % 64 == 0) report(progress, {"scan", seen, 0, folder.string(), -1});
        if (auto info = describeCheckpoint(folder)) {
            if (found) found(*info);
            out.push_back(std::move(*info));
        }
        // A checkpoint may hold others: trainers write checkpoint-500, … into the folder of the final model.
        if (depth >= kMaxDepth) return;
        for (const auto& [child, isLink] : childFolders(folder)) {
            if (isLink)
                links.push_back(child);
            else
                visit(child, depth + 1);
        }
    }

    /// Links last: one to a checkpoint that was found in its own place is no second one.
    void visitLinks() {
        std::error_code ignored;
        std::set<fs::path> known;
        for (const CheckpointInfo& info : out)
            known.insert(fs::canonical(info.path, ignored));
        for (const fs::path& link : links) {
            throwIfStopped(stop);
            const fs::path target = fs::canonical(link, ignored);
            if (ignored || known.contains(target)) continue;
            auto info = describeCheckpoint(link);
            if (!info) continue;
            known.insert(target);
            if (found) found(*info);
            out.push_back(std::move(*info));
        }
    }

    static std::vector<std::pair<fs::path, bool>> childFolders(const fs::path& folder) {
        std::vector<std::pair<fs::path, bool>> children;  // and whether it is a link
        std::error_code problem;
        for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, problem), end;
             !problem && it != end; it.increment(problem)) {
            std::error_code ignored;
            if (it->is_directory(ignored) && !isSkipped(it->path().filename().string()))
                children.emplace_back(it->path(), it->is_symlink(ignored));
        }
        std::sort(children.begin(), children.end());
        return children;
    }

    static bool isSkipped(const std::string& name) {
        return name == ".git" || name == "blobs" || name == ".locks";
    }
};

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
        if (index.mlmHeadProblem.find("incomplete") != std::string::npos)
            info.warnings.push_back("Without MLM head: " + index.mlmHeadProblem + ".");
        std::error_code ignored;
        if (!fs::exists(folder / "vocab.txt", ignored) && !fs::exists(folder / "tokenizer.json", ignored))
            info.warnings.emplace_back(
                "It has neither vocab.txt nor tokenizer.json: no text can be cut into its pieces.");
    } catch (const Error& error) {
        info.problem = error.what();
    } catch (const std::exception& error) {
        info.problem = "Cannot read it: " + printable(error.what());
    }
    return info;
}

std::vector<CheckpointInfo> scanCheckpoints(const fs::path& root, const std::stop_token& stop,
                                            const ProgressSink& progress,
                                            const std::function<void(const CheckpointInfo&)>& found) {
    std::error_code problem;
    if (!fs::is_directory(root, problem))
        throw Error("Cannot look for checkpoints in '" + root.string() + "'", "it is not a folder");
    if (const fs::directory_iterator readable(root, problem); problem)
        throw Error("Cannot look for checkpoints in '" + root.string() + "'", problem.message());
    Walk walk{stop, progress, found, {}, {}};
    walk.visit(fs::canonical(root), 0);
    walk.visitLinks();
    std::vector<CheckpointInfo> out = std::move(walk.out);
    std::sort(out.begin(), out.end(), [](const CheckpointInfo& a, const CheckpointInfo& b) {
        return std::tie(a.name.family, a.name.adaptedFrom, a.name.seed, a.name.step, a.path) <
               std::tie(b.name.family, b.name.adaptedFrom, b.name.seed, b.name.step, b.path);
    });
    return out;
}

}  // namespace strata
