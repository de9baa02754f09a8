// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/probehead.h"

#include "probing/probekernels.h"
#include "probing/probeloss.h"

#include <algorithm>
#include <cmath>

namespace strata {

namespace {

ScalarMix mixOf(const ProbeShape& shape, std::span<const float> parameters, const ProbeBatch& batch) {
    const auto first = static_cast<std::size_t>(shape.firstLayer),
               layers = static_cast<std::size_t>(shape.layers);
    std::span<const LayerNormStatistics> statistics;
    if (shape.norm) statistics = std::span(batch.statistics).subspan(first, layers);
    return {parameters.subspan(shape.scalars, layers), parameters[shape.gamma], statistics};
}

std::span<const float* const> statesOf(const ProbeShape& shape, const ProbeBatch& batch) {
    const auto rows = static_cast<std::size_t>(batch.rows);
    return std::span(batch.x).subspan(static_cast<std::size_t>(shape.firstLayer) * rows,
                                      static_cast<std::size_t>(shape.layers) * rows);
}

}  // namespace

ProbeHead::Options ProbeHead::optionsOf(const ProbeSettings& settings) {
    return {settings.mixDropout, settings.classifierDropout, settings.asReference,
            settings.asReference ? LossForm::Reference : settings.lossForm};
}

const std::vector<float>& ProbeHead::forward(const ProbeShape& shape, const Options& options,
                                             std::span<const float> parameters, const ProbeBatch& batch,
                                             RandomStream* random) {
    const std::int64_t rows = batch.rows, hidden = shape.hidden, pooled = shape.pooled();
    m_mixed.resize(static_cast<std::size_t>(rows * hidden));
    const auto states = statesOf(shape, batch);
    if (shape.mixes) {
        mixOf(shape, parameters, batch).forward(states, rows, hidden, m_mixed.data());
    } else {
        for (std::int64_t t = 0; t < rows; ++t)
            std::copy_n(states[static_cast<std::size_t>(t)], hidden, m_mixed.data() + t * hidden);
    }
    m_mixDropout.draw(options.mixDropout, random);
    m_mixDropout.apply(m_mixed.data(), m_mixed.size());

    const bool halves = shape.poolings == 2 && shape.projection == 0 && !options.referencePooling;
    const std::int64_t alike = halves ? batch.alike : 0, others = batch.targets - alike;
    m_alike.resize(static_cast<std::size_t>(alike * pooled));
    for (std::int64_t t = 0; t < alike; ++t)
        std::copy_n(m_mixed.data() + batch.span1[static_cast<std::size_t>(t)].first * hidden, hidden,
                    m_alike.data() + t * hidden);
    m_pooled.resize(static_cast<std::size_t>(others * shape.classifierInput()));
    m_input = {m_alike.data(), alike, m_pooled.data(), others};
    for (int s = 0; s < shape.poolings; ++s) {
        const float* z = m_mixed.data();
        if (shape.projection > 0) {
            m_projected[s].resize(static_cast<std::size_t>(rows * pooled));
            m_products.timesTransposed(m_mixed.data(), parameters.data() + shape.projectionWeight[s],
                                       m_projected[s].data(), rows, pooled, hidden);
            for (std::int64_t t = 0; t < rows; ++t)
                probeKernels().addScaled(1.0f, parameters.data() + shape.projectionBias[s],
                                         m_projected[s].data() + t * pooled, pooled);
            z = m_projected[s].data();
        }
        m_poolings[s].forward(z, pooled, parameters.data() + shape.attentionWeight[s],
                              parameters[shape.attentionBias[s]], otherSpans(batch, s),
                              options.referencePooling, m_pooled.data() + s * pooled,
                              shape.classifierInput());
    }
    return m_classifier.forward(shape, parameters.data(), m_input, options.classifierDropout, random,
                                m_products);
}

std::span<const RowSpan> ProbeHead::otherSpans(const ProbeBatch& batch, int position) const {
    return std::span(position == 0 ? batch.span1 : batch.span2)
        .subspan(static_cast<std::size_t>(m_input.alikeRows));
}

double ProbeHead::lossAndGradients(const ProbeShape& shape, const Options& options,
                                   std::span<const float> parameters, const ProbeBatch& batch,
                                   RandomStream* random, std::span<float> gradients) {
    const std::vector<float>& logits = forward(shape, options, parameters, batch, random);
    // The two large matrices are written as a whole; everything else, gaps included, starts at 0.
    const auto inner = static_cast<std::size_t>(shape.classifierHidden);
    const std::size_t end1 = shape.weight1 + inner * static_cast<std::size_t>(shape.classifierInput());
    const std::size_t end2 = shape.weight2 + inner * static_cast<std::size_t>(shape.labels);
    std::fill(gradients.begin(), gradients.begin() + static_cast<std::ptrdiff_t>(shape.weight1), 0.0f);
    std::fill(gradients.begin() + static_cast<std::ptrdiff_t>(end1),
              gradients.begin() + static_cast<std::ptrdiff_t>(shape.weight2), 0.0f);
    std::fill(gradients.begin() + static_cast<std::ptrdiff_t>(end2), gradients.end(), 0.0f);

    const double cells = static_cast<double>(logits.size());
    m_gLogits.resize(logits.size());
    const double loss =
        binaryCrossEntropy(logits, batch.gold, options.lossForm, static_cast<float>(1.0 / cells), m_gLogits) /
        cells;
    m_gPooled.resize(m_pooled.size());
    float* g = gradients.data();
    // A probe on one layer needs no gradient of the alike rows: dγ = Σ <dL/dh_t, h_t> / γ.
    const float gamma = shape.mixes ? parameters[shape.gamma] : 1.0f;
    const bool needsRows = shape.mixes && (shape.layers > 1 || std::abs(gamma) < 1e-3f);
    m_gAlike.resize(needsRows ? m_alike.size() : 0);
    const double along =
        m_classifier.backward(shape, parameters.data(), m_input, m_gLogits.data(), g,
                              needsRows ? m_gAlike.data() : nullptr, m_gPooled.data(), m_products);
    if (shape.mixes && !needsRows) g[shape.gamma] += static_cast<float>(along / static_cast<double>(gamma));

    const std::int64_t rows = batch.rows, hidden = shape.hidden, pooled = shape.pooled();
    m_gMixed.assign(m_mixed.size(), 0.0f);
    if (needsRows)
        for (std::int64_t t = 0; t < m_input.alikeRows; ++t)
            probeKernels().addScaled(
                1.0f, m_gAlike.data() + t * hidden,
                m_gMixed.data() + batch.span1[static_cast<std::size_t>(t)].first * hidden, hidden);
    for (int s = 0; s < shape.poolings; ++s) {
        const bool projects = shape.projection > 0;
        if (projects) m_gProjected.assign(static_cast<std::size_t>(rows * pooled), 0.0f);
        float* gZ = projects ? m_gProjected.data() : m_gMixed.data();
        m_poolings[s].backward(projects ? m_projected[s].data() : m_mixed.data(), pooled,
                               parameters.data() + shape.attentionWeight[s], otherSpans(batch, s),
                               m_gPooled.data() + s * pooled, shape.classifierInput(), gZ,
                               g + shape.attentionWeight[s], g[shape.attentionBias[s]]);
        if (!projects) continue;
        for (std::int64_t t = 0; t < rows; ++t)
            probeKernels().addScaled(1.0f, gZ + t * pooled, g + shape.projectionBias[s], pooled);
        m_products.transposedTimes(gZ, m_mixed.data(), g + shape.projectionWeight[s], rows, hidden, pooled);
        if (!shape.mixes) continue;
        m_gPart.resize(m_gMixed.size());
        m_products.times(gZ, parameters.data() + shape.projectionWeight[s], m_gPart.data(), rows, hidden,
                         pooled);
        probeKernels().addScaled(1.0f, m_gPart.data(), m_gMixed.data(),
                                 static_cast<std::ptrdiff_t>(m_gPart.size()));
    }
    if (shape.mixes) {
        m_mixDropout.apply(m_gMixed.data(), m_gMixed.size());
        mixOf(shape, parameters, batch)
            .backward(statesOf(shape, batch), m_gMixed.data(), rows, hidden,
                      gradients.subspan(shape.scalars, static_cast<std::size_t>(shape.layers)),
                      g[shape.gamma]);
    }
    return loss;
}

}  // namespace strata
