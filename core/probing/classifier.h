// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/randomstream.h"
#include "probing/probeshape.h"
#include "probing/products.h"

#include <cstdint>
#include <vector>

namespace strata {

/// Inverted dropout of whole matrices with masks that can be applied again to the gradient.
class Dropout {
  public:
    /// Draws a mask, for values of any number. p = 0 or no stream: nothing is dropped.
    void draw(double p, RandomStream* random);
    void apply(float* values, std::size_t count) const;

  private:
    std::uint32_t m_seed = 0;
    std::uint32_t m_threshold = 0;
    float m_scale = 1;
};

/// logits = W2 dropout(LayerNorm(tanh(W1 c + b1))) + b2, LayerNorm's ε 1e-5 (protocol edge_probing.md section
/// 3). forward() keeps what backward() needs.
class Classifier {
  public:
    /// @param input [n, classifierInput]; @return logits [n, K], valid until the next call
    const std::vector<float>& forward(const ProbeShape& shape, const float* parameters, const float* input,
                                      std::int64_t n, double dropout, RandomStream* random,
                                      Products& products);
    /// @param logitGradient [n, K]; writes dL/d input; parameter gradients: W1 and W2 are written, all others
    /// added to.
    void backward(const ProbeShape& shape, const float* parameters, const float* input, std::int64_t n,
                  const float* logitGradient, float* gradients, float* inputGradient, Products& products);

  private:
    std::vector<float> m_tanh, m_normed, m_mean, m_inverse, m_logits, m_back;
    Dropout m_dropout;
};

}  // namespace strata
