// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/safetensors.h"
#include "probing/probebatch.h"
#include "probing/probekernels.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace strata::test {

/// Largest difference between ours and the reference's doubles (or floats where there are none).
inline double difference(std::span<const float> ours, const SafetensorsContent& file,
                         const std::string& name) {
    const auto wide = file.doubles.find(name + ".f64");
    double worst = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const double expected = wide != file.doubles.end()
                                    ? wide->second.at(i)
                                    : static_cast<double>(file.floats.at(name).values.at(i));
        const double d = std::abs(static_cast<double>(ours[i]) - expected);
        worst = d > worst || std::isnan(d) ? d : worst;
    }
    return worst;
}

/// A padded batch of the goldens without its padding: prefix.hidden [L+1,B,T,H], .mask, .span1s, .span2s, and
/// labels.
inline ProbeBatch packed(const SafetensorsContent& file, const std::string& prefix, int labels) {
    const FloatTensor& hidden = file.floats.at(prefix + ".hidden");
    const auto layers = static_cast<std::size_t>(hidden.shape[0]),
               batch = static_cast<std::size_t>(hidden.shape[1]);
    const auto length = static_cast<std::size_t>(hidden.shape[2]),
               size = static_cast<std::size_t>(hidden.shape[3]);
    const std::vector<std::int64_t>& mask = file.ints.at(prefix + ".mask").values;
    ProbeBatch result;
    std::vector<std::size_t> place;
    std::vector<std::int32_t> rowOf(batch * length, -1);
    for (std::size_t i = 0; i < batch * length; ++i) {
        if (mask[i] == 0) continue;
        rowOf[i] = static_cast<std::int32_t>(place.size());
        place.push_back(i);
    }
    result.rows = static_cast<std::int64_t>(place.size());
    for (std::size_t l = 0; l < layers; ++l) {
        double sum = 0, squares = 0;
        for (const std::size_t i : place) {
            result.x.push_back(hidden.values.data() + (l * batch * length + i) * size);
            double s = 0, q = 0;
            probeKernels().moments(result.x.back(), static_cast<std::ptrdiff_t>(size), &s, &q);
            sum += s;
            squares += q;
        }
        result.statistics.push_back(layerStatistics(sum, squares, static_cast<double>(place.size() * size)));
    }
    const IntTensor& spans = file.ints.at(prefix + ".span1s");
    const auto second = file.ints.find(prefix + ".span2s");
    const IntTensor& spans2 = second == file.ints.end() ? spans : second->second;
    const auto each = static_cast<std::size_t>(spans.shape[1]);
    for (std::size_t t = 0; t < batch * each; ++t) {
        if (spans.values[2 * t] < 0) continue;
        const std::size_t row = t / each * length;
        const auto rows = [&](const IntTensor& from) {
            return RowSpan{rowOf[row + static_cast<std::size_t>(from.values[2 * t])],
                           rowOf[row + static_cast<std::size_t>(from.values[2 * t + 1])]};
        };
        result.span1.push_back(rows(spans));
        result.span2.push_back(rows(spans2));
        const auto khot = file.floats.find(prefix + ".khot");
        for (int k = 0; k < labels; ++k) {
            const bool isGold =
                khot != file.floats.end()
                    ? khot->second
                              .values[t * static_cast<std::size_t>(labels) + static_cast<std::size_t>(k)] > 0
                    : file.ints.at(prefix + ".labels").values[t] == k;
            result.gold.push_back(isGold);
        }
    }
    result.targets = static_cast<std::int64_t>(result.span1.size());
    return result;
}

}  // namespace strata::test
