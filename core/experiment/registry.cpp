// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/registry.h"

#include "base/hash.h"
#include "checkpoint/bertweights.h"

#include <algorithm>
#include <map>

namespace strata {

namespace {

namespace fs = std::filesystem;

/// Changes with the name, size or time of any file that the content hash is made from.
std::string fingerprint(const fs::path& folder) {
    std::vector<std::string> files;
    std::error_code problem;
    for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
        const std::string name = it->path().filename().string();
        const bool counts = name.find(".safetensors") != std::string::npos ||
                            name.find(".bin") != std::string::npos || name == "config.json";
        std::error_code ignored;
        if (!counts || !it->is_regular_file(ignored)) continue;
        files.push_back(name + " " + std::to_string(it->file_size(ignored)) + " " +
                        std::to_string(it->last_write_time(ignored).time_since_epoch().count()));
    }
    std::sort(files.begin(), files.end());
    ContentHash hash;
    for (const std::string& file : files)
        hash.add(file);
    return hash.hex();
}

std::string describe(const CheckpointRow& row) {
    std::string text = row.family;
    if (row.seed) text += " seed " + std::to_string(*row.seed);
    if (row.step) text += " step " + std::to_string(*row.step);
    return text;
}

}  // namespace

CheckpointRow rememberCheckpoint(Workspace& workspace, const CheckpointInfo& info) {
    CheckpointRow row;
    row.path = info.path.string();
    row.family = info.name.family;
    row.seed = info.name.seed;
    row.step = info.name.step;
    row.adaptedFrom = info.name.adaptedFrom;
    row.contentHash = info.contentHash;
    row.format = info.format;
    row.dtype = info.dtype;
    row.problem = info.problem;
    row.layers = info.layers;
    row.hidden = info.hidden;
    row.heads = info.heads;
    row.vocabulary = info.vocabulary;
    row.bytes = info.bytes;
    row.hasMlmHead = info.hasMlmHead;
    row.isUncased = info.uncased;
    row.warnings = info.warnings;
    const std::int64_t id = workspace.upsertCheckpoint(row);
    if (const auto stored = workspace.checkpoint(id)) return *stored;
    row.id = id;
    return row;
}

std::string ensureContentHash(Workspace& workspace, const CheckpointRow& row, const std::stop_token& stop) {
    const std::string key = "fingerprint:" + row.path;
    const std::string now = fingerprint(row.path);
    if (!row.contentHash.empty() && workspace.setting(key) == now) return row.contentHash;
    const std::string hash = checkpointContentHash(row.path, stop);
    workspace.setContentHash(row.id, hash);
    workspace.setSetting(key, now);
    return hash;
}

std::vector<std::string> equalWeightWarnings(const std::vector<CheckpointRow>& rows) {
    std::map<std::string, const CheckpointRow*> first;
    std::vector<std::string> warnings;
    for (const CheckpointRow& row : rows) {
        if (row.contentHash.empty()) continue;
        const auto [found, isNew] = first.emplace(row.contentHash, &row);
        if (!isNew && found->second->path != row.path)
            warnings.push_back("The weights of " + describe(row) + " equal those of " +
                               describe(*found->second) +
                               ": one of the names is wrong, or a file was copied.");
    }
    // Results are told apart by family, seed and step: two models of one name would be averaged.
    std::map<std::string, const CheckpointRow*> named;
    for (const CheckpointRow& row : rows) {
        const auto [found, isNew] = named.emplace(describe(row) + "|" + row.adaptedFrom, &row);
        if (!isNew && found->second->contentHash != row.contentHash)
            warnings.push_back(
                "'" + found->second->path + "' and '" + row.path +
                "' are different models, but both are called " + describe(row) +
                ": their results would be averaged. Correct a name on the Checkpoints page, or "
                "leave one out.");
    }
    return warnings;
}

}  // namespace strata
