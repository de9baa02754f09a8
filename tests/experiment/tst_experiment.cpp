// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "runmaterial.h"
#include "support/errorof.h"

#include <QFile>
#include <QTest>

#include <algorithm>

using namespace strata;
using namespace strata::test;

/// Experiments that run to their end: what they leave, and on what it does (not) depend. Stopping and
/// failing: tst_runner.
class TestExperiment : public QObject {
    Q_OBJECT

    using Kind = RunnerEvent::Kind;

    ExperimentSpec spec(const std::vector<std::string>& checkpoints = {"ck/tiny-seed_0-step_*"}) const {
        return m_material->spec(checkpoints);
    }
    static std::int64_t onlyExperiment(const Workspace& workspace) {
        return workspace.experiments().at(0).id;
    }

  private Q_SLOTS:
    void initTestCase() { m_material = std::make_unique<RunMaterial>(); }

    void tells() {
        Workspace workspace = m_material->workspace("tells");
        Told told;
        QVERIFY(runSpec(workspace, spec(), told.sink()) == RunnerOutcome::Done);
        std::vector<Kind> kinds;
        for (const RunnerEvent& event : told.events)
            if (event.kind != Kind::Progress) kinds.push_back(event.kind);
        QVERIFY((kinds == std::vector<Kind>{Kind::Started, Kind::RunStarted, Kind::RunFinished,
                                            Kind::RunStarted, Kind::RunFinished, Kind::RunStarted,
                                            Kind::RunFinished, Kind::Finished}));
        std::set<std::string> phases;
        std::int64_t done = 0;
        for (const RunnerEvent& event : told.events) {
            QVERIFY(event.runsDone >= done && event.runsFailed == 0);
            done = event.runsDone;
            if (event.kind != Kind::Progress) {
                QCOMPARE(event.runsTotal, std::int64_t{3});
                QCOMPARE(event.experimentId, onlyExperiment(workspace));
                QVERIFY2(event.message.empty(), event.message.c_str());
            } else {
                phases.insert(event.progress.phase);
            }
            if (event.kind == Kind::RunFinished) {
                QVERIFY(workspace.run(event.runId)->state == RunState::Done);
                QVERIFY(event.checkpointName.find("tiny-seed_0-step_") == 0 && event.task == "pos");
            }
        }
        QCOMPARE(done, std::int64_t{3});
        for (const char* phase : {"hash", "encode", "train"})
            QVERIFY2(phases.contains(phase), phase);
    }

    void leavesEverything() {
        Workspace workspace = m_material->workspace("leaves");
        runSpec(workspace, spec());
        const ExperimentRow experiment = workspace.experiments().at(0);
        QVERIFY(experiment.state == ExperimentState::Done && experiment.failure.empty());
        QVERIFY(experiment.runsPlanned == 3 && experiment.runsDone == 3 && experiment.runsFailed == 0);
        for (const RunRow& run : workspace.runs(experiment.id)) {
            QVERIFY(run.state == RunState::Done && run.secondsTraining > 0);
            QCOMPARE(run.fields.key(), run.key);
            const auto sentences = workspace.sentences(run.fields.dataHash, "dev");
            QCOMPARE(sentences.size(), std::size_t{25});
            std::int64_t targets = 0;
            for (const StoredSentence& sentence : sentences)
                targets += static_cast<std::int64_t>(sentence.targets.size());
            const std::vector<std::string> labels = workspace.labels(run.id);
            QCOMPARE(labels.size(), std::size_t{5});  // ADJ DET NOUN PUNCT VERB
            std::map<std::string, double> accuracy;
            double weights = 0;
            for (const Measurement& m : workspace.measurements(run.id)) {
                if (m.metric == "accuracy") accuracy[m.layer] = m.value;
                if (m.metric == "mixing_weight") weights += m.value;
                if (m.metric == "micro_f1") QCOMPARE(m.n, targets);
            }
            QCOMPARE(accuracy.size(), std::size_t{4});  // layers 0, 1, 2 and the mix
            QVERIFY(std::abs(weights - 1) < 1e-5);
            for (const auto& [layer, value] : accuracy) {  // the predictions tell the same as the measurement
                std::int64_t right = 0;
                const auto predictions = workspace.predictions(run.id, layer);
                QCOMPARE(static_cast<std::int64_t>(predictions.size()), targets);
                for (const StoredPrediction& p : predictions) {
                    right += p.gold == p.best ? 1 : 0;
                    const StoredTarget& target = sentences.at(static_cast<std::size_t>(p.sentence))
                                                     .targets.at(static_cast<std::size_t>(p.target));
                    QCOMPARE(labels.at(static_cast<std::size_t>(p.gold)), target.labels.at(0));
                }
                QVERIFY(std::abs(value - static_cast<double>(right) / static_cast<double>(targets)) < 1e-9);
            }
        }
        QVERIFY(workspace.check().empty());
    }

