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

/// Span vectors of a batch. Where a target's two vectors are the same, one stands for both.
struct ClassifierInput {
    const float* alike = nullptr;  ///< [alikeRows, classifierInput / 2], the first targets
    std::int64_t alikeRows = 0;
    const float* others = nullptr;  ///< [otherRows, classifierInput]
    std::int64_t otherRows = 0;
    std::int64_t rows() const { return alikeRows + otherRows; }
};

/// logits = W2 dropout(LayerNorm(tanh(W1 c + b1))) + b2, LayerNorm's ε 1e-5 (protocol edge_probing.md section
/// 3). For c = [e; e] and W1 = [Wa, Wb], W1 c = (Wa + Wb) e: half the operations. forward() keeps what
/// backward() needs.
class Classifier {
  public:
    /// @return logits [rows, K], valid until the next call
    const std::vector<float>& forward(const ProbeShape& shape, const float* parameters,
                                      const ClassifierInput& input, double dropout, RandomStream* random,
                                      Products& products);
    /// @param logitGradient [rows, K]; writes dL/d others [otherRows, classifierInput], and dL/d alike
    /// [alikeRows, half] unless null. Parameter gradients: W1 and W2 are written, all others added to.
    /// @return Σ <dL/d alike, alike>, which needs no dL/d alike
    double backward(const ProbeShape& shape, const float* parameters, const ClassifierInput& input,
                    const float* logitGradient, float* gradients, float* alikeGradient, float* otherGradient,
                    Products& products);

  private:
    std::vector<float> m_tanh, m_normed, m_mean, m_inverse, m_logits, m_back;
    std::vector<float> m_sum, m_gSum;  ///< Wa + Wb and the gradient of the alike rows to it
    Dropout m_dropout;
};

}  // namespace strata
