// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/probeloss.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace strata {

float sigmoid(float logit) {
    return 1.0f / (1.0f + std::exp(-logit));
}

CellLoss binaryCrossEntropy(float logit, bool gold, LossForm form) {
    if (form == LossForm::Stable) {
        // max(x,0) − x·y + log(1 + exp(−|x|))
        const float e = std::exp(-std::abs(logit));
        const float p = logit >= 0 ? 1.0f / (1.0f + e) : e / (1.0f + e);
        return {std::max(logit, 0.0f) - (gold ? logit : 0.0f) + std::log1p(e), p - (gold ? 1.0f : 0.0f)};
    }
    const float p = sigmoid(logit);
    const float target = gold ? 1.0f : 0.0f;
    const float spread = p * (1.0f - p);
    const float logarithm = gold ? std::log(p) : std::log(1.0f - p);
    return {-std::max(logarithm, -100.0f), (p - target) / std::max(spread, 1e-12f) * spread};
}

double binaryCrossEntropy(std::span<const float> logits, std::span<const std::uint8_t> gold, LossForm form,
                          float scale, std::span<float> gradient) {
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const CellLoss cell = binaryCrossEntropy(logits[i], gold[i] != 0, form);
        sum += cell.loss;
        if (!gradient.empty()) gradient[i] = cell.gradient * scale;
    }
    return sum;
}

}  // namespace strata
