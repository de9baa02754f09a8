// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/cpuencoder.h"

#include "base/cancellation.h"
#include "base/error.h"
#include "base/system.h"
#include "bert/kernels.h"
#include "bert/mlmhead.h"
#include "bert/packedlinear.h"
#include "bert/product.h"
#include "bert/scratch.h"

#include <algorithm>
#include <exception>
#include <omp.h>

namespace strata {

namespace {

constexpr std::int64_t kRowUnit = 16;  ///< tiles have a multiple of so many rows: few shapes, little waste
constexpr std::int64_t kTileRowsFull = 128;  ///< float32: a tile's widest values, 128 x 3072, are 1.5 MiB
constexpr std::int64_t kTileRowsHalf = 256;  ///< bfloat16

struct Norm {
    std::vector<float> gamma, beta;
};

struct Layer {
    PackedLinear qkv, attentionOutput, intermediate, output;
    Norm attentionNorm, outputNorm;
};

Norm normOf(const BertWeights& weights, const std::string& name) {
    return {weights.at(name + ".weight").values, weights.at(name + ".bias").values};
}

std::int64_t roundUp(std::int64_t value, std::int64_t unit) {
    return (value + unit - 1) / unit * unit;
}

/// Runs job(0) … job(count-1) on the threads; the first exception comes out on the calling thread.
template <typename Job>
void inParallel(std::int64_t count, int chunk, const Job& job) {
    std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, chunk)
    for (std::int64_t i = 0; i < count; ++i) {
        try {
            job(i);
        } catch (...) {
#pragma omp critical(strata_encoder_failure)
            if (!failure) failure = std::current_exception();
        }
    }
    if (failure) std::rethrow_exception(failure);
}

/// All that lies between two attentions is done tile by tile, a tile on one thread: output projection,
/// LayerNorm, both wide products, LayerNorm, and the next layer's queries, keys and values. What passes
/// between them never leaves the core's cache, and no thread waits for another inside a tile.
class CpuEncoder final : public Encoder {
  public:
    CpuEncoder(const BertWeights& weights, NumberType type, std::string note)
        : m_config(weights.config),
          m_type(type),
          m_note(std::move(note)),
          m_words(weights.at("embeddings.word_embeddings.weight").values),
          m_positions(weights.at("embeddings.position_embeddings.weight").values),
          m_types(weights.at("embeddings.token_type_embeddings.weight").values),
          m_embeddingNorm(normOf(weights, "embeddings.LayerNorm")),
          m_head(weights, m_words) {
        for (int layer = 0; layer < m_config.layers; ++layer)
            m_layers.push_back(makeLayer(weights, "encoder.layer." + std::to_string(layer) + "."));
    }

    void encode(std::span<const EncoderInput> batch, const LayerSink& sink,
                const std::stop_token& stop) override {
        checkInputs(batch, m_config);
        prepare(batch);
        if (m_rows == 0) return;
        const std::span<const float> view(m_states, static_cast<std::size_t>(m_rows * m_config.hidden));
        forTiles([&](const Tile& tile) {
            embed(batch, tile);
            queriesKeysValues(0, tile);
        });
        sink(0, view);
        for (int layer = 0; layer < m_config.layers; ++layer) {
            throwIfStopped(stop);
            attend(batch);
            forTiles([&](const Tile& tile) {
                feed(m_layers[static_cast<std::size_t>(layer)], tile);
                queriesKeysValues(layer + 1, tile);
            });
            sink(layer + 1, view);
        }
    }

    void mlmLogits(std::span<const float> states, std::span<float> logits) override {
        m_head(states, logits);
    }
    const BertConfig& config() const override { return m_config; }
    std::string note() const override { return m_note; }
    NumberType numberType() const override { return m_type; }

  private:
    /// Rows [begin, begin + rows) of the batch; the products compute `padded` rows, of which the last ones
    /// mean nothing.
    struct Tile {
        std::int64_t begin = 0, rows = 0, padded = 0;
        std::uint16_t* states16 = nullptr;  ///< [padded, hidden], only in bfloat16
        float* projected = nullptr;         ///< [padded, hidden]
        std::byte* wide = nullptr;          ///< [padded, intermediate] in the number type
        std::byte* work = nullptr;          ///< for oneDNN
    };

