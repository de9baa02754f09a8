// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/randomstream.h"
#include "probing/probesweep.h"

#include <cstring>
#include <memory>
#include <vector>

namespace strata::test {

/// Hidden states in memory.
class InventedActivations : public Activations {
  public:
    int m_layers = 0, m_hidden = 0;
    std::vector<std::vector<float>> m_blocks;  ///< per sentence [L+1][pieces][hidden]

    int layers() const override { return m_layers; }
    int hidden() const override { return m_hidden; }
    std::size_t sentences() const override { return m_blocks.size(); }
    int pieces(std::size_t sentence) const override {
        return static_cast<int>(m_blocks[sentence].size()) / (m_hidden * (m_layers + 1));
    }
    void read(std::size_t sentence, int layer, std::span<float> out) const override {
        const auto from = view(sentence, layer);
        std::memcpy(out.data(), from.data(), from.size_bytes());
    }
    std::span<const float> view(std::size_t sentence, int layer) const override {
        const auto size = static_cast<std::size_t>(pieces(sentence) * m_hidden);
        return std::span(m_blocks[sentence]).subspan(size * static_cast<std::size_t>(layer), size);
    }
    void willNeed(std::size_t) const override {}
    std::uint64_t bytes() const override { return 0; }
};

/// A text whose labels show in layer 1 alone: label k raises the k-th value of every piece of the span there.
/// Other layers hold noise. Spans of 1 to 3 pieces.
struct InventedText {
    PieceCorpus text;
    std::shared_ptr<InventedActivations> states = std::make_shared<InventedActivations>();
    ProbeSplit split() const { return {&text, states}; }

    InventedText(int sentences, int labels, int layers, int hidden, std::uint64_t seed,
                 bool twoSpans = false) {
        RandomStream random(seed);
        text.twoSpans = twoSpans;
        states->m_layers = layers;
        states->m_hidden = hidden;
        for (int s = 0; s < sentences; ++s) {
            PieceSentence sentence;
            sentence.sentence = s;
            std::int32_t piece = 1;
            const auto targets = static_cast<std::int32_t>(1 + random.below(8));
            for (std::int32_t t = 0; t < targets; ++t) {
                const auto width = static_cast<std::int32_t>(1 + random.below(3));
                const auto label =
                    static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(labels)));
                const PieceSpan span{piece, piece + width - 1};
                sentence.targets.push_back({span, twoSpans ? PieceSpan{1, 1} : span, {label}, s, t});
                piece += width;
            }
            sentence.ids.assign(static_cast<std::size_t>(piece) + 1, 1);
            text.pieceCount += piece + 1;
            text.targetCount += targets;
            const auto size = sentence.ids.size() * static_cast<std::size_t>(hidden);
            std::vector<float> block(size * (static_cast<std::size_t>(layers) + 1));
            for (float& value : block)
                value = random.normal();
            for (const PieceTarget& target : sentence.targets)
                for (std::int32_t p = target.span1.first; p <= target.span1.last; ++p)
                    block[size + static_cast<std::size_t>(p * hidden + target.labels[0])] += 4.0f;
            states->m_blocks.push_back(std::move(block));
            text.sentences.push_back(std::move(sentence));
        }
    }
};

}  // namespace strata::test
