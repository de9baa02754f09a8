// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "analysis/heatmap.h"
#include "support/workspacerows.h"

#include <QTemporaryDir>
#include <QTest>

using namespace strata;
using namespace strata::test;

/// The inspector of a cell, on six targets whose predictions are set by hand.
class TestCellDetails : public QObject {
    Q_OBJECT

    using Names = std::vector<std::string>;

    CellDetails details(ExampleFilter filter, std::size_t limit = 100, std::int64_t other = 0,
                        const std::string& otherLayer = {}, const std::string& layer = "1") const {
        return cellDetails(*m_workspace, m_run, layer, filter, other, otherLayer, limit);
    }
    static Names wordsOf(const CellDetails& details) {  // the target's word of each example
        Names words;
        for (const Example& example : details.examples)
            words.push_back(example.words[static_cast<std::size_t>(example.target.begin1)]);
        return words;
    }

  private Q_SLOTS:
    void initTestCase() {
        m_workspace = std::make_unique<Workspace>(m_folder.path().toStdString());
        const CheckpointRow checkpoint = checkpointRow(0, 0);
        const std::int64_t checkpointId = m_workspace->upsertCheckpoint(checkpoint),
                           experiment = m_workspace->addExperiment(experimentRow("e"));
        const RunRow row = runRow(checkpoint, checkpointId);
        m_run = m_workspace->planRun(experiment, row);
        m_other = m_workspace->planRun(experiment, runRow(checkpoint, checkpointId, 1));
        m_workspace->storeSentences(row.fields.dataHash, "dev",
                                    {{"first",
                                      {"a", "b", "c"},
                                      {{0, 1, -1, -1, {"A"}}, {1, 2, -1, -1, {"B"}}, {2, 3, -1, -1, {"C"}}}},
                                     {"second",
                                      {"d", "e", "f"},
                                      {{0, 1, -1, -1, {"A"}}, {1, 2, -1, -1, {"A"}}, {2, 3, -1, -1, {}}}}});
        Workspace::RunResult result;
        result.labels = {"A", "B", "C"};
        // sentence, target, gold, best, probability of best, of gold
        result.predictionsByLayer["1"] = {{0, 0, 0, 0, 0.9f, 0.9f}, {0, 1, 1, 0, 0.6f, 0.3f},
                                          {0, 2, 2, 2, 0.7f, 0.7f}, {1, 0, 0, 2, 0.8f, 0.1f},
                                          {1, 1, 0, 0, 1.0f, 1.0f}, {1, 2, -1, 2, 0.5f, 0.0f}};
        result.predictionsByLayer["2"] = result.predictionsByLayer["1"];
        result.predictionsByLayer["2"][0].best = 1;  // a: right in layer 1 only
        result.predictionsByLayer["2"][3].best = 0;  // d: right in layer 2 only
        result.measurements = {{"1", "f1", "A", 0.75, 3},
                               {"1", "f1", "B", 0.0, 1},
                               {"1", "f1", "C", 0.25, 1},
                               {"1", "f1", "X", 0.0, 0},
                               {"1", "label_precision", "A", 0.5, 4},
                               {"2", "label_precision", "A", 0.7, 4},
                               {"1", "label_recall", "B", 0.0, 1},
                               {"2", "f1", "A", 0.125, 3},
                               {"1", "accuracy", "", 0.5, 6}};
        m_workspace->finishRun(m_run, result);
        Workspace::RunResult other = result;
        for (auto& prediction : other.predictionsByLayer["1"])
            prediction.best = prediction.gold;
        m_workspace->finishRun(m_other, other);
    }
    void cleanupTestCase() { m_workspace.reset(); }

    void scoresOfLabels() {
        const CellDetails cell = details(ExampleFilter::Wrong);
        Names labels;
        for (const LabelScore& score : cell.labels)
            labels.push_back(score.label);
        QCOMPARE(labels, (Names{"B", "C", "A"}));  // worst first; X does not occur
        QCOMPARE(cell.labels[2].f1, 0.75);
        QCOMPARE(cell.labels[2].gold, std::int64_t{3});
        QVERIFY(cell.runs == 1 && cell.labels[2].runs == 1 && std::isnan(cell.labels[2].f1Spread));
        QVERIFY(cell.labels[2].precision.runs == 1 && cell.labels[2].precision.mean == 0.5);
        QVERIFY(cell.labels[0].precision.runs == 0 && std::isnan(cell.labels[0].precision.mean));
        QCOMPARE(cell.labels[0].recall.mean, 0.0);
    }

