// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/runresult.h"

#include "base/error.h"

#include <limits>

namespace strata {

namespace {

std::string layerName(const ProbeInput& input) {
    return input.isMix ? "mix" : std::to_string(input.layer);
}

/// NaN, which leaves no row, for a share of nothing: a precision of 0 would count as measured in every mean.
double ratio(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole)
                     : std::numeric_limits<double>::quiet_NaN();
}

double f1Of(const LabelCounts& counts) {
    return ratio(2 * counts.truePositive, counts.predicted + counts.gold);
}

void addMeasurements(const ProbeOutcome& probe, const SweepResult& sweep, std::vector<Measurement>& out) {
    const std::string layer = layerName(probe.input);
    const auto total = [&](const char* metric, double value, std::int64_t n) {
        out.push_back({layer, metric, "", value, n});
    };
    const std::int64_t n = probe.score.targets;
    total("micro_f1", probe.score.microF1, n);
    total("precision", probe.score.precision, n);
    total("recall", probe.score.recall, n);
    total("accuracy", probe.score.accuracy, n);
    total("loss", probe.score.loss, n);
    total("majority", sweep.majorityBaseline, n);
    if (probe.gamma) total("gamma", *probe.gamma, n);
    if (probe.centreOfGravity) total("centre_of_gravity", *probe.centreOfGravity, n);
    for (std::size_t k = 0; k < probe.score.perLabel.size(); ++k) {
        const LabelCounts& counts = probe.score.perLabel[k];
        const std::string& label = sweep.labels[k];
        out.push_back({layer, "f1", label, f1Of(counts), counts.gold});
        out.push_back({layer, "label_precision", label, ratio(counts.truePositive, counts.predicted),
                       counts.predicted});
        out.push_back({layer, "label_recall", label, ratio(counts.truePositive, counts.gold), counts.gold});
    }
    for (std::size_t l = 0; l < probe.mixingWeights.size(); ++l)
        out.push_back({layer, "mixing_weight", std::to_string(l), probe.mixingWeights[l], n});
    for (std::size_t epoch = 0; epoch < probe.trainLossPerEpoch.size(); ++epoch)
        out.push_back({layer, "train_loss", "epoch " + std::to_string(epoch + 1),
                       probe.trainLossPerEpoch[epoch], sweep.trainTargets});
    for (std::size_t epoch = 0; epoch < probe.devF1PerEpoch.size(); ++epoch)
        out.push_back({layer, "epoch_micro_f1", "epoch " + std::to_string(epoch + 1),
                       probe.devF1PerEpoch[epoch], probe.checkTargets});
}

}  // namespace

ProbeSettings settingsOf(const ProbeSpec& probe) {
    return withOverrides(probePreset(probe.preset), probe.overrides);
}

NumberType numberTypeOf(const ProbeSpec& probe) {
    return probe.dtype == "bf16" ? NumberType::BFloat16 : NumberType::Float32;
}

std::vector<ProbeInput> inputsOf(const ProbeSpec& probe, int layers) {
    std::vector<ProbeInput> inputs;
    if (probe.allLayers) {
        for (int layer = 0; layer <= layers; ++layer)
            inputs.push_back({false, layer});
    } else {
        for (const int layer : probe.layers)
            if (layer <= layers) inputs.push_back({false, layer});
    }
    if (probe.mix) inputs.push_back({true, layers});
    return inputs;
}

bool choosesOnDev(const ProbeSpec& probe) {
    const ProbeSettings settings = settingsOf(probe);
    return settings.schedule == Schedule::HalveOnPlateau || settings.keptEpoch == KeptEpoch::BestDev;
}

std::string probeName(const ProbeSpec& probe) {
    std::string differences;
    for (const auto& [key, value] : probe.overrides.items())
        differences += (differences.empty() ? "" : ", ") + key + "=" +
                       (value.is_string() ? value.get<std::string>() : value.dump());
    if (!probe.allLayers) {
        std::string layers;
        for (const int layer : probe.layers)
            layers += (layers.empty() ? "" : "+") + std::to_string(layer);
        differences += (differences.empty() ? "" : ", ") + ("layers=" + (layers.empty() ? "none" : layers));
    }
    if (!probe.mix) differences += (differences.empty() ? "" : ", ") + std::string("no mix");
    if (probe.dtype != "fp32") differences += (differences.empty() ? "" : ", ") + probe.dtype;
    return differences.empty() ? "edge" : "edge (" + differences + ")";
}

RunKeyFields runFields(const CheckpointInfo& checkpoint, const TaskSpec& spec, const TaskMaterial& task,
                       const ProbeSpec& probe, std::uint64_t seed, const std::string& tokenizerHash) {
    Json settings = toJson(settingsOf(probe));
    const Json defaults = toJson(ProbeSettings());
    // Runs stored before these could be set do not name them, and must still be found.
    for (const char* key : {"adam_beta1", "adam_beta2", "adam_epsilon"})
        if (settings[key] == defaults[key]) settings.erase(key);
    settings["dtype"] = probe.dtype;
    settings["mix"] = probe.mix;
    settings["layers"] = probe.allLayers ? Json("all") : Json(probe.layers);
    settings["tokenizer"] = tokenizerHash;
    if (choosesOnDev(probe) && task.dev) settings["dev"] = task.dev->contentHash();
    RunKeyFields fields;
    fields.checkpointHash = checkpoint.contentHash;
    fields.dataHash = task.dataHash;
    fields.settingsJson = settings.dump();
    fields.task = spec.name;
    fields.split = spec.score;
    fields.preset = probe.preset;
    fields.probeSeed = static_cast<std::int64_t>(seed);
    fields.protocolVersion = kProbingVersion;
    return fields;
}

Workspace::RunResult toRunResult(const SweepResult& sweep) {
    Workspace::RunResult result;
    result.labels = sweep.labels;
    result.secondsReading = sweep.secondsReading;
    result.secondsTraining = sweep.secondsTraining + sweep.secondsScoring;
    for (const ProbeOutcome& probe : sweep.probes) {
        addMeasurements(probe, sweep, result.measurements);
        auto& stored = result.predictionsByLayer[layerName(probe.input)];
        stored.reserve(probe.score.predictions.size());
        for (const Prediction& prediction : probe.score.predictions)
            stored.push_back({prediction.sentence, prediction.targetInSentence, prediction.gold,
                              prediction.best, prediction.probabilityOfBest, prediction.probabilityOfGold});
    }
    return result;
}

}  // namespace strata
