// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/json.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace strata {

struct TaskSpec {
    std::string type = "pos";
    std::string name = "pos";  ///< shown and stored as `task`; default = type
    std::string tags = "upos";
    std::filesystem::path train, dev, test;  ///< absolute after reading; test may be empty
    std::string score = "dev";               ///< the split to score on: train, dev or test
    std::int64_t trainLimit = 0;             ///< first so many usable sentences; 0 = all
    int maxPieces = 0;  ///< longer ones are passed over and counted; 0 = the model's positions, cut
};

struct ProbeSpec {
    std::string preset = "zertuche-liu-2021";
    bool allLayers = true;
    std::vector<int> layers;  ///< when not all
    bool mix = true;
    std::vector<std::uint64_t> seeds = {0};
    Json overrides = Json::object();  ///< "set"
    std::string dtype = "fp32";
};

/// An experiment as a researcher writes it (docs/spec.md).
struct ExperimentSpec {
    std::string name, note;
    std::vector<std::string> checkpoints;  ///< folders or globs, absolute after reading
    std::vector<TaskSpec> tasks;
    std::vector<ProbeSpec> probes;
};

/// @param base folder that relative paths start from. @throws Error naming the key ("tasks[0].train") and,
/// for an unknown key, the nearest known one
ExperimentSpec parseSpec(const Json& json, const std::filesystem::path& base);
ExperimentSpec readSpec(const std::filesystem::path& file);
Json toJson(const ExperimentSpec& spec);
/// A commented example that runs as it stands beside shared material; for `spec --example`.
std::string exampleSpec();

}  // namespace strata