    void confusion() {
        const CellDetails cell = details(ExampleFilter::Wrong);
        QCOMPARE(cell.confusionLabels, (Names{"A", "B", "C"}));
        const std::vector<std::vector<std::int64_t>> expected = {{2, 0, 1}, {1, 0, 0}, {0, 0, 1}};
        QCOMPARE(cell.confusion, expected);  // the target without gold is in no row
        QVERIFY(cell.right == 3 && cell.wrong == 3 && cell.changed == 0);
    }

    void wrongExamples() {
        const CellDetails cell = details(ExampleFilter::Wrong);
        QCOMPARE(wordsOf(cell), (Names{"d", "b", "f"}));  // 0.8, 0.6, 0.5: most confident first
        const Example& first = cell.examples[0];
        QCOMPARE(first.sentenceId, std::string("second"));
        QCOMPARE(first.words, (Names{"d", "e", "f"}));
        QCOMPARE((Names{first.gold, first.predicted}), (Names{"A", "C"}));
        QVERIFY(std::fabs(first.probability - 0.8) < 1e-5 && !first.isRight);
        QCOMPARE(cell.examples[2].gold, std::string("(none)"));
    }

    void rightExamples() {
        const CellDetails cell = details(ExampleFilter::Right);
        QCOMPARE(wordsOf(cell), (Names{"e", "a", "c"}));
        QVERIFY(cell.examples[0].isRight);
    }

    void limit() {
        const CellDetails cell = details(ExampleFilter::Right, 2);
        QCOMPARE(wordsOf(cell), (Names{"e", "a"}));
        QVERIFY(cell.right == 3 && cell.wrong == 3);  // counts are of all
        QVERIFY(details(ExampleFilter::Right, 0).examples.empty());
    }

    void changedBetweenLayers() {
        const CellDetails cell = details(ExampleFilter::Changed, 100, m_run, "2");
        QCOMPARE(cell.changed, std::int64_t{2});
        QCOMPARE(wordsOf(cell), (Names{"a", "d"}));
        QVERIFY(cell.examples[0].isRight && !cell.examples[1].isRight);
        QCOMPARE((Names{cell.examples[0].predicted, cell.examples[0].otherPredicted}), (Names{"A", "B"}));
        QCOMPARE((Names{cell.examples[1].predicted, cell.examples[1].otherPredicted}), (Names{"C", "A"}));
        QVERIFY(details(ExampleFilter::Right).examples[0].otherPredicted.empty());
        QCOMPARE(wordsOf(details(ExampleFilter::Changed, 100, m_run, "1")), Names{});
    }

    void changedBetweenRuns() {
        // Right everywhere in the other run but for f, which has no gold label and is right nowhere.
        const CellDetails cell = details(ExampleFilter::Changed, 100, m_other, "1");
        QCOMPARE(wordsOf(cell), (Names{"d", "b"}));
        QCOMPARE(details(ExampleFilter::Wrong, 100, m_other, "1").changed, std::int64_t{2});
    }

    void whatIsNotThere() {
        const CellDetails layer = details(ExampleFilter::Wrong, 100, 0, {}, "7");
        QVERIFY(layer.examples.empty() && layer.labels.empty() && layer.right + layer.wrong == 0);
        const CellDetails run = cellDetails(*m_workspace, 999, "1", ExampleFilter::Wrong, 0, {}, 10);
        QVERIFY(run.examples.empty() && run.confusion.empty());
        QCOMPARE(details(ExampleFilter::Changed, 100, 999, "1").changed, std::int64_t{0});
    }

