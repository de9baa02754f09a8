// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "probing/probebatch.h"
#include "probing/probesweep.h"

#include <span>
#include <vector>

namespace strata {

struct F1 {
    double precision = 0, recall = 0, f1 = 0;
};
/// 0/0 counts as 0; F1 = 0 without true positives (protocol edge_probing.md section 5).
F1 f1Of(const LabelCounts& counts);
F1 microF1(std::span<const LabelCounts> perLabel);
F1 macroF1(std::span<const LabelCounts> perLabel);     ///< unweighted mean over all labels
F1 weightedF1(std::span<const LabelCounts> perLabel);  ///< mean weighted by gold counts

/// Adds up the logits of batches into a score. A label is predicted where its probability is at least 0.5.
class ScoreCounter {
  public:
    ScoreCounter(int labels, bool keepPredictions);
    void add(std::span<const float> logits, const ProbeBatch& batch, LossForm form);
    /// Predictions come in file order whatever the order of the batches.
    ProbeScore score() const;

  private:
    std::vector<LabelCounts> m_counts;
    std::vector<Prediction> m_predictions;
    bool m_keepPredictions;
    std::int64_t m_targets = 0, m_right = 0;
    double m_loss = 0;
};

/// Score of always saying the label most frequent in `train`, on `score`: accuracy = micro-F1 where every
/// target has one label.
double majorityBaseline(const PieceCorpus& train, const PieceCorpus& score, int labels);

}  // namespace strata
