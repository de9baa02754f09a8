// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace strata {

/// Mean and 1/deviation of one layer over all real pieces of a batch, [CLS] and [SEP] included.
struct LayerNormStatistics {
    float mean = 0;
    float inverse = 1;
};
inline constexpr double kMixNormEpsilon = 1e-13;  ///< inside the root (float32 models of the study)

/// From sums over the batch: `count` = pieces · hidden.
LayerNormStatistics layerStatistics(double sum, double squares, double count);

/// h_t = γ Σ_l s_l (x_t^l − μ_l)/σ_l, s = softmax(a); without the norm μ = 0, σ = 1 (protocol edge_probing.md
/// section 3). Packed rows: x[l·rows + t] points at the state of row t in layer l. The states are frozen, so
/// only a and γ have gradients; the norm's numbers depend on the states alone.
class ScalarMix {
  public:
    /// @param statistics one per layer, or empty for the plain mix
    ScalarMix(std::span<const float> scalars, float gamma, std::span<const LayerNormStatistics> statistics);

    void forward(std::span<const float* const> x, std::int64_t rows, std::int64_t hidden, float* h) const;
    /// @param gradient dL/dh [rows, hidden]; adds to gScalars and gGamma
    void backward(std::span<const float* const> x, const float* gradient, std::int64_t rows,
                  std::int64_t hidden, std::span<float> gScalars, float& gGamma) const;
    const std::vector<double>& weights() const { return m_weights; }

  private:
    double m_gamma;
    std::vector<double> m_weights;
    std::vector<float> m_scale, m_mean;
    std::vector<double> m_inverse;
};

std::vector<double> softmax(std::span<const float> values);

}  // namespace strata
