// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "activations/activationcache.h"
#include "activations/encodedtext.h"
#include "base/progress.h"
#include "probing/probesettings.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace strata {

/// Which states a probe sees: one layer, or the scalar mix over layers 0…maxLayer.
struct ProbeInput {
    bool isMix = false;
    int layer = 0;  ///< the layer, or maxLayer of the mix
    bool operator==(const ProbeInput&) const = default;
};

/// A split with its activations.
struct ProbeSplit {
    const PieceCorpus* text = nullptr;
    std::shared_ptr<const Activations> states;
};

struct LabelCounts {
    std::int64_t truePositive = 0, predicted = 0, gold = 0;
    bool operator==(const LabelCounts&) const = default;
};

/// What one target got: stored so that "which examples" stays answerable.
struct Prediction {
    std::int32_t sentence = 0;  ///< index into the corpus
    std::int32_t targetInSentence = 0;
    std::int32_t gold = -1;       ///< first gold label, -1 = none
    std::int32_t best = -1;       ///< label with the largest logit
    float probabilityOfBest = 0;  ///< sigmoid
    float probabilityOfGold = 0;
};

/// Scores of one probe on one split.
struct ProbeScore {
    double microF1 = 0, precision = 0, recall = 0, accuracy = 0, loss = 0;
    std::int64_t targets = 0;
    std::vector<LabelCounts> perLabel;
    std::vector<Prediction> predictions;  ///< file order
};

struct ProbeOutcome {
    ProbeInput input;
    ProbeScore score;                   ///< on the split to score on
    std::vector<double> mixingWeights;  ///< softmax, only for a mix
    std::optional<double> gamma;
    std::optional<double> centreOfGravity;
    std::vector<double> trainLossPerEpoch;
    std::vector<double>
        devF1PerEpoch;              ///< micro-F1 after each epoch (or check) on the split that is checked on
    std::int64_t checkTargets = 0;  ///< over how many targets these were counted
};

struct SweepResult {
    std::vector<ProbeOutcome> probes;  ///< in the order asked for
    std::vector<std::string> labels;
    double majorityBaseline = 0;  ///< micro-F1 = accuracy of always the label most frequent in train
    std::int64_t trainTargets = 0;
    double secondsReading = 0, secondsTraining = 0, secondsScoring = 0;
    double productOperations = 0;  ///< floating-point operations of the probes' products done in training
};

inline constexpr std::uint64_t kNoMemoryBudget = std::numeric_limits<std::uint64_t>::max();

/// Trains all probes of one run (one probe seed) together: batched products, one fused optimiser step,
/// streaming from the activations. Each probe's numbers do not depend on which others train beside it.
/// Deterministic for a given (settings, seed, thread count). @param score the split to score on
/// @param memoryBudgetBytes of private memory; as many probes as it holds train together, then the next ones,
/// at the cost of another reading of the activations. One probe is trained whatever it takes.
/// @param check the split on which the schedule looks and the best epoch is chosen; without text: `score`
/// @throws Error, Cancelled
SweepResult trainProbes(const ProbeSettings& settings, std::uint64_t seed,
                        const std::vector<ProbeInput>& inputs, const ProbeSplit& train,
                        const ProbeSplit& score, const std::vector<std::string>& labels,
                        NumberType numberType, const std::stop_token& stop, const ProgressSink& progress,
                        std::uint64_t memoryBudgetBytes = kNoMemoryBudget, const ProbeSplit& check = {});

/// The groups in which trainProbes() trains: `inputs` in order, each group as large as the budget allows by
/// an estimate of the probes' private memory (parameters, optimiser, predictions, and what all share).
std::vector<std::vector<ProbeInput>> probeGroups(const ProbeSettings& settings,
                                                 const std::vector<ProbeInput>& inputs,
                                                 const ProbeSplit& train, const ProbeSplit& score, int labels,
                                                 std::uint64_t memoryBudgetBytes);

/// Version of everything that determines a probe's numbers; part of every run key.
inline constexpr int kProbingVersion = 1;

}  // namespace strata
