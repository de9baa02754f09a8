// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/progress.h"
#include "checkpoint/bertweights.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace strata {

/// Masked-language-model training from scratch or from a checkpoint.
struct MlmSettings {
    std::int64_t steps = 1000;
    int batchSequences = 32;
    double peakLearningRate = 2e-3;
    std::int64_t warmUpSteps = 100;  ///< from 0, then linear decay to 0 at `steps`
    double beta1 = 0.9, beta2 = 0.98, epsilon = 1e-6;
    double weightDecay = 0.01;  ///< not on biases and LayerNorm
    double maxGradientNorm = 1.0;
    double maskedShare = 0.15;
    std::int32_t maskId = 4, firstOrdinaryId = 5;
    std::uint64_t seed = 0;               ///< order of the sequences and masks; no dropout is used
    std::vector<std::int64_t> keepSteps;  ///< steps to hand out, ascending; 0 = before the first
};

struct MlmStep {
    std::int64_t step = 0;
    double loss = 0;  ///< mean cross-entropy in nats over the steps since the last one handed out
};

/// Trains with AdamW (Loshchilov & Hutter 2019, as PyTorch steps it) on sequences that begin with [CLS] and
/// end with [SEP].
/// @param keep called with the weights at each of keepSteps. Computes on the calling thread alone, so that
/// the result is the same for any number of threads; several models are trained side by side instead.
/// @throws Error (divergence), Cancelled
void trainMlm(const BertWeights& start, const std::vector<std::vector<std::int32_t>>& sequences,
              const MlmSettings& settings,
              const std::function<void(const MlmStep&, const BertWeights&)>& keep,
              const std::stop_token& stop, const ProgressSink& progress);

/// Loss on one fixed masked batch with its gradient by canonical tensor name; for tests and for who trains
/// otherwise. Row positions are given over the rows put one behind the other. Attended id 0 gets no gradient
/// through its own look-up (the reference's padding_idx).
struct MlmBatch {
    std::vector<std::vector<std::int32_t>> ids, typeIds, keyMask;
    std::vector<std::vector<std::int32_t>> labels;  ///< −100 = not predicted
};
struct MlmGradients {
    double loss = 0;
    std::map<std::string, FloatTensor> gradients;
};
MlmGradients mlmGradients(const BertWeights& weights, const MlmBatch& batch);

}  // namespace strata
