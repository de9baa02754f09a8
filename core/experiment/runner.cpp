// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/runner.h"

#include "activations/activationcache.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "base/system.h"
#include "base/wording.h"
#include "experiment/estimate.h"
#include "experiment/material.h"
#include "experiment/queue.h"
#include "experiment/runlog.h"
#include "experiment/runresult.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

namespace strata {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Why a checkpoint is left out, and which one it is: most problems name a file in it.
std::string reasonOf(const CheckpointInfo& info) {
    const std::string path = info.path.string();
    return info.problem.find(path) != std::string::npos ? info.problem : path + ": " + info.problem;
}

/// One experiment on its way: checkpoint by checkpoint, so that a text is encoded once for all that need it.
class ExperimentRun {
  public:
    ExperimentRun(Workspace& workspace, const ExperimentRow& experiment, const RunnerSettings& settings,
                  const std::stop_token& stop, const RunnerSink& sink)
        : m_workspace(workspace),
          m_id(experiment.id),
          m_log(workspace, experiment),
          m_settings(settings),
          m_callerStop(stop, [this] { m_stopSource.request_stop(); }),
          m_sink(sink),
          m_cache(workspace.activationsFolder(), settings.diskBudgetBytes),
          m_estimator(workspace, settings.threads) {}

    RunnerOutcome run(const ExperimentSpec& spec) {
        setComputeThreads(m_settings.threads > 0 ? m_settings.threads : processorInfo().cores);
        m_plan = makePlan(spec, m_workspace, m_material, m_stop,
                          [this](const Progress& progress) { tellProgress(progress); });
        m_secondsLeft = m_plan.secondsExpected;
        const std::vector<std::int64_t> ids = storePlan();
        m_event.runsTotal = static_cast<std::int64_t>(m_plan.runs.size());
        m_event.runsDone = m_plan.runsThere;
        m_event.checkpointsLeftOut = static_cast<std::int64_t>(leftOut().size());
        m_event.message = omissions();
        tell(RunnerEvent::Kind::Started);
        m_event.message.clear();
        constexpr std::size_t kMostLines = 10'000;
        for (std::size_t i = 0; i < std::min(kMostLines, m_plan.omissions.size()); ++i)
            m_log.add(fmt::format("left out of {}, {}: {} ({})", m_plan.omissions[i].task,
                                  m_plan.omissions[i].split, m_plan.omissions[i].where,
                                  m_plan.omissions[i].what));
        for (std::size_t i = 0; i < m_plan.runs.size(); ++i) {
            lookForCancel();
            throwIfStopped(m_stop);
            if (!m_workspace.experiment(m_id))
                throw Error("Cannot go on with \"" + m_plan.spec.name + "\"", "it was deleted meanwhile");
            m_event.runId = ids[i];
            // Equal weights under two steps share a run: it may have been finished a moment ago.
            const auto there = m_workspace.runByKey(m_plan.runs[i].key);
            if (there && there->state == RunState::Done) {
                m_event.runsDone += m_plan.runs[i].isThere ? 0 : 1;
                continue;
            }
            runOne(m_plan.runs[i], ids[i]);
        }
        return m_event.runsFailed > 0 ? RunnerOutcome::DoneWithFailures : RunnerOutcome::Done;
    }

    std::int64_t runsFailed() const { return m_event.runsFailed; }
    std::int64_t runsTotal() const { return m_event.runsTotal; }
    const std::string& firstFailure() const { return m_firstFailure; }
    /// Checkpoints that the spec names and the experiment goes without, and why.
    std::vector<std::string> leftOut() const {
        std::vector<std::string> lines;
        for (const CheckpointInfo& info : m_plan.unusable)
            lines.push_back(reasonOf(info));
        for (const std::string& entry : m_plan.missing)
            lines.push_back(entry + ": it is not there, or no checkpoint folder");
        return lines;
    }
    RunLog& log() { return m_log; }
    void tell(RunnerEvent::Kind kind) {
        m_event.kind = kind;
        m_event.experimentId = m_id;
        m_event.secondsLeft = m_secondsLeft;
        m_log.add(m_event);
        if (m_sink) m_sink(m_event);
    }