    void sameSeedSameNumbers() {
        Workspace one = m_material->workspace("same1"), other = m_material->workspace("same2");
        runSpec(one, spec());
        runSpec(other, spec());
        QVERIFY(resultsOf(one).size() > 500);
        QVERIFY(resultsOf(one) == resultsOf(other));
        Workspace third = m_material->workspace("same3");
        ExperimentSpec wanted = spec();
        wanted.probes[0].seeds = {1};
        runSpec(third, wanted);
        const auto lossesOf = [](const Workspace& workspace) {
            std::set<double> losses;
            workspace.forEachTidyRow([&](const TidyRow& row) {
                if (row.metric == "loss") losses.insert(row.value);
            });
            return losses;
        };
        QVERIFY(lossesOf(one) != lossesOf(third));
    }

    /// Neither the order of tasks, probes, seeds and checkpoints nor what runs beside it changes a number.
    void orderDoesNotMatter() {
        ExperimentSpec wanted = spec({"ck/tiny-seed_0-step_0", "ck/tiny-seed_1-step_10"});
        wanted.tasks.push_back(wanted.tasks[0]);
        wanted.tasks[1].name = "other";
        wanted.tasks[1].train = m_material->path("other.conllu");
        wanted.probes.push_back(wanted.probes[0]);
        wanted.probes[1].overrides["epochs"] = 1;
        wanted.probes[0].seeds = {0, 1};
        Workspace forward = m_material->workspace("forward");
        QVERIFY(runSpec(forward, wanted) == RunnerOutcome::Done);
        std::reverse(wanted.tasks.begin(), wanted.tasks.end());
        std::reverse(wanted.probes.begin(), wanted.probes.end());
        std::reverse(wanted.checkpoints.begin(), wanted.checkpoints.end());
        wanted.probes[1].seeds = {1, 0};
        Workspace backward = m_material->workspace("backward");
        QVERIFY(runSpec(backward, wanted) == RunnerOutcome::Done);
        QCOMPARE(forward.experiments()[0].runsDone, std::int64_t{12});
        QVERIFY(resultsOf(forward) == resultsOf(backward));
    }

    void againComputesNothing() {
        Workspace workspace = m_material->workspace("again");
        runSpec(workspace, spec());
        const auto before = resultsOf(workspace);
        Told told;
        QVERIFY(runSpec(workspace, spec(), told.sink()) == RunnerOutcome::Done);
        QVERIFY(told.count(Kind::RunStarted) == 0 && told.count(Kind::RunFinished) == 0);
        QVERIFY(told.events.back().kind == Kind::Finished && told.events.back().runsDone == 3);
        for (const RunnerEvent& event : told.events)
            if (event.kind == Kind::Started) QCOMPARE(event.runsDone, std::int64_t{3});
        QCOMPARE(workspace.experiments().size(), std::size_t{1});  // found again, not doubled
        QVERIFY(resultsOf(workspace) == before);
    }

