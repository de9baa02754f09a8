// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata {

/// Plain values that the workspace stores and returns. No SQL, no torch, no Qt. Ids are row ids (> 0).

enum class ExperimentState { Waiting, Running, Paused, Interrupted, Done, Failed, Cancelled };
std::string toString(ExperimentState state);

struct ExperimentRow {
    std::int64_t id = 0;
    std::string name, note;
    std::string specJson;  ///< with absolute paths
    ExperimentState state = ExperimentState::Waiting;
    std::string failure;               ///< in words
    std::vector<std::string> leftOut;  ///< checkpoints that it went without when it was last through, and why
    std::int64_t runsPlanned = 0, runsDone = 0, runsFailed = 0;
    std::string created;        ///< ISO 8601, UTC
    std::int64_t position = 0;  ///< order in the queue
};

struct CheckpointRow {
    std::int64_t id = 0;
    std::string path, family;
    std::optional<int> seed;
    std::optional<std::int64_t> step;
    std::string adaptedFrom, contentHash, format, dtype, problem;
    int layers = 0, hidden = 0, heads = 0, vocabulary = 0;
    std::uint64_t bytes = 0;
    bool hasMlmHead = false, isUncased = true;
    bool nameCorrected = false;  ///< family, seed or step were set by hand; a scan does not overwrite them
    std::vector<std::string> warnings;
};

struct DatasetRow {
    std::int64_t id = 0;
    std::string name, type = "pos", tags = "upos";
    std::string trainPath, devPath, testPath, note;
};

enum class RunState { Planned, Running, Done, Failed };

/// One checkpoint × one task × one probe setting × one probe seed.
struct RunKeyFields {
    std::string checkpointHash, dataHash, settingsJson, task, split;
    std::string preset;
    std::int64_t probeSeed = 0;
    int protocolVersion = 1;
    std::string key() const;  ///< hash over all of these
};

struct Measurement {
    std::string layer;   ///< "0" … "L" or "mix"
    std::string metric;  ///< micro_f1, accuracy, majority, loss, centre_of_gravity, gamma, mixing_weight, …
    std::string label;   ///< empty for totals
    double value = 0;
    std::int64_t n = 0;
    bool operator==(const Measurement&) const = default;
};

struct RunRow {
    std::int64_t id = 0;
    std::string key;
    std::int64_t checkpointId = 0;
    RunKeyFields fields;
    std::string probe = "edge";  ///< kind of probe with what differs from its preset: "edge (epochs=5)"
    std::string numberType = "fp32";
    RunState state = RunState::Planned;
    std::string failure;
    double secondsEncoding = 0, secondsReading = 0, secondsTraining = 0, secondsStoring = 0;
};

/// Predictions of one layer of one run, as stored (compressed).
struct StoredPrediction {
    std::int32_t sentence = 0, target = 0, gold = -1, best = -1;
    float probabilityOfBest = 0, probabilityOfGold = 0;
    bool operator==(const StoredPrediction&) const = default;
};

/// The scored sentences, kept once per data hash so that examples can be shown without the file.
struct StoredTarget {
    std::int32_t begin1 = 0, end1 = 0, begin2 = -1, end2 = -1;
    std::vector<std::string> labels;
};
struct StoredSentence {
    std::string id;
    std::vector<std::string> words;
    std::vector<StoredTarget> targets;
};

/// One row of the stable view `tidy`.
struct TidyRow {
    std::string experiment, family;
    std::optional<std::int64_t> seed, step;
    std::string adaptedFrom, task, split, preset, probe;
    std::int64_t probeSeed = 0;
    std::string layer, metric, label;
    double value = 0;
    std::int64_t n = 0;
};

}  // namespace strata
