// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "app/cli/encodeinput.h"
#include "checkpoint/safetensors.h"

#include <filesystem>
#include <memory>
#include <span>

namespace strata::cli {

/// The file that `encode` writes: hidden_0 … hidden_L, maybe mlm_logits, input_ids, attention_mask. Written
/// row by row, so that it may be larger than memory; rows shorter than the longest are followed by zeros.
class EncodeOutput {
  public:
    EncodeOutput(const std::filesystem::path& file, const EncodeInput& input, Encoder& encoder,
                 bool withLogits);

    /// @param firstRow index of the first input of the batch; @param states packed rows of the batch as the
    /// encoder's LayerSink gets them
    void writeStates(int layer, std::size_t firstRow, std::size_t rows, std::span<const float> states);
    void commit() { m_writer->commit(); }

  private:
    void writeIds(std::size_t entry);
    /// MLM scores of one row's states [length, hidden], some positions at a time.
    void writeLogits(std::size_t row, std::span<const float> states);

    const EncodeInput& m_input;
    Encoder& m_encoder;
    bool m_withLogits;
    std::size_t m_layers, m_hidden, m_vocabulary;
    std::vector<float> m_logits;
    std::unique_ptr<SafetensorsWriter> m_writer;
};

}  // namespace strata::cli
