// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/encoder.h"

#include "bert/cpuencoder.h"
#include "bert/torchencoder.h"

namespace strata {

std::unique_ptr<Encoder> Encoder::create(const BertWeights& weights, const EncoderOptions& options) {
    return options.device == Device::Cuda ? makeTorchEncoder(weights, options, "cuda")
                                          : makeCpuEncoder(weights, options);
}

}  // namespace strata