    bool is16() const { return m_type == NumberType::BFloat16; }
    std::int64_t itemBytes() const { return is16() ? 2 : 4; }
    std::int64_t tileLimit() const { return is16() ? kTileRowsHalf : kTileRowsFull; }
    float epsilon() const { return static_cast<float>(m_config.layerNormEpsilon); }
    bool hasOwnGelu() const { return m_config.activation == Activation::Gelu; }

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
        const auto linear = [&](const std::string& name, std::int64_t in, std::int64_t out,
                                PackedLinear::After after, NumberType outputType) {
            return PackedLinear(weights.at(prefix + name + ".weight").values,
                                weights.at(prefix + name + ".bias").values, in, out, after, m_type,
                                outputType, tileLimit());
        };
        using After = PackedLinear::After;
        // What goes into a LayerNorm stays in float32; what goes into the next product is in the number type.
        return {PackedLinear(weight, bias, h, 3 * h, After::Nothing, m_type, m_type, tileLimit()),
                linear("attention.output.dense", h, h, After::Nothing, NumberType::Float32),
                linear("intermediate.dense", h, m,
                       hasOwnGelu() ? After::Nothing : afterOf(m_config.activation), m_type),
                linear("output.dense", m, h, After::Nothing, NumberType::Float32),
                normOf(weights, prefix + "attention.output.LayerNorm"),
                normOf(weights, prefix + "output.LayerNorm")};
    }

    /// Sizes of this batch: where sequences start, tiles, memory, and the products' shapes.
    void prepare(std::span<const EncoderInput> batch) {
        m_starts.clear();
        m_rows = 0;
        m_longest = 0;
        for (const EncoderInput& input : batch) {
            const auto length = static_cast<std::int64_t>(input.ids.size());
            m_starts.push_back(m_rows);
            m_rows += length;
            m_longest = std::max(m_longest, length);
        }
        if (m_rows == 0) return;
        const std::int64_t threads = omp_get_max_threads(), h = m_config.hidden;
        // As many tiles for each thread, none above the limit.
        const std::int64_t tiles = roundUp((m_rows + tileLimit() - 1) / tileLimit(), threads);
        m_tileRows = roundUp((m_rows + tiles - 1) / tiles, kRowUnit);
        const std::int64_t last = roundUp(m_rows - (m_rows - 1) / m_tileRows * m_tileRows, kRowUnit);
        std::size_t work = 0;
        for (Layer& layer : m_layers)
            for (PackedLinear* linear :
                 {&layer.qkv, &layer.attentionOutput, &layer.intermediate, &layer.output})
                for (const std::int64_t rows :
                     {m_tileRows, last, m_tileRows})  // twice: the second may push the first out
                    work = std::max(work, linear->prepareTile(rows));
        m_workBytes = roundUp(static_cast<std::int64_t>(work) + 64, 64);
        const std::int64_t padded = m_rows + m_tileRows;
        m_states = m_stateMemory.floats(padded * h);
        m_qkv = m_qkvMemory.need(padded * 3 * h * itemBytes());
        m_context = m_contextMemory.need(padded * h * itemBytes());
        m_tileMemory.need(threads * tileBytes());
        m_attentionFloats = roundUp(attentionScratch(m_longest, h / m_config.heads), 16);
        m_attentionMemory.floats(threads * m_attentionFloats);
    }

    std::int64_t tileBytes() const {
        const std::int64_t h = m_config.hidden, m = m_config.intermediate;
        return roundUp(m_tileRows * h * 2, 64) + roundUp(m_tileRows * h * 4, 64) +
               roundUp(m_tileRows * m * itemBytes(), 64) + m_workBytes;
    }

    template <typename Job>
    void forTiles(const Job& job) {
        std::byte* memory = m_tileMemory.need(0);
        inParallel((m_rows + m_tileRows - 1) / m_tileRows, 1, [&](std::int64_t index) {
            Tile tile;
            tile.begin = index * m_tileRows;
            tile.rows = std::min(m_tileRows, m_rows - tile.begin);
            tile.padded = roundUp(tile.rows, kRowUnit);
            const std::int64_t h = m_config.hidden;
            std::byte* at = memory + omp_get_thread_num() * tileBytes();
            tile.states16 = reinterpret_cast<std::uint16_t*>(at);
            at += roundUp(m_tileRows * h * 2, 64);
            tile.projected = reinterpret_cast<float*>(at);
            at += roundUp(m_tileRows * h * 4, 64);
            tile.wide = at;
            tile.work = at + roundUp(m_tileRows * m_config.intermediate * itemBytes(), 64);
            job(tile);
        });
    }

    void norm(const float* x, const float* residual, const Norm& with, const Tile& tile) const {
        kernels().addNorm(x, residual, with.gamma.data(), with.beta.data(), epsilon(), statesOf(tile),
                          is16() ? tile.states16 : nullptr, 0, tile.rows, m_config.hidden);
    }
    float* statesOf(const Tile& tile) const { return m_states + tile.begin * m_config.hidden; }
    const void* inputOf(const Tile& tile) const {
        return is16() ? static_cast<const void*>(tile.states16) : statesOf(tile);
    }

