// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "probing/probeshape.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace strata::test {

/// The study's (and, below `mdl`, jiant's) names of a probe's parameters and where they stand in ours.
struct NamedParameter {
    std::string name;
    std::size_t offset = 0, count = 0;
    bool isAttentionBias = false;
};

inline std::vector<NamedParameter> namedParameters(const ProbeShape& s, bool jiant) {
    std::vector<NamedParameter> all;
    const auto add = [&](const std::string& name, std::size_t offset, int count, bool bias = false) {
        all.push_back({name, offset, static_cast<std::size_t>(count), bias});
    };
    const std::string mix = jiant ? "scalar_mix." : "encoder.scalar_mix.";
    for (int l = 0; l < s.layers; ++l)
        add(mix + "scalar_parameters." + std::to_string(l), s.scalars + static_cast<std::size_t>(l), 1);
    add(mix + "gamma", s.gamma, 1);
    const std::string head = jiant ? "mdl." : "head.";
    for (int p = 0; p < s.poolings; ++p) {
        const std::string number = std::to_string(p + 1);
        if (s.projection > 0) {
            add(head + "proj" + number + ".weight", s.projectionWeight[p], s.projection * s.hidden);
            add(head + "proj" + number + ".bias", s.projectionBias[p], s.projection);
        }
        const std::string extractor = jiant ? "span_extractor" + number
                                            : std::string("span_attention_extractor") + (p == 1 ? "_2" : "");
        add(head + extractor + "._global_attention._module.weight", s.attentionWeight[p], s.pooled());
        add(head + extractor + "._global_attention._module.bias", s.attentionBias[p], 1, true);
    }
    add(head + "classifier.classifier.0.weight", s.weight1, s.classifierHidden * s.classifierInput());
    add(head + "classifier.classifier.0.bias", s.bias1, s.classifierHidden);
    add(head + "classifier.classifier.2.weight", s.normScale, s.classifierHidden);
    add(head + "classifier.classifier.2.bias", s.normShift, s.classifierHidden);
    add(head + "classifier.classifier.4.weight", s.weight2, s.labels * s.classifierHidden);
    add(head + "classifier.classifier.4.bias", s.bias2, s.labels);
    return all;
}

}  // namespace strata::test
