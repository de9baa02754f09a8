// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "analysis/heatmap.h"
#include "support/workspacerows.h"

#include <QByteArrayList>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <clocale>

using namespace strata;
using namespace strata::test;

/// Heatmaps of one small experiment whose values are chosen so that means and deviations can be worked out by
/// hand. Family tiny: step 0 with seeds 0 and 1 and probe seeds 0 and 1 each, step 100 with one run and no
/// layer 10, step 2000 planned only.
class TestAnalysis : public QObject {
    Q_OBJECT

    using Names = std::vector<std::string>;
    using Steps = std::vector<std::optional<std::int64_t>>;

    struct Cell {
        const char* layer;
        double value;
    };
    void addRun(std::optional<int> seed, std::int64_t step, std::int64_t probeSeed,
                const std::vector<Cell>& cells, const std::string& family = "tiny",
                const std::string& task = "pos", const std::string& probe = "edge",
                const std::string& adaptedFrom = {}) {
        CheckpointRow checkpoint = checkpointRow(seed, step, family);
        checkpoint.path += adaptedFrom;
        checkpoint.contentHash += adaptedFrom;
        checkpoint.adaptedFrom = adaptedFrom;
        RunRow run = runRow(checkpoint, m_workspace->upsertCheckpoint(checkpoint), probeSeed, task);
        run.probe = probe;
        run.fields.settingsJson += probe;
        run.key = run.fields.key();
        const std::int64_t id = m_workspace->planRun(m_experiment, run);
        if (cells.empty()) return;
        Workspace::RunResult result;
        result.labels = {task == "pos" ? "NOUN" : "NN", "SHARED"};
        for (const Cell& cell : cells) {
            result.measurements.push_back({cell.layer, "micro_f1", "", cell.value, 25'147});
            result.measurements.push_back({cell.layer, "loss", "", cell.value * 10, 25'147});
            result.measurements.push_back({cell.layer, "f1", "NOUN", cell.value / 2, 33});
            result.measurements.push_back({cell.layer, "majority", "", 0.25, 25'147});
            if (std::string(cell.layer) == "mix")
                result.measurements.push_back({"mix", "centre_of_gravity", "", 10 * cell.value, 25'147});
        }
        m_workspace->finishRun(id, result);
    }
    HeatmapQuery query() const {
        HeatmapQuery query;
        query.experimentId = m_experiment;
        query.task = "pos";
        query.split = "dev";
        query.preset = "zertuche-liu-2021";
        query.family = "tiny";
        return query;
    }
    static bool isNear(double a, double b) { return std::fabs(a - b) < 1e-12; }

  private Q_SLOTS:
    void initTestCase() {
        m_workspace = std::make_unique<Workspace>(m_folder.path().toStdString());
        m_experiment = m_workspace->addExperiment(experimentRow("e"));
        addRun(1, 0, 1, {{"mix", 0.50}, {"10", 0.44}, {"0", 0.6}, {"2", 0.9}});
        addRun(1, 0, 0, {{"mix", 0.40}, {"10", 0.42}, {"0", 0.3}, {"2", 0.9}});
        addRun(0, 0, 1, {{"mix", 0.30}, {"10", 0.41}, {"0", 0.2}, {"2", 0.9}});
        addRun(0, 0, 0, {{"mix", 0.20}, {"10", 0.41}, {"0", 0.1}, {"2", 0.9}});
        addRun(0, 100, 0, {{"mix", 0.7}, {"0", 0.55}, {"2", 0.95}});
        addRun(1, 2000, 0, {});
        // What the query above must leave out.
        addRun(0, 0, 0, {{"0", 0.01}}, "other");
        addRun(0, 0, 0, {{"0", 0.02}}, "tiny", "ner");
        addRun(0, 0, 0, {{"0", 0.03}}, "tiny", "pos", "edge (epochs=5)");
        addRun(0, 0, 0, {{"0", 0.04}}, "tiny", "pos", "edge", "chemprot");
        addRun(std::nullopt, 7, 0, {{"0", 0.05}}, "nameless");
    }
    void cleanupTestCase() { m_workspace.reset(); }

    void meanOverSeedsAndProbeSeeds() {
        const Heatmap map = makeHeatmap(*m_workspace, query());
        QCOMPARE(map.layers, (Names{"0", "2", "10", "mix"}));  // by number, the mix last
        QCOMPARE(map.steps, (Steps{0, 100, 2000}));
        QCOMPARE(map.cells.size(), std::size_t{12});
        const HeatmapCell& cell = map.at(0, 0);  // of 0.1, 0.2, 0.3, 0.6
        QVERIFY(isNear(cell.value, 0.3));
        QVERIFY(isNear(cell.spread, std::sqrt(0.14 / 3)));  // squares 0.04 + 0.01 + 0 + 0.09
        QCOMPARE(cell.runs, 4);
        QCOMPARE(cell.n, std::int64_t{25'147});
        QCOMPARE(cell.runIds, (std::vector<std::int64_t>{4, 3, 2, 1}));  // by seed, then probe seed
        QVERIFY(cell.firstSeed == 0 && cell.firstProbeSeed == 0);
        QVERIFY(isNear(map.at(1, 0).value, 0.9) && isNear(map.at(1, 0).spread, 0));
        QVERIFY(isNear(map.at(2, 0).value, 0.42));
        QVERIFY(isNear(map.at(3, 0).value, 0.35));
        QVERIFY(isNear(map.low, 0.3) && isNear(map.high, 0.95));
    }

    /// Weights that were copied into a second folder are found there as well; their runs are still one each.
    void copiedCheckpointsCountOnce() {
        Workspace copied((m_folder.path() + "/copied").toStdString());
        HeatmapQuery wanted = query();
        wanted.experimentId = copied.addExperiment(experimentRow("e"));
        Workspace::RunResult result;
        for (const int seed : {0, 1}) {
            CheckpointRow checkpoint = checkpointRow(seed, 10);
            const RunRow run = runRow(checkpoint, copied.upsertCheckpoint(checkpoint));
            const std::int64_t id = copied.planRun(wanted.experimentId, run);
            if (seed == 0) {
                checkpoint.path += "-copy";
                QCOMPARE(copied.planRun(wanted.experimentId,
                                        runRow(checkpoint, copied.upsertCheckpoint(checkpoint))),
                         id);
            }
            result.measurements = {{"0", "micro_f1", "", seed == 0 ? 0.2 : 0.8, 1},
                                   {"mix", "centre_of_gravity", "", seed == 0 ? 1.0 : 2.0, 1}};
            copied.finishRun(id, result);
        }
        const Heatmap map = makeHeatmap(copied, wanted);
        QVERIFY(isNear(map.at(0, 0).value, 0.5));
        QVERIFY(isNear(map.at(0, 0).spread, std::sqrt(0.18)));
        QCOMPARE(map.at(0, 0).runs, 2);
        QVERIFY(isNear(map.centreOfGravity[0], 1.5));
        QVERIFY2(map.subtitle.ends_with("n = 1 target a cell"), map.subtitle.c_str());
    }

    void whichRunsAreMeant() {
        CheckpointRow checkpoint = checkpointRow(1, 0);
        RunRow run = runRow(checkpoint, 1);
        QVERIFY(isMeant(query(), run, checkpoint));
        HeatmapQuery one = query();
        one.seeds = HeatmapQuery::Seeds::One;
        QVERIFY(!isMeant(one, run, checkpoint));
        one.seed = 1;
        QVERIFY(isMeant(one, run, checkpoint));
        run.probe = "edge (epochs=5)";
        QVERIFY(!isMeant(query(), run, checkpoint));
        run.probe = "edge";
        checkpoint.adaptedFrom = "chemprot";
        QVERIFY(!isMeant(query(), run, checkpoint));
    }

    void oneRunHasNoSpread() {
        const HeatmapCell cell = makeHeatmap(*m_workspace, query()).at(0, 1);
        QCOMPARE(cell.value, 0.55);
        QVERIFY(std::isnan(cell.spread));
        QVERIFY(cell.runs == 1 && cell.isMeasured());
    }

    void missingCells() {
        const Heatmap map = makeHeatmap(*m_workspace, query());
        for (const auto& [layer, step] : {std::pair{2, 1}, {0, 2}, {3, 2}}) {
            const HeatmapCell& cell = map.at(layer, step);
            QVERIFY(!cell.isMeasured() && std::isnan(cell.spread));
            QVERIFY(cell.runs == 0 && cell.n == 0 && cell.runIds.empty());
        }
    }

    void rowsOfOneValueAStep() {
        const Heatmap map = makeHeatmap(*m_workspace, query());
        QCOMPARE(map.centreOfGravity.size(), std::size_t{3});
        QVERIFY(isNear(map.centreOfGravity[0], 3.5) && isNear(map.centreOfGravity[1], 7));
        QVERIFY(isNear(map.majority[0], 0.25) && isNear(map.majority[1], 0.25));
        QVERIFY(std::isnan(map.centreOfGravity[2]) && std::isnan(map.majority[2]));
    }

    /// The most frequent label's share is no baseline of one label's score.
    void noMajorityOfOneLabel() {
        HeatmapQuery wanted = query();
        wanted.metric = "f1";
        wanted.label = "NOUN";
        const Heatmap map = makeHeatmap(*m_workspace, wanted);
        QVERIFY(map.hasNumbers() && map.majority.empty());
    }

    void oneSeed() {
        HeatmapQuery one = query();
        one.seeds = HeatmapQuery::Seeds::One;
        one.seed = 1;
        const Heatmap map = makeHeatmap(*m_workspace, one);
        QVERIFY(isNear(map.at(0, 0).value, 0.45));  // of 0.3 and 0.6
        QVERIFY(isNear(map.at(0, 0).spread, std::sqrt(0.045)));
        QCOMPARE(map.at(0, 0).runs, 2);
        QVERIFY(isNear(map.centreOfGravity[0], 4.5));
        QVERIFY(!map.at(0, 1).isMeasured());  // only seed 0 was probed there
        one.family = "nameless";
        one.seed = -1;  // a checkpoint without seed
        QCOMPARE(makeHeatmap(*m_workspace, one).at(0, 0).value, 0.05);
    }

    void eachSeed() {
        HeatmapQuery each = query();
        each.seeds = HeatmapQuery::Seeds::Each;
        const Heatmap map = makeHeatmap(*m_workspace, each);
        QCOMPARE(map.steps, (Steps{0, 100, 2000, 0, 100, 2000}));
        QCOMPARE(map.seeds, (std::vector<std::optional<int>>{0, 0, 0, 1, 1, 1}));
        QVERIFY(map.startsSeed(0) && !map.startsSeed(1) && map.startsSeed(3));
        QVERIFY(isNear(map.at(0, 0).value, 0.15) && isNear(map.at(0, 3).value, 0.45));
        QCOMPARE(map.at(0, 1).value, 0.55);
        QVERIFY(map.at(0, 0).runs == 2 && !map.at(0, 4).isMeasured());
        QVERIFY(isNear(map.centreOfGravity[0], 2.5) && isNear(map.centreOfGravity[3], 4.5));
        QVERIFY(map.subtitle.find("each of 2 seeds, mean of up to 2 probe seeds (some") != std::string::npos);
        const std::string text = heatmapCsv(map);
        QVERIFY(text.find("label,seed,layer,step") != std::string::npos);
        QVERIFY(text.find(",micro_f1,,1,0,0,0.4") != std::string::npos);
    }

    void spread() {
        HeatmapQuery wanted = query();
        wanted.seeds = HeatmapQuery::Seeds::Spread;
        const Heatmap map = makeHeatmap(*m_workspace, wanted);
        QVERIFY(isNear(map.at(0, 0).value, std::sqrt(0.14 / 3)));
        QVERIFY(!map.at(0, 1).isMeasured());  // one run has none
        QVERIFY(isNear(map.low, 0) && isNear(map.high, std::sqrt(0.14 / 3)));
    }

    void otherMetricsAndLabels() {
        HeatmapQuery wanted = query();
        wanted.metric = "loss";
        QVERIFY(isNear(makeHeatmap(*m_workspace, wanted).at(0, 0).value, 3));
        wanted.metric = "f1";
        QVERIFY(makeHeatmap(*m_workspace, wanted).layers.empty());  // no total
        wanted.label = "NOUN";
        const Heatmap map = makeHeatmap(*m_workspace, wanted);
        QVERIFY(isNear(map.at(0, 0).value, 0.15));
        QCOMPARE(map.at(0, 0).n, std::int64_t{33});
        wanted.label = "VERB";
        QVERIFY(makeHeatmap(*m_workspace, wanted).layers.empty());
    }

    void filters() {
        const auto only = [&](const HeatmapQuery& wanted) {
            const Heatmap map = makeHeatmap(*m_workspace, wanted);
            return map.cells.empty() ? std::nan("") : map.at(0, 0).value;
        };
        HeatmapQuery wanted = query();
        wanted.family = "other";
        QCOMPARE(only(wanted), 0.01);
        wanted = query();
        wanted.task = "ner";
        QCOMPARE(only(wanted), 0.02);
        // Settings that differ are not averaged: the preset as it stands, and the one with other epochs.
        wanted = query();
        wanted.preset = "zertuche-liu-2021 (epochs=5)";
        QCOMPARE(only(wanted), 0.03);
        wanted = query();
        wanted.adaptedFrom = "chemprot";
        QCOMPARE(only(wanted), 0.04);
        wanted = query();
        wanted.split = "test";
        QVERIFY(std::isnan(only(wanted)));
        ++(wanted = query()).experimentId;
        QVERIFY(std::isnan(only(wanted)));
    }

    void nothingMeasuredYet() {
        Workspace empty((m_folder.path() + "/empty").toStdString());
        HeatmapQuery wanted = query();
        wanted.experimentId = empty.addExperiment(experimentRow("e"));
        const CheckpointRow checkpoint = checkpointRow(0, 10);
        empty.planRun(wanted.experimentId, runRow(checkpoint, empty.upsertCheckpoint(checkpoint)));
        const Heatmap map = makeHeatmap(empty, wanted);
        QCOMPARE(map.layers, (Names{"0", "1", "2"}));  // the plan: every layer of the checkpoint
        QVERIFY(map.cells.size() == 3 && !map.hasNumbers() && map.settingsText.empty());
        QCOMPARE(map.steps, Steps{10});
        QVERIFY(map.low == 0 && map.high == 1);
        QVERIFY(heatmapChoices(empty, wanted.experimentId).metrics.empty());
        QVERIFY(!heatmapCsv(map).empty());
        RunRow some = runRow(checkpoint, empty.upsertCheckpoint(checkpoint));
        some.fields.settingsJson = R"({"layers":[0,2],"mix":true})";
        some.key = some.fields.key();
        wanted.experimentId = empty.addExperiment(experimentRow("some layers"));
        empty.planRun(wanted.experimentId, some);
        QCOMPARE(makeHeatmap(empty, wanted).layers, (Names{"0", "2", "mix"}));
    }

    void words() {
        const Heatmap map = makeHeatmap(*m_workspace, query());
        QCOMPARE(map.title, std::string("Part of speech: micro-F1 on dev"));
        QCOMPARE(map.subtitle,
                 std::string("tiny · mean of up to 2 seeds × 2 probe seeds (some cells have fewer) · "
                             "zertuche-liu-2021 · n = 25,147 targets a cell"));
        QVERIFY(map.settingsText.find("{\"epochs\":3}") != std::string::npos);
        HeatmapQuery wanted = query();
        wanted.metric = "f1";
        wanted.label = "NOUN";
        wanted.seeds = HeatmapQuery::Seeds::One;
        QCOMPARE(makeHeatmap(*m_workspace, wanted).title, std::string("Part of speech: F1 of NOUN on dev"));
        QVERIFY(makeHeatmap(*m_workspace, wanted)
                    .subtitle.find("seed 0 × up to 2 probe seeds (some cells have fewer)") !=
                std::string::npos);
        wanted.seed = 1;  // probed at one step, with both probe seeds
        QVERIFY(makeHeatmap(*m_workspace, wanted).subtitle.find("seed 1 × 2 probe seeds ·") !=
                std::string::npos);
    }

    void choices() {
        const HeatmapChoices choices = heatmapChoices(*m_workspace, m_experiment);
        QCOMPARE(choices.tasks, (Names{"ner", "pos"}));
        QCOMPARE(choices.splits, Names{"dev"});
        QCOMPARE(choices.presets, (Names{"zertuche-liu-2021", "zertuche-liu-2021 (epochs=5)"}));
        QCOMPARE(choices.metrics, (Names{"micro_f1", "f1", "loss", "majority"}));
        QCOMPARE(choices.families, (Names{"nameless", "other", "tiny"}));
        QCOMPARE(choices.labels, (Names{"NN", "NOUN", "SHARED"}));  // of every task
        QCOMPARE(choices.seeds, (std::vector<int>{0, 1}));
    }

    void csv() {
        Heatmap map = makeHeatmap(*m_workspace, query());
        map.query.preset = "a, \"b\"\nc";
        const std::string text = heatmapCsv(map);
        const QByteArrayList lines = QByteArray::fromStdString(text).split('\n');
        QCOMPARE(lines[0], QByteArray("# Part of speech: micro-F1 on dev"));
        QVERIFY(lines[1].startsWith("# tiny · mean of up to 2 seeds"));
        QVERIFY(lines[2].startsWith("# Settings: {\"epochs\":3}"));
        QVERIFY2(lines[3].startsWith("# Data: hash ") && lines[3].endsWith("0.9, 0.999, 1e-8"), lines[3]);
        QVERIFY2(lines[4].startsWith("# Experiment") && lines[4].endsWith("{}"), lines[4]);
        QCOMPARE(lines[5],
                 QByteArray("family,adapted_from,task,split,preset,metric,label,layer,step,value,spread,"
                            "runs,n,centre_of_gravity,majority"));
        QVERIFY(text.find("tiny,,pos,dev,\"a, \"\"b\"\"\nc\",micro_f1,,0,0,") != std::string::npos);
        map.query.preset = "preset";
        map.settingsText = "two\nlines";
        QVERIFY(heatmapCsv(map).find("\n# two\n# lines\n") != std::string::npos);
        compareWithCsv(map, heatmapCsv(map));
    }

    /// Qt sets the user's locale, and C's printf then writes 0,5 for a half.
    void csvInGerman() {
        QTemporaryDir locales;
        if (QProcess::execute("localedef", {"-i", "de_DE", "-f", "UTF-8", locales.filePath("de_DE.UTF-8")}) <
            0)
            QSKIP("needs localedef");
        qputenv("LOCPATH", locales.path().toLocal8Bit());
        if (!std::setlocale(LC_NUMERIC, "de_DE.UTF-8")) QSKIP("needs the sources of German");
        const bool hasComma = std::string(std::localeconv()->decimal_point) == ",";
        const Heatmap map = makeHeatmap(*m_workspace, query());
        const std::string text = heatmapCsv(map);
        std::setlocale(LC_NUMERIC, "C");
        QVERIFY(hasComma);
        compareWithCsv(map, text);
    }

  private:
    /// Every number of the map stands in the text, to the last bit.
    static void compareWithCsv(const Heatmap& map, const std::string& text) {
        QList<QByteArrayList> rows;
        for (const QByteArray& line : QByteArray::fromStdString(text).trimmed().split('\n'))
            if (!line.startsWith('#') && !line.startsWith("family,")) rows << line.split(',');
        QCOMPARE(rows.size(), static_cast<qsizetype>(map.cells.size()));
        const auto isSame = [](const QByteArray& field, double value) {
            return std::isnan(value) ? field.isEmpty() : field.toDouble() == value;
        };
        qsizetype row = 0;
        for (std::size_t l = 0; l < map.layers.size(); ++l) {
            for (std::size_t s = 0; s < map.steps.size(); ++s) {
                const QByteArrayList& fields = rows[row++];
                const HeatmapCell& cell = map.at(l, s);
                QCOMPARE(fields.size(), 15);
                QCOMPARE(fields[0], QByteArray("tiny"));
                QCOMPARE(fields[7].toStdString(), map.layers[l]);
                QCOMPARE(fields[8].toLongLong(), *map.steps[s]);
                QVERIFY2(isSame(fields[9], cell.value) && isSame(fields[10], cell.spread), fields[9]);
                QCOMPARE(fields[11].toInt(), cell.runs);
                QCOMPARE(fields[12].toLongLong(), cell.n);
                QVERIFY(isSame(fields[13], map.centreOfGravity[s]) && isSame(fields[14], map.majority[s]));
            }
        }
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::int64_t m_experiment = 0;
};

QTEST_GUILESS_MAIN(TestAnalysis)
#include "tst_analysis.moc"