    void embed(std::span<const EncoderInput> batch, const Tile& tile) {
        const std::int64_t h = m_config.hidden;
        auto sequence = static_cast<std::size_t>(
            std::upper_bound(m_starts.begin(), m_starts.end(), tile.begin) - m_starts.begin() - 1);
        for (std::int64_t row = 0; row < tile.rows; ++row) {
            while (tile.begin + row - m_starts[sequence] >=
                   static_cast<std::int64_t>(batch[sequence].ids.size()))
                ++sequence;
            const EncoderInput& input = batch[sequence];
            const auto t = static_cast<std::size_t>(tile.begin + row - m_starts[sequence]);
            kernels().addRows(m_words.data() + input.ids[t] * h,
                              m_positions.data() + static_cast<std::int64_t>(t) * h,
                              m_types.data() + (input.typeIds.empty() ? 0 : input.typeIds[t]) * h,
                              tile.projected + row * h, h);
        }
        norm(tile.projected, nullptr, m_embeddingNorm, tile);
    }

    /// Of the layer that follows; nothing after the last.
    void queriesKeysValues(int layer, const Tile& tile) {
        if (layer >= m_config.layers) return;
        m_layers[static_cast<std::size_t>(layer)].qkv.onThisThread(
            inputOf(tile), m_qkv + tile.begin * 3 * m_config.hidden * itemBytes(), tile.padded, tile.work);
    }

    void feed(const Layer& layer, const Tile& tile) {
        const std::int64_t h = m_config.hidden, m = m_config.intermediate;
        layer.attentionOutput.onThisThread(m_context + tile.begin * h * itemBytes(), tile.projected,
                                           tile.padded, tile.work);
        norm(tile.projected, statesOf(tile), layer.attentionNorm, tile);
        layer.intermediate.onThisThread(inputOf(tile), tile.wide, tile.padded, tile.work);
        if (hasOwnGelu()) {
            if (is16())
                kernels().gelu16(reinterpret_cast<std::uint16_t*>(tile.wide), tile.rows * m);
            else
                kernels().gelu(reinterpret_cast<float*>(tile.wide), tile.rows * m);
        }
        layer.output.onThisThread(tile.wide, tile.projected, tile.padded, tile.work);
        norm(tile.projected, statesOf(tile), layer.outputNorm, tile);
    }

    void attend(std::span<const EncoderInput> batch) {
        const std::int64_t h = m_config.hidden, heads = m_config.heads, size = h / heads, bytes = itemBytes();
        float* scratch = m_attentionMemory.floats(0);
        inParallel(static_cast<std::int64_t>(batch.size()) * heads, 4, [&](std::int64_t job) {
            const auto sequence = static_cast<std::size_t>(job / heads);
            const std::int64_t head = job % heads;
            const EncoderInput& input = batch[sequence];
            const auto length = static_cast<std::int64_t>(input.ids.size());
            const std::byte* q = m_qkv + (m_starts[sequence] * 3 * h + head * size) * bytes;
            kernels().attention(q, q + h * bytes, q + 2 * h * bytes, is16(), 3 * h,
                                input.keyMask.empty() ? nullptr : input.keyMask.data(), length, size,
                                m_context + (m_starts[sequence] * h + head * size) * bytes, h,
                                scratch + m_attentionFloats * omp_get_thread_num());
        });
    }

    BertConfig m_config;
    NumberType m_type;
    std::string m_note;
    std::vector<float> m_words, m_positions, m_types;
    Norm m_embeddingNorm;
    std::vector<Layer> m_layers;
    MlmHead m_head;
    std::vector<std::int64_t> m_starts;
    std::int64_t m_rows = 0, m_longest = 0, m_tileRows = 0, m_workBytes = 0, m_attentionFloats = 0;
    float* m_states = nullptr;
    std::byte *m_qkv = nullptr, *m_context = nullptr;
    Scratch m_stateMemory, m_qkvMemory, m_contextMemory, m_tileMemory, m_attentionMemory;
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
                throw Error(attempt,
                            "piece id " + std::to_string(id) + " is outside the vocabulary of " +
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
    std::string note =
        std::string(type == NumberType::BFloat16 ? "bf16" : "fp32") +
        (usesOwnProducts() && type == NumberType::Float32 ? ", own products, " : ", oneDNN packed, ") +
        kernels().name;
    if (type == NumberType::BFloat16 && processorInfo().amxBf16) note += " with AMX";
    note += ", " + std::to_string(computeThreads()) + " threads";
    if (isMissing) note += " (bf16 was asked for, but this processor does not multiply it in hardware)";
    return std::make_unique<CpuEncoder>(weights, type, std::move(note));
}

}  // namespace strata
