// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/progress.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace strata {

/// Family, seed and step as read from a folder name (or a path of a Hugging Face cache).
struct CheckpointName {
    std::string family;
    std::optional<int> seed;
    std::optional<std::int64_t> step;
    std::string adaptedFrom;  ///< e.g. "chemprot" for finetuned-chemprot-seed-0-0k; empty = a base checkpoint

    bool operator==(const CheckpointName&) const = default;
};
/// Looks into the cache's refs for the revision of a snapshot, and for others that would be called the same.
CheckpointName parseCheckpointName(const std::filesystem::path& folder);
/// The same from names alone. @param revision branch or tag of a Hugging Face repository; empty = none
CheckpointName parseCheckpointName(const std::filesystem::path& folder, const std::string& revision);

/// One checkpoint found on disk; headers only are read, so scanning is immediate. Plain value.
struct CheckpointInfo {
    std::filesystem::path path;
    CheckpointName name;
    std::string revision;  ///< of a snapshot in a Hugging Face cache: "step1000", "main"; empty = not known
    int layers = 0, hidden = 0, heads = 0, vocabulary = 0;
    std::string format;  ///< "safetensors", "safetensors, 2 shards", "bin (zip)", "bin (pre-1.6)"
    std::string dtype;   ///< "F32", "F16", "BF16", "F64", "mixed"
    bool hasMlmHead = false;
    bool uncased = true;
    std::uint64_t bytes = 0;
    std::string contentHash;  ///< empty until computed (checkpointContentHash, in the background)
    std::string problem;      ///< why it cannot be used, in words; empty = usable
    std::vector<std::string> warnings;

    bool isUsable() const { return problem.empty(); }
    bool operator==(const CheckpointInfo&) const = default;
};

/// A folder that a scan could not look into, or not to its end.
struct PassedOver {
    std::filesystem::path folder;
    std::string why;

    bool operator==(const PassedOver&) const = default;
};

/// Walks a folder tree (and Hugging Face cache layouts: models--org--name/snapshots/<rev>) and describes
/// every folder that holds a config.json or a weight file; sorted by family, seed, step, path. Links to
/// folders are followed, but none that leads back to where it stands, and a bounded number of folders
/// beyond them; a folder reached in several ways is listed once: in its own place, unless a link's name tells
/// more of step and seed, and behind the first of the links that tell most. Never throws for one bad
/// checkpoint: that one gets a `problem`, also when its folder may not be read but its name tells a step.
/// @param found called for each checkpoint as it is found, before links to it are known (may be empty)
/// @param passedOver called for each other folder that may hold checkpoints unseen (may be empty)
/// @throws Error when root cannot be read
std::vector<CheckpointInfo> scanCheckpoints(const std::filesystem::path& root,
                                            const std::stop_token& stop = {},
                                            const ProgressSink& progress = {},
                                            const std::function<void(const CheckpointInfo&)>& found = {},
                                            const std::function<void(const PassedOver&)>& passedOver = {});
/// Describes one folder. @return nullopt when it is no checkpoint folder at all.
std::optional<CheckpointInfo> describeCheckpoint(const std::filesystem::path& folder);

}  // namespace strata
