// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/probetrainer.h"

#include "base/error.h"
#include "base/system.h"
#include "probing/layersummaries.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <mutex>
#include <omp.h>

namespace strata {

namespace {

enum Stream : std::uint64_t { kOrderStream = 1, kScoreOrderStream = 2, kFirstProbeStream = 16 };

/// Its own streams for every probe, so that nothing depends on which others are trained.
std::uint64_t streamOf(const ProbeInput& input, int use) {
    return kFirstProbeStream + 4u * static_cast<std::uint64_t>(input.layer) + (input.isMix ? 2u : 0u) +
           static_cast<std::uint64_t>(use);
}

std::string nameOf(const ProbeInput& input) {
    return input.isMix ? "the mix of layers 0 to " + std::to_string(input.layer)
                       : "layer " + std::to_string(input.layer);
}

/// Adds the seconds of a scope to a sum.
class Stopwatch {
  public:
    explicit Stopwatch(double& sum) : m_sum(sum), m_start(std::chrono::steady_clock::now()) {}
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch() {
        m_sum += std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }

  private:
    double& m_sum;
    std::chrono::steady_clock::time_point m_start;
};

}  // namespace

ProbeTrainer::ProbeTrainer(const ProbeSettings& settings, std::uint64_t seed,
                           const std::vector<ProbeInput>& inputs, const ProbeSplit& train,
                           const ProbeSplit& score, const std::vector<std::string>& labels,
                           NumberType numberType, const std::stop_token& stop, const ProgressSink& progress,
                           const TrainingHooks& hooks, const ProbeSplit& check)
    : m_settings(settings),
      m_options(ProbeHead::optionsOf(settings)),
      m_stop(stop),
      m_progress(progress),
      m_hooks(hooks),
      m_labels(labels),
      m_order(seed, kOrderStream),
      m_scoreOrder(seed, kScoreOrderStream) {
    const int layers = train.states->layers(), labelCount = static_cast<int>(labels.size());
    if (labels.empty() || train.text->targetCount == 0)
        throw Error("Cannot train probes", "the training text has no targets",
                    "Choose a text with annotations.");
    std::vector<bool> needed(static_cast<std::size_t>(layers) + 1);
    for (const ProbeInput& input : inputs) {
        if (input.layer < 0 || input.layer > layers)
            throw Error("Cannot train a probe on layer " + std::to_string(input.layer),
                        "the model has layers 0 to " + std::to_string(layers));
        const ProbeShape shape =
            probeShape(settings, input, train.states->hidden(), labelCount, train.text->twoSpans);
        for (int l = 0; l < shape.layers; ++l)
            needed[static_cast<std::size_t>(shape.firstLayer + l)] = true;
        auto probe = std::make_unique<TrainedProbe>(TrainedProbe{
            input,
            shape,
            std::vector<float>(shape.size),
            {},
            Adam(shape.size,
                 {settings.amsgrad, settings.adamBeta1, settings.adamBeta2, settings.adamEpsilon}),
            RandomStream(seed, streamOf(input, 1)),
            PlateauSchedule(settings.learningRate,
                            {settings.maxChecks, settings.ratePatience, settings.rateFactor,
                             settings.improvement, settings.leastLearningRate, settings.patience}),
            true,
            -1,
            0,
            0,
            0,
            {}});
        RandomStream random(seed, streamOf(input, 0));
        initialise(shape, random, probe->parameters);
        if (hooks.initial) hooks.initial(input, shape, probe->parameters);
        probe->outcome.input = input;
        m_probes.push_back(std::move(probe));
    }
    const Stopwatch watch(m_result.secondsReading);
    const bool norm = settings.mixNorm == MixNorm::BatchLayerNorm;
    m_train = std::make_unique<BatchSource>(train, labelCount, needed, norm, stop);
    m_score = std::make_unique<BatchSource>(score, labelCount, needed, norm, stop);
    if (check.text) m_check = std::make_unique<BatchSource>(check, labelCount, needed, norm, stop);
    for (int t = 0; t < computeThreads(); ++t)
        m_heads.push_back(std::make_unique<ProbeHead>(numberType));
    m_gradients.resize(m_heads.size());
}

SweepResult ProbeTrainer::run() {
    if (m_settings.schedule == Schedule::Constant)
        trainConstant();
    else
        trainOnPlateau();
    for (const auto& head : m_heads)
        m_result.productOperations += head->operations();

    std::vector<TrainedProbe*> all;
    for (std::size_t i = 0; i < m_probes.size(); ++i) {
        TrainedProbe& probe = *m_probes[i];
        if (!probe.kept.empty()) probe.parameters = probe.kept;
        if (m_hooks.trained) m_hooks.trained(i, probe.shape, probe.parameters);
        all.push_back(&probe);
    }
    const std::vector<ProbeScore> scores = scoreProbes(all, *m_score, true, 0);
    for (std::size_t i = 0; i < all.size(); ++i) {
        ProbeOutcome& outcome = all[i]->outcome;
        const ProbeShape& shape = all[i]->shape;
        outcome.score = scores[i];
        if (shape.mixes) outcome.gamma = all[i]->parameters[shape.gamma];
        if (outcome.input.isMix) {
            outcome.mixingWeights =
                softmax(std::span<const float>(all[i]->parameters)
                            .subspan(shape.scalars, static_cast<std::size_t>(shape.layers)));
            outcome.centreOfGravity = centreOfGravity(outcome.mixingWeights);
        }
        m_result.probes.push_back(outcome);
    }
    m_result.labels = m_labels;
    m_result.trainTargets = m_train->text().targetCount;
    m_result.majorityBaseline =
        majorityBaseline(m_train->text(), m_score->text(), static_cast<int>(m_labels.size()));
    return std::move(m_result);
}

std::vector<TrainedProbe*> ProbeTrainer::training() {
    std::vector<TrainedProbe*> result;
    for (const auto& probe : m_probes)
        if (probe->isTraining) result.push_back(probe.get());
    return result;
}

std::vector<std::vector<std::int32_t>> ProbeTrainer::nextEpoch() {
    return m_hooks.batches.empty() ? epochBatches(m_settings, m_train->text(), m_order) : m_hooks.batches;
}

void ProbeTrainer::trainConstant() {
    for (int epoch = 0; epoch < m_settings.epochs; ++epoch) {
        const auto batches = nextEpoch();
        m_stepsPlanned = static_cast<std::int64_t>(batches.size()) * m_settings.epochs;
        for (std::size_t b = 0; b < batches.size(); ++b)
            step(batches[b], b + 1 < batches.size() ? &batches[b + 1] : nullptr);
        const std::vector<TrainedProbe*> probes = training();
        const std::vector<ProbeScore> scores = scoreProbes(probes, checked(), false, 0);
        for (std::size_t i = 0; i < probes.size(); ++i) {
            TrainedProbe& probe = *probes[i];
            probe.outcome.devF1PerEpoch.push_back(scores[i].microF1);
            probe.outcome.checkTargets = scores[i].targets;
            probe.outcome.trainLossPerEpoch.push_back(probe.lossSum / static_cast<double>(probe.lossCount));
            probe.lossSum = 0;
            probe.lossCount = 0;
            if (m_settings.keptEpoch == KeptEpoch::BestDev && scores[i].microF1 > probe.bestScore) {
                probe.bestScore = scores[i].microF1;
                probe.kept = probe.parameters;
            }
        }
    }
    tell(true);
}

void ProbeTrainer::trainOnPlateau() {
    m_stepsPlanned = std::int64_t{m_settings.checkEverySteps} * m_settings.maxChecks;
    while (!training().empty()) {
        for (const auto& batch : nextEpoch()) {
            step(batch, nullptr);
            if (m_step % m_settings.checkEverySteps != 0) continue;
            const std::vector<TrainedProbe*> probes = training();
            const std::vector<ProbeScore> scores =
                scoreProbes(probes, checked(), false, m_settings.checkSentences);
            for (std::size_t i = 0; i < probes.size(); ++i) {
                TrainedProbe& probe = *probes[i];
                const PlateauSchedule::Check check = probe.schedule.check(scores[i].microF1);
                probe.outcome.devF1PerEpoch.push_back(scores[i].microF1);
                probe.outcome.checkTargets = scores[i].targets;
                probe.outcome.trainLossPerEpoch.push_back(probe.lossSum /
                                                          static_cast<double>(probe.lossCount));
                probe.lossSum = 0;
                probe.lossCount = 0;
                if (check.isNewBest && m_settings.keptEpoch == KeptEpoch::BestDev)
                    probe.kept = probe.parameters;
                if (check.stops) probe.isTraining = false;
            }
            if (training().empty()) break;
        }
    }
    tell(true);
}

void ProbeTrainer::step(const std::vector<std::int32_t>& sentences,
                        const std::vector<std::int32_t>* following) {
    throwIfStopped(m_stop);
    {
        const Stopwatch watch(m_result.secondsReading);
        m_train->assemble(sentences, m_batch);
        if (following) m_train->willNeed(*following);
    }
    const Stopwatch watch(m_result.secondsTraining);
    const std::vector<TrainedProbe*> probes = training();
    forEachProbe(probes, [&](std::size_t i, ProbeHead& head, std::vector<float>& gradients) {
        TrainedProbe& probe = *probes[i];
        gradients.resize(std::max(gradients.size(), probe.shape.size));
        const std::span<float> own = std::span(gradients).first(probe.shape.size);
        const double loss =
            head.lossAndGradients(probe.shape, m_options, probe.parameters, m_batch, &probe.dropout, own);
        if (!std::isfinite(loss))
            throw Error("Cannot train the probe on " + nameOf(probe.input),
                        "its loss is no number any more after " + std::to_string(m_step) + " steps",
                        "Lower the learning rate, or look whether the checkpoint holds sound weights.");
        const double rate = m_settings.schedule == Schedule::Constant ? m_settings.learningRate
                                                                      : probe.schedule.learningRate();
        probe.optimiser.step(probe.parameters, own, rate, m_settings.maxGradientNorm);
        probe.lossSum += loss;
        ++probe.lossCount;
        probe.lastLoss = loss;
    });
    if (m_hooks.step)
        for (std::size_t i = 0; i < m_probes.size(); ++i)
            m_hooks.step(i, m_step, m_probes[i]->lastLoss);
    ++m_step;
    tell(false);
}

void ProbeTrainer::forEachProbe(
    const std::vector<TrainedProbe*>& probes,
    const std::function<void(std::size_t, ProbeHead&, std::vector<float>&)>& body) {
    // Side by side when that keeps the threads busy; otherwise one after the other, each product cut into
    // pieces. The numbers are the same either way.
    const auto threads = static_cast<int>(m_heads.size());
    const auto count = static_cast<std::int64_t>(probes.size());
    if (threads == 1 || 2 * count <= threads) {
        for (std::int64_t i = 0; i < count; ++i)
            body(static_cast<std::size_t>(i), *m_heads[0], m_gradients[0]);
        return;
    }
    std::vector<std::size_t> order;  // mixes first, because they take longest
    for (const bool isMix : {true, false})
        for (std::size_t i = 0; i < probes.size(); ++i)
            if (probes[i]->input.isMix == isMix) order.push_back(i);
    std::exception_ptr failure;
    std::mutex failureMutex;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (std::int64_t i = 0; i < count; ++i) {
        const auto thread = static_cast<std::size_t>(omp_get_thread_num());
        try {
            body(order[static_cast<std::size_t>(i)], *m_heads[thread], m_gradients[thread]);
        } catch (...) {
            const std::lock_guard lock(failureMutex);
            if (!failure) failure = std::current_exception();
        }
    }
    if (failure) std::rethrow_exception(failure);
}

std::vector<ProbeScore> ProbeTrainer::scoreProbes(const std::vector<TrainedProbe*>& probes,
                                                  const BatchSource& split, bool keepPredictions,
                                                  std::int32_t sentenceLimit) {
    const Stopwatch watch(m_result.secondsScoring);
    const auto labels = static_cast<int>(m_labels.size());
    // The study scores in training mode, shuffled, without the incomplete batch (protocol section 10, fault
    // 1).
    const bool asStudy = m_settings.asReference && m_settings.batchOrder == BatchOrder::Shuffled;
    std::vector<std::vector<std::int32_t>> batches;
    if (asStudy) {
        batches = epochBatches(m_settings, split.text(), m_scoreOrder);
    } else {
        const std::int32_t all = split.sentences();
        batches =
            fileOrderBatches(sentenceLimit > 0 ? std::min(all, sentenceLimit) : all, m_settings.batchSize);
    }
    std::vector<ScoreCounter> counters(probes.size(), ScoreCounter(labels, keepPredictions));
    ProbeBatch batch;
    for (const auto& sentences : batches) {
        throwIfStopped(m_stop);
        split.assemble(sentences, batch);
        forEachProbe(probes, [&](std::size_t i, ProbeHead& head, std::vector<float>&) {
            TrainedProbe& probe = *probes[i];
            counters[i].add(head.forward(probe.shape, m_options, probe.parameters, batch,
                                         asStudy ? &probe.dropout : nullptr),
                            batch, m_options.lossForm);
        });
    }
    std::vector<ProbeScore> scores;
    for (const ScoreCounter& counter : counters)
        scores.push_back(counter.score());
    return scores;
}

void ProbeTrainer::tell(bool force) {
    const auto now = std::chrono::steady_clock::now();
    if (!force && now - m_lastTold < std::chrono::milliseconds(50)) return;
    m_lastTold = now;
    double loss = 0;
    for (const auto& probe : m_probes)
        loss += probe->lastLoss / static_cast<double>(m_probes.size());
    report(m_progress,
           {"train", m_step, m_stepsPlanned,
            "Training " + std::to_string(m_probes.size()) + " probes, step " + std::to_string(m_step), loss});
}

SweepResult trainProbes(const ProbeSettings& settings, std::uint64_t seed,
                        const std::vector<ProbeInput>& inputs, const ProbeSplit& train,
                        const ProbeSplit& score, const std::vector<std::string>& labels,
                        NumberType numberType, const std::stop_token& stop, const ProgressSink& progress,
                        const TrainingHooks& hooks) {
    return ProbeTrainer(settings, seed, inputs, train, score, labels, numberType, stop, progress, hooks)
        .run();
}

std::vector<std::vector<ProbeInput>> probeGroups(const ProbeSettings& settings,
                                                 const std::vector<ProbeInput>& inputs,
                                                 const ProbeSplit& train, const ProbeSplit& score, int labels,
                                                 std::uint64_t memoryBudgetBytes) {
    std::vector<std::vector<ProbeInput>> groups;
    const int hidden = train.states->hidden();
    // Sums of the batch layer norm: two numbers a sentence and layer.
    const std::uint64_t sums =
        16ull * (train.states->layers() + 1) * (train.text->sentences.size() + score.text->sentences.size());
    std::uint64_t used = 0;
    for (const ProbeInput& input : inputs) {
        const ProbeShape shape = probeShape(settings, input, hidden, labels, train.text->twoSpans);
        // Parameters, the optimiser's two or three moments, the parameters of the best epoch; while one
        // trains, a thread needs its gradients and some copies of a batch, which are less.
        const std::uint64_t copies =
            3u + (settings.amsgrad ? 1u : 0u) + (settings.keptEpoch == KeptEpoch::BestDev ? 1u : 0u);
        const std::uint64_t own = copies * 4u * shape.size +
                                  sizeof(Prediction) * static_cast<std::uint64_t>(score.text->targetCount);
        const std::uint64_t shared = sums + static_cast<std::uint64_t>(computeThreads()) * 8u * shape.size;
        if (groups.empty() || used + own > memoryBudgetBytes) {
            groups.emplace_back();
            used = shared;
        }
        groups.back().push_back(input);
        used += own;
    }
    if (groups.empty()) groups.emplace_back();
    return groups;
}

SweepResult trainProbes(const ProbeSettings& settings, std::uint64_t seed,
                        const std::vector<ProbeInput>& inputs, const ProbeSplit& train,
                        const ProbeSplit& score, const std::vector<std::string>& labels,
                        NumberType numberType, const std::stop_token& stop, const ProgressSink& progress,
                        std::uint64_t memoryBudgetBytes, const ProbeSplit& check) {
    const auto groups =
        probeGroups(settings, inputs, train, score, static_cast<int>(labels.size()), memoryBudgetBytes);
    SweepResult whole;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const ProgressSink ofAll = [&](Progress part) {
            part.done += static_cast<std::int64_t>(g) * part.total;
            part.total *= static_cast<std::int64_t>(groups.size());
            report(progress, part);
        };
        const TrainingHooks none;
        SweepResult result = ProbeTrainer(settings, seed, groups[g], train, score, labels, numberType, stop,
                                          ofAll, none, check)
                                 .run();
        if (g == 0) {
            whole = std::move(result);
            continue;
        }
        std::move(result.probes.begin(), result.probes.end(), std::back_inserter(whole.probes));
        whole.secondsReading += result.secondsReading;
        whole.secondsTraining += result.secondsTraining;
        whole.secondsScoring += result.secondsScoring;
        whole.productOperations += result.productOperations;
    }
    return whole;
}

}  // namespace strata
