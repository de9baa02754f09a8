// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strata {

struct CheckpointName;

/// The branches and tags of a repository in a Hugging Face cache, by the commit that they stand at; sorted,
/// fit to be shown. Repositories of intermediate checkpoints name the step there: step1000, step_20k.
using CacheRevisions = std::map<std::string, std::vector<std::string>>;

/// The repository that a folder is a snapshot of (…/models--owner--name/snapshots/<commit>); nullopt when it
/// is none.
std::optional<std::filesystem::path> cacheRepository(const std::filesystem::path& folder);
/// Reads refs/<branch>, small files that hold a commit. What is none is passed over; never throws.
CacheRevisions readCacheRevisions(const std::filesystem::path& repository);
/// Those that stand at a snapshot's commit, the one that says most first: one that tells a step, then main.
std::vector<std::string> revisionsOf(const std::filesystem::path& snapshot, const CacheRevisions& revisions);
/// Name of a snapshot among the others beside it: where a complete one would be called the same, one that is
/// neither main nor tells a step is called model@branch, or model@0123abc after its commit.
CheckpointName snapshotName(const std::filesystem::path& snapshot, const CacheRevisions& revisions);
/// A folder's own name; of a snapshot, which is called after its commit alone, the model's too:
/// "owner/name@0123abc".
std::string shownName(const std::filesystem::path& folder);
/// Whose model a snapshot is: "owner/name"; empty = it is none of the Hugging Face hub.
std::string hubName(const std::filesystem::path& folder);
/// The commit that a snapshot's folder is named after, as short as git writes it; another name as it is.
std::string shortCommit(const std::filesystem::path& snapshot);

}  // namespace strata
