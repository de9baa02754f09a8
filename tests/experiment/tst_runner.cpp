// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "analysis/heatmap.h"
#include "checkpoint/bertweights.h"
#include "experiment/runlog.h"
#include "runmaterial.h"
#include "support/errorof.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

using namespace strata;
using namespace strata::test;

/// Runs that are stopped, fail, or meet another runner.
class TestRunner : public QObject {
    Q_OBJECT

    using Kind = RunnerEvent::Kind;

    ExperimentSpec spec(const std::vector<std::string>& checkpoints = {"ck/tiny-seed_0-step_*"}) const {
        return m_material->spec(checkpoints);
    }
    ExperimentRow only() const { return m_workspace->experiments().at(0); }
    /// Runs and stops as soon as `wanted` says so.
    RunnerOutcome runUntil(const ExperimentSpec& toRun,
                           const std::function<bool(const RunnerEvent&)>& wanted) {
        std::stop_source stop;
        return runSpec(
            *m_workspace, toRun,
            [&](const RunnerEvent& event) {
                if (wanted(event)) stop.request_stop();
            },
            stop.get_token());
    }
    void finishAndCompare(const ExperimentSpec& toRun, int missing) {
        Told told;
        QVERIFY(runSpec(*m_workspace, toRun, told.sink()) == RunnerOutcome::Done);
        QCOMPARE(told.count(Kind::RunStarted), missing);
        QVERIFY(only().state == ExperimentState::Done);
        Workspace whole = m_material->workspace("whole");
        runSpec(whole, toRun);
        QVERIFY(resultsOf(*m_workspace) == resultsOf(whole));
        QVERIFY(m_workspace->check().empty());
    }

  private Q_SLOTS:
    void init() {
        m_workspace.reset();
        m_material = std::make_unique<RunMaterial>();
        m_workspace = std::make_unique<Workspace>(m_material->path("ws"));
    }
    void cleanupTestCase() { m_workspace.reset(); }

    void cancelledBeforeItBegins() {
        std::stop_source stop;
        stop.request_stop();
        Told told;
        QVERIFY(runSpec(*m_workspace, spec(), told.sink(), stop.get_token()) == RunnerOutcome::Cancelled);
        QVERIFY(only().state == ExperimentState::Cancelled);
        QCOMPARE(told.count(Kind::RunStarted), 0);
        QCOMPARE(told.count(Kind::Finished), 1);
        finishAndCompare(spec(), 3);
    }

    void cancelledWhilePlanning() {
        QVERIFY(runUntil(spec(), [](const RunnerEvent& event) { return event.progress.phase == "hash"; }) ==
                RunnerOutcome::Cancelled);
        QVERIFY(m_workspace->runs(only().id).empty());
        finishAndCompare(spec(), 3);
    }

    void cancelledWhileEncoding() {
        QVERIFY(runUntil(spec(), [](const RunnerEvent& event) { return event.progress.phase == "encode"; }) ==
                RunnerOutcome::Cancelled);
        QVERIFY(only().runsPlanned == 3 && only().runsDone == 0);
        finishAndCompare(spec(), 3);
    }

    /// In the second run's training: the first stays, the second leaves nothing.
    void cancelledWhileTraining() {
        QElapsedTimer sinceStop;
        QVERIFY(runUntil(spec(), [&](const RunnerEvent& event) {
                    const bool isThere = event.runsDone == 1 && event.progress.phase == "train" &&
                                         event.kind == Kind::Progress;
                    if (isThere) sinceStop.start();
                    return isThere;
                }) == RunnerOutcome::Cancelled);
        QVERIFY2(sinceStop.elapsed() < 5000, "promised is a second, on a machine that does nothing else");
        QVERIFY(only().runsDone == 1 && only().runsFailed == 0);
        int withResults = 0;
        for (const RunRow& run : m_workspace->runs(only().id)) {
            const auto measurements = m_workspace->measurements(run.id);
            withResults += measurements.empty() ? 0 : 1;
            for (const Measurement& m : measurements)  // no share of nothing
                QVERIFY(m.n > 0 || (m.metric != "label_precision" && m.metric != "label_recall"));
        }
        QCOMPARE(withResults, 1);
        finishAndCompare(spec(), 2);
    }

