// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "bert/encoder.h"

namespace strata {

/// The fast encoder: oneDNN products with packed weights, everything between them in vectorised kernels, rows
/// packed without padding.
std::unique_ptr<Encoder> makeCpuEncoder(const BertWeights& weights, const EncoderOptions& options);

/// Refuses ids, types and lengths that the model has no rows for. @throws Error
void checkInputs(std::span<const EncoderInput> batch, const BertConfig& config);

}  // namespace strata
