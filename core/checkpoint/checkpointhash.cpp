// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/cancellation.h"
#include "base/hash.h"
#include "checkpoint/bertweights.h"
#include "checkpoint/weightindex.h"

namespace strata {

namespace {

/// Pooler and next-sentence head are left out: no measurement reads them, and many files lack them.
bool isHashed(const std::string& name, bool hasMlmHead) {
    if (name.rfind("embeddings.", 0) == 0 || name.rfind("encoder.", 0) == 0) return true;
    return hasMlmHead && name.rfind("cls.predictions.", 0) == 0;
}

void addHeader(ContentHash& hash, const std::string& name, const std::vector<std::int64_t>& shape) {
    hash.add(name).add(static_cast<std::uint64_t>(shape.size()));
    for (const std::int64_t size : shape)
        hash.add(static_cast<std::uint64_t>(size));
}

/// The sizes that no tensor shape tells, the activation and the epsilon change what the model computes.
void addConfig(ContentHash& hash, const BertConfig& config) {
    hash.add(static_cast<std::uint64_t>(config.heads)).add(static_cast<std::uint64_t>(config.activation));
    hash.add(std::to_string(config.layerNormEpsilon * 1e15));
}

}  // namespace

std::string checkpointContentHash(const BertWeights& weights) {
    ContentHash hash;
    addConfig(hash, weights.config);
    for (const auto& [name, tensor] : weights.tensors) {
        if (!isHashed(name, weights.hasMlmHead)) continue;
        addHeader(hash, name, tensor.shape);
        hash.add(std::as_bytes(std::span(tensor.values)));
    }
    return hash.hex();
}

std::string checkpointContentHash(const std::filesystem::path& folder, const std::stop_token& stop) {
    const BertConfig config = readBertConfig(folder);
    const WeightFiles files = openWeightFiles(folder, true);
    WeightIndex index = indexWeights(files, config, folder);
    settleDecoder(index, config);
    ContentHash hash;
    addConfig(hash, config);
    for (const auto& [name, tensor] : index.tensors) {
        throwIfStopped(stop);
        if (!isHashed(name, index.mlmHeadProblem.empty())) continue;
        addHeader(hash, name, tensor->shape);
        forEachFloatBlock(*tensor, [&](std::span<const std::byte> bytes) { hash.add(bytes); });
    }
    return hash.hex();
}

}  // namespace strata
