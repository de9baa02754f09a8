// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/classifier.h"

#include "probing/probekernels.h"

#include <algorithm>
#include <cmath>

namespace strata {

void Dropout::draw(double p, RandomStream* random) {
    m_threshold = 0;
    if (!random || p <= 0) return;
    m_threshold = static_cast<std::uint32_t>(std::lround(std::min(p * 0x1p32, 0x1p32 - 1)));
    m_scale = static_cast<float>(1.0 / (1.0 - p));
    m_seed = random->next();
}

void Dropout::apply(float* values, std::size_t count) const {
    if (m_threshold > 0)
        probeKernels().dropout(values, m_seed, m_threshold, m_scale, static_cast<std::ptrdiff_t>(count));
}

const std::vector<float>& Classifier::forward(const ProbeShape& shape, const float* parameters,
                                              const float* input, std::int64_t n, double dropout,
                                              RandomStream* random, Products& products) {
    const ProbeKernels& k = probeKernels();
    const std::int64_t inner = shape.classifierHidden, labels = shape.labels;
    const auto rows = static_cast<std::size_t>(n);
    m_tanh.resize(rows * static_cast<std::size_t>(inner));
    m_normed.resize(m_tanh.size());
    m_mean.resize(rows);
    m_inverse.resize(rows);
    m_logits.resize(rows * static_cast<std::size_t>(labels));
    products.timesTransposed(input, parameters + shape.weight1, m_tanh.data(), n, inner,
                             shape.classifierInput());
    for (std::int64_t i = 0; i < n; ++i)
        k.tanhNorm(m_tanh.data() + i * inner, parameters + shape.bias1, parameters + shape.normScale,
                   parameters + shape.normShift, 1e-5f, m_normed.data() + i * inner,
                   &m_mean[static_cast<std::size_t>(i)], &m_inverse[static_cast<std::size_t>(i)], inner);
    m_dropout.draw(dropout, random);
    m_dropout.apply(m_normed.data(), m_normed.size());
    products.timesTransposed(m_normed.data(), parameters + shape.weight2, m_logits.data(), n, labels, inner);
    for (std::int64_t i = 0; i < n; ++i)
        k.addScaled(1.0f, parameters + shape.bias2, m_logits.data() + i * labels, labels);
    return m_logits;
}

void Classifier::backward(const ProbeShape& shape, const float* parameters, const float* input,
                          std::int64_t n, const float* logitGradient, float* gradients, float* inputGradient,
                          Products& products) {
    const ProbeKernels& k = probeKernels();
    const std::int64_t inner = shape.classifierHidden, labels = shape.labels;
    products.transposedTimes(logitGradient, m_normed.data(), gradients + shape.weight2, n, inner, labels);
    for (std::int64_t i = 0; i < n; ++i)
        k.addScaled(1.0f, logitGradient + i * labels, gradients + shape.bias2, labels);
    m_back.resize(m_normed.size());
    products.times(logitGradient, parameters + shape.weight2, m_back.data(), n, inner, labels);
    m_dropout.apply(m_back.data(), m_back.size());
    for (std::int64_t i = 0; i < n; ++i)
        k.tanhNormBackward(m_back.data() + i * inner, m_tanh.data() + i * inner, parameters + shape.normScale,
                           m_mean[static_cast<std::size_t>(i)], m_inverse[static_cast<std::size_t>(i)],
                           gradients + shape.normScale, gradients + shape.normShift, gradients + shape.bias1,
                           inner);
    products.transposedTimes(m_back.data(), input, gradients + shape.weight1, n, shape.classifierInput(),
                             inner);
    products.times(m_back.data(), parameters + shape.weight1, inputGradient, n, shape.classifierInput(),
                   inner);
}

}  // namespace strata