    /// Two pretraining seeds × two probe seeds: what the inspector shows against the view `tidy`.
    void severalRunsAgreeWithTidy() {
        Workspace other((m_folder.path() + "/several").toStdString());
        const std::int64_t experiment = other.addExperiment(experimentRow("e"));
        std::vector<std::vector<std::int64_t>> summed(2, std::vector<std::int64_t>(2, 0));
        for (int i = 0; i < 4; ++i) {
            const CheckpointRow checkpoint = checkpointRow(i / 2, 100);
            const std::int64_t run =
                other.planRun(experiment, runRow(checkpoint, other.upsertCheckpoint(checkpoint), i % 2));
            Workspace::RunResult result;
            result.labels = i == 3 ? Names{"B", "A"} : Names{"A", "B"};  // alike by name, not by place
            for (int target = 0; target < 10; ++target) {
                const int gold = target % 2, best = target < 2 + i ? 1 - gold : gold;
                ++summed[static_cast<std::size_t>(gold)][static_cast<std::size_t>(best)];
                const auto placeOf = [&](int label) { return i == 3 ? 1 - label : label; };
                result.predictionsByLayer["1"].push_back(
                    {0, target, placeOf(gold), placeOf(best), 0.9f, 0.5f});
            }
            for (const char* layer : {"0", "1"}) {
                const double add = layer[0] == '0' ? 0.3 : 0;
                result.measurements.push_back({layer, "f1", "A", 0.5 + 0.03 * i * i + add, 5});
                result.measurements.push_back({layer, "f1", "B", 0.4 - 0.02 * i + add, 5});
                result.measurements.push_back({layer, "label_recall", "A", 0.6 - 0.05 * i + add, 5});
                if (i != 2) result.measurements.push_back({layer, "label_precision", "A", 0.1 * i + add, 5});
                result.measurements.push_back({layer, "accuracy", "", 0.8 - 0.1 * i, 10});
            }
            other.finishRun(run, result);
        }
        HeatmapQuery query;
        query.experimentId = experiment;
        query.task = "pos";
        query.metric = "accuracy";
        const Heatmap map = makeHeatmap(other, query);
        const HeatmapCell& shown = map.at(1, 0);
        QCOMPARE(shown.runIds.size(), std::size_t{4});
        std::vector<std::shared_ptr<const CellDetails>> ofRuns;
        for (const std::int64_t run : shown.runIds)
            ofRuns.push_back(std::make_shared<CellDetails>(
                cellDetails(other, run, map.layers[1], ExampleFilter::Wrong, 0, {}, 0)));
        const CellDetails cell = cellOfRuns(ofRuns);

        std::map<std::pair<std::string, std::string>, std::vector<double>> tidy;  // metric, label
        std::int64_t targets = 0;
        double right = 0;
        other.forEachTidyRow([&](const TidyRow& row) {
            if (row.layer != "1" || row.step != 100) return;
            tidy[{row.metric, row.label}].push_back(row.value);
            if (row.metric != "accuracy") return;
            targets += row.n;
            right += row.value * static_cast<double>(row.n);
        });
        const auto agrees = [&](double mean, double spread, int runs, const char* metric,
                                const std::string& label) {
            const std::vector<double> values = tidy[{metric, label}];
            double sum = 0, squares = 0;
            for (const double value : values)
                sum += value;
            const auto count = static_cast<double>(values.size());
            for (const double value : values)
                squares += (value - sum / count) * (value - sum / count);
            return runs == std::ssize(values) && std::abs(mean - sum / count) < 1e-12 &&
                   std::abs(spread - std::sqrt(squares / (count - 1))) < 1e-12;
        };
        QCOMPARE(cell.runs, 4);
        QCOMPARE(cell.labels.size(), std::size_t{2});
        QCOMPARE(cell.labels[0].label, std::string("B"));  // worst first by the mean
        for (const LabelScore& score : cell.labels) {
            QVERIFY(agrees(score.f1, score.f1Spread, score.runs, "f1", score.label));
            QCOMPARE(score.gold, std::int64_t{5});
        }
        const LabelScore& a = cell.labels[1];
        QVERIFY(agrees(a.recall.mean, a.recall.spread, a.recall.runs, "label_recall", "A"));
        QVERIFY(agrees(a.precision.mean, a.precision.spread, a.precision.runs, "label_precision", "A"));
        QCOMPARE(a.precision.runs, 3);
        QCOMPARE(cell.confusionLabels, (Names{"A", "B"}));
        QCOMPARE(cell.confusion, summed);
        const std::int64_t diagonal = summed[0][0] + summed[1][1];
        QCOMPARE(diagonal + summed[0][1] + summed[1][0], targets);
        QVERIFY(std::abs(static_cast<double>(diagonal) - right) < 1e-9);
        // Counts of examples are the first run's; so is a cell of that run alone.
        QVERIFY(cell.right == 8 && cell.wrong == 2);
        const CellDetails alone = cellOfRuns({ofRuns.front()});
        QVERIFY(alone.runs == 1 && alone.confusion == ofRuns.front()->confusion);
        QVERIFY(cellOfRuns({}).labels.empty());
    }

