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

void addTensor(ContentHash& hash, const std::string& name, const std::vector<std::int64_t>& shape,
               std::span<const float> values) {
    hash.add(name).add(static_cast<std::uint64_t>(shape.size()));
    for (const std::int64_t size : shape)
        hash.add(static_cast<std::uint64_t>(size));
    hash.add(std::as_bytes(values));
}

}  // namespace

std::string checkpointContentHash(const BertWeights& weights) {
    ContentHash hash;
    // The sizes that no tensor shape tells, and the activation, change what the model computes.
    hash.add(static_cast<std::uint64_t>(weights.config.heads)).add(static_cast<std::uint64_t>(weights.config.activation));
    hash.add(std::to_string(weights.config.layerNormEpsilon * 1e15));
    for (const auto& [name, tensor] : weights.tensors)
        if (isHashed(name, weights.hasMlmHead)) addTensor(hash, name, tensor.shape, tensor.values);
    return hash.hex();
}

std::string checkpointContentHash(const std::filesystem::path& folder, const std::stop_token& stop) {
    return checkpointContentHash(readBertWeights(folder, stop));
}

}  // namespace strata
