// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "probing/probesettings.h"

#include <cstdint>
#include <span>

namespace strata {

/// Binary cross entropy of one logit and its derivative. Reference: on the sigmoid in float32, as the
/// published probes compute it: log terms cut at −100, the gradient vanishing where the sigmoid saturates
/// (protocol section 3).
struct CellLoss {
    double loss = 0;
    float gradient = 0;
};
CellLoss binaryCrossEntropy(float logit, bool gold, LossForm form);

/// Sum of the losses over all cells; writes their derivatives times `scale` (1/cells for the mean), if asked
/// for.
/// @param gold one byte a cell, 0 or 1
double binaryCrossEntropy(std::span<const float> logits, std::span<const std::uint8_t> gold, LossForm form,
                          float scale, std::span<float> gradient);

float sigmoid(float logit);

}  // namespace strata
