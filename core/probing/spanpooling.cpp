// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/spanpooling.h"

#include "probing/probekernels.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace strata {

void SpanPooling::forward(const float* z, std::int64_t size, const float* weight, float bias,
                          std::span<const RowSpan> spans, bool asReference, float* out, std::int64_t stride) {
    const ProbeKernels& k = probeKernels();
    m_asReference = asReference;
    m_alpha.clear();
    m_raw.clear();
    m_rawSum.clear();
    std::int32_t widest = 0;
    for (const RowSpan& span : spans)
        widest = std::max(widest, span.width());
    std::vector<float> logits;
    for (std::size_t s = 0; s < spans.size(); ++s) {
        const RowSpan span = spans[s];
        const std::int32_t width = span.width();
        float* e = out + static_cast<std::int64_t>(s) * stride;
        const float* first = z + span.first * size;
        if (width == 1 && !asReference) {  // α = 1 whatever the logit
            m_alpha.push_back(1.0f);
            std::copy_n(first, size, e);
            continue;
        }
        std::fill_n(e, size, 0.0f);
        logits.clear();
        float largest = width < widest ? 0.0f : -INFINITY;
        if (!asReference) largest = -INFINITY;
        for (std::int32_t i = 0; i < width; ++i) {
            logits.push_back(k.dotCentred(weight, first + i * size, 0.0f, size) + bias);
            largest = std::max(largest, logits.back());
        }
        float sum = 0;
        for (float& logit : logits)
            sum += logit = std::exp(logit - largest);
        float rawSum = 1.0f;
        if (asReference) {
            const float all = sum + static_cast<float>(widest - width) * std::exp(-largest);
            rawSum = sum / all + 1e-13f;
            for (const float part : logits)
                m_raw.push_back(part / all);
            m_rawSum.push_back(rawSum);
            sum = all;
        }
        for (std::int32_t i = 0; i < width; ++i) {
            const float alpha = logits[static_cast<std::size_t>(i)] / sum / rawSum;
            m_alpha.push_back(alpha);
            k.addScaled(alpha, first + i * size, e, size);
        }
    }
}

void SpanPooling::backward(const float* z, std::int64_t size, const float* weight,
                           std::span<const RowSpan> spans, const float* gradient, std::int64_t stride,
                           float* gZ, float* gWeight, float& gBias) const {
    const ProbeKernels& k = probeKernels();
    std::size_t at = 0;
    std::vector<float> along;
    for (std::size_t s = 0; s < spans.size(); ++s) {
        const RowSpan span = spans[s];
        const std::int32_t width = span.width();
        const float* e = gradient + static_cast<std::int64_t>(s) * stride;
        const float* alpha = m_alpha.data() + at;
        const float* raw = m_asReference ? m_raw.data() + at : nullptr;
        at += static_cast<std::size_t>(width);
        for (std::int32_t i = 0; i < width; ++i)
            k.addScaled(alpha[i], e, gZ + (span.first + i) * size, size);
        if (width == 1 && !m_asReference) continue;  // α is constant
        along.clear();
        float mean = 0;
        for (std::int32_t i = 0; i < width; ++i) {
            along.push_back(k.dotCentred(e, z + (span.first + i) * size, 0.0f, size));
            mean += alpha[i] * along.back();
        }
        // Default: dL/dv = α (dL/dα − mean). Reference: first through the division by Σr + 1e-13, then the
        // softmax, in which the masked entries hold probability but receive no gradient.
        float rawMean = 0;
        for (std::int32_t i = 0; i < width; ++i) {
            along[static_cast<std::size_t>(i)] -= mean;
            if (!raw) continue;
            along[static_cast<std::size_t>(i)] /= m_rawSum[s];
            rawMean += raw[i] * along[static_cast<std::size_t>(i)];
        }
        for (std::int32_t i = 0; i < width; ++i) {
            const float da = along[static_cast<std::size_t>(i)];
            const float dv = raw ? raw[i] * (da - rawMean) : alpha[i] * da;
            k.addScaled(dv, z + (span.first + i) * size, gWeight, size);
            k.addScaled(dv, weight, gZ + (span.first + i) * size, size);
            if (raw) gBias += dv;  // a softmax over the span alone does not feel the bias
        }
    }
}

}  // namespace strata
