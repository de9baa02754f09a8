// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "bert/encoder.h"

#include <string>

namespace strata {

/// The encoder as plain libtorch calls on any torch device: the path for CUDA, and on "cpu" an independent
/// check of the fast one. @throws Error when the device is not there
std::unique_ptr<Encoder> makeTorchEncoder(const BertWeights& weights, const EncoderOptions& options,
                                          const std::string& device);
bool isCudaAvailable();

}  // namespace strata
