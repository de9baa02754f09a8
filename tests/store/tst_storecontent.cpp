// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "support/errorof.h"
#include "support/workspacerows.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace strata;
using namespace strata::test;

/// Checkpoints, data sets and experiments of a workspace.
class TestStoreContent : public QObject {
    Q_OBJECT

    static std::vector<std::string> namesOf(const Workspace& workspace) {
        std::vector<std::string> names;
        for (const ExperimentRow& row : workspace.experiments())
            names.push_back(row.name);
        return names;
    }
    using Names = std::vector<std::string>;

  private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_workspace = std::make_unique<Workspace>(m_folder->path().toStdString());
    }
    void cleanup() {
        m_workspace.reset();
        m_folder.reset();
    }

    void checkpointKeepsEveryField() {
        CheckpointRow row = checkpointRow(std::nullopt, std::nullopt, "Bär \"x\"");
        row.adaptedFrom = "chemprot";
        row.problem = "no config.json";
        row.bytes = 5'000'000'000;
        row.hasMlmHead = true;
        row.isUncased = false;
        row.warnings = {"first, with comma", "second"};
        row.id = m_workspace->upsertCheckpoint(row);
        QVERIFY(row.id > 0);
        const auto stored = m_workspace->checkpoint(row.id);
        QVERIFY(stored);
        QCOMPARE(stored->path, row.path);
        QCOMPARE(stored->family, row.family);
        QVERIFY(!stored->seed && !stored->step && !stored->nameCorrected);
        QCOMPARE(stored->adaptedFrom, row.adaptedFrom);
        QCOMPARE(stored->contentHash, row.contentHash);
        QCOMPARE(stored->format, row.format);
        QCOMPARE(stored->dtype, row.dtype);
        QCOMPARE(stored->problem, row.problem);
        QCOMPARE(stored->bytes, row.bytes);
        QVERIFY(stored->hasMlmHead && !stored->isUncased);
        QCOMPARE(stored->warnings, row.warnings);
        QCOMPARE((std::vector<int>{stored->layers, stored->hidden, stored->heads, stored->vocabulary}),
                 (std::vector<int>{2, 32, 4, 18}));
        QVERIFY(!m_workspace->checkpoint(row.id + 1));
    }

    void scanAgainUpdates() {
        CheckpointRow row = checkpointRow(0, 10);
        const std::int64_t id = m_workspace->upsertCheckpoint(row);
        row.step = 20;
        row.problem = "damaged";
        row.contentHash.clear();  // a scan reads no weights
        QCOMPARE(m_workspace->upsertCheckpoint(row), id);
        QCOMPARE(m_workspace->checkpoints().size(), std::size_t{1});
        const CheckpointRow stored = *m_workspace->checkpoint(id);
        QCOMPARE(stored.step, std::optional<std::int64_t>(20));
        QCOMPARE(stored.problem, std::string("damaged"));
        QCOMPARE(stored.contentHash, checkpointRow(0, 10).contentHash);
        m_workspace->setContentHash(id, "new");
        QCOMPARE(m_workspace->checkpoint(id)->contentHash, std::string("new"));
    }

    void correctedNamesWin() {
        CheckpointRow row = checkpointRow(0, 10);
        const std::int64_t id = m_workspace->upsertCheckpoint(row);
        m_workspace->correctCheckpointName(id, "mine", std::nullopt, 2'000'000'000'000);
        row.dtype = "BF16";
        QCOMPARE(m_workspace->upsertCheckpoint(row), id);
        const CheckpointRow stored = *m_workspace->checkpoint(id);
        QCOMPARE(stored.family, std::string("mine"));
        QVERIFY(stored.nameCorrected && !stored.seed);
        QCOMPARE(stored.step, std::optional<std::int64_t>(2'000'000'000'000));
        QCOMPARE(stored.dtype, std::string("BF16"));
        // Taken back, it is again what a scan says.
        m_workspace->correctCheckpointName(id, row.family, row.seed, row.step, false);
        QVERIFY(!m_workspace->checkpoint(id)->nameCorrected);
        row.step = 20;
        m_workspace->upsertCheckpoint(row);
        QCOMPARE(m_workspace->checkpoint(id)->step, row.step);
    }

    void checkpointsAreSorted() {
        for (const auto& [seed, step] : {std::pair{1, 0}, {0, 100}, {0, 20}, {1, 20}})
            m_workspace->upsertCheckpoint(checkpointRow(seed, step));
        m_workspace->upsertCheckpoint(checkpointRow(5, 5, "a family"));
        std::vector<std::string> found;
        for (const CheckpointRow& row : m_workspace->checkpoints())
            found.push_back(row.family + " " + std::to_string(*row.seed) + " " + std::to_string(*row.step));
        QCOMPARE(found, (std::vector<std::string>{"a family 5 5", "tiny 0 20", "tiny 0 100", "tiny 1 0",
                                                  "tiny 1 20"}));
    }

    void forgottenUntilFoundAgain() {
        const CheckpointRow row = checkpointRow(0, 10);
        const std::int64_t id = m_workspace->upsertCheckpoint(row);
        const std::int64_t other = m_workspace->upsertCheckpoint(checkpointRow(0, 20));
        const std::int64_t experiment = m_workspace->addExperiment(experimentRow("e"));
        const std::int64_t run = m_workspace->planRun(experiment, runRow(row, id));
        m_workspace->finishRun(run, {{{"0", "micro_f1", "", 0.5, 10}}, {}, {}, 0, 0, 0, 0});
        m_workspace->forgetCheckpoints({id, 12345});
        QCOMPARE(m_workspace->checkpoints().size(), std::size_t{1});
        QCOMPARE(m_workspace->checkpoints()[0].id, other);
        QCOMPARE(m_workspace->grid(experiment, "micro_f1").size(), std::size_t{1});  // results stay
        QCOMPARE(m_workspace->upsertCheckpoint(row), id);
        QCOMPARE(m_workspace->checkpoints().size(), std::size_t{2});
    }

    void datasets() {
        DatasetRow row{0, "ewt", "pos", "xpos", "/t", "/d", "/e", "note"};
        const std::int64_t id = m_workspace->upsertDataset(row);
        row.trainPath = "/t2";
        QCOMPARE(m_workspace->upsertDataset(row), id);  // by name
        row.id = id;
        row.name = "renamed";
        QCOMPARE(m_workspace->upsertDataset(row), id);  // by id
        const std::int64_t other = m_workspace->upsertDataset({0, "gum", "pos", "upos", "", "", "", ""});
        QVERIFY(other != id);
        const auto stored = m_workspace->datasets();
        QCOMPARE(stored.size(), std::size_t{2});
        QCOMPARE(stored[0].name, std::string("gum"));
        QCOMPARE((Names{stored[1].name, stored[1].type, stored[1].tags, stored[1].trainPath,
                        stored[1].devPath, stored[1].testPath, stored[1].note}),
                 (Names{"renamed", "pos", "xpos", "/t2", "/d", "/e", "note"}));
        row.name = "gum";
        VERIFY_ERROR("data set", m_workspace->upsertDataset(row));  // the name is taken
        m_workspace->deleteDataset(id);
        QCOMPARE(m_workspace->datasets().size(), std::size_t{1});
    }

    void experimentKeepsEveryField() {
        ExperimentRow row = experimentRow("Ein \"Versuch\"");
        row.note = "note";
        row.specJson = R"({"name": "x"})";
        row.id = m_workspace->addExperiment(row);
        ExperimentRow stored = *m_workspace->experiment(row.id);
        QCOMPARE(stored.name, row.name);
        QCOMPARE(stored.note, row.note);
        QCOMPARE(stored.specJson, row.specJson);
        QVERIFY(stored.state == ExperimentState::Waiting);
        QVERIFY2(QRegularExpression("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$")
                     .match(QString::fromStdString(stored.created))
                     .hasMatch(),
                 stored.created.c_str());
        QVERIFY(stored.runsPlanned == 0 && stored.runsDone == 0 && stored.runsFailed == 0);
        m_workspace->renameExperiment(row.id, "new", "other");
        stored = *m_workspace->experiment(row.id);
        QCOMPARE((Names{stored.name, stored.note, stored.specJson}), (Names{"new", "other", row.specJson}));
        QVERIFY(!m_workspace->experiment(row.id + 1));
    }

    void experimentStates() {
        const std::int64_t id = m_workspace->addExperiment(experimentRow("e"));
        for (const ExperimentState state :
             {ExperimentState::Running, ExperimentState::Paused, ExperimentState::Interrupted,
              ExperimentState::Failed, ExperimentState::Cancelled, ExperimentState::Done,
              ExperimentState::Waiting}) {
            m_workspace->setExperimentState(id, state, "why " + toString(state));
            QVERIFY(m_workspace->experiment(id)->state == state);
            QCOMPARE(m_workspace->experiment(id)->failure, "why " + toString(state));
        }
        m_workspace->setExperimentState(id, ExperimentState::Waiting);
        QCOMPARE(m_workspace->experiment(id)->failure, std::string());
    }

    /// What an experiment went without is kept beside its failure until a later plan knows better.
    void leftOutCheckpoints() {
        const std::int64_t id = m_workspace->addExperiment(experimentRow("e"));
        const Names leftOut{"/ck/a: its file is empty", "/ck/Left out: b: no config.json"};
        for (const std::string& failure : {std::string(), std::string("1 of 2 runs failed.\nNo memory\n")}) {
            m_workspace->setExperimentState(id, ExperimentState::Done, failure, leftOut);
            QCOMPARE(m_workspace->experiment(id)->failure, failure);
            QCOMPARE(m_workspace->experiment(id)->leftOut, leftOut);
            QCOMPARE(m_workspace->experiments()[0].leftOut, leftOut);
        }
        m_workspace->setExperimentState(id, ExperimentState::Done, {}, Names{"/ck/two\r\nlines: why"});
        QCOMPARE(m_workspace->experiment(id)->leftOut, (Names{"/ck/two  lines: why"}));
        m_workspace->setExperimentState(id, ExperimentState::Waiting);
        m_workspace->setExperimentState(id, ExperimentState::Failed, "Cannot open dev.conllu");
        QCOMPARE(m_workspace->experiment(id)->failure, std::string("Cannot open dev.conllu"));
        QCOMPARE(m_workspace->experiment(id)->leftOut, (Names{"/ck/two  lines: why"}));
        m_workspace->setExperimentState(id, ExperimentState::Done, {}, Names{});
        QVERIFY(m_workspace->experiment(id)->leftOut.empty() && m_workspace->experiment(id)->failure.empty());
        ExperimentRow row = experimentRow("f");
        row.leftOut = leftOut;
        QCOMPARE(m_workspace->experiment(m_workspace->addExperiment(row))->leftOut, leftOut);
    }

    void queueOrder() {
        std::map<std::string, std::int64_t> ids;
        for (const char* name : {"a", "b", "c", "d"})
            ids[name] = m_workspace->addExperiment(experimentRow(name));
        QCOMPARE(namesOf(*m_workspace), (Names{"a", "b", "c", "d"}));
        const auto positionOf = [&](const char* name) {
            return m_workspace->experiment(ids[name])->position;
        };
        m_workspace->moveExperiment(ids["d"], positionOf("b"));  // takes b's place
        QCOMPARE(namesOf(*m_workspace), (Names{"a", "d", "b", "c"}));
        m_workspace->moveExperiment(ids["c"], positionOf("a"));
        QCOMPARE(namesOf(*m_workspace), (Names{"c", "a", "d", "b"}));
        m_workspace->moveExperiment(ids["c"], positionOf("b") + 1);  // behind the last
        QCOMPARE(namesOf(*m_workspace), (Names{"a", "d", "b", "c"}));
        m_workspace->addExperiment(experimentRow("e"));
        QCOMPARE(namesOf(*m_workspace), (Names{"a", "d", "b", "c", "e"}));
    }

    void namesDiffer() {
        for (int i = 0; i < 3; ++i)
            m_workspace->addExperiment(experimentRow("e"));
        QCOMPARE(namesOf(*m_workspace), (Names{"e", "e (2)", "e (3)"}));
    }

    void deletingKeepsWhatOthersUse() {
        const CheckpointRow checkpoint = checkpointRow(0, 10);
        const std::int64_t checkpointId = m_workspace->upsertCheckpoint(checkpoint);
        const std::int64_t first = m_workspace->addExperiment(experimentRow("first")),
                           second = m_workspace->addExperiment(experimentRow("second"));
        const RunRow shared = runRow(checkpoint, checkpointId, 0),
                     own = runRow(checkpoint, checkpointId, 1, "ner");
        const std::int64_t sharedId = m_workspace->planRun(first, shared),
                           ownId = m_workspace->planRun(first, own);
        QCOMPARE(m_workspace->planRun(second, shared), sharedId);
        for (const std::int64_t id : {sharedId, ownId})
            m_workspace->finishRun(id, {{{"0", "micro_f1", "", 0.5, 10}}, {"A"}, {{"0", {{}}}}, 0, 0, 0, 0});
        for (const RunRow* run : {&shared, &own})
            m_workspace->storeSentences(run->fields.dataHash, "dev", {{"s", {"w"}, {}}});
        m_workspace->deleteExperiment(first);
        QCOMPARE(namesOf(*m_workspace), Names{"second"});
        QVERIFY(m_workspace->runByKey(shared.key) && !m_workspace->runByKey(own.key));
        QCOMPARE(m_workspace->measurements(sharedId).size(), std::size_t{1});
        QCOMPARE(m_workspace->predictions(sharedId, "0").size(), std::size_t{1});
        QVERIFY(m_workspace->measurements(ownId).empty() && m_workspace->predictions(ownId, "0").empty());
        QVERIFY(m_workspace->hasSentences(shared.fields.dataHash, "dev"));
        QVERIFY(!m_workspace->hasSentences(own.fields.dataHash, "dev"));
        m_workspace->deleteExperiment(second);
        QVERIFY(!m_workspace->runByKey(shared.key));
        QCOMPARE(m_workspace->checkpoints().size(), std::size_t{1});
        QVERIFY(m_workspace->check().empty());
    }

    /// What an experiment gave up is nobody's, and still worth its time: docs/schema.md.
    void deletingKeepsWhatWasReleased() {
        const CheckpointRow checkpoint = checkpointRow(0, 10);
        const std::int64_t checkpointId = m_workspace->upsertCheckpoint(checkpoint);
        const std::int64_t first = m_workspace->addExperiment(experimentRow("first")),
                           second = m_workspace->addExperiment(experimentRow("second"));
        const RunRow old = runRow(checkpoint, checkpointId, 0, "old text"),
                     now = runRow(checkpoint, checkpointId, 0, "new text");
        const std::int64_t oldId = m_workspace->planRun(first, old), nowId = m_workspace->planRun(first, now);
        for (const std::int64_t id : {oldId, nowId})
            m_workspace->finishRun(id, {{{"0", "micro_f1", "", 0.5, 10}}, {"A"}, {}, 0, 0, 0, 0});
        m_workspace->storeSentences(old.fields.dataHash, "dev", {{"s", {"w"}, {}}});
        RunRow released = old;
        released.id = oldId;
        m_workspace->releaseRuns(first, {released});
        m_workspace->deleteExperiment(second);
        m_workspace->deleteExperiment(first);
        QVERIFY(!m_workspace->runByKey(now.key));
        QVERIFY(m_workspace->hasSentences(old.fields.dataHash, "dev"));
        const std::int64_t third = m_workspace->addExperiment(experimentRow("third"));
        QCOMPARE(m_workspace->planRun(third, old), oldId);
        QVERIFY(m_workspace->run(oldId)->state == RunState::Done);  // not computed again
        QCOMPARE(m_workspace->grid(third, "micro_f1").size(), std::size_t{1});
        QVERIFY(m_workspace->check().empty());
    }

    void renamingRefuses() {
        const std::int64_t id = m_workspace->addExperiment(experimentRow("old\nline"));
        m_workspace->addExperiment(experimentRow("taken"));
        m_workspace->renameExperiment(id, "old\nline", "a note");  // an old name may stay
        VERIFY_ERROR("another one", m_workspace->renameExperiment(id, "taken", ""));
        for (const char* name : {"", " \t"})
            VERIFY_ERROR("blank", m_workspace->renameExperiment(id, name, ""));
        for (const char* name : {"a\nb", "a\x7f", "a\xff"})
            VERIFY_ERROR("control characters", m_workspace->renameExperiment(id, name, ""));
        m_workspace->renameExperiment(id, "old\nline", "two\nlines");
        VERIFY_ERROR("new note", m_workspace->renameExperiment(id, "old\nline", "bell\a"));
        VERIFY_ERROR("no longer", m_workspace->renameExperiment(99, "free", ""));
        QCOMPARE(namesOf(*m_workspace), (Names{"old\nline", "taken"}));
        QCOMPARE(m_workspace->experiment(id)->note, std::string("two\nlines"));
    }

    void resultsAreCounted() {
        const CheckpointRow checkpoint = checkpointRow(0, 10), twin = checkpointRow(0, 20);
        const std::int64_t id = m_workspace->upsertCheckpoint(checkpoint),
                           twinId = m_workspace->upsertCheckpoint(twin);
        const std::int64_t first = m_workspace->addExperiment(experimentRow("first"));
        m_workspace->addExperiment(experimentRow("second"));
        const std::int64_t run = m_workspace->planRun(first, runRow(checkpoint, id));
        QVERIFY(m_workspace->resultCounts().empty());
        m_workspace->finishRun(
            run, {{{"0", "micro_f1", "", 0.5, 10}, {"1", "micro_f1", "", 0.5, 10}}, {}, {}, 0, 0, 0, 0});
        RunRow shared = runRow(checkpoint, twinId);  // equal weights: one run, the rows of two checkpoints
        QCOMPARE(m_workspace->planRun(first, shared), run);
        std::int64_t rows = 0;
        m_workspace->forEachTidyRow([&](const TidyRow&) { ++rows; });
        QCOMPARE(m_workspace->resultCounts(), (std::map<std::int64_t, std::int64_t>{{first, rows}}));
        QCOMPARE(rows, std::int64_t{4});
    }

  private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;
};

QTEST_GUILESS_MAIN(TestStoreContent)
#include "tst_storecontent.moc"
