// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/randomstream.h"
#include "bert/encoder.h"

#include <algorithm>

namespace strata {

namespace {

void fill(BertWeights& weights, RandomStream& random, const std::string& name,
          std::vector<std::int64_t> shape) {
    FloatTensor tensor{std::move(shape), {}};
    std::int64_t count = 1;
    for (const std::int64_t size : tensor.shape)
        count *= size;
    const auto deviation = static_cast<float>(weights.config.initializerRange);
    tensor.values.resize(static_cast<std::size_t>(count));
    for (float& value : tensor.values)
        value = deviation * random.normal();
    weights.tensors[name] = std::move(tensor);
}

void constant(BertWeights& weights, const std::string& name, std::int64_t size, float value) {
    weights.tensors[name] = {{size}, std::vector<float>(static_cast<std::size_t>(size), value)};
}

}  // namespace

BertWeights randomBertWeights(const BertConfig& config, std::uint64_t seed) {
    BertWeights weights;
    weights.config = config;
    weights.hasMlmHead = true;
    RandomStream random(seed, 0xB127);
    const std::int64_t h = config.hidden, m = config.intermediate;
    const auto norm = [&](const std::string& name) {
        constant(weights, name + ".weight", h, 1);
        constant(weights, name + ".bias", h, 0);
    };
    const auto linear = [&](const std::string& name, std::int64_t out, std::int64_t in) {
        fill(weights, random, name + ".weight", {out, in});
        constant(weights, name + ".bias", out, 0);
    };
    fill(weights, random, "embeddings.word_embeddings.weight", {config.vocabulary, h});
    if (config.padTokenId <
        config.vocabulary) {  // the padding row starts at zero, as PyTorch's padding_idx does
        auto& words = weights.tensors["embeddings.word_embeddings.weight"].values;
        std::fill_n(words.begin() + config.padTokenId * h, h, 0.0f);
    }
    fill(weights, random, "embeddings.position_embeddings.weight", {config.positions, h});
    fill(weights, random, "embeddings.token_type_embeddings.weight", {config.tokenTypes, h});
    norm("embeddings.LayerNorm");
    for (int layer = 0; layer < config.layers; ++layer) {
        const std::string prefix = "encoder.layer." + std::to_string(layer) + ".";
        for (const char* part : {"query", "key", "value"})
            linear(prefix + "attention.self." + part, h, h);
        linear(prefix + "attention.output.dense", h, h);
        norm(prefix + "attention.output.LayerNorm");
        linear(prefix + "intermediate.dense", m, h);
        linear(prefix + "output.dense", h, m);
        norm(prefix + "output.LayerNorm");
    }
    linear("cls.predictions.transform.dense", h, h);
    norm("cls.predictions.transform.LayerNorm");
    constant(weights, "cls.predictions.bias", config.vocabulary, 0);
    return weights;
}

}  // namespace strata
