// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/weightfiles.h"

#include <map>

namespace strata {

/// Which stored tensor gives which canonical one; shapes and types checked against the config, no data read.
struct WeightIndex {
    std::map<std::string, const StoredTensor*> tensors;
    std::vector<std::string> warnings;
    std::string mlmHeadProblem;  ///< empty = the head is complete
    std::string dtype;           ///< "F32", … or "mixed"
};

/// @param files must outlive the index. @throws Error naming file, tensor and reason
WeightIndex indexWeights(const WeightFiles& files, const BertConfig& config,
                         const std::filesystem::path& folder);

/// Drops a decoder that equals the embeddings; warns where a tied model brings another one (the embeddings
/// count). Reads the two tensors, in blocks.
void settleDecoder(WeightIndex& index, const BertConfig& config);

std::uint16_t halfBits(float value);      ///< round to nearest even
std::uint16_t bfloat16Bits(float value);  ///< round to nearest even

}  // namespace strata
