// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "experiment/queue.h"
#include "experiment/runner.h"
#include "support/tinymaterial.h"

#include <QTemporaryDir>

#include <cstdio>
#include <set>

namespace strata::test {

/// A folder with checkpoints ck/tiny-seed_{0,1}-step_{0,10,20}, two training texts and a dev text.
class RunMaterial {
  public:
    RunMaterial() {
        for (const int seed : {0, 1})
            for (const int step : {0, 10, 20})
                writeTinyCheckpoint(checkpoint(seed, step), static_cast<std::uint64_t>(100 * seed + step));
        writeFile(at("train.conllu"), tinyConllu(40, 1));
        writeFile(at("dev.conllu"), tinyConllu(25, 2));
        writeFile(at("other.conllu"), tinyConllu(30, 3));
    }
    QString at(const QString& name) const { return m_folder.filePath(name); }
    QString checkpoint(int seed, int step) const {
        return at(QStringLiteral("ck/tiny-seed_%1-step_%2").arg(seed).arg(step));
    }
    std::filesystem::path path(const QString& name) const { return at(name).toStdString(); }
    Workspace workspace(const QString& name) const { return Workspace(path(name)); }

    /// One task, one probe with all layers and the mix, one seed; on these checkpoints.
    ExperimentSpec spec(const std::vector<std::string>& checkpoints) const {
        return parseSpec({{"name", "tiny"},
                          {"checkpoints", checkpoints},
                          {"tasks", {{{"train", "train.conllu"}, {"dev", "dev.conllu"}}}},
                          {"probes", {{{"set", {{"epochs", 2}, {"learning_rate", 0.01}}}}}}},
                         m_folder.path().toStdString());
    }

  private:
    QTemporaryDir m_folder;
};

/// One compute thread, so that numbers can be compared to the last bit.
inline RunnerSettings oneThread() {
    RunnerSettings settings;
    settings.threads = 1;
    return settings;
}

inline RunnerOutcome runSpec(Workspace& workspace, const ExperimentSpec& spec, const RunnerSink& sink = {},
                             const std::stop_token& stop = {}) {
    return runExperiment(workspace, enqueueExperiment(workspace, spec), oneThread(), stop, sink);
}

/// Everything measured and predicted, in words that do not depend on ids or on the order of the runs.
inline std::set<std::string> resultsOf(const Workspace& workspace) {
    std::set<std::string> results;
    char number[40];
    workspace.forEachTidyRow([&](const TidyRow& row) {
        std::snprintf(number, sizeof number, "%a", row.value);
        std::string text = row.family;
        for (const std::string& part :
             {std::to_string(row.seed.value_or(-1)), std::to_string(row.step.value_or(-1)), row.task,
              row.split, row.preset, row.probe, std::to_string(row.probeSeed), row.layer, row.metric,
              row.label, std::string(number), std::to_string(row.n)})
            text += "|" + part;
        results.insert(text);
    });
    for (const ExperimentRow& experiment : workspace.experiments())
        for (const RunRow& run : workspace.runs(experiment.id))
            for (const char* layer : {"0", "1", "2", "mix"})
                for (const StoredPrediction& p : workspace.predictions(run.id, layer))
                    results.insert(run.key + "|" + layer + "|" + std::to_string(p.sentence) + "." +
                                   std::to_string(p.target) + "|" + std::to_string(p.best) + "|" +
                                   std::to_string(p.probabilityOfBest));
    return results;
}

/// Counts what a runner tells.
struct Told {
    std::vector<RunnerEvent> events;
    RunnerSink sink() {
        return [this](const RunnerEvent& event) { events.push_back(event); };
    }
    int count(RunnerEvent::Kind kind) const {
        int count = 0;
        for (const RunnerEvent& event : events)
            count += event.kind == kind ? 1 : 0;
        return count;
    }
};

}  // namespace strata::test
