// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/error.h"
#include "inventedheatmap.h"
#include "widgets/backend.h"

#include <QTimer>

#include <functional>
#include <map>
#include <vector>

namespace strata::test {

/// Answers as the real backend does, later and by id, with invented numbers; counts what it was asked.
class FakeBackend : public Backend {
  public:
    using Backend::Backend;
    std::shared_ptr<const Heatmap> heatmap;  ///< the answer; its query is set to what was asked
    HeatmapChoices choices{{"pos"}, {"dev"}, {"zertuche-liu-2021"}, {"accuracy", "micro_f1"}, {"minibert"},
                           {},      {0, 1}};
    std::vector<RunRow> runs;
    QString log = QStringLiteral("12:00  started\n");
    std::map<QString, QString> settings;
    std::vector<HeatmapQuery> heatmapQueries;
    std::vector<ExampleFilter> cellFilters;
    CellDetails cell = details();               ///< the answer to every run of every cell
    std::map<std::int64_t, CellDetails> cells;  ///< but to these runs
    std::vector<std::int64_t> cellRuns;         ///< that were asked for
    std::int64_t lastOtherRun = 0;
    std::vector<QString> exports;
    QString exportProblem;
    quint64 nextId = 1;

    quint64 requestRuns(std::int64_t id) override {
        return later([this, id](quint64 answer) { Q_EMIT runsReady(answer, id, runs); });
    }
    quint64 requestLog(std::int64_t) override {
        return later([this](quint64 answer) { Q_EMIT logReady(answer, log); });
    }
    quint64 requestChoices(std::int64_t id) override {
        return later([this, id](quint64 answer) { Q_EMIT choicesReady(answer, id, choices); });
    }
    quint64 requestHeatmap(const HeatmapQuery& query) override {
        heatmapQueries.push_back(query);
        return later([this, query](quint64 answer) {
            auto copy = std::make_shared<Heatmap>(heatmap ? *heatmap : Heatmap());
            copy->query = query;
            Q_EMIT heatmapReady(answer, copy);
        });
    }
    quint64 requestCell(std::int64_t run, const std::string&, ExampleFilter filter, std::int64_t otherRun,
                        const std::string&, int limit) override {
        cellRuns.push_back(run);
        if (limit > 0) {  // with examples, which are of the cell's first run
            cellFilters.push_back(filter);
            lastOtherRun = otherRun;
        }
        return later([this, run](quint64 answer) {
            const auto own = cells.find(run);
            Q_EMIT cellReady(answer, std::make_shared<CellDetails>(own == cells.end() ? cell : own->second));
        });
    }
    quint64 exportFigure(const FigureDescription& figure, std::shared_ptr<const Heatmap> shown,
                         const QString& file) override {
        exports.push_back(file);
        return later([this, figure, shown, file](quint64 answer) {
            QString problem = exportProblem;
            try {
                if (problem.isEmpty()) writeFigure(file, figure, *shown);
            } catch (const Error& error) {
                problem = QString::fromUtf8(error.what());
            }
            Q_EMIT figureExported(answer, file, problem);
        });
    }
    void setSetting(const QString& key, const QString& value) override { settings[key] = value; }

