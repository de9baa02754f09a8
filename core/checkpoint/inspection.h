// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/bertconfig.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace strata {

/// One tensor as the header of its file describes it. Plain value; texts are fit to be shown.
struct TensorRow {
    std::string name;  ///< as stored
    std::vector<std::int64_t> shape;
    std::string dtype;  ///< "F32", "I64", …
    std::string file;   ///< the weight file it stands in

    bool operator==(const TensorRow&) const = default;
};

/// What the files of one checkpoint say of themselves. Plain value.
struct CheckpointContent {
    std::optional<BertConfig> config;
    std::string configProblem;       ///< why there is none, in words
    std::vector<TensorRow> tensors;  ///< by name, numbers in names by their value: layer 2 before layer 10
    std::string tensorsProblem;      ///< why there are none, in words
    /// Branches and tags of a snapshot in a Hugging Face cache, the one that says most first.
    std::vector<std::string> revisions;

    bool operator==(const CheckpointContent&) const = default;
};

/// Reads config.json, the headers of the weight files and a cache's refs, no tensor's data. Never throws for
/// a bad file: the part that cannot be read has a problem.
CheckpointContent readCheckpointContent(const std::filesystem::path& folder);

/// Why a checkpoint that was found earlier is no longer on disk, in words; empty while it is there.
/// @param hadWeights also looks for its weight file
std::string absenceOf(const std::filesystem::path& folder, bool hadWeights);

}  // namespace strata
