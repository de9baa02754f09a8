// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/scalarmix.h"

#include "probing/probekernels.h"

#include <algorithm>
#include <cmath>

namespace strata {

LayerNormStatistics layerStatistics(double sum, double squares, double count) {
    if (count <= 0) return {};
    const double mean = sum / count;
    const double variance = std::max(0.0, squares / count - mean * mean);
    return {static_cast<float>(mean), static_cast<float>(1.0 / std::sqrt(variance + kMixNormEpsilon))};
}

std::vector<double> softmax(std::span<const float> values) {
    std::vector<double> result(values.size());
    if (values.empty()) return result;
    const double largest = *std::max_element(values.begin(), values.end());
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        sum += result[i] = std::exp(static_cast<double>(values[i]) - largest);
    for (double& value : result)
        value /= sum;
    return result;
}

ScalarMix::ScalarMix(std::span<const float> scalars, float gamma,
                     std::span<const LayerNormStatistics> statistics)
    : m_gamma(gamma), m_weights(softmax(scalars)) {
    for (std::size_t l = 0; l < scalars.size(); ++l) {
        const LayerNormStatistics layer = statistics.empty() ? LayerNormStatistics{} : statistics[l];
        m_inverse.push_back(layer.inverse);
        m_mean.push_back(layer.mean);
        m_scale.push_back(static_cast<float>(m_gamma * m_weights[l] * m_inverse[l]));
    }
}

void ScalarMix::forward(std::span<const float* const> x, std::int64_t rows, std::int64_t hidden,
                        float* h) const {
    const ProbeKernels& k = probeKernels();
    const std::size_t layers = m_weights.size();
    std::vector<const float*> row(layers);
    for (std::int64_t t = 0; t < rows; ++t) {
        for (std::size_t l = 0; l < layers; ++l)
            row[l] = x[l * static_cast<std::size_t>(rows) + static_cast<std::size_t>(t)];
        k.mixRow(row.data(), m_scale.data(), m_mean.data(), static_cast<std::ptrdiff_t>(layers),
                 h + t * hidden, hidden);
    }
}

void ScalarMix::backward(std::span<const float* const> x, const float* gradient, std::int64_t rows,
                         std::int64_t hidden, std::span<float> gScalars, float& gGamma) const {
    const ProbeKernels& k = probeKernels();
    const std::size_t layers = m_weights.size();
    // along[l] = Σ_t <dL/dh_t, normed x_t^l>
    std::vector<double> along(layers);
    for (std::int64_t t = 0; t < rows; ++t)
        for (std::size_t l = 0; l < layers; ++l)
            along[l] += k.dotCentred(gradient + t * hidden,
                                     x[l * static_cast<std::size_t>(rows) + static_cast<std::size_t>(t)],
                                     m_mean[l], hidden);
    double gamma = 0;
    for (std::size_t l = 0; l < layers; ++l) {
        along[l] *= m_inverse[l];
        gamma += m_weights[l] * along[l];
    }
    gGamma += static_cast<float>(gamma);
    for (std::size_t l = 0; l < layers; ++l)
        gScalars[l] += static_cast<float>(m_gamma * m_weights[l] * (along[l] - gamma));
}

}  // namespace strata
