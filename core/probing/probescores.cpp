// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/probescores.h"

#include "probing/probeloss.h"

#include <algorithm>
#include <tuple>

namespace strata {

namespace {

double ratio(double a, double b) {
    return b > 0 ? a / b : 0;
}

F1 mean(std::span<const LabelCounts> perLabel, bool weighted) {
    F1 result;
    double weights = 0;
    for (const LabelCounts& counts : perLabel) {
        const double weight = weighted ? static_cast<double>(counts.gold) : 1.0;
        const F1 one = f1Of(counts);
        result.precision += weight * one.precision;
        result.recall += weight * one.recall;
        result.f1 += weight * one.f1;
        weights += weight;
    }
    return {ratio(result.precision, weights), ratio(result.recall, weights), ratio(result.f1, weights)};
}

}  // namespace

F1 f1Of(const LabelCounts& counts) {
    F1 result;
    const auto hits = static_cast<double>(counts.truePositive);
    result.precision = ratio(hits, static_cast<double>(counts.predicted));
    result.recall = ratio(hits, static_cast<double>(counts.gold));
    result.f1 = ratio(2 * result.precision * result.recall, result.precision + result.recall);
    return result;
}

F1 microF1(std::span<const LabelCounts> perLabel) {
    LabelCounts all;
    for (const LabelCounts& counts : perLabel) {
        all.truePositive += counts.truePositive;
        all.predicted += counts.predicted;
        all.gold += counts.gold;
    }
    return f1Of(all);
}

F1 macroF1(std::span<const LabelCounts> perLabel) {
    return mean(perLabel, false);
}

F1 weightedF1(std::span<const LabelCounts> perLabel) {
    return mean(perLabel, true);
}

ScoreCounter::ScoreCounter(int labels, bool keepPredictions)
    : m_counts(static_cast<std::size_t>(labels)), m_keepPredictions(keepPredictions) {}

void ScoreCounter::add(std::span<const float> logits, const ProbeBatch& batch, LossForm form) {
    const std::size_t labels = m_counts.size();
    m_loss += binaryCrossEntropy(logits, batch.gold, form, 1.0f, {});
    for (std::size_t t = 0; t < batch.origin.size(); ++t) {
        const auto row = logits.subspan(t * labels, labels);
        const auto gold = std::span(batch.gold).subspan(t * labels, labels);
        for (std::size_t k = 0; k < labels; ++k) {
            const bool isPredicted = sigmoid(row[k]) >= 0.5f;
            m_counts[k].predicted += isPredicted;
            m_counts[k].gold += gold[k];
            m_counts[k].truePositive += isPredicted && gold[k];
        }
        const PieceTarget& target = *batch.origin[t];
        const auto best = static_cast<std::int32_t>(std::max_element(row.begin(), row.end()) - row.begin());
        const std::int32_t first = target.labels.empty() ? -1 : target.labels.front();
        m_right += gold[static_cast<std::size_t>(best)] != 0;
        ++m_targets;
        if (!m_keepPredictions) continue;
        m_predictions.push_back({target.sentence, target.targetInSentence, first, best,
                                 sigmoid(row[static_cast<std::size_t>(best)]),
                                 first < 0 ? 0.0f : sigmoid(row[static_cast<std::size_t>(first)])});
    }
}

ProbeScore ScoreCounter::score() const {
    ProbeScore result;
    const F1 micro = microF1(m_counts);
    result.microF1 = micro.f1;
    result.precision = micro.precision;
    result.recall = micro.recall;
    result.targets = m_targets;
    result.accuracy = ratio(static_cast<double>(m_right), static_cast<double>(m_targets));
    result.loss = ratio(m_loss, static_cast<double>(m_targets) * static_cast<double>(m_counts.size()));
    result.perLabel = m_counts;
    result.predictions = m_predictions;
    std::sort(result.predictions.begin(), result.predictions.end(),
              [](const Prediction& a, const Prediction& b) {
                  return std::tie(a.sentence, a.targetInSentence) < std::tie(b.sentence, b.targetInSentence);
              });
    return result;
}

double majorityBaseline(const PieceCorpus& train, const PieceCorpus& score, int labels) {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(labels));
    for (const PieceSentence& sentence : train.sentences)
        for (const PieceTarget& target : sentence.targets)
            for (const std::int32_t label : target.labels)
                ++counts[static_cast<std::size_t>(label)];
    const auto majority =
        static_cast<std::int32_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
    LabelCounts found;
    for (const PieceSentence& sentence : score.sentences) {
        for (const PieceTarget& target : sentence.targets) {
            ++found.predicted;
            found.gold += static_cast<std::int64_t>(target.labels.size());
            found.truePositive +=
                std::find(target.labels.begin(), target.labels.end(), majority) != target.labels.end();
        }
    }
    return f1Of(found).f1;
}

}  // namespace strata
