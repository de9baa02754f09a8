// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"
#include "checkpoint/inspection.h"
#include "experiment/plan.h"
#include "experiment/runner.h"
#include "store/values.h"
#include "widgets/plots/figure.h"

#include <QObject>
#include <QString>

#include <map>
#include <memory>

namespace strata {

/// Everything the pages show of a workspace, as one immutable value.
struct WorkspaceSnapshot {
    QString folder;
    std::vector<CheckpointRow> checkpoints;
    std::map<std::int64_t, std::vector<std::string>> probedTasks;  ///< checkpoint id -> tasks with results
    std::map<std::int64_t, std::string> gone;  ///< checkpoint id -> why it is no longer on disk, in words
    std::vector<DatasetRow> datasets;
    std::vector<ExperimentRow> experiments;
    std::map<std::string, std::string> settings;  ///< page states and preferences
    RunnerSettings runner;

    /// Whether an experiment can be made with a checkpoint.
    bool isUsable(const CheckpointRow& row) const { return row.problem.empty() && !gone.contains(row.id); }
};

/// A data set as the Data page shows it: the first sentences with spans, label counts, what was left out.
struct DatasetPreview {
    DatasetRow row;
    std::vector<StoredSentence> sentences;
    std::vector<std::pair<std::string, std::int64_t>> labelCounts;  ///< most frequent first
    std::int64_t sentenceCount = 0, targetCount = 0;
    std::vector<std::string> omissions;
    std::string problem;
    std::vector<std::string> missing;  ///< files that an experiment would not find, whatever is previewed
};

/// What the window asks of the rest of the program. Lives on the GUI thread; the implementation (app/strata)
/// owns the worker threads and answers through queued signals. Every request returns an id; receivers drop
/// answers whose id is not their current one. Nothing here blocks.
class Backend : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;

    virtual void openWorkspace(const QString& folder) = 0;  ///< creates it when missing
    virtual void scanFolder(const QString& folder) = 0;     ///< adds what it finds; hashes in the background
    virtual void cancelScan() = 0;
    virtual void lookForFolders() = 0;  ///< a snapshot follows when a checkpoint went from disk or came back
    virtual quint64 inspectCheckpoint(std::int64_t id) = 0;  ///< only the newest request is answered
    virtual void forgetCheckpoints(const std::vector<std::int64_t>& ids) = 0;
    virtual void recallCheckpoints(
        const std::vector<std::int64_t>& ids) = 0;  ///< forgotten ones, as they were
    /// @param isByHand false = this is what the folder's name says: the correction is taken back
    virtual void correctCheckpointName(std::int64_t id, const QString& family, std::optional<int> seed,
                                       std::optional<std::int64_t> step, bool isByHand) = 0;
    virtual void saveDataset(const DatasetRow& row) = 0;
    virtual void deleteDataset(std::int64_t id) = 0;
    virtual quint64 previewDataset(const DatasetRow& row, const QString& split) = 0;
    virtual quint64 plan(const ExperimentSpec& spec) = 0;
    virtual void enqueue(const ExperimentSpec& spec) = 0;  ///< and starts the queue
    virtual void pauseQueue(bool paused) = 0;
    virtual void cancelExperiment(std::int64_t id) = 0;
    virtual void retryExperiment(
        std::int64_t id) = 0;  ///< resumes a stopped one, and one with failures or gaps
    virtual void moveExperiment(std::int64_t id, std::int64_t position) = 0;
    virtual void renameExperiment(std::int64_t id, const QString& name, const QString& note) = 0;
    virtual void deleteExperiment(std::int64_t id) = 0;
    virtual quint64 requestRuns(std::int64_t experimentId) = 0;
    virtual quint64 requestLog(std::int64_t experimentId) = 0;  ///< the newest part of it
    virtual quint64 requestChoices(std::int64_t experimentId) = 0;
    virtual quint64 requestHeatmap(const HeatmapQuery& query) = 0;
    virtual quint64 requestCell(std::int64_t runId, const std::string& layer, ExampleFilter filter,
                                std::int64_t otherRunId, const std::string& otherLayer, int limit) = 0;
    /// Draws and writes a figure (format by the file's ending: pdf, svg, png, csv; for pdf, svg and png a csv
    /// with the numbers beside it).
    virtual quint64 exportFigure(const FigureDescription& figure, std::shared_ptr<const Heatmap> heatmap,
                                 const QString& file) = 0;
    virtual void setSetting(const QString& key, const QString& value) = 0;
    virtual void setRunnerSettings(const RunnerSettings& settings) = 0;
    virtual void runDemo() = 0;  ///< pretrains and probes the demo in this workspace
    virtual void clearActivationCache() = 0;

  Q_SIGNALS:
    void workspaceChanged(std::shared_ptr<const strata::WorkspaceSnapshot> snapshot);
    void workspaceFailed(const QString& message);
    void checkpointFound(const strata::CheckpointRow& row);  ///< while scanning
    void scanProgress(const strata::Progress& progress);
    void scanFinished(const QString& folder, int found, const QString& problem);
    void checkpointInspected(quint64 id, std::shared_ptr<const strata::CheckpointContent> content);
    void datasetPreviewReady(quint64 id, std::shared_ptr<const strata::DatasetPreview> preview);
    void planReady(quint64 id, std::shared_ptr<const strata::Plan> plan);
    void planFailed(quint64 id, const QString& message);
    void enqueueFailed(const QString& message);
    void experimentEnqueued(qint64 experimentId);
    void runnerEvent(const strata::RunnerEvent& event);  ///< throttled to 20 a second, last one always
    void runsReady(quint64 id, qint64 experimentId, const std::vector<strata::RunRow>& runs);
    void logReady(quint64 id, const QString& text);
    void choicesReady(quint64 id, qint64 experimentId, const strata::HeatmapChoices& choices);
    void heatmapReady(quint64 id, std::shared_ptr<const strata::Heatmap> heatmap);
    void cellReady(quint64 id, std::shared_ptr<const strata::CellDetails> details);
    void figureExported(quint64 id, const QString& file, const QString& problem);
    void requestFailed(quint64 id, const QString& message);  ///< any other request
    void demoProgress(const strata::Progress& progress);
};

}  // namespace strata