    void onlyWhatIsMissing() {
        Workspace workspace = m_material->workspace("missing");
        runSpec(workspace, spec());
        ExperimentSpec more = spec({"ck/tiny-seed_?-step_0", "ck/tiny-seed_0-step_10"});
        more.name = "more";
        more.probes[0].seeds = {0, 1};  // 6 runs, of which seed 0 on two checkpoints is there
        Told told;
        runSpec(workspace, more, told.sink());
        QCOMPARE(told.count(Kind::RunStarted), 4);
        QCOMPARE(workspace.experiments().at(1).runsDone, std::int64_t{6});
        Workspace fresh = m_material->workspace("fresh");
        runSpec(fresh, more);
        const auto whole = resultsOf(workspace);
        for (const std::string& line : resultsOf(fresh))
            QVERIFY2(whole.contains(line), line.c_str());
    }

    void cacheMayBeDeleted() {
        Workspace workspace = m_material->workspace("cache");
        ExperimentSpec wanted = spec();
        runSpec(workspace, wanted);
        std::filesystem::remove_all(workspace.activationsFolder());
        wanted.probes[0].seeds = {0, 1};
        QVERIFY(runSpec(workspace, wanted) == RunnerOutcome::Done);
        Workspace whole = m_material->workspace("whole");
        runSpec(whole, wanted);
        const auto all = resultsOf(workspace);
        for (const std::string& line : resultsOf(whole))
            QVERIFY2(all.contains(line), line.c_str());
    }

    void equalWeightsAreComputedOnce() {
        const RunMaterial material;
        const QString file = material.checkpoint(0, 20) + "/model.safetensors";
        QVERIFY(QFile::remove(file) && QFile::copy(material.checkpoint(0, 10) + "/model.safetensors", file));
        Workspace workspace = material.workspace("ws");
        Told told;
        runSpec(workspace, material.spec({"ck/tiny-seed_0-*"}), told.sink());
        QCOMPARE(told.count(Kind::RunStarted), 2);
        QCOMPARE(told.events.back().runsDone, std::int64_t{3});
        std::map<std::int64_t, int> rowsOf;
        for (const auto& row : workspace.grid(onlyExperiment(workspace), "micro_f1"))
            ++rowsOf[row.step.value()];
        QCOMPARE(rowsOf, (std::map<std::int64_t, int>{{0, 4}, {10, 4}, {20, 4}}));
        QVERIFY2(told.events[0].message.empty(), "news of hashing come first");
        for (const RunnerEvent& event : told.events)
            if (event.kind == Kind::Started)
                QVERIFY(event.message.find("equal those of") != std::string::npos);
    }

    /// A text or weights that changed make other runs; the old ones must not be averaged with them.
    void changedMaterialSupersedes() {
        const RunMaterial material;
        Workspace workspace = material.workspace("ws");
        const ExperimentSpec wanted = material.spec({"ck/tiny-seed_0-*"});
        runSpec(workspace, wanted);
        const std::int64_t id = onlyExperiment(workspace);
        const auto first = workspace.grid(id, "micro_f1");
        writeTinyCheckpoint(material.checkpoint(0, 10), 4711);
        Told told;
        QVERIFY(runSpec(workspace, wanted, told.sink()) == RunnerOutcome::Done);
        QCOMPARE(told.count(Kind::RunStarted), 1);
        QCOMPARE(workspace.runs(id).size(), std::size_t{3});
        QCOMPARE(workspace.grid(id, "micro_f1").size(), first.size());
        writeFile(material.at("dev.conllu"), tinyConllu(20, 77));
        QVERIFY(runSpec(workspace, wanted) == RunnerOutcome::Done);
        QCOMPARE(workspace.experiment(id)->runsPlanned, std::int64_t{3});
        QCOMPARE(workspace.grid(id, "micro_f1").size(), first.size());
        // The old text back: its results were kept, but for the weights that are gone.
        writeFile(material.at("dev.conllu"), tinyConllu(25, 2));
        Told back;
        QVERIFY(runSpec(workspace, wanted, back.sink()) == RunnerOutcome::Done);
        QCOMPARE(back.count(Kind::RunStarted), 0);
        QVERIFY(workspace.check().empty());
    }

