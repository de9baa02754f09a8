// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "adaptation/mlmmasking.h"

namespace strata {

MaskedSequence maskSequence(std::span<const std::int32_t> ids, const MaskingSettings& settings,
                            RandomStream& random) {
    MaskedSequence out;
    out.ids.assign(ids.begin(), ids.end());
    std::vector<std::int32_t> candidates;
    for (std::size_t t = 0; t < ids.size(); ++t)
        if (ids[t] >= settings.firstOrdinaryId) candidates.push_back(static_cast<std::int32_t>(t));
    if (candidates.empty()) return out;
    const auto choose = [&](std::int32_t position) {
        auto& id = out.ids[static_cast<std::size_t>(position)];
        out.positions.push_back(position);
        out.originals.push_back(id);
        const float draw = random.uniform();
        if (draw < 0.8f) {
            id = settings.maskId;
        } else if (draw < 0.9f) {
            id = settings.firstOrdinaryId + static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(
                                                settings.vocabulary - settings.firstOrdinaryId)));
        }
    };
    for (const std::int32_t position : candidates)
        if (random.uniform() < static_cast<float>(settings.share)) choose(position);
    if (out.positions.empty())
        choose(candidates[random.below(static_cast<std::uint32_t>(candidates.size()))]);
    return out;
}

}  // namespace strata
