// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/probebatch.h"

#include "base/cancellation.h"
#include "base/error.h"
#include "probing/probekernels.h"

#include <algorithm>
#include <numeric>

namespace strata {

BatchSource::BatchSource(const ProbeSplit& split, int labels, std::vector<bool> layersNeeded, bool wantNorm,
                         const std::stop_token& stop)
    : m_split(split), m_labels(labels), m_needed(std::move(layersNeeded)), m_wantNorm(wantNorm) {
    const std::size_t count = m_split.text->sentences.size();
    if (m_split.states->sentences() != count)
        throw Error("Cannot train probes", "the activations hold " +
                                               std::to_string(m_split.states->sentences()) +
                                               " sentences, the text " + std::to_string(count));
    for (std::size_t s = 0; s < count; ++s)
        if (m_split.states->pieces(s) != static_cast<int>(m_split.text->sentences[s].ids.size()))
            throw Error("Cannot train probes",
                        "the activations are not of this text (sentence " + std::to_string(s) + ")");
    if (!m_wantNorm) return;
    const std::size_t layers = m_needed.size();
    const int hidden = m_split.states->hidden();
    m_sums.assign(count * layers, 0.0);
    m_squares.assign(count * layers, 0.0);
    constexpr std::int64_t kChunk = 256;  // so that a stop is seen soon
    for (std::int64_t begin = 0; begin < static_cast<std::int64_t>(count); begin += kChunk) {
        throwIfStopped(stop);
        const std::int64_t end = std::min(begin + kChunk, static_cast<std::int64_t>(count));
#pragma omp parallel
        {
            std::vector<float> copy;
#pragma omp for schedule(dynamic, 8)
            for (std::int64_t s = begin; s < end; ++s) {
                const auto sentence = static_cast<std::size_t>(s);
                const auto size = static_cast<std::size_t>(m_split.states->pieces(sentence) * hidden);
                for (std::size_t l = 0; l < layers; ++l) {
                    if (!m_needed[l]) continue;
                    std::span<const float> states = m_split.states->view(sentence, static_cast<int>(l));
                    if (states.empty()) {
                        copy.resize(size);
                        m_split.states->read(sentence, static_cast<int>(l), copy);
                        states = copy;
                    }
                    probeKernels().moments(states.data(), static_cast<std::ptrdiff_t>(size),
                                           &m_sums[sentence * layers + l], &m_squares[sentence * layers + l]);
                }
            }
        }
    }
}

std::int32_t BatchSource::sentences() const {
    return static_cast<std::int32_t>(m_split.text->sentences.size());
}

void BatchSource::willNeed(std::span<const std::int32_t> sentences) const {
    for (const std::int32_t s : sentences)
        m_split.states->willNeed(static_cast<std::size_t>(s));
}

void BatchSource::assemble(std::span<const std::int32_t> sentences, ProbeBatch& batch) const {
    const std::size_t layers = m_needed.size();
    const auto hidden = static_cast<std::size_t>(m_split.states->hidden());
    const bool twoSpans = m_split.text->twoSpans;
    batch.span1.clear();
    batch.span2.clear();
    batch.origin.clear();
    std::vector<std::pair<std::int32_t, std::int32_t>> rows;  // sentence, piece
    std::vector<std::int32_t> rowOfPiece;
    std::int64_t pieces = 0;
    std::vector<double> sums(layers), squares(layers);
    for (const std::int32_t s : sentences) {
        const PieceSentence& sentence = m_split.text->sentences[static_cast<std::size_t>(s)];
        rowOfPiece.assign(sentence.ids.size() + 1, 0);
        for (const PieceTarget& target : sentence.targets)
            for (const PieceSpan& span : {target.span1, target.span2})
                for (std::int32_t p = span.first; p <= span.last; ++p)
                    rowOfPiece[static_cast<std::size_t>(p)] = 1;
        for (std::size_t p = 0; p < sentence.ids.size(); ++p) {
            if (rowOfPiece[p] == 0) continue;
            rowOfPiece[p] = static_cast<std::int32_t>(rows.size());
            rows.emplace_back(s, static_cast<std::int32_t>(p));
        }
        const auto rowsOf = [&](const PieceSpan& span) -> RowSpan {
            if (span.last < span.first) return {};
            return {rowOfPiece[static_cast<std::size_t>(span.first)],
                    rowOfPiece[static_cast<std::size_t>(span.last)]};
        };
        for (const PieceTarget& target : sentence.targets) {
            batch.span1.push_back(rowsOf(target.span1));
            batch.span2.push_back(rowsOf(twoSpans ? target.span2 : target.span1));
            batch.origin.push_back(&target);
        }
        pieces += static_cast<std::int64_t>(sentence.ids.size());
        for (std::size_t l = 0; m_wantNorm && l < layers; ++l) {
            sums[l] += m_sums[static_cast<std::size_t>(s) * layers + l];
            squares[l] += m_squares[static_cast<std::size_t>(s) * layers + l];
        }
    }
    // Targets of one piece come first: both their span vectors are the state itself, which halves the work
    // (Classifier).
    std::vector<std::size_t> order(batch.origin.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto wider = std::stable_partition(order.begin(), order.end(), [&](std::size_t t) {
        const RowSpan &a = batch.span1[t], &b = batch.span2[t];
        return a.width() == 1 && a.first == b.first && a.last == b.last;
    });
    batch.alike = wider - order.begin();
    const auto inOrder = [&order](auto& values) {
        auto sorted = values;
        for (std::size_t t = 0; t < order.size(); ++t)
            sorted[t] = values[order[t]];
        values.swap(sorted);
    };
    inOrder(batch.span1);
    inOrder(batch.span2);
    inOrder(batch.origin);
    batch.rows = static_cast<std::int64_t>(rows.size());
    batch.targets = static_cast<std::int64_t>(batch.origin.size());
    batch.gold.assign(batch.origin.size() * static_cast<std::size_t>(m_labels), 0);
    for (std::size_t t = 0; t < batch.origin.size(); ++t)
        for (const std::int32_t label : batch.origin[t]->labels)
            batch.gold[t * static_cast<std::size_t>(m_labels) + static_cast<std::size_t>(label)] = 1;
    batch.statistics.clear();
    for (std::size_t l = 0; m_wantNorm && l < layers; ++l)
        batch.statistics.push_back(
            layerStatistics(sums[l], squares[l], static_cast<double>(pieces) * static_cast<double>(hidden)));

    batch.x.assign(layers * rows.size(), nullptr);
    batch.widened.resize(layers);
    // Stored as float32, states are used in place and only pointers are made: no work for several threads.
    const bool copies =
        !rows.empty() && m_split.states->view(static_cast<std::size_t>(rows[0].first), 0).empty();
#pragma omp parallel for schedule(dynamic, 1) if (copies)
    for (std::size_t l = 0; l < layers; ++l) {
        if (!m_needed[l]) continue;
        std::vector<float> sentenceStates;
        std::vector<float>& store = batch.widened[l];
        for (std::size_t r = 0; r < rows.size();) {
            const auto s = static_cast<std::size_t>(rows[r].first);
            const std::span<const float> view = m_split.states->view(s, static_cast<int>(l));
            if (view.empty()) {
                store.resize(rows.size() * hidden);
                sentenceStates.resize(static_cast<std::size_t>(m_split.states->pieces(s)) * hidden);
                m_split.states->read(s, static_cast<int>(l), sentenceStates);
            }
            for (; r < rows.size() && static_cast<std::size_t>(rows[r].first) == s; ++r) {
                const std::size_t at = static_cast<std::size_t>(rows[r].second) * hidden;
                if (view.empty()) std::copy_n(sentenceStates.data() + at, hidden, store.data() + r * hidden);
                batch.x[l * rows.size() + r] = view.empty() ? store.data() + r * hidden : view.data() + at;
            }
        }
    }
}

std::vector<std::vector<std::int32_t>> fileOrderBatches(std::int32_t sentences, int batchSize) {
    std::vector<std::vector<std::int32_t>> batches;
    for (std::int32_t s = 0; s < sentences; ++s) {
        if (s % batchSize == 0) batches.emplace_back();
        batches.back().push_back(s);
    }
    return batches;
}

std::vector<std::vector<std::int32_t>> epochBatches(const ProbeSettings& settings, const PieceCorpus& text,
                                                    RandomStream& random) {
    std::vector<std::int32_t> order(text.sentences.size());
    std::iota(order.begin(), order.end(), 0);
    random.shuffle(order);
    const auto size = static_cast<std::size_t>(settings.batchSize);
    std::vector<std::vector<std::int32_t>> batches;
    const auto cut = [&](std::size_t begin, std::size_t end) {
        for (std::size_t at = begin; at < end; at += size)
            batches.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(at),
                                 order.begin() + static_cast<std::ptrdiff_t>(std::min(end, at + size)));
    };
    if (settings.batchOrder == BatchOrder::Shuffled) {
        cut(0, order.size());
    } else {
        constexpr std::size_t kBucket = 10000;
        std::vector<float> noisy(text.sentences.size());
        for (std::size_t s = 0; s < noisy.size(); ++s)
            noisy[s] =
                static_cast<float>(text.sentences[s].ids.size()) * (1.0f + random.uniform(-0.1f, 0.1f));
        for (std::size_t begin = 0; begin < order.size(); begin += kBucket) {
            const std::size_t end = std::min(order.size(), begin + kBucket);
            std::stable_sort(
                order.begin() + static_cast<std::ptrdiff_t>(begin),
                order.begin() + static_cast<std::ptrdiff_t>(end), [&](std::int32_t a, std::int32_t b) {
                    return noisy[static_cast<std::size_t>(a)] < noisy[static_cast<std::size_t>(b)];
                });
            const std::size_t first = batches.size();
            cut(begin, end);
            std::vector<std::vector<std::int32_t>> bucket(
                batches.begin() + static_cast<std::ptrdiff_t>(first), batches.end());
            batches.resize(first);
            for (int i = 0; i < 2 && !bucket.empty(); ++i) {
                batches.push_back(std::move(bucket.back()));
                bucket.pop_back();
            }
            random.shuffle(bucket);
            std::move(bucket.begin(), bucket.end(), std::back_inserter(batches));
        }
    }
    // A text smaller than one batch is still trained on.
    if (settings.dropIncompleteBatch)
        for (std::size_t b = batches.size(); b-- > 0;)
            if (batches[b].size() < size && batches.size() > 1)
                batches.erase(batches.begin() + static_cast<std::ptrdiff_t>(b));
    return batches;
}

}  // namespace strata