    void cancelledAtTheEnd() {
        const auto outcome = runUntil(spec(), [](const RunnerEvent& event) {
            return event.kind == Kind::RunFinished && event.runsDone == 3;
        });
        QVERIFY(outcome == RunnerOutcome::Done);  // nothing was left to be stopped
        finishAndCompare(spec(), 0);
    }

    void failureIsRecordedAndTheQueueGoesOn() {
        ExperimentSpec wanted = spec();
        wanted.probes.push_back(wanted.probes[0]);
        wanted.probes[0].allLayers = false;
        wanted.probes[0].layers = {0, 7};
        Told told;
        QVERIFY(runSpec(*m_workspace, wanted, told.sink()) == RunnerOutcome::DoneWithFailures);
        QVERIFY(told.count(Kind::RunFailed) == 3 && told.count(Kind::RunFinished) == 3);
        for (const RunnerEvent& event : told.events)
            if (event.kind == Kind::RunFailed) {
                QVERIFY2(event.message.find("layer 7") != std::string::npos, event.message.c_str());
                QCOMPARE(m_workspace->run(event.runId)->failure, event.message);
                QVERIFY(m_workspace->measurements(event.runId).empty());
            } else if (event.kind != Kind::Progress && event.kind != Kind::Started) {
                QVERIFY(event.message.empty());
            }
        const ExperimentRow row = only();
        QVERIFY(row.state == ExperimentState::Failed && row.runsDone == 3 && row.runsFailed == 3);
        QVERIFY2(
            row.failure.find("3 of 6 runs failed") == 0 && row.failure.find("layer 7") != std::string::npos,
            row.failure.c_str());
        // Once more: what failed is tried again, what is done is not.
        Told again;
        QVERIFY(runSpec(*m_workspace, wanted, again.sink()) == RunnerOutcome::DoneWithFailures);
        QCOMPARE(again.count(Kind::RunStarted), 3);
    }

    void weightsThatChangeWhileItRuns() {
        Told told;
        const auto outcome = runSpec(*m_workspace, spec(), [&](const RunnerEvent& event) {
            told.sink()(event);
            if (event.kind == Kind::Started) writeTinyCheckpoint(m_material->checkpoint(0, 10), 4711);
        });
        QVERIFY(outcome == RunnerOutcome::DoneWithFailures);
        QVERIFY(told.count(Kind::RunFailed) == 1 && told.count(Kind::RunFinished) == 2);
        QVERIFY2(only().failure.find("weights changed") != std::string::npos, only().failure.c_str());
        finishAndCompare(spec(), 1);
        QVERIFY(only().runsPlanned == 3 &&
                only().runsFailed == 0);  // the failed run is of weights that are gone
    }

    /// A model with one NaN computes numbers that look sound: it must not leave results.
    void weightsThatAreNoNumbers() {
        const std::filesystem::path folder = m_material->path("ck/tiny-seed_0-step_10");
        BertWeights weights = readBertWeights(folder);
        weights.tensors.at("encoder.layer.0.attention.self.query.weight").values[5] = NAN;
        writeBertCheckpoint(folder, weights);
        QVERIFY(runSpec(*m_workspace, spec()) == RunnerOutcome::DoneWithFailures);
        QCOMPARE(only().runsFailed, std::int64_t{1});
        QVERIFY2(only().failure.find("query.weight holds nan") != std::string::npos, only().failure.c_str());
    }

