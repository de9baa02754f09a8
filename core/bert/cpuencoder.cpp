// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/cpuencoder.h"

#include "base/cancellation.h"
#include "base/error.h"
#include "base/system.h"
#include "bert/kernels.h"
#include "bert/packedlinear.h"

#include <omp.h>

#include <cstring>
#include <optional>

namespace strata {

namespace {

/// Grows but never shrinks; contents are not kept. Aligned to cache lines.
template <typename T>
class Scratch {
  public:
    T* need(std::int64_t count) {
        if (static_cast<std::size_t>(count) > m_values.size()) m_values.assign(static_cast<std::size_t>(count) + 64, T{});
        return m_values.data();
    }

  private:
    std::vector<T> m_values;
};

struct Norm {
    std::vector<float> gamma, beta;
};

struct Layer {
    PackedLinear qkv, attentionOutput, intermediate, output;
    Norm attentionNorm, outputNorm;
};

PackedLinear::After afterOf(Activation activation) {
    switch (activation) {
        case Activation::GeluNew: return PackedLinear::After::GeluNew;
        case Activation::Relu: return PackedLinear::After::Relu;
        case Activation::Gelu: break;
    }
    return PackedLinear::After::Gelu;
}

Norm normOf(const BertWeights& weights, const std::string& name) {
    return {weights.at(name + ".weight").values, weights.at(name + ".bias").values};
}

class CpuEncoder final : public Encoder {
  public:
    CpuEncoder(const BertWeights& weights, NumberType type, std::string note)
        : m_config(weights.config), m_type(type), m_note(std::move(note)) {
        m_words = weights.at("embeddings.word_embeddings.weight").values;
        m_positions = weights.at("embeddings.position_embeddings.weight").values;
        m_types = weights.at("embeddings.token_type_embeddings.weight").values;
        m_embeddingNorm = normOf(weights, "embeddings.LayerNorm");
        for (int layer = 0; layer < m_config.layers; ++layer)
            m_layers.push_back(makeLayer(weights, "encoder.layer." + std::to_string(layer) + "."));
        keepHead(weights);
    }

    void encode(std::span<const EncoderInput> batch, const LayerSink& sink, const std::stop_token& stop) override {
        checkInputs(batch, m_config);
        std::int64_t rows = 0;
        for (const EncoderInput& input : batch)
            rows += static_cast<std::int64_t>(input.ids.size());
        if (rows == 0) return;
        const std::int64_t h = m_config.hidden;
        const std::int64_t padded = PackedLinear::paddedRows(rows);
        float* states = m_states.need(padded * h);
        embed(batch, rows, states);
        const std::span<const float> view(states, static_cast<std::size_t>(rows * h));
        sink(0, view);
        for (int layer = 0; layer < m_config.layers; ++layer) {
            throwIfStopped(stop);
            runLayer(m_layers[static_cast<std::size_t>(layer)], batch, rows, padded, states);
            sink(layer + 1, view);
        }
    }

    void mlmLogits(std::span<const float> states, std::span<float> logits) override {
        if (!m_headProblem.empty())
            throw Error("Cannot compute MLM logits", m_headProblem, "Choose a checkpoint with an MLM head");
        prepareHead();
        const std::int64_t h = m_config.hidden, v = m_config.vocabulary;
        const auto rows = static_cast<std::int64_t>(states.size()) / h;
        constexpr std::int64_t kRows = 512;
        for (std::int64_t begin = 0; begin < rows; begin += kRows) {
            const std::int64_t count = std::min(kRows, rows - begin), padded = PackedLinear::paddedRows(count);
            float* input = m_headInput.need(padded * h);
            float* hidden = m_headHidden.need(padded * h);
            float* out = m_headOutput.need(padded * v);
            std::memcpy(input, states.data() + begin * h, static_cast<std::size_t>(count * h) * sizeof(float));
            (*m_transform)(input, hidden, count);
            kernels().addNorm(hidden, nullptr, m_headNorm.gamma.data(), m_headNorm.beta.data(), epsilon(), hidden, nullptr, 0,
                              count, h);
            (*m_decoder)(hidden, out, count);
            std::memcpy(logits.data() + begin * v, out, static_cast<std::size_t>(count * v) * sizeof(float));
        }
    }

    const BertConfig& config() const override { return m_config; }
    std::string note() const override { return m_note; }
    NumberType numberType() const override { return m_type; }

  private:
    bool is16() const { return m_type == NumberType::BFloat16; }
    float epsilon() const { return static_cast<float>(m_config.layerNormEpsilon); }

