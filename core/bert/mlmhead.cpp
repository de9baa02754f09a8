// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/mlmhead.h"

#include "base/error.h"
#include "bert/kernels.h"

#include <algorithm>
#include <cstring>

namespace strata {

namespace {

const std::string kHead = "cls.predictions.";
constexpr std::int64_t kRows = 512;  ///< at a time

}  // namespace

PackedLinear::After afterOf(Activation activation) {
    switch (activation) {
        case Activation::GeluNew:
            return PackedLinear::After::GeluNew;
        case Activation::Relu:
            return PackedLinear::After::Relu;
        case Activation::Gelu:
            break;
    }
    return PackedLinear::After::Gelu;
}

MlmHead::MlmHead(const BertWeights& weights, const std::vector<float>& words)
    : m_config(weights.config), m_words(words), m_problem(weights.hasMlmHead ? "" : weights.mlmHeadProblem) {
    if (!weights.hasMlmHead) {
        if (m_problem.empty()) m_problem = "the checkpoint has no complete MLM head";
        return;
    }
    for (const char* name : {"transform.dense.weight", "transform.dense.bias", "transform.LayerNorm.weight",
                             "transform.LayerNorm.bias", "bias"})
        m_tensors[name] = weights.at(kHead + name).values;
    const auto decoder = weights.tensors.find(kHead + "decoder.weight");
    if (decoder != weights.tensors.end()) m_tensors["decoder.weight"] = decoder->second.values;
}

void MlmHead::prepare() {
    if (m_decoder) return;
    const std::int64_t h = m_config.hidden;
    m_transform.emplace(m_tensors["transform.dense.weight"], m_tensors["transform.dense.bias"], h, h,
                        afterOf(m_config.activation), NumberType::Float32, NumberType::Float32);
    const auto decoder = m_tensors.find("decoder.weight");
    m_decoder.emplace(decoder == m_tensors.end() ? m_words : decoder->second, m_tensors["bias"], h,
                      m_config.vocabulary, PackedLinear::After::Nothing, NumberType::Float32,
                      NumberType::Float32);
    m_tensors.erase("decoder.weight");  // packed now; the next call does not come here
}

void MlmHead::operator()(std::span<const float> states, std::span<float> logits) {
    const std::string attempt = "Cannot compute MLM logits";
    if (!m_problem.empty()) throw Error(attempt, m_problem, "Choose a checkpoint with an MLM head");
    const std::int64_t h = m_config.hidden, v = m_config.vocabulary;
    const auto rows = static_cast<std::int64_t>(states.size()) / h;
    if (rows * h != static_cast<std::int64_t>(states.size()) ||
        rows * v != static_cast<std::int64_t>(logits.size()))
        throw Error(attempt, "states and logits are not of the model's sizes");
    prepare();
    const auto& gamma = m_tensors["transform.LayerNorm.weight"];
    const auto& beta = m_tensors["transform.LayerNorm.bias"];
    for (std::int64_t begin = 0; begin < rows; begin += kRows) {
        const std::int64_t count = std::min(kRows, rows - begin), padded = PackedLinear::paddedRows(count);
        float* input = m_input.floats(padded * h);
        float* hidden = m_hidden.floats(padded * h);
        float* out = m_output.floats(padded * v);
        std::memcpy(input, states.data() + begin * h, static_cast<std::size_t>(count * h) * sizeof(float));
        (*m_transform)(input, hidden, count);
        kernels().addNorm(hidden, nullptr, gamma.data(), beta.data(),
                          static_cast<float>(m_config.layerNormEpsilon), hidden, nullptr, 0, count, h);
        (*m_decoder)(hidden, out, count);
        std::memcpy(logits.data() + begin * v, out, static_cast<std::size_t>(count * v) * sizeof(float));
    }
}

}  // namespace strata