    void damagedCheckpointIsSaid() {
        writeFile(m_material->checkpoint(0, 10) + "/model.safetensors", "damaged");
        Told told;
        QVERIFY(runSpec(*m_workspace, spec(), told.sink()) == RunnerOutcome::Done);
        QCOMPARE(told.count(Kind::RunFinished), 2);
        for (const RunnerEvent& event : told.events)
            if (event.kind == Kind::Started)
                QVERIFY2(event.message.find("Left out: ") == 0 &&
                             event.message.find("tiny-seed_0-step_10") != std::string::npos,
                         event.message.c_str());
        QCOMPARE(told.events.back().checkpointsLeftOut, std::int64_t{1});
    }

    /// The reason lasts; once the checkpoint is mended, only its run is missing.
    void leftOutUntilMended() {
        const QString damaged = m_material->checkpoint(0, 10), away = m_material->checkpoint(0, 20);
        writeFile(damaged + "/model.safetensors", "damaged");
        const ExperimentSpec wanted =
            spec({"ck/tiny-seed_0-step_0", damaged.toStdString(), away.toStdString()});
        QVERIFY(QDir().rename(away, m_material->at("away")));
        QVERIFY(runSpec(*m_workspace, wanted) == RunnerOutcome::Done);
        m_workspace.reset();  // as when the program ends
        m_workspace = std::make_unique<Workspace>(m_material->path("ws"));
        QVERIFY(only().state == ExperimentState::Done && only().failure.empty());
        QCOMPARE(only().leftOut.size(), std::size_t{2});
        QVERIFY2(
            only().leftOut[0].starts_with("Cannot read '" + damaged.toStdString() + "/model.safetensors'"),
            only().leftOut[0].c_str());
        QVERIFY2(only().leftOut[1].starts_with(away.toStdString() + ": it is not there"),
                 only().leftOut[1].c_str());
        QVERIFY(readRunLog(*m_workspace, only(), 1u << 20u).find("done; checkpoints left out: 2") !=
                std::string::npos);
        writeTinyCheckpoint(damaged, 10);
        QVERIFY(QDir().rename(m_material->at("away"), away));
        Told told;
        QVERIFY(runSpec(*m_workspace, wanted, told.sink()) == RunnerOutcome::Done);
        QCOMPARE(told.count(Kind::RunStarted), 2);
        QVERIFY(only().runsDone == 3 && only().leftOut.empty());
    }

    void leftOutBesideFailures() {
        writeFile(m_material->checkpoint(0, 10) + "/model.safetensors", "damaged");
        ExperimentSpec wanted = spec();
        wanted.probes[0].allLayers = false;
        wanted.probes[0].layers = {7};
        QVERIFY(runSpec(*m_workspace, wanted) == RunnerOutcome::DoneWithFailures);
        QVERIFY(only().state == ExperimentState::Failed && only().leftOut.size() == 1);
        QVERIFY2(only().failure.starts_with("2 of 2 runs failed. Cannot probe layer 7") &&
                     only().failure.find("Left out") == std::string::npos,
                 only().failure.c_str());
    }

    void nothingCanRun() {
        ExperimentSpec wanted = spec({"nowhere"});
        VERIFY_ERROR("names no checkpoint folder", runSpec(*m_workspace, wanted));
        QVERIFY(only().state == ExperimentState::Failed);
        QVERIFY(only().failure.find("nowhere") != std::string::npos);
        wanted = spec();
        wanted.name = "no text";
        wanted.tasks[0].train = m_material->path("nowhere.conllu");
        VERIFY_ERROR("nowhere.conllu", runSpec(*m_workspace, wanted));
        VERIFY_ERROR("no longer in the workspace", runExperiment(*m_workspace, 99, oneThread(), {}, {}));
    }

    void noRoomForActivations() {
        RunnerSettings settings = oneThread();
        settings.diskBudgetBytes = 1000;
        const auto outcome =
            runExperiment(*m_workspace, enqueueExperiment(*m_workspace, spec()), settings, {}, {});
        QVERIFY(outcome == RunnerOutcome::DoneWithFailures);
        QVERIFY2(only().failure.find("budget") != std::string::npos, only().failure.c_str());
        finishAndCompare(spec(), 3);
    }