    Layer makeLayer(const BertWeights& weights, const std::string& prefix) const {
        const std::int64_t h = m_config.hidden, m = m_config.intermediate;
        std::vector<float> weight, bias;
        for (const char* part : {"query", "key", "value"}) {
            const std::string name = prefix + "attention.self." + part;
            const auto& w = weights.at(name + ".weight").values;
            const auto& b = weights.at(name + ".bias").values;
            weight.insert(weight.end(), w.begin(), w.end());
            bias.insert(bias.end(), b.begin(), b.end());
        }
        const auto linear = [&](const std::string& name, std::int64_t in, std::int64_t out, PackedLinear::After after,
                                NumberType outputType) {
            return PackedLinear(weights.at(prefix + name + ".weight").values, weights.at(prefix + name + ".bias").values, in,
                                out, after, m_type, outputType);
        };
        // What goes into a LayerNorm stays in float32; what goes into the next product is in the number type.
        return {PackedLinear(weight, bias, h, 3 * h, PackedLinear::After::Nothing, m_type, m_type),
                linear("attention.output.dense", h, h, PackedLinear::After::Nothing, NumberType::Float32),
                linear("intermediate.dense", h, m, afterOf(m_config.activation), m_type),
                linear("output.dense", m, h, PackedLinear::After::Nothing, NumberType::Float32),
                normOf(weights, prefix + "attention.output.LayerNorm"), normOf(weights, prefix + "output.LayerNorm")};
    }

    void keepHead(const BertWeights& weights) {
        m_headProblem = weights.hasMlmHead ? "" : weights.mlmHeadProblem;
        if (!weights.hasMlmHead) return;
        for (const char* name : {"cls.predictions.transform.dense.weight", "cls.predictions.transform.dense.bias", "cls.predictions.bias"})
            m_head[name] = weights.at(name).values;
        m_headNorm = normOf(weights, "cls.predictions.transform.LayerNorm");
        const auto decoder = weights.tensors.find("cls.predictions.decoder.weight");
        if (decoder != weights.tensors.end()) m_head[decoder->first] = decoder->second.values;
    }

    /// The head is packed only when it is asked for: probing never needs it.
    void prepareHead() {
        if (m_decoder) return;
        const std::int64_t h = m_config.hidden;
        m_transform.emplace(m_head["cls.predictions.transform.dense.weight"], m_head["cls.predictions.transform.dense.bias"], h,
                            h, afterOf(m_config.activation), NumberType::Float32, NumberType::Float32);
        const auto decoder = m_head.find("cls.predictions.decoder.weight");
        m_decoder.emplace(decoder == m_head.end() ? m_words : decoder->second, m_head["cls.predictions.bias"], h,
                          m_config.vocabulary, PackedLinear::After::Nothing, NumberType::Float32, NumberType::Float32);
    }

    void norm(const float* x, const float* residual, const Norm& with, std::int64_t rows, float* out, std::uint16_t* out16) const {
        const Kernels& table = kernels();
        constexpr std::int64_t kRows = 16;
#pragma omp parallel for schedule(static)
        for (std::int64_t begin = 0; begin < rows; begin += kRows)
            table.addNorm(x, residual, with.gamma.data(), with.beta.data(), epsilon(), out, out16, begin,
                          std::min(rows, begin + kRows), m_config.hidden);
    }

    void embed(std::span<const EncoderInput> batch, std::int64_t rows, float* states) {
        const std::int64_t h = m_config.hidden;
        float* raw = m_projected.need(PackedLinear::paddedRows(rows) * h);
        std::int64_t row = 0;
        for (const EncoderInput& input : batch) {
            for (std::size_t t = 0; t < input.ids.size(); ++t, ++row) {
                const float* word = m_words.data() + input.ids[t] * h;
                const float* position = m_positions.data() + static_cast<std::int64_t>(t) * h;
                const float* type = m_types.data() + (input.typeIds.empty() ? 0 : input.typeIds[t]) * h;
                float* to = raw + row * h;
                for (std::int64_t i = 0; i < h; ++i)
                    to[i] = word[i] + type[i] + position[i];
            }
        }
        std::uint16_t* states16 = is16() ? m_states16.need(PackedLinear::paddedRows(rows) * h) : nullptr;
        norm(raw, nullptr, m_embeddingNorm, rows, states, states16);
    }

