// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "support/errorof.h"
#include "support/workspacerows.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <set>

using namespace strata;
using namespace strata::test;

/// Runs, what they measured, and the views over it.
class TestStoreRuns : public QObject {
    Q_OBJECT

    using Names = std::vector<std::string>;

    std::string file() const { return (m_workspace->folder() / "workspace.sqlite").string(); }
    std::int64_t plan(std::int64_t probeSeed, const std::string& task = "pos") {
        return m_workspace->planRun(m_experiment, runRow(m_checkpoint, m_checkpointId, probeSeed, task));
    }
    static Workspace::RunResult result(double value) {
        Workspace::RunResult result;
        for (const char* layer : {"0", "2", "10", "mix"})
            result.measurements.push_back({layer, "micro_f1", "", value, 100});
        result.measurements.push_back({"mix", "mixing_weight", "10", 0.1, 100});
        result.measurements.push_back({"10", "f1", "NOUN", value / 3, 33});
        result.labels = {"NOUN", "VERB"};
        result.predictionsByLayer["0"] = {{0, 1, 0, 1, 0.75f, 0.25f}};
        result.secondsEncoding = 1.5;
        result.secondsReading = 2.5;
        result.secondsTraining = 3.5;
        result.secondsStoring = 4.5;
        return result;
    }