  private:
    /// Ties the experiment to the runs of the plan, and to no others of these checkpoints: where a text or
    /// weights changed since, the old numbers must not be averaged with the new ones. @return their ids
    std::vector<std::int64_t> storePlan() {
        std::vector<RunRow> rows;
        for (const PlannedRun& run : m_plan.runs)
            rows.push_back(rowOf(run));
        std::vector<std::int64_t> ids = m_workspace.planRuns(m_id, rows);
        std::set<std::pair<std::int64_t, std::int64_t>> planned;  // with their checkpoint
        for (std::size_t i = 0; i < ids.size(); ++i)
            planned.emplace(ids[i], rows[i].checkpointId);
        const std::set<std::int64_t> checkpoints(m_plan.checkpointIds.begin(), m_plan.checkpointIds.end());
        std::vector<RunRow> superseded;
        for (RunRow& row : m_workspace.runs(m_id))
            if (checkpoints.contains(row.checkpointId) && !planned.contains({row.id, row.checkpointId}))
                superseded.push_back(std::move(row));
        m_workspace.releaseRuns(m_id, superseded);
        return ids;
    }

    /// What the spec names and the experiment goes without, a line each.
    std::string omissions() const {
        std::string text;
        for (const CheckpointInfo& info : m_plan.unusable)
            text += (text.empty() ? "" : "\n") + ("Left out: " + reasonOf(info));
        for (const std::string& warning : m_plan.warnings)
            text += (text.empty() ? "" : "\n") + warning;
        return text;
    }

    RunRow rowOf(const PlannedRun& run) {
        const CheckpointInfo& checkpoint = m_plan.checkpoints[run.checkpoint];
        const TaskSpec& task = m_plan.spec.tasks[run.task];
        const ProbeSpec& probe = m_plan.spec.probes[run.probe];
        RunRow row;
        row.key = run.key;
        row.checkpointId = m_plan.checkpointIds[run.checkpoint];
        row.fields = runFields(checkpoint, task, m_material.task(task), probe, run.seed,
                               m_material.tokenizer(checkpoint.path).hash());
        row.probe = probeName(probe);
        row.numberType = probe.dtype;
        return row;
    }

    /// Another window on this workspace cancels by writing the state; it has no other way to reach this one.
    void lookForCancel() {
        m_lastLook = Clock::now();
        const auto row = m_workspace.experiment(m_id);
        if (row && row->state == ExperimentState::Cancelled) m_stopSource.request_stop();
    }

    void tellProgress(const Progress& progress) {
        if (Clock::now() - m_lastLook > std::chrono::milliseconds(400)) lookForCancel();
        m_event.progress = progress;
        tell(RunnerEvent::Kind::Progress);
    }

    void runOne(const PlannedRun& run, std::int64_t runId) {
        const CheckpointInfo& checkpoint = m_plan.checkpoints[run.checkpoint];
        m_event.checkpointName = checkpoint.path.filename().string();
        m_event.task = m_plan.spec.tasks[run.task].name;
        tell(RunnerEvent::Kind::RunStarted);
        try {
            compute(run, runId, checkpoint);
            ++m_event.runsDone;
            tell(RunnerEvent::Kind::RunFinished);
        } catch (const Cancelled&) {
            throw;
        } catch (const std::exception& error) {
            m_event.message = error.what();
            if (m_firstFailure.empty()) m_firstFailure = m_event.message;
            m_workspace.failRun(runId, m_event.message);
            ++m_event.runsFailed;
            tell(RunnerEvent::Kind::RunFailed);
            m_event.message.clear();
        }
    }

