// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/randomstream.h"

#include <cstdint>
#include <span>
#include <vector>

namespace strata {

struct MaskingSettings {
    double share = 0.15;  ///< of the inner pieces
    std::int32_t maskId = 4;
    std::int32_t vocabulary = 0;
    std::int32_t firstOrdinaryId = 5;  ///< ids below are special: never chosen, never drawn as a replacement
};

/// One sequence with its masked-language-model targets.
struct MaskedSequence {
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> positions;  ///< of the predicted pieces
    std::vector<std::int32_t> originals;  ///< what stood there
};

/// Chooses each inner piece with the given chance (at least one a sequence); of the chosen 80 % become
/// [MASK], 10 % a random piece, 10 % stay (Devlin et al. 2018, section 3.1).
MaskedSequence maskSequence(std::span<const std::int32_t> ids, const MaskingSettings& settings,
                            RandomStream& random);

}  // namespace strata
