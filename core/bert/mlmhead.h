// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "bert/packedlinear.h"
#include "bert/scratch.h"

#include <optional>

namespace strata {

/// BERT's MLM head in float32: dense, activation, LayerNorm, decoder. Packed when first asked for: probing
/// never needs it. Lives in one encoder, on its thread.
class MlmHead {
  public:
    /// Keeps copies of the head's tensors. @param words the word embeddings of a tied decoder; must outlive
    /// the head
    MlmHead(const BertWeights& weights, const std::vector<float>& words);

    /// states [rows, hidden] -> logits [rows, vocabulary]. @throws Error when there is no complete head
    void operator()(std::span<const float> states, std::span<float> logits);

  private:
    void prepare();

    BertConfig m_config;
    const std::vector<float>& m_words;
    std::string m_problem;
    std::map<std::string, std::vector<float>> m_tensors;
    std::optional<PackedLinear> m_transform, m_decoder;
    Scratch m_input, m_hidden, m_output;
};

PackedLinear::After afterOf(Activation activation);

}  // namespace strata