    void compute(const PlannedRun& run, std::int64_t runId, const CheckpointInfo& checkpoint) {
        const TaskSpec& task = m_plan.spec.tasks[run.task];
        const ProbeSpec& probe = m_plan.spec.probes[run.probe];
        const TaskMaterial& material = m_material.task(task);
        const BertConfig config = readBertConfig(checkpoint.path);
        const Material::Texts& texts =
            m_material.texts(task, m_material.tokenizer(checkpoint.path), config.positions);
        for (const int layer : probe.layers)
            if (layer > checkpoint.layers)
                throw Error("Cannot probe layer " + std::to_string(layer),
                            "the checkpoint has layers 0 to " + std::to_string(checkpoint.layers));
        const NumberType type = numberTypeOf(probe);
        const auto sink = [this](const Progress& progress) { tellProgress(progress); };
        const auto begin = Clock::now();
        const auto statesOf = [&](const PieceCorpus& text) {
            return m_cache.get(
                {checkpoint.contentHash, text.textHash, type}, text, config,
                [&]() -> Encoder& { return encoder(run.checkpoint, type); }, m_stop, sink);
        };
        const ProbeSplit train{&texts.train, statesOf(texts.train)},
            scored{&texts.scored, statesOf(texts.scored)};
        const bool hasCheck = choosesOnDev(probe) && texts.dev;
        const ProbeSplit check{hasCheck ? &*texts.dev : nullptr, hasCheck ? statesOf(*texts.dev) : nullptr};
        const double secondsEncoding = secondsSince(begin);
        m_encoder.reset();  // its weights need not share the memory with the probes
        const ProbeSettings settings = settingsOf(probe);
        const auto inputs = inputsOf(probe, checkpoint.layers);
        const auto trainingBegin = Clock::now();
        const SweepResult sweep = trainProbes(settings, run.seed, inputs, train, scored, material.labels,
                                              type, m_stop, sink, m_settings.memoryBudgetBytes, check);
        const double secondsTraining = secondsSince(trainingBegin);
        const auto storingBegin = Clock::now();
        Workspace::RunResult result = toRunResult(sweep);
        result.secondsEncoding = secondsEncoding;
        if (!m_workspace.hasSentences(material.dataHash, task.score))
            m_workspace.storeSentences(material.dataHash, task.score, storedSentences(material.scored));
        result.secondsStoring = secondsSince(storingBegin);
        m_workspace.finishRun(runId, result);
        m_log.add(
            fmt::format("stored {}; {}, {}: encoding {:.1f} s, training and scoring "
                        "{:.1f} s, storing {:.1f} s",
                        counted(static_cast<std::int64_t>(result.measurements.size()), "measurement"),
                        counted(computeThreads(), "thread"), probe.dtype, secondsEncoding, secondsTraining,
                        secondsSince(storingBegin)));
        const double expected =
            m_estimator.trainingSeconds(checkpoint, settings, static_cast<int>(inputs.size()),
                                        texts.train.targetCount, texts.scored.targetCount);
        m_estimator.learn(expected, secondsTraining);
        m_estimator.store(m_workspace);
        const auto left = m_event.runsTotal - m_event.runsDone - m_event.runsFailed - 1;
        m_secondsLeft = static_cast<double>(left) * secondsSince(m_begin) / static_cast<double>(++m_computed);
    }

    /// Weights are read and packed only when something must be encoded; one encoder at a time.
    Encoder& encoder(std::size_t checkpoint, NumberType type) {
        if (m_encoder && m_encoderFor == std::pair(checkpoint, type)) return *m_encoder;
        m_encoder.reset();
        const CheckpointInfo& info = m_plan.checkpoints[checkpoint];
        const BertWeights weights = readBertWeights(info.path, m_stop);
        for (const std::string& warning : weights.warnings)
            m_log.add(info.path.filename().string() + ": " + warning);
        if (!weights.nonFinite.empty())
            throw Error("Cannot use '" + info.path.string() + "'", weights.nonFinite,
                        "Get the file again, or leave this checkpoint out");
        if (checkpointContentHash(weights) != info.contentHash)
            throw Error("Cannot use '" + info.path.string() + "'",
                        "its weights changed while the experiment was running", "Start the experiment again");
        m_encoder = Encoder::create(weights, {type, m_settings.cuda ? Device::Cuda : Device::Cpu, 0});
        m_encoderFor = {checkpoint, type};
        return *m_encoder;
    }