    /// The precision of a label that a run never said, as earlier versions stored it: 0 of 0.
    void sharesOfNothing() {
        Workspace other((m_folder.path() + "/nothing").toStdString());
        const std::int64_t experiment = other.addExperiment(experimentRow("e"));
        const CheckpointRow checkpoint = checkpointRow(0, 100);
        const std::int64_t id = other.upsertCheckpoint(checkpoint);
        const std::vector<std::pair<double, std::int64_t>> shares = {{0.5, 4}, {0.0, 0}, {0.7, 10}};
        for (int i = 0; i < 3; ++i) {
            const auto& [value, said] = shares[static_cast<std::size_t>(i)];
            Workspace::RunResult result;
            result.labels = {"A"};
            result.measurements = {{"0", "f1", "A", value, 5}, {"0", "label_precision", "A", value, said}};
            other.finishRun(other.planRun(experiment, runRow(checkpoint, id, i)), result);
        }
        HeatmapQuery query;
        query.experimentId = experiment;
        query.task = "pos";
        query.metric = "label_precision";
        query.label = "A";
        const Heatmap map = makeHeatmap(other, query);
        const HeatmapCell& cell = map.at(0, 0);
        QVERIFY(cell.runs == 2 && std::abs(cell.mean - 0.6) < 1e-12);
        QVERIFY(cell.n == 4 && cell.mostN == 10);
        std::vector<std::shared_ptr<const CellDetails>> ofRuns;
        for (const RunRow& run : other.runs(experiment))
            ofRuns.push_back(std::make_shared<CellDetails>(
                cellDetails(other, run.id, "0", ExampleFilter::Wrong, 0, {}, 0)));
        const LabelScore score = cellOfRuns(ofRuns).labels.at(0);  // the inspector says the same
        QVERIFY(score.runs == 3 && score.precision.runs == 2);
        QVERIFY(std::abs(score.precision.mean - cell.mean) < 1e-12);
        QVERIFY2(map.subtitle.find("n = 4 to 10 targets") != std::string::npos, map.subtitle.c_str());
    }

    /// Predictions of a longer text than the one stored (another file of the same name): nothing is made up.
    void sentencesThatAreShorter() {
        Workspace other((m_folder.path() + "/short").toStdString());
        const CheckpointRow checkpoint = checkpointRow(0, 0);
        const RunRow row = runRow(checkpoint, other.upsertCheckpoint(checkpoint));
        const std::int64_t run = other.planRun(other.addExperiment(experimentRow("e")), row);
        Workspace::RunResult result;
        result.labels = {"A"};
        result.predictionsByLayer["0"] = {{0, 0, 0, 0, 0.9f, 0.9f},
                                          {0, 5, 0, 0, 0.9f, 0.9f},
                                          {9, 0, 0, 0, 0.9f, 0.9f},
                                          {-1, -1, 7, 7, 0.9f, 0.9f}};
        other.finishRun(run, result);
        other.storeSentences(row.fields.dataHash, "dev", {{"s", {"w"}, {{0, 1, -1, -1, {"A"}}}}});
        const CellDetails cell = cellDetails(other, run, "0", ExampleFilter::Right, 0, {}, 10);
        QCOMPARE(cell.right, std::int64_t{4});
        QCOMPARE(cell.examples.size(), std::size_t{1});
        QCOMPARE(cell.confusion[0][0], std::int64_t{3});
    }

  private:
    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::int64_t m_run = 0, m_other = 0;
};

QTEST_GUILESS_MAIN(TestCellDetails)
#include "tst_celldetails.moc"
