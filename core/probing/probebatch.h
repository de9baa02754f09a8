// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/randomstream.h"
#include "probing/probesettings.h"
#include "probing/probesweep.h"
#include "probing/scalarmix.h"
#include "probing/spanpooling.h"

#include <cstdint>
#include <span>
#include <vector>

namespace strata {

/// A batch without padding: only the rows that some span covers, in the order of sentences and pieces.
struct ProbeBatch {
    std::int64_t rows = 0, targets = 0;
    std::int64_t alike = 0;       ///< the first so many targets have one piece, the same in both spans
    std::vector<const float*> x;  ///< [layers + 1][rows]: where each row's state stands
    std::vector<LayerNormStatistics> statistics;  ///< per layer, over all pieces of the batch's sentences
    std::vector<RowSpan> span1, span2;            ///< per target
    std::vector<std::uint8_t> gold;               ///< [targets][labels], 0 or 1
    std::vector<const PieceTarget*> origin;       ///< per target
    std::vector<std::vector<float>> widened;      ///< states stored in bf16, widened; per layer
};

/// Makes batches of a split. Reads each state at most once for the norm's sums, then only rows that are
/// needed.
class BatchSource {
  public:
    /// @param layersNeeded per layer: does any probe read it? @param wantNorm whether statistics are needed
    BatchSource(const ProbeSplit& split, int labels, std::vector<bool> layersNeeded, bool wantNorm,
                const std::stop_token& stop);

    /// @param sentences positions in split.text->sentences
    void assemble(std::span<const std::int32_t> sentences, ProbeBatch& batch) const;
    void willNeed(std::span<const std::int32_t> sentences) const;
    std::int32_t sentences() const;
    const PieceCorpus& text() const { return *m_split.text; }

  private:
    ProbeSplit m_split;
    int m_labels;
    std::vector<bool> m_needed;
    bool m_wantNorm;
    std::vector<double> m_sums, m_squares;  ///< [sentence][layer]
};

/// Batches of one epoch, positions of sentences (protocol section 4). Shuffled: the whole text is reshuffled,
/// an incomplete last batch dropped if the settings say so. LengthBuckets: sorted by length with 10 % noise
/// within 10,000 sentences, the two batches of the longest first, the others shuffled; nothing is dropped.
std::vector<std::vector<std::int32_t>> epochBatches(const ProbeSettings& settings, const PieceCorpus& text,
                                                    RandomStream& random);
/// All sentences in file order.
std::vector<std::vector<std::int32_t>> fileOrderBatches(std::int32_t sentences, int batchSize);

}  // namespace strata
