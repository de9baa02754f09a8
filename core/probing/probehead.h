// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "probing/classifier.h"
#include "probing/probebatch.h"
#include "probing/probeshape.h"

#include <span>
#include <vector>

namespace strata {

/// One probe over one batch, forward and backward: mix → dropout → projections → span poolings → classifier →
/// loss (protocol edge_probing.md section 3). Holds working memory only, so one object serves many probes.
/// One thread at a time.
class ProbeHead {
  public:
    explicit ProbeHead(NumberType type) : m_products(type) {}

    struct Options {
        double mixDropout = 0, classifierDropout = 0;
        bool referencePooling = false;
        LossForm lossForm = LossForm::Stable;
    };
    static Options optionsOf(const ProbeSettings& settings);

    /// @param random of the dropout; null = evaluation mode. @return logits [targets, K], valid until the
    /// next call
    const std::vector<float>& forward(const ProbeShape& shape, const Options& options,
                                      std::span<const float> parameters, const ProbeBatch& batch,
                                      RandomStream* random);
    /// @return mean loss over all cells. @param gradients overwritten
    double lossAndGradients(const ProbeShape& shape, const Options& options,
                            std::span<const float> parameters, const ProbeBatch& batch, RandomStream* random,
                            std::span<float> gradients);
    double operations() const { return m_products.operations(); }

  private:
    /// Of the targets whose two vectors may differ.
    std::span<const RowSpan> otherSpans(const ProbeBatch& batch, int position) const;

    Products m_products;
    Classifier m_classifier;
    SpanPooling m_poolings[2];
    Dropout m_mixDropout;
    ClassifierInput m_input;
    std::vector<float> m_alike, m_gAlike;
    std::vector<float> m_mixed, m_projected[2], m_pooled;                      // forward
    std::vector<float> m_gLogits, m_gPooled, m_gProjected, m_gMixed, m_gPart;  // backward
};

}  // namespace strata
