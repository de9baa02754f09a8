// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "app/strata/taskqueue.h"
#include "widgets/backend.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

namespace strata {

/// The backend of the window. Owns its threads: one answers questions, one looks at files (scans folders,
/// hashes weights, plans: each may read gigabytes), one runs the queue. Each has its own Workspace object.
/// Signals are emitted on the GUI thread, where this object lives.
class Worker final : public Backend {
    Q_OBJECT
  public:
    explicit Worker(QObject* parent = nullptr);
    ~Worker() override;  ///< stops all threads; a running experiment becomes "interrupted" and goes on at
                         ///< the next start

    void openWorkspace(const QString& folder) override;
    void scanFolder(const QString& folder) override;
    void cancelScan() override;
    void lookForFolders() override;
    quint64 inspectCheckpoint(std::int64_t id) override;
    void forgetCheckpoints(const std::vector<std::int64_t>& ids) override;
    void recallCheckpoints(const std::vector<std::int64_t>& ids) override;
    void correctCheckpointName(std::int64_t id, const QString& family, std::optional<int> seed,
                               std::optional<std::int64_t> step, bool isByHand) override;
    void saveDataset(const DatasetRow& row) override;
    void deleteDataset(std::int64_t id) override;
    quint64 previewDataset(const DatasetRow& row, const QString& split) override;
    quint64 plan(const ExperimentSpec& spec) override;
    void enqueue(const ExperimentSpec& spec) override;
    void pauseQueue(bool paused) override;
    void cancelExperiment(std::int64_t id) override;
    void retryExperiment(std::int64_t id) override;
    void moveExperiment(std::int64_t id, std::int64_t position) override;
    void renameExperiment(std::int64_t id, const QString& name, const QString& note) override;
    void deleteExperiment(std::int64_t id) override;
    quint64 requestRuns(std::int64_t experimentId) override;
    quint64 requestLog(std::int64_t experimentId) override;
    quint64 requestChoices(std::int64_t experimentId) override;
    quint64 requestHeatmap(const HeatmapQuery& query) override;
    quint64 requestCell(std::int64_t runId, const std::string& layer, ExampleFilter filter,
                        std::int64_t otherRunId, const std::string& otherLayer, int limit) override;
    quint64 exportFigure(const FigureDescription& figure, std::shared_ptr<const Heatmap> heatmap,
                         const QString& file) override;
    void setSetting(const QString& key, const QString& value) override;
    void setRunnerSettings(const RunnerSettings& settings) override;
    void runDemo() override;
    void clearActivationCache() override;

  private:
    using WorkspaceTask = std::function<void(Workspace&, const std::stop_token&)>;
    enum class StopReason { None, Cancel, Pause, Close };

    /// Runs a task with the question thread's workspace; nothing happens when none is open.
    void ask(WorkspaceTask task, bool thenSnapshot = false, bool isUrgent = true);
    /// The same for a request with an id: a failure becomes requestFailed(id).
    quint64 request(WorkspaceTask task, quint64 id);
    /// Runs a task on the thread that looks at files, with its workspace; dropped when another one is opened.
    void prepare(WorkspaceTask task, bool isUrgent = true);
    /// Sends a fresh snapshot when anybody, in whatever process, has written to the workspace.
    void lookForNews();
    void post(std::function<void()> onGuiThread);
    void sendSnapshot(Workspace& workspace);
    void sendNews();  ///< question thread only: a snapshot, and what it was made of is no news any more

    // Checkpoints (workercheckpoints.cpp).
    void hashLater(const std::vector<CheckpointRow>& rows);

    // Queue thread (workerqueue.cpp).
    void runQueue(const std::stop_token& stop);
    enum class Turn { Idle, Ran, Busy };  ///< Busy = another process runs the queue
    Turn runNext(Workspace& workspace, const std::stop_token& stop);
    void prepareDemoNow(Workspace& workspace, const std::stop_token& stop);
    void wakeQueue();
    bool isRunning();  ///< an experiment, here; any thread
    void stopRunning(StopReason reason);
    void tell(const RunnerEvent& event);

    std::atomic<quint64> m_nextId{1};
    std::filesystem::path m_folder;  ///< GUI thread only
    TaskQueue m_questions, m_preparations;
    std::unique_ptr<Workspace> m_workspace;             ///< question thread only
    std::atomic<bool> m_isAnyRunning = false;           ///< as the last snapshot has it
    std::int64_t m_lastChange = -1;                     ///< question thread only
    std::atomic<bool> m_isLooking{false};               ///< a look for news is under way
    std::unique_ptr<Workspace> m_preparationWorkspace;  ///< preparation thread only
    std::stop_source m_planStop, m_inspectStop;         ///< GUI thread only
    std::atomic<bool> m_isLookingForFolders{false};     ///< a look at the disk waits its turn
    std::map<std::int64_t, std::string> m_gone;         ///< GUI thread only

    std::mutex m_queueMutex;  ///< guards what follows; held for moments only
    std::condition_variable_any m_queueWake;
    std::filesystem::path m_queueFolder;
    bool m_queueNews = false, m_isPaused = false, m_wantsDemo = false;
    std::int64_t m_runningId = 0;
    StopReason m_stopReason = StopReason::None;
    std::stop_source m_runStop, m_scanStop;
    std::chrono::steady_clock::time_point m_lastProgress{};

    std::jthread m_questionThread, m_preparationThread, m_queueThread;  ///< last: joined before the rest goes
};

}  // namespace strata
