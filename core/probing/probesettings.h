// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/json.h"

#include <optional>
#include <string>
#include <vector>

namespace strata {

enum class LossForm { Stable, Reference };  ///< BCE on logits / on probabilities as the references compute it
enum class MixNorm { None, BatchLayerNorm };
enum class Schedule { Constant, HalveOnPlateau };
enum class KeptEpoch { Last, BestDev };
enum class BatchOrder { Shuffled, LengthBuckets };

/// Every setting of an edge probe (protocol edge_probing.md sections 3-5, 9). A preset is one value of this.
struct ProbeSettings {
    std::string preset = "zertuche-liu-2021";  ///< what it started from
    bool asReference = false;  ///< copies the originals' faults (section 10); default: corrected
    MixNorm mixNorm = MixNorm::BatchLayerNorm;
    double mixDropout = 0;
    int projection = 0;                  ///< P; 0 = none
    bool secondPoolingOfOneSpan = true;  ///< one-span tasks: span2 = span1 with its own pooling
    int classifierHidden = 0;            ///< 0 = the model's hidden size
    double classifierDropout = 0.2;
    LossForm lossForm = LossForm::Stable;
    double learningRate = 5e-5;
    bool amsgrad = false;
    double adamBeta1 = 0.9, adamBeta2 = 0.999, adamEpsilon = 1e-8;
    double maxGradientNorm = 0;  ///< 0 = no clipping
    Schedule schedule = Schedule::Constant;
    int epochs = 20;             ///< for Constant
    int checkEverySteps = 1000;  ///< for HalveOnPlateau
    int maxChecks = 250;
    int checkSentences = 5000;  ///< a check looks at the first so many of dev; 0 = all
    int ratePatience = 5;       ///< checks in a row without better before the rate falls
    double rateFactor = 0.5;
    double improvement = 1e-4;        ///< what "better" asks for in halving the rate
    double leastLearningRate = 1e-6;  ///< below it training ends
    int patience = 20;                ///< checks since the best before training ends
    int batchSize = 32;
    BatchOrder batchOrder = BatchOrder::Shuffled;
    bool dropIncompleteBatch = true;  ///< in training
    KeptEpoch keptEpoch = KeptEpoch::Last;

    bool operator==(const ProbeSettings&) const = default;
};

/// "zertuche-liu-2021" or "jiant-1.3". @throws Error for another name, listing these.
ProbeSettings probePreset(const std::string& name);
std::vector<std::string> probePresetNames();
/// Applies {"epochs": 5, "learning_rate": 0.001, …}; @throws Error for unknown keys (with the nearest known
/// one) and values out of range.
ProbeSettings withOverrides(ProbeSettings settings, const Json& overrides);
Json toJson(const ProbeSettings& settings);

/// One setting as a person sees it, for the composer.
struct SettingDescription {
    std::string key;      ///< "learning_rate"
    std::string name;     ///< "Learning rate"
    std::string meaning;  ///< one sentence with its source
    Json value;           ///< as set
    Json presetValue;     ///< the preset's own
};
std::vector<SettingDescription> describe(const ProbeSettings& settings);

}  // namespace strata
