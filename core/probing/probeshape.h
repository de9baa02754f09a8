// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/randomstream.h"
#include "probing/probesettings.h"
#include "probing/probesweep.h"

#include <cstddef>
#include <span>

namespace strata {

/// Sizes of one probe and where its parameters stand in one flat array (protocol edge_probing.md section 3).
/// Offsets are multiples of 16 floats; the gaps stay zero.
struct ProbeShape {
    int firstLayer = 0;  ///< of the layers mixed, or the one layer
    int layers = 1;      ///< how many are mixed
    bool mixes = true;   ///< false: the raw layer, no scalars and no gamma ("top")
    bool norm = true;    ///< the batch layer norm
    int hidden = 0;      ///< H
    int projection = 0;  ///< P, 0 = none
    int poolings = 2;    ///< span vectors that go into the classifier
    int classifierHidden = 0;
    int labels = 0;  ///< K

    int pooled() const { return projection > 0 ? projection : hidden; }
    int classifierInput() const { return poolings * pooled(); }

    std::size_t scalars = 0, gamma = 0;
    std::size_t projectionWeight[2] = {}, projectionBias[2] = {};  ///< [P, H], [P]
    std::size_t attentionWeight[2] = {}, attentionBias[2] = {};    ///< [pooled], [1]
    std::size_t weight1 = 0, bias1 = 0;                            ///< [classifierHidden, classifierInput]
    std::size_t normScale = 0, normShift = 0;                      ///< [classifierHidden]
    std::size_t weight2 = 0, bias2 = 0;                            ///< [K, classifierHidden]
    std::size_t size = 0;                                          ///< floats in all
};

/// @param twoSpans of the task
ProbeShape probeShape(const ProbeSettings& settings, const ProbeInput& input, int hidden, int labels,
                      bool twoSpans);

/// PyTorch's default distributions: weights and biases uniform in ±1/sqrt(inputs), LayerNorm 1 and 0, scalars
/// 0, gamma 1.
void initialise(const ProbeShape& shape, RandomStream& random, std::span<float> parameters);

}  // namespace strata
