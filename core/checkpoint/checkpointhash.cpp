// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/cancellation.h"
#include "base/hash.h"
#include "checkpoint/bertweights.h"
#include "checkpoint/weightindex.h"

#include <cstring>

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

/// @param bytes float32 numbers
bool holdsFiniteOnly(std::span<const std::byte> bytes) {
    bool isFinite = true;
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, bytes.data() + at, sizeof bits);
        isFinite = isFinite && (bits & 0x7F800000u) != 0x7F800000u;
    }
    return isFinite;
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

std::string checkpointContentHash(const std::filesystem::path& folder, const std::stop_token& stop,
                                  std::vector<std::string>* warnings) {
    const BertConfig config = readBertConfig(folder);
    const WeightFiles files = openWeightFiles(folder, true);
    WeightIndex index = indexWeights(files, config, folder);
    settleDecoder(index, config);
    if (warnings) *warnings = index.warnings;
    ContentHash hash;
    addConfig(hash, config);
    for (const auto& [name, tensor] : index.tensors) {
        throwIfStopped(stop);
        if (!isHashed(name, index.mlmHeadProblem.empty())) continue;
        addHeader(hash, name, tensor->shape);
        bool isFinite = true;
        forEachFloatBlock(*tensor, [&](std::span<const std::byte> bytes) {
            hash.add(bytes);
            isFinite = isFinite && holdsFiniteOnly(bytes);
        });
        if (!isFinite && warnings)
            warnings->push_back("Tensor " + name + " holds nan or inf: results would be meaningless.");
    }
    return hash.hex();
}

}  // namespace strata
