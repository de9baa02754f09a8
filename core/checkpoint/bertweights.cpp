// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/bertweights.h"

#include "base/cancellation.h"
#include "base/error.h"
#include "checkpoint/safetensors.h"
#include "checkpoint/weightindex.h"

#include <cmath>

namespace strata {

const FloatTensor& BertWeights::at(const std::string& name) const {
    const auto found = tensors.find(name);
    if (found == tensors.end()) throw Error("Cannot use the weights", "tensor " + name + " is missing");
    return found->second;
}

BertWeights readBertWeights(const std::filesystem::path& folder, const std::stop_token& stop,
                            const ProgressSink& progress) {
    BertWeights weights;
    weights.config = readBertConfig(folder);
    const WeightFiles files = openWeightFiles(folder, true);
    WeightIndex index = indexWeights(files, weights.config, folder);
    settleDecoder(index, weights.config);
    weights.warnings = index.warnings;
    weights.mlmHeadProblem = index.mlmHeadProblem;
    weights.hasMlmHead = index.mlmHeadProblem.empty();
    std::int64_t done = 0;
    const auto total = static_cast<std::int64_t>(index.tensors.size());
    for (const auto& [name, stored] : index.tensors) {
        throwIfStopped(stop);
        report(progress, {"load", done++, total, name, -1});
        FloatTensor tensor{stored->shape, toFloat(*stored)};
        for (const float value : tensor.values) {
            if (std::isfinite(value)) continue;
            weights.warnings.push_back("Tensor " + name + " holds " + (std::isnan(value) ? "nan" : "inf") +
                                       ": results will be meaningless.");
            if (weights.nonFinite.empty()) weights.nonFinite = weights.warnings.back();
            break;
        }
        weights.tensors.emplace(name, std::move(tensor));
    }
    return weights;
}

void writeBertCheckpoint(const std::filesystem::path& folder, const BertWeights& weights, StoredType type) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) throw Error("Cannot make the folder '" + folder.string() + "'", problem.message());
    const char* dtype = type == StoredType::F32 ? "F32" : type == StoredType::F16 ? "F16" : "BF16";
    std::vector<SafetensorsWriter::Entry> entries;
    for (const auto& [name, tensor] : weights.tensors)
        entries.push_back({name.rfind("cls.", 0) == 0 ? name : "bert." + name, dtype, tensor.shape});
    SafetensorsWriter writer(folder / "model.safetensors", entries, {{"format", "pt"}});
    std::size_t index = 0;
    for (const auto& [name, tensor] : weights.tensors) {
        if (type == StoredType::F32) {
            writer.write(index++, 0, std::as_bytes(std::span(tensor.values)));
            continue;
        }
        std::vector<std::uint16_t> narrow(tensor.values.size());
        for (std::size_t i = 0; i < narrow.size(); ++i)
            narrow[i] = type == StoredType::F16 ? halfBits(tensor.values[i]) : bfloat16Bits(tensor.values[i]);
        writer.write(index++, 0, std::as_bytes(std::span(narrow)));
    }
    // The config goes last: a folder with one is complete.
    writer.commit();
    writeFileAtomically(folder / "config.json", bertConfigJson(weights.config));
}

}  // namespace strata
