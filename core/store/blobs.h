// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "store/values.h"

#include <map>
#include <string>
#include <vector>

namespace strata {

/// Packs the predictions of all layers of a run: what they share once, then 16-bit words per layer,
/// compressed (zstd). Probabilities keep 1/65535. @pre all layers have the same targets in the same order
std::string packPredictions(const std::map<std::string, std::vector<StoredPrediction>>& byLayer);
/// @return empty when the layer is not there. @throws Error when the blob is damaged
std::vector<StoredPrediction> unpackPredictions(const std::string& blob, const std::string& layer);

std::string packSentences(const std::vector<StoredSentence>& sentences);
std::vector<StoredSentence> unpackSentences(const std::string& blob);

}  // namespace strata