    void attend(std::span<const EncoderInput> batch, const void* qkv, void* context) {
        const std::int64_t h = m_config.hidden, heads = m_config.heads, size = h / heads;
        std::int64_t longest = 0;
        m_starts.clear();
        std::int64_t start = 0;
        for (const EncoderInput& input : batch) {
            m_starts.push_back(start);
            start += static_cast<std::int64_t>(input.ids.size());
            longest = std::max(longest, static_cast<std::int64_t>(input.ids.size()));
        }
        const std::int64_t perThread = attentionScratch(longest, size);
        float* scratch = m_attention.need(perThread * omp_get_max_threads());
        const std::int64_t bytes = is16() ? 2 : 4;
        const Kernels& table = kernels();
        const auto jobs = static_cast<std::int64_t>(batch.size()) * heads;
#pragma omp parallel for schedule(dynamic, 8)
        for (std::int64_t job = 0; job < jobs; ++job) {
            const auto sequence = static_cast<std::size_t>(job / heads);
            const std::int64_t head = job % heads;
            const EncoderInput& input = batch[sequence];
            const auto length = static_cast<std::int64_t>(input.ids.size());
            const char* q = static_cast<const char*>(qkv) + (m_starts[sequence] * 3 * h + head * size) * bytes;
            char* out = static_cast<char*>(context) + (m_starts[sequence] * h + head * size) * bytes;
            table.attention(q, q + h * bytes, q + 2 * h * bytes, is16(), 3 * h,
                            input.keyMask.empty() ? nullptr : input.keyMask.data(), length, size, out, h,
                            scratch + perThread * omp_get_thread_num());
        }
    }

    void runLayer(const Layer& layer, std::span<const EncoderInput> batch, std::int64_t rows, std::int64_t padded, float* states) {
        const std::int64_t h = m_config.hidden;
        void* qkv = is16() ? static_cast<void*>(m_wide16.need(padded * std::max<std::int64_t>(3 * h, m_config.intermediate)))
                           : static_cast<void*>(m_wide.need(padded * std::max<std::int64_t>(3 * h, m_config.intermediate)));
        void* context = is16() ? static_cast<void*>(m_context16.need(padded * h)) : static_cast<void*>(m_context.need(padded * h));
        std::uint16_t* states16 = is16() ? m_states16.need(padded * h) : nullptr;
        float* projected = m_projected.need(padded * h);
        const void* input = is16() ? static_cast<const void*>(states16) : states;
        layer.qkv(input, qkv, rows);
        attend(batch, qkv, context);
        layer.attentionOutput(context, projected, rows);
        norm(projected, states, layer.attentionNorm, rows, states, states16);
        layer.intermediate(input, qkv, rows);
        layer.output(qkv, projected, rows);
        norm(projected, states, layer.outputNorm, rows, states, states16);
    }

    BertConfig m_config;
    NumberType m_type;
    std::string m_note;
    std::vector<float> m_words, m_positions, m_types;
    Norm m_embeddingNorm, m_headNorm;
    std::vector<Layer> m_layers;
    std::map<std::string, std::vector<float>> m_head;
    std::string m_headProblem;
    std::optional<PackedLinear> m_transform, m_decoder;
    std::vector<std::int64_t> m_starts;
    Scratch<float> m_states, m_projected, m_wide, m_context, m_attention, m_headInput, m_headHidden, m_headOutput;
    Scratch<std::uint16_t> m_states16, m_wide16, m_context16;
};

}  // namespace

void checkInputs(std::span<const EncoderInput> batch, const BertConfig& config) {
    const std::string attempt = "Cannot encode a sentence";
    for (const EncoderInput& input : batch) {
        if (input.ids.size() > static_cast<std::size_t>(config.positions))
            throw Error(attempt, "it has " + std::to_string(input.ids.size()) + " pieces, the model has " +
                                     std::to_string(config.positions) + " positions");
        if ((!input.typeIds.empty() && input.typeIds.size() != input.ids.size()) ||
            (!input.keyMask.empty() && input.keyMask.size() != input.ids.size()))
            throw Error(attempt, "ids, token types and mask differ in length");
        for (const std::int32_t id : input.ids)
            if (id < 0 || id >= config.vocabulary)
                throw Error(attempt, "piece id " + std::to_string(id) + " is outside the vocabulary of " +
                                         std::to_string(config.vocabulary),
                            "The tokenizer may be of another model");
        for (const std::int32_t type : input.typeIds)
            if (type < 0 || type >= config.tokenTypes)
                throw Error(attempt, "token type " + std::to_string(type) + " is outside the model's " +
                                         std::to_string(config.tokenTypes));
    }
}

std::unique_ptr<Encoder> makeCpuEncoder(const BertWeights& weights, const EncoderOptions& options) {
    if (options.threads > 0) setComputeThreads(options.threads);
    NumberType type = options.numberType;
    const bool isMissing = type == NumberType::BFloat16 && !processorInfo().multipliesBf16();
    if (isMissing) type = NumberType::Float32;
    std::string note = std::string(type == NumberType::BFloat16 ? "bf16" : "fp32") + ", oneDNN packed, " + kernels().name;
    if (type == NumberType::BFloat16 && processorInfo().amxBf16) note += " with AMX";
    note += ", " + std::to_string(computeThreads()) + " threads";
    if (isMissing) note += " (bf16 was asked for, but this processor does not multiply it in hardware)";
    return std::make_unique<CpuEncoder>(weights, type, std::move(note));
}

}  // namespace strata