    void deletedWhileItRuns() {
        Workspace other(m_material->path("ws"));
        Told told;
        VERIFY_ERROR("deleted", runSpec(*m_workspace, spec(), [&](const RunnerEvent& event) {
                         told.sink()(event);
                         if (event.kind == Kind::RunFinished)
                             other.deleteExperiment(other.experiments().at(0).id);
                     }));
        QCOMPARE(told.count(Kind::RunStarted), 1);
        QVERIFY(m_workspace->experiments().empty() && m_workspace->check().empty());
        finishAndCompare(spec(), 3);  // and the lock is free
    }

    /// Another window cancels: between two runs, and within one.
    void cancelledFromAnotherWindow() {
        Workspace other(m_material->path("ws"));
        const auto cancelAt = [&](Kind kind, const ExperimentSpec& wanted) {
            Told told;
            const auto outcome = runSpec(*m_workspace, wanted, [&](const RunnerEvent& event) {
                told.sink()(event);
                if (event.kind == kind && event.progress.phase != "hash")
                    other.setExperimentState(event.experimentId, ExperimentState::Cancelled);
            });
            QVERIFY(outcome == RunnerOutcome::Cancelled);
            QVERIFY(only().state == ExperimentState::Cancelled);
            QCOMPARE(told.count(Kind::RunStarted), 1);
        };
        cancelAt(Kind::RunFinished, spec());
        QCOMPARE(only().runsDone, std::int64_t{1});
        finishAndCompare(spec(), 2);
        m_workspace->deleteExperiment(only().id);
        ExperimentSpec endless = spec();
        endless.probes[0].overrides["epochs"] = 10'000;
        QElapsedTimer clock;
        clock.start();
        cancelAt(Kind::Progress, endless);
        QVERIFY2(clock.elapsed() < 10'000, "promised is a second, on a machine that does nothing else");
        QCOMPARE(only().runsDone, std::int64_t{0});
    }

    void logTellsWhatHappened() {
        ExperimentSpec wanted = spec();
        wanted.probes.push_back(wanted.probes[0]);
        wanted.probes[1].layers = {7};
        wanted.probes[1].allLayers = false;
        QVERIFY(readRunLog(*m_workspace, {}, 1000).empty());
        runSpec(*m_workspace, wanted);
        const std::string log = readRunLog(*m_workspace, only(), 1u << 20u);
        for (const char* expected :
             {"started: 0 of 6 runs", "run: tiny-seed_0-step_20, pos", "stored ", "done: tiny-",
              "(6 of 6): Cannot probe layer 7", "through, but some runs failed"})
            QVERIFY2(log.find(expected) != std::string::npos, log.c_str());
        // Going on appends; a short answer begins with a whole line.
        runSpec(*m_workspace, wanted);
        const std::string both = readRunLog(*m_workspace, only(), 1u << 20u);
        QVERIFY(both.size() > log.size() && both.compare(0, log.size(), log) == 0);
        const std::string end = readRunLog(*m_workspace, only(), 300);
        QVERIFY(end.size() <= 300 && both.ends_with(end) && both[both.size() - end.size() - 1] == '\n');
        // Without a place for it, the experiment runs all the same.
        std::filesystem::remove_all(m_workspace->logsFolder());
        writeFile(QString::fromStdString(m_workspace->folder().string()) + "/logs", "in the way");
        QVERIFY(runSpec(*m_workspace, wanted) == RunnerOutcome::DoneWithFailures);
    }

    /// One probe after the other gives what all at once give.
    void smallMemoryBudget() {
        RunnerSettings settings = oneThread();
        settings.memoryBudgetBytes = 1;
        QVERIFY(runExperiment(*m_workspace, enqueueExperiment(*m_workspace, spec()), settings, {}, {}) ==
                RunnerOutcome::Done);
        finishAndCompare(spec(), 0);
    }

    /// One window runs; another looks, plans and composes meanwhile. A second runner is told to wait.
    void twoWindows() {
        Workspace other(m_material->path("ws"));
        ExperimentSpec second = spec({"ck/tiny-seed_1-*"});
        second.name = "second";
        QString refusal;
        std::size_t cells = 0, planned = 0;
        Told told;
        const auto outcome = runSpec(*m_workspace, spec(), [&](const RunnerEvent& event) {
            told.sink()(event);
            if (event.kind != Kind::RunFinished && event.kind != Kind::RunStarted) return;
            HeatmapQuery query;
            query.experimentId = event.experimentId;
            query.task = "pos";
            const Heatmap map = makeHeatmap(other, query);
            QCOMPARE(map.steps.size(), std::size_t{3});
            cells = static_cast<std::size_t>(std::count_if(map.cells.begin(), map.cells.end(),
                                                           [](const auto& c) { return c.isMeasured(); }));
            QCOMPARE(cells, static_cast<std::size_t>(event.runsDone * 4));
            planned = makePlan(second, other).runs.size();
            other.setSetting("page", std::to_string(event.runsDone));
            const std::int64_t id = enqueueExperiment(other, second);
            refusal = errorOf([&] { runExperiment(other, id, oneThread(), {}, {}); });
            QVERIFY_THROWS_EXCEPTION(QueueBusy, runExperiment(other, id, oneThread(), {}, {}));
            markInterrupted(other);  // as a window does when it opens the folder
            QVERIFY(other.experiment(event.experimentId)->state == ExperimentState::Running);
        });
        QVERIFY(outcome == RunnerOutcome::Done);
        QCOMPARE(cells, std::size_t{12});
        QCOMPARE(planned, std::size_t{3});
        QVERIFY2(
            refusal.contains("\"second\"") && refusal.contains("another Strata") && refusal.contains("Wait"),
            qPrintable(refusal));
        QVERIFY(only().state == ExperimentState::Done);
        QVERIFY(other.experiments().at(1).state == ExperimentState::Waiting);  // refused, not failed
        QVERIFY(runSpec(other, second) == RunnerOutcome::Done);
        QVERIFY(m_workspace->check().empty());
    }

    void interruptedIsMarked() {
        const std::int64_t id = enqueueExperiment(*m_workspace, spec());
        markInterrupted(*m_workspace);
        QVERIFY(only().state == ExperimentState::Waiting);
        m_workspace->setExperimentState(id, ExperimentState::Running);  // whose runner is gone
        markInterrupted(*m_workspace);
        QVERIFY(only().state == ExperimentState::Interrupted);
        finishAndCompare(spec(), 3);
    }

    void settings() {
        const RunnerSettings defaults = runnerSettings(*m_workspace);
        QVERIFY(defaults.threads == 0 && !defaults.cuda && defaults.diskBudgetBytes == 50ull << 30);
        RunnerSettings settings;
        settings.threads = 3;
        settings.diskBudgetBytes = 5'000'000'000'000;
        settings.memoryBudgetBytes = 7;
        settings.cuda = true;
        storeRunnerSettings(*m_workspace, settings);
        const RunnerSettings read = runnerSettings(*m_workspace);
        QVERIFY(read.threads == 3 && read.cuda && read.memoryBudgetBytes == 7);
        QCOMPARE(read.diskBudgetBytes, settings.diskBudgetBytes);
        m_workspace->setSetting("threads", "many");
        QCOMPARE(runnerSettings(*m_workspace).threads, 0);
    }

  private:
    std::unique_ptr<RunMaterial> m_material;
    std::unique_ptr<Workspace> m_workspace;
};

QTEST_GUILESS_MAIN(TestRunner)
#include "tst_runner.moc"