    Workspace& m_workspace;
    std::int64_t m_id;
    RunLog m_log;
    RunnerSettings m_settings;
    std::stop_source m_stopSource;  ///< of the caller's stop and of a cancel from another process
    std::stop_token m_stop = m_stopSource.get_token();
    std::stop_callback<std::function<void()>> m_callerStop;
    const RunnerSink& m_sink;
    Clock::time_point m_lastLook{};
    ActivationCache m_cache;
    Estimator m_estimator;
    Material m_material;
    Plan m_plan;
    RunnerEvent m_event;
    std::string m_firstFailure;
    double m_secondsLeft = -1;
    std::int64_t m_computed = 0;
    Clock::time_point m_begin = Clock::now();
    std::unique_ptr<Encoder> m_encoder;
    std::pair<std::size_t, NumberType> m_encoderFor{};
};

}  // namespace

RunnerSettings runnerSettings(const Workspace& workspace) {
    RunnerSettings settings;
    const auto number = [&](const char* key, auto& value) {
        const auto text = workspace.setting(key);
        if (!text) return;
        try {
            value = static_cast<std::decay_t<decltype(value)>>(std::stoull(*text));
        } catch (const std::exception&) {
            // A setting that cannot be read counts as not set.
        }
    };
    number("threads", settings.threads);
    number("disk_budget_bytes", settings.diskBudgetBytes);
    number("memory_budget_bytes", settings.memoryBudgetBytes);
    settings.cuda = workspace.setting("device") == "cuda";
    return settings;
}

void storeRunnerSettings(Workspace& workspace, const RunnerSettings& settings) {
    workspace.setSetting("threads", std::to_string(settings.threads));
    workspace.setSetting("disk_budget_bytes", std::to_string(settings.diskBudgetBytes));
    workspace.setSetting("memory_budget_bytes", std::to_string(settings.memoryBudgetBytes));
    workspace.setSetting("device", settings.cuda ? "cuda" : "cpu");
}

RunnerOutcome runExperiment(Workspace& workspace, std::int64_t experimentId, const RunnerSettings& settings,
                            const std::stop_token& stop, const RunnerSink& sink) {
    const auto row = workspace.experiment(experimentId);
    if (!row) throw Error("Cannot run the experiment", "it is no longer in the workspace");
    const QueueLock lock(workspace, row->name);
    ExperimentRun run(workspace, *row, settings, stop, sink);
    workspace.setExperimentState(experimentId, ExperimentState::Running);
    RunnerOutcome outcome = RunnerOutcome::Done;
    try {
        outcome = run.run(parseSpec(parseJson(row->specJson, "the stored experiment"), "/"));
        const bool hasFailed = run.runsFailed() > 0;
        const std::vector<std::string> leftOut = run.leftOut();
        workspace.setExperimentState(
            experimentId, hasFailed ? ExperimentState::Failed : ExperimentState::Done,
            hasFailed ? fmt::format("{} of {} failed. {}", run.runsFailed(), counted(run.runsTotal(), "run"),
                                    run.firstFailure())
                      : "",
            leftOut);
        run.log().add(
            (hasFailed ? "through, but some runs failed" : "done") +
            (leftOut.empty() ? std::string() : fmt::format("; checkpoints left out: {}", leftOut.size())));
    } catch (const Cancelled&) {
        run.log().add("stopped");
        workspace.setExperimentState(experimentId, ExperimentState::Cancelled);
        outcome = RunnerOutcome::Cancelled;
    } catch (const std::exception& error) {
        run.log().add(std::string("failed: ") + error.what());
        workspace.setExperimentState(experimentId, ExperimentState::Failed, error.what());
        throw;
    }
    run.tell(RunnerEvent::Kind::Finished);
    return outcome;
}

}  // namespace strata
