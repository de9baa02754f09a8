// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "store/workspace.h"

namespace strata::test {

/// Rows as a scan and a plan would store them, with what a test does not care about filled in.

inline CheckpointRow checkpointRow(std::optional<int> seed, std::optional<std::int64_t> step,
                                   const std::string& family = "tiny") {
    CheckpointRow row;
    row.path = "/ck/" + family + "-seed_" + std::to_string(seed.value_or(-1)) + "-step_" +
               std::to_string(step.value_or(-1));
    row.family = family;
    row.seed = seed;
    row.step = step;
    row.contentHash = "hash of " + row.path;
    row.format = "safetensors";
    row.dtype = "F32";
    row.layers = 2;
    row.hidden = 32;
    row.heads = 4;
    row.vocabulary = 18;
    row.bytes = 70'000;
    return row;
}

inline ExperimentRow experimentRow(const std::string& name) {
    ExperimentRow row;
    row.name = name;
    row.specJson = "{}";
    return row;
}

inline RunRow runRow(const CheckpointRow& checkpoint, std::int64_t checkpointId, std::int64_t probeSeed = 0,
                     const std::string& task = "pos") {
    RunRow row;
    row.checkpointId = checkpointId;
    row.fields.checkpointHash = checkpoint.contentHash;
    row.fields.dataHash = "data of " + task;
    row.fields.settingsJson = R"({"epochs":3})";
    row.fields.task = task;
    row.fields.split = "dev";
    row.fields.preset = "zertuche-liu-2021";
    row.fields.probeSeed = probeSeed;
    row.key = row.fields.key();
    return row;
}

}  // namespace strata::test
