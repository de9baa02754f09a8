// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/bertweights.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace strata {

enum class NumberType { Float32, BFloat16 };
enum class Device { Cpu, Cuda };

struct EncoderOptions {
    NumberType numberType = NumberType::Float32;
    Device device = Device::Cpu;
    int threads = 0;  ///< 0 = as set by setComputeThreads
};

/// One row of input. Spans must outlive the call.
struct EncoderInput {
    std::span<const std::int32_t> ids;
    std::span<const std::int32_t> typeIds;  ///< empty = all 0
    std::span<const std::uint8_t>
        keyMask;  ///< empty = attend to all; else 1 = may be attended to, length of ids
};

/// Receives the states of one layer for the whole batch: packed rows [sum of lengths, hidden], row 0 = first
/// id of the first input; float32 whatever the number type. Valid during the call only. Layers come in order
/// 0 … L.
using LayerSink = std::function<void(int layer, std::span<const float> states)>;

/// A BERT encoder with its MLM head, in evaluation mode, weights packed for this machine.
/// One thread at a time. libtorch-free header.
class Encoder {
  public:
    /// @throws Error when the options cannot be met (e.g. Cuda without CUDA); bf16 on a processor that does
    /// not multiply it in hardware is computed in fp32 and `note()` says so.
    static std::unique_ptr<Encoder> create(const BertWeights& weights, const EncoderOptions& options);
    virtual ~Encoder() = default;

    /// Encodes a batch without padding waste. @throws Error for ids or lengths out of range; Cancelled
    virtual void encode(std::span<const EncoderInput> batch, const LayerSink& sink,
                        const std::stop_token& stop = {}) = 0;
    /// MLM logits for rows of hidden states: states [rows, hidden] -> logits [rows, vocabulary].
    /// @throws Error when the checkpoint has no complete MLM head
    virtual void mlmLogits(std::span<const float> states, std::span<float> logits) = 0;

    virtual const BertConfig& config() const = 0;
    /// What really runs, for a person: "fp32, oneDNN packed, AVX-512, 2 threads".
    virtual std::string note() const = 0;
    /// The number type really used.
    virtual NumberType numberType() const = 0;
};

/// Random initialisation as BERT does it: normal(0, initializerRange), zero biases, LayerNorm 1/0; with an
/// MLM head.
BertWeights randomBertWeights(const BertConfig& config, std::uint64_t seed);

}  // namespace strata