    /// A checkpoint that cannot be found any more keeps its results.
    void vanishedCheckpointStays() {
        const RunMaterial material;
        Workspace workspace = material.workspace("ws");
        const ExperimentSpec wanted = material.spec({"ck/tiny-seed_0-*"});
        runSpec(workspace, wanted);
        std::filesystem::remove_all(material.checkpoint(0, 10).toStdString());
        QVERIFY(runSpec(workspace, wanted) == RunnerOutcome::Done);
        QCOMPARE(workspace.grid(onlyExperiment(workspace), "micro_f1").size(), std::size_t{12});
    }

    /// jiant's schedule looks at dev, also when test is scored: another dev is another run, the same test is
    /// not looked at.
    void choosesOnDevWhatIsScored() {
        Workspace workspace = m_material->workspace("choice");
        ExperimentSpec wanted = m_material->spec({"ck/tiny-seed_0-step_0"});
        wanted.probes[0].preset = "jiant-1.3";
        wanted.probes[0].overrides = {
            {"check_every_steps", 1}, {"max_checks", 6}, {"projection", 4}, {"classifier_hidden", 4}};
        wanted.tasks[0].score = "test";
        wanted.tasks[0].test = wanted.tasks[0].dev;
        const std::string key = makePlan(wanted, workspace).runs.at(0).key;
        ExperimentSpec other = wanted;
        other.tasks[0].dev = m_material->path("other.conllu");
        QVERIFY(makePlan(other, workspace).runs.at(0).key != key);
        const auto checksOf = [&](const ExperimentSpec& spec) {
            runSpec(workspace, spec);
            std::vector<std::pair<double, std::int64_t>> checks;
            const std::int64_t id = workspace.runByKey(makePlan(spec, workspace).runs.at(0).key)->id;
            for (const Measurement& m : workspace.measurements(id))
                if (m.metric == "epoch_micro_f1" && m.layer == "mix") checks.emplace_back(m.value, m.n);
            return checks;
        };
        const auto onOther = checksOf(other);
        QVERIFY(!onOther.empty() && onOther != checksOf(wanted));
        other.tasks[0].dev.clear();  // and without one it is said
        const Plan plan = makePlan(other, workspace);
        QVERIFY(std::any_of(plan.warnings.begin(), plan.warnings.end(), [](const std::string& warning) {
            return warning.find("chooses the learning rate") != std::string::npos;
        }));
    }

    void enqueued() {
        Workspace workspace = m_material->workspace("queue");
        const std::int64_t id = enqueueExperiment(workspace, spec());
        QVERIFY(workspace.experiment(id)->state == ExperimentState::Waiting);
        QCOMPARE(enqueueExperiment(workspace, spec()), id);
        ExperimentSpec other = spec();
        other.note = "later";
        QCOMPARE(enqueueExperiment(workspace, other), id);  // a note is no other experiment
        QCOMPARE(workspace.experiment(id)->note, std::string("later"));
        // Another spec gets another name, and is found again under it.
        other.probes[0].seeds = {5};
        const std::int64_t second = enqueueExperiment(workspace, other);
        QVERIFY(second != id);
        QCOMPARE(workspace.experiment(second)->name, spec().name + " (2)");
        QCOMPARE(enqueueExperiment(workspace, other), second);
        QCOMPARE(enqueueExperiment(workspace, spec()), id);
        other = spec();
        other.name = "other";
        other.note = "a note";
        const std::int64_t named = enqueueExperiment(workspace, other);
        QVERIFY(named != id);
        QCOMPARE(workspace.experiment(named)->note, std::string("a note"));
        const ExperimentSpec stored = parseSpec(parseJson(workspace.experiment(id)->specJson, "it"), "/");
        QVERIFY(toJson(stored) == toJson(spec()));
    }

  private:
    std::unique_ptr<RunMaterial> m_material;
};

QTEST_GUILESS_MAIN(TestExperiment)
#include "tst_experiment.moc"
