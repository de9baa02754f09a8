// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/probeshape.h"

#include <algorithm>
#include <cmath>

namespace strata {

ProbeShape probeShape(const ProbeSettings& settings, const ProbeInput& input, int hidden, int labels,
                      bool twoSpans) {
    ProbeShape shape;
    shape.firstLayer = input.isMix ? 0 : input.layer;
    shape.layers = input.isMix ? input.layer + 1 : 1;
    shape.norm = settings.mixNorm == MixNorm::BatchLayerNorm;
    shape.mixes = input.isMix || shape.norm;
    shape.hidden = hidden;
    shape.projection = settings.projection;
    shape.poolings = twoSpans || settings.secondPoolingOfOneSpan ? 2 : 1;
    shape.classifierHidden = settings.classifierHidden > 0 ? settings.classifierHidden : hidden;
    shape.labels = labels;

    const auto take = [&shape](std::size_t count) {
        const std::size_t at = shape.size;
        shape.size += (count + 15) / 16 * 16;
        return at;
    };
    const auto pooled = static_cast<std::size_t>(shape.pooled());
    const auto inner = static_cast<std::size_t>(shape.classifierHidden);
    shape.scalars = take(shape.mixes ? static_cast<std::size_t>(shape.layers) : 0);
    shape.gamma = take(shape.mixes ? 1 : 0);
    for (int s = 0; s < shape.poolings; ++s) {
        if (shape.projection > 0) {
            shape.projectionWeight[s] = take(pooled * static_cast<std::size_t>(hidden));
            shape.projectionBias[s] = take(pooled);
        }
        shape.attentionWeight[s] = take(pooled);
        shape.attentionBias[s] = take(1);
    }
    shape.weight1 = take(inner * static_cast<std::size_t>(shape.classifierInput()));
    shape.bias1 = take(inner);
    shape.normScale = take(inner);
    shape.normShift = take(inner);
    shape.weight2 = take(static_cast<std::size_t>(labels) * inner);
    shape.bias2 = take(static_cast<std::size_t>(labels));
    return shape;
}

void initialise(const ProbeShape& shape, RandomStream& random, std::span<float> parameters) {
    std::fill(parameters.begin(), parameters.end(), 0.0f);
    const auto uniform = [&](std::size_t at, std::size_t count, int inputs) {
        const float bound = 1.0f / std::sqrt(static_cast<float>(inputs));
        for (std::size_t i = 0; i < count; ++i)
            parameters[at + i] = random.uniform(-bound, bound);
    };
    const auto pooled = static_cast<std::size_t>(shape.pooled());
    const auto inner = static_cast<std::size_t>(shape.classifierHidden);
    const auto labels = static_cast<std::size_t>(shape.labels);
    if (shape.mixes) parameters[shape.gamma] = 1;
    for (int s = 0; s < shape.poolings; ++s) {
        if (shape.projection > 0) {
            uniform(shape.projectionWeight[s], pooled * static_cast<std::size_t>(shape.hidden), shape.hidden);
            uniform(shape.projectionBias[s], pooled, shape.hidden);
        }
        uniform(shape.attentionWeight[s], pooled, shape.pooled());
        uniform(shape.attentionBias[s], 1, shape.pooled());
    }
    uniform(shape.weight1, inner * static_cast<std::size_t>(shape.classifierInput()),
            shape.classifierInput());
    uniform(shape.bias1, inner, shape.classifierInput());
    std::fill_n(parameters.begin() + static_cast<std::ptrdiff_t>(shape.normScale), inner, 1.0f);
    uniform(shape.weight2, labels * inner, shape.classifierHidden);
    uniform(shape.bias2, labels, shape.classifierHidden);
}

}  // namespace strata
