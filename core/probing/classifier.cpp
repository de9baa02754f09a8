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
                                              const ClassifierInput& input, double dropout,
                                              RandomStream* random, Products& products) {
    const ProbeKernels& k = probeKernels();
    const std::int64_t inner = shape.classifierHidden, labels = shape.labels, n = input.rows();
    const std::int64_t width = shape.classifierInput(), half = width / 2;
    const auto rows = static_cast<std::size_t>(n);
    m_tanh.resize(rows * static_cast<std::size_t>(inner));
    m_normed.resize(m_tanh.size());
    m_mean.resize(rows);
    m_inverse.resize(rows);
    m_logits.resize(rows * static_cast<std::size_t>(labels));
    const float* weight1 = parameters + shape.weight1;
    if (input.alikeRows > 0) {
        m_sum.resize(static_cast<std::size_t>(inner * half));
        for (std::int64_t j = 0; j < inner; ++j) {
            std::copy_n(weight1 + j * width, half, m_sum.data() + j * half);
            k.addScaled(1.0f, weight1 + j * width + half, m_sum.data() + j * half, half);
        }
        products.timesTransposed(input.alike, m_sum.data(), m_tanh.data(), input.alikeRows, inner, half);
    }
    products.timesTransposed(input.others, weight1, m_tanh.data() + input.alikeRows * inner, input.otherRows,
                             inner, width);
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

double Classifier::backward(const ProbeShape& shape, const float* parameters, const ClassifierInput& input,
                            const float* logitGradient, float* gradients, float* alikeGradient,
                            float* otherGradient, Products& products) {
    const ProbeKernels& k = probeKernels();
    const std::int64_t inner = shape.classifierHidden, labels = shape.labels, n = input.rows();
    const std::int64_t width = shape.classifierInput(), half = width / 2;
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
    float* gWeight1 = gradients + shape.weight1;
    const float* others = m_back.data() + input.alikeRows * inner;
    products.transposedTimes(others, input.others, gWeight1, input.otherRows, width, inner);
    products.times(others, parameters + shape.weight1, otherGradient, input.otherRows, width, inner);
    if (input.alikeRows == 0) return 0;

    m_gSum.resize(m_sum.size());
    products.transposedTimes(m_back.data(), input.alike, m_gSum.data(), input.alikeRows, half, inner);
    double along = 0;
    for (std::int64_t j = 0; j < inner; ++j) {
        const float* row = m_gSum.data() + j * half;
        k.addScaled(1.0f, row, gWeight1 + j * width, half);
        k.addScaled(1.0f, row, gWeight1 + j * width + half, half);
        along += static_cast<double>(k.dotCentred(row, m_sum.data() + j * half, 0.0f, half));
    }
    if (alikeGradient)
        products.times(m_back.data(), m_sum.data(), alikeGradient, input.alikeRows, half, inner);
    return along;
}

}  // namespace strata
