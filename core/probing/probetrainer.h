// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/cancellation.h"
#include "probing/optimiser.h"
#include "probing/plateau.h"
#include "probing/probehead.h"
#include "probing/probescores.h"
#include "probing/traininghooks.h"

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace strata {

/// Internal: one probe in training.
struct TrainedProbe {
    ProbeInput input;
    ProbeShape shape;
    std::vector<float> parameters, kept;  ///< kept: of the best check, when the settings keep that one
    Adam optimiser;
    RandomStream dropout;
    PlateauSchedule schedule;
    bool isTraining = true;
    double bestScore = -1;
    double lossSum = 0;
    std::int64_t lossCount = 0;
    double lastLoss = 0;
    ProbeOutcome outcome;
};

/// Internal: trains and scores the probes of one run side by side; state of one call of trainProbes().
class ProbeTrainer {
  public:
    ProbeTrainer(const ProbeSettings& settings, std::uint64_t seed, const std::vector<ProbeInput>& inputs,
                 const ProbeSplit& train, const ProbeSplit& score, const std::vector<std::string>& labels,
                 NumberType numberType, const std::stop_token& stop, const ProgressSink& progress,
                 const TrainingHooks& hooks, const ProbeSplit& check = {});
    SweepResult run();

  private:
    void trainConstant();
    void trainOnPlateau();
    std::vector<std::vector<std::int32_t>> nextEpoch();
    void step(const std::vector<std::int32_t>& sentences, const std::vector<std::int32_t>* following);
    std::vector<ProbeScore> scoreProbes(const std::vector<TrainedProbe*>& probes, const BatchSource& split,
                                        bool keepPredictions, std::int32_t sentenceLimit);
    const BatchSource& checked() const { return m_check ? *m_check : *m_score; }
    void forEachProbe(const std::vector<TrainedProbe*>& probes,
                      const std::function<void(std::size_t, ProbeHead&, std::vector<float>&)>& body);
    void tell(bool force);
    std::vector<TrainedProbe*> training();

    const ProbeSettings& m_settings;
    ProbeHead::Options m_options;
    const std::stop_token& m_stop;
    const ProgressSink& m_progress;
    const TrainingHooks& m_hooks;
    const std::vector<std::string>& m_labels;
    std::vector<std::unique_ptr<TrainedProbe>> m_probes;
    std::unique_ptr<BatchSource> m_train, m_score, m_check;  ///< m_check: when it is not m_score
    std::vector<std::unique_ptr<ProbeHead>> m_heads;         ///< one a thread
    std::vector<std::vector<float>> m_gradients;             ///< one a thread
    RandomStream m_order, m_scoreOrder;
    ProbeBatch m_batch;
    std::int64_t m_step = 0, m_stepsPlanned = 0;
    SweepResult m_result;
    std::chrono::steady_clock::time_point m_lastTold{};
};

}  // namespace strata