  private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_workspace = std::make_unique<Workspace>(m_folder->path().toStdString());
        m_checkpoint = checkpointRow(0, 10);
        m_checkpointId = m_workspace->upsertCheckpoint(m_checkpoint);
        m_experiment = m_workspace->addExperiment(experimentRow("e"));
    }
    void cleanup() {
        m_workspace.reset();
        m_folder.reset();
    }

    void keyDependsOnEverything() {
        const RunKeyFields fields = runRow(m_checkpoint, 1).fields;
        std::set<std::string> keys{fields.key()};
        QCOMPARE(fields.key(), RunKeyFields(fields).key());
        for (std::string RunKeyFields::*text :
             {&RunKeyFields::checkpointHash, &RunKeyFields::dataHash, &RunKeyFields::settingsJson,
              &RunKeyFields::task, &RunKeyFields::split, &RunKeyFields::preset}) {
            RunKeyFields other = fields;
            other.*text += "x";
            keys.insert(other.key());
        }
        RunKeyFields other = fields;
        ++other.probeSeed;
        keys.insert(other.key());
        other = fields;
        ++other.protocolVersion;
        keys.insert(other.key());
        other = fields;  // what moves from one field to the next is another run
        other.task = fields.task + fields.split;
        other.split.clear();
        keys.insert(other.key());
        QCOMPARE(keys.size(), std::size_t{10});
    }

    void plannedTwiceIsOneRun() {
        const std::int64_t id = plan(0);
        QVERIFY(id > 0);
        QCOMPARE(plan(0), id);
        QVERIFY(plan(1) != id);
        QCOMPARE(m_workspace->runs(m_experiment).size(), std::size_t{2});
        const ExperimentRow row = *m_workspace->experiment(m_experiment);
        QCOMPARE(row.runsPlanned, std::int64_t{2});
        QCOMPARE(row.runsDone + row.runsFailed, std::int64_t{0});
        // A run that is done stays done when another experiment plans it.
        m_workspace->finishRun(id, result(0.5));
        const std::int64_t other = m_workspace->addExperiment(experimentRow("other"));
        QCOMPARE(m_workspace->planRun(other, runRow(m_checkpoint, m_checkpointId)), id);
        QCOMPARE(m_workspace->experiment(other)->runsDone, std::int64_t{1});
        QCOMPARE(m_workspace->measurements(id).size(), std::size_t{6});
    }

    void runKeepsEveryField() {
        RunRow row = runRow(m_checkpoint, m_checkpointId, 7);
        row.fields.protocolVersion = 3;
        row.probe = "edge (epochs=5)";
        row.numberType = "bf16";
        row.key = row.fields.key();
        const std::int64_t id = m_workspace->planRun(m_experiment, row);
        for (const RunRow& stored : {*m_workspace->run(id), *m_workspace->runByKey(row.key),
                                     m_workspace->runs(m_experiment).at(0)}) {
            QCOMPARE(stored.id, id);
            QCOMPARE(stored.key, row.key);
            QCOMPARE(stored.fields.key(), row.key);
            QCOMPARE(stored.probe, row.probe);
            QCOMPARE(stored.numberType, row.numberType);
            QVERIFY(stored.state == RunState::Planned);
        }
        QCOMPARE(m_workspace->runs(m_experiment)[0].checkpointId, m_checkpointId);
        QVERIFY(!m_workspace->run(id + 1) && !m_workspace->runByKey("none"));
    }

    void finish() {
        const std::int64_t id = plan(0);
        m_workspace->finishRun(id, result(0.1));
        const RunRow row = *m_workspace->run(id);
        QVERIFY(row.state == RunState::Done);
        QCOMPARE(row.secondsEncoding, 1.5);
        QCOMPARE(row.secondsReading, 2.5);
        QCOMPARE(row.secondsTraining, 3.5);
        QCOMPARE(row.secondsStoring, 4.5);
        QCOMPARE(m_workspace->labels(id), (Names{"NOUN", "VERB"}));
        QCOMPARE(m_workspace->experiment(m_experiment)->runsDone, std::int64_t{1});
        // By metric, label, layer; layers as numbers, the mix behind them; values to the last bit.
        const std::vector<Measurement> expected = {
            {"10", "f1", "NOUN", 0.1 / 3, 33}, {"0", "micro_f1", "", 0.1, 100},
            {"2", "micro_f1", "", 0.1, 100},   {"10", "micro_f1", "", 0.1, 100},
            {"mix", "micro_f1", "", 0.1, 100}, {"mix", "mixing_weight", "10", 0.1, 100}};
        QVERIFY(m_workspace->measurements(id) == expected);
        QCOMPARE(m_workspace->predictions(id, "0").size(), std::size_t{1});
        m_workspace->finishRun(id, {{{"0", "micro_f1", "", 0.9, 5}}, {"X"}, {}, 0, 0, 0, 0});  // replaces
        QVERIFY((m_workspace->measurements(id) == std::vector<Measurement>{{"0", "micro_f1", "", 0.9, 5}}));
        QVERIFY(m_workspace->predictions(id, "0").empty());
        QCOMPARE(m_workspace->labels(id), Names{"X"});
    }

    void finishIsOneTransaction() {
        const std::int64_t id = plan(0), fresh = plan(1);
        m_workspace->finishRun(id, result(0.5));
        Workspace::RunResult broken = result(0.7);
        broken.measurements.push_back(broken.measurements.front());  // the same cell twice
        VERIFY_ERROR("Cannot store a run's results", m_workspace->finishRun(id, broken));
        VERIFY_ERROR("Cannot store a run's results", m_workspace->finishRun(fresh, broken));
        QCOMPARE(m_workspace->measurements(id).at(1).value, 0.5);
        QVERIFY(m_workspace->measurements(fresh).empty());
        QVERIFY(m_workspace->predictions(fresh, "0").empty());
        QVERIFY(m_workspace->run(fresh)->state == RunState::Planned);
        VERIFY_ERROR("foreign key", m_workspace->finishRun(999, result(0.5)));
        QVERIFY(m_workspace->check().empty());
        m_workspace->finishRun(fresh, result(0.5));  // no lock is left behind
    }

    /// A probe whose loss ran away has scores all the same: NaN is "not measured", not a failure of the rest.
    void notANumberIsNotMeasured() {
        const std::int64_t id = plan(0);
        m_workspace->finishRun(
            id, {{{"0", "loss", "", std::nan(""), 5}, {"0", "micro_f1", "", 0.5, 5}}, {}, {}, 0, 0, 0, 0});
        QVERIFY((m_workspace->measurements(id) == std::vector<Measurement>{{"0", "micro_f1", "", 0.5, 5}}));
        QVERIFY(m_workspace->run(id)->state == RunState::Done);
    }

    void failedRunMayBeDoneLater() {
        const std::int64_t id = plan(0);
        m_workspace->failRun(id, "no memory");
        QVERIFY(m_workspace->run(id)->state == RunState::Failed);
        QCOMPARE(m_workspace->run(id)->failure, std::string("no memory"));
        QCOMPARE(m_workspace->experiment(m_experiment)->runsFailed, std::int64_t{1});
        QCOMPARE(plan(0), id);
        m_workspace->finishRun(id, result(0.5));
        QVERIFY(m_workspace->run(id)->state == RunState::Done);
        QCOMPARE(m_workspace->run(id)->failure, std::string());
        m_workspace->failRun(id, "too late");  // what is done stays
        QVERIFY(m_workspace->run(id)->state == RunState::Done);
        QCOMPARE(m_workspace->experiment(m_experiment)->runsFailed, std::int64_t{0});
    }

    /// What pandas and R read: names and types of the columns, one row a measurement, finished runs only.
    void tidyView() {
        m_workspace->finishRun(plan(0), result(0.5));
        m_workspace->failRun(plan(1), "x");
        plan(2);
        SQLite::Database database(file());
        SQLite::Statement columns(database, "SELECT name FROM pragma_table_info('tidy')");
        Names names;
        while (columns.executeStep())
            names.push_back(columns.getColumn(0).getString());
        QCOMPARE(names, (Names{"experiment", "family", "seed", "step", "adapted_from", "task", "split",
                               "preset", "probe", "probe_seed", "layer", "metric", "label", "value", "n"}));
        Names types;
        SQLite::Statement rows(
            database,
            "SELECT typeof(layer) || ' ' || layer || ' ' || typeof(value) || ' ' || typeof(n) "
            "FROM tidy WHERE metric = 'micro_f1' ORDER BY layer");
        while (rows.executeStep())
            types.push_back(rows.getColumn(0).getString());
        QCOMPARE(types, (Names{"integer 0 real integer", "integer 2 real integer", "integer 10 real integer",
                               "text mix real integer"}));
        QCOMPARE(database.execAndGet("SELECT count(*) FROM tidy").getInt(), 6);
    }

    void tidyRows() {
        m_workspace->finishRun(plan(3), result(0.25));
        std::vector<TidyRow> rows;
        m_workspace->forEachTidyRow([&](const TidyRow& row) { rows.push_back(row); });
        QCOMPARE(rows.size(), std::size_t{6});
        Names layers;
        for (const TidyRow& row : rows)
            if (row.metric == "micro_f1") layers.push_back(row.layer);
        QCOMPARE(layers, (Names{"0", "2", "10", "mix"}));
        const TidyRow& row = rows[0];
        QCOMPARE((Names{row.experiment, row.family, row.adaptedFrom, row.task, row.split, row.preset,
                        row.probe, row.layer, row.metric, row.label}),
                 (Names{"e", "tiny", "", "pos", "dev", "zertuche-liu-2021", "edge", "10", "f1", "NOUN"}));
        QVERIFY(row.seed == 0 && row.step == 10 && row.probeSeed == 3 && row.n == 33);
        QCOMPARE(row.value, 0.25 / 3);
    }

    void questionsOfTheWindow() {
        const CheckpointRow later = checkpointRow(std::nullopt, 200), other = checkpointRow(0, 5, "other");
        const std::int64_t laterId = m_workspace->upsertCheckpoint(later),
                           otherId = m_workspace->upsertCheckpoint(other);
        m_workspace->finishRun(plan(0), result(0.5));
        m_workspace->finishRun(plan(0, "ner"), result(0.6));
        m_workspace->planRun(m_experiment, runRow(later, laterId));
        m_workspace->planRun(m_experiment, runRow(other, otherId));
        using Steps = std::vector<std::optional<std::int64_t>>;
        QCOMPARE(m_workspace->plannedSteps(m_experiment, "tiny", ""), (Steps{10, 200}));
        QCOMPARE(m_workspace->plannedSteps(m_experiment, "", ""), (Steps{5, 10, 200}));
        QCOMPARE(m_workspace->plannedSteps(m_experiment, "tiny", "chemprot"), Steps{});
        QCOMPARE(m_workspace->metricsOf(m_experiment), (Names{"f1", "micro_f1", "mixing_weight"}));
        const auto tasks = m_workspace->probedTasks();
        QCOMPARE(tasks.size(), std::size_t{1});
        QCOMPARE(tasks.at(m_checkpointId), (Names{"ner", "pos"}));
        QCOMPARE(m_workspace->grid(m_experiment, "micro_f1").size(), std::size_t{8});
        QCOMPARE(m_workspace->grid(m_experiment, "f1").size(), std::size_t{0});
        const auto rows = m_workspace->grid(m_experiment, "f1", "NOUN");
        QCOMPARE(rows.size(), std::size_t{2});
        QVERIFY(rows[0].checkpointId == m_checkpointId && rows[0].layer == "10" && rows[0].n == 33);
        QVERIFY(m_workspace->grid(m_experiment + 1, "micro_f1").empty());
    }

    void equalWeightsShareARun() {
        CheckpointRow twin = checkpointRow(0, 20);
        twin.contentHash = m_checkpoint.contentHash;
        const std::int64_t twinId = m_workspace->upsertCheckpoint(twin), id = plan(0);
        QCOMPARE(m_workspace->planRun(m_experiment, runRow(twin, twinId)), id);
        m_workspace->finishRun(id, result(0.5));
        QCOMPARE(m_workspace->runs(m_experiment).size(), std::size_t{2});  // one for each step
        QCOMPARE(m_workspace->grid(m_experiment, "micro_f1").size(), std::size_t{8});
    }

    void damagedLabels() {
        const std::int64_t id = plan(0);
        m_workspace->finishRun(id, result(0.5));
        SQLite::Database database(file(), SQLite::OPEN_READWRITE);
        for (const char* damage : {"5", "{", "[1]", ""}) {
            SQLite::Statement update(database, "UPDATE run SET labels = ?");
            update.bind(1, damage);
            update.exec();
            VERIFY_ERROR("label", m_workspace->labels(id));
        }
    }

  private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;
    CheckpointRow m_checkpoint;
    std::int64_t m_checkpointId = 0, m_experiment = 0;
};

QTEST_GUILESS_MAIN(TestStoreRuns)
#include "tst_storeruns.moc"