    static CellDetails details() {
        CellDetails cell;
        cell.labels = {{"X", 0.48, 99},      {"INTJ", 0.61, 121},   {"PROPN", 0.84, 1785},
                       {"SCONJ", 0.86, 443}, {"ADJ", 0.89, 1873},   {"NOUN", 0.91, 4209},
                       {"VERB", 0.93, 2715}, {"ADV", 0.935, 1180},  {"NUM", 0.95, 405},
                       {"AUX", 0.97, 1567},  {"PUNCT", 0.99, 3076}, {"DET", 0.992, 1901}};
        for (const LabelScore& label : cell.labels)
            cell.confusionLabels.push_back(label.label);
        cell.confusion.assign(12, std::vector<std::int64_t>(12, 0));
        for (std::size_t i = 0; i < 12; ++i) {
            cell.confusion[i][i] =
                static_cast<std::int64_t>(cell.labels[i].f1 * static_cast<double>(cell.labels[i].gold));
            cell.confusion[i][(i + 3) % 12] = cell.labels[i].gold - cell.confusion[i][i];
        }
        cell.right = 23361;
        cell.wrong = 1786;
        cell.changed = 402;
        const auto add = [&](std::vector<std::string> words, int begin, int end, const char* gold,
                             const char* said, double p) {
            Example example;
            example.sentenceId = "weblog-" + std::to_string(cell.examples.size());
            example.words = std::move(words);
            example.target.begin1 = begin;
            example.target.end1 = end;
            example.gold = gold;
            example.predicted = said;
            example.probability = p;
            cell.examples.push_back(std::move(example));
        };
        add({"He", "can", "record", "the", "whole", "thing", "tonight", "."}, 2, 3, "VERB", "NOUN", 0.81);
        add({"A", "fast", "growing", "town", "near", "Lyon"}, 1, 2, "ADJ", "ADV", 0.74);
        add({"Long",   "before", "anybody", "in",       "the",  "office", "had",    "thought", "of",
             "asking", "about",  "it",      ",",        "they", "will",   "Google", "it",      "anyway",
             "and",    "then",   "tell",    "everyone", "else", "what",   "they",   "have",    "found"},
            15, 16, "VERB", "PROPN", 0.67);
        add({"我们", "明天", "去", "北京", "开会", "。"}, 4, 5, "VERB", "NOUN", 0.6);
        add({"ذهب", "الولد", "إلى", "المدرسة", "صباحا"}, 3, 4, "NOUN", "PROPN", 0.58);
        add({"the", "above", "mentioned", "address"}, 1, 2, "a-label-with-a-very-long-name-indeed",
            "another-very-long-label", 0.53);
        add({"Nice", "cut", ",", "friendly", "staff"}, 1, 2, "NOUN", "VERB", 0.46);
        return cell;
    }

    void openWorkspace(const QString&) override {}
    void scanFolder(const QString&) override {}
    void cancelScan() override {}
    void lookForFolders() override {}
    quint64 inspectCheckpoint(std::int64_t) override { return 0; }
    void forgetCheckpoints(const std::vector<std::int64_t>&) override {}
    void recallCheckpoints(const std::vector<std::int64_t>&) override {}
    void correctCheckpointName(std::int64_t, const QString&, std::optional<int>, std::optional<std::int64_t>,
                               bool) override {}
    void saveDataset(const DatasetRow&) override {}
    void deleteDataset(std::int64_t) override {}
    quint64 previewDataset(const DatasetRow&, const QString&) override { return 0; }
    quint64 plan(const ExperimentSpec&) override { return 0; }
    void enqueue(const ExperimentSpec&) override {}
    void pauseQueue(bool) override {}
    void cancelExperiment(std::int64_t) override {}
    void retryExperiment(std::int64_t) override {}
    void moveExperiment(std::int64_t, std::int64_t) override {}
    void renameExperiment(std::int64_t, const QString&, const QString&) override {}
    void deleteExperiment(std::int64_t) override {}
    void setRunnerSettings(const RunnerSettings&) override {}
    void runDemo() override {}
    void clearActivationCache() override {}

  private:
    quint64 later(const std::function<void(quint64)>& answer) {
        const quint64 id = nextId++;
        QTimer::singleShot(0, this, [answer, id] { answer(id); });
        return id;
    }
};

inline std::shared_ptr<WorkspaceSnapshot> inventedSnapshot() {
    auto snapshot = std::make_shared<WorkspaceSnapshot>();
    snapshot->folder = QStringLiteral("/invented");
    ExperimentRow row;
    row.id = 1;
    row.name = "minibert on EWT";
    row.state = ExperimentState::Running;
    snapshot->experiments.push_back(row);
    std::int64_t id = 0;
    for (const std::int64_t step : {0, 25, 50, 100, 200, 400, 800, 1600, 3200, 5400}) {
        CheckpointRow checkpoint;
        checkpoint.id = ++id;
        checkpoint.family = "minibert";
        checkpoint.seed = 0;
        checkpoint.step = step;
        checkpoint.path = "/models/minibert-seed_0-step_" + std::to_string(step);
        snapshot->checkpoints.push_back(checkpoint);
    }
    return snapshot;
}

}  // namespace strata::test
