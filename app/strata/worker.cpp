// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/strata/worker.h"

#include "activations/activationcache.h"
#include "app/strata/datasetpreview.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "base/system.h"
#include "checkpoint/cacherevisions.h"
#include "experiment/queue.h"
#include "experiment/registry.h"
#include "experiment/runlog.h"

#include <QMetaObject>
#include <QTimer>

namespace strata {

Worker::Worker(QObject* parent) : Backend(parent) {
    const auto failed = [this](const std::string& problem) {
        post([this, text = QString::fromStdString(problem)] { Q_EMIT workspaceFailed(text); });
    };
    m_questionThread = std::jthread([this, failed](const std::stop_token& stop) {
        m_questions.run(stop, failed);
        m_workspace.reset();
    });
    m_preparationThread = std::jthread([this, failed](const std::stop_token& stop) {
        lowerThreadPriority();
        m_preparations.run(stop, failed);
        m_preparationWorkspace.reset();
    });
    m_queueThread = std::jthread([this](const std::stop_token& stop) { runQueue(stop); });
    auto* news = new QTimer(this);
    connect(news, &QTimer::timeout, this, &Worker::lookForNews);
    news->start(1000);
}

Worker::~Worker() {
    stopRunning(StopReason::Close);
    m_scanStop.request_stop();
    m_planStop.request_stop();
    for (std::jthread* thread : {&m_questionThread, &m_preparationThread, &m_queueThread})
        thread->request_stop();
    for (std::jthread* thread : {&m_questionThread, &m_preparationThread, &m_queueThread})
        if (thread->joinable()) thread->join();
}

void Worker::post(std::function<void()> onGuiThread) {
    QMetaObject::invokeMethod(this, std::move(onGuiThread), Qt::QueuedConnection);
}

void Worker::ask(WorkspaceTask task, bool thenSnapshot, bool isUrgent) {
    m_questions.push(
        [this, task = std::move(task), thenSnapshot](const std::stop_token& stop) {
            if (!m_workspace) return;
            task(*m_workspace, stop);
            if (thenSnapshot) sendNews();
        },
        isUrgent);
}

void Worker::prepare(WorkspaceTask task, bool isUrgent) {
    if (m_folder.empty()) return;
    m_preparations.push(
        [this, folder = m_folder, task = std::move(task)](const std::stop_token& stop) {
            if (!m_preparationWorkspace || m_preparationWorkspace->folder() != folder) {
                m_preparationWorkspace.reset();
                m_preparationWorkspace = std::make_unique<Workspace>(folder);
            }
            task(*m_preparationWorkspace, stop);
        },
        isUrgent);
}

void Worker::sendNews() {
    m_lastChange = m_workspace->changeCounter();
    sendSnapshot(*m_workspace);
}

void Worker::lookForNews() {
    if (m_isLooking.exchange(true)) return;  // the last look still waits its turn
    m_questions.push(
        [this](const std::stop_token&) {
            m_isLooking = false;
            // Another program that was running something may have died.
            if (m_workspace && m_isAnyRunning && !isRunning()) markInterrupted(*m_workspace);
            if (m_workspace && m_workspace->changeCounter() != m_lastChange) sendNews();
        },
        false);
}

quint64 Worker::request(WorkspaceTask task, quint64 id) {
    ask([this, id, task = std::move(task)](Workspace& workspace, const std::stop_token& stop) {
        try {
            task(workspace, stop);
        } catch (const Cancelled&) {
            throw;
        } catch (const std::exception& problem) {
            post([this, id, text = QString::fromUtf8(problem.what())] { Q_EMIT requestFailed(id, text); });
        }
    });
    return id;
}

void Worker::sendSnapshot(Workspace& workspace) {
    auto snapshot = std::make_shared<WorkspaceSnapshot>();
    snapshot->folder = QString::fromStdString(workspace.folder().string());
    snapshot->checkpoints = workspace.checkpoints();
    snapshot->probedTasks = workspace.probedTasks();
    snapshot->datasets = workspace.datasets();
    snapshot->experiments = workspace.experiments();
    m_isAnyRunning =
        std::any_of(snapshot->experiments.begin(), snapshot->experiments.end(),
                    [](const ExperimentRow& row) { return row.state == ExperimentState::Running; });
    snapshot->settings = workspace.settings();
    snapshot->runner = runnerSettings(workspace);
    std::map<std::string, std::vector<CheckpointRow*>> equals;
    for (CheckpointRow& row : snapshot->checkpoints)
        if (!row.contentHash.empty()) equals[row.contentHash].push_back(&row);
    for (const auto& [hash, rows] : equals)
        for (CheckpointRow* row : rows)
            if (rows.size() > 1)
                row->warnings.push_back("These weights equal those of " +
                                        shownName(rows[row == rows.front() ? 1 : 0]->path) +
                                        ": one of the two names is wrong, or the file was copied. Probing "
                                        "both would show the same numbers twice.");
    post([this, snapshot] {
        // Another workspace may have been opened meanwhile.
        if (snapshot->folder.toStdString() != m_folder.string()) return;
        snapshot->gone = m_gone;
        Q_EMIT workspaceChanged(snapshot);
    });
}

void Worker::openWorkspace(const QString& folder) {
    stopRunning(StopReason::Close);
    m_scanStop.request_stop();
    m_planStop.request_stop();
    m_questions.dropBackground();
    m_isLooking = false;
    m_preparations.dropAll();
    m_isLookingForFolders = false;
    m_gone.clear();
    m_folder = std::filesystem::absolute(folder.toStdString()).lexically_normal();
    m_questions.push(
        [this, path = m_folder](const std::stop_token&) {
            auto fresh = std::make_unique<Workspace>(path);
            markInterrupted(*fresh);
            m_workspace = std::move(fresh);
            sendNews();
            post([this, rows = m_workspace->checkpoints()] {
                lookForFolders();
                hashLater(rows);
            });
            {
                const std::lock_guard lock(m_queueMutex);
                m_queueFolder = m_workspace->folder();
            }
            wakeQueue();
        },
        true);
}

void Worker::saveDataset(const DatasetRow& row) {
    ask([row](Workspace& workspace, const std::stop_token&) { workspace.upsertDataset(row); }, true);
}

void Worker::deleteDataset(std::int64_t id) {
    ask([id](Workspace& workspace, const std::stop_token&) { workspace.deleteDataset(id); }, true);
}

quint64 Worker::previewDataset(const DatasetRow& row, const QString& split) {
    const quint64 id = m_nextId++;
    return request(
        [this, id, row, split = split.toStdString()](Workspace&, const std::stop_token&) {
            auto preview = std::make_shared<const DatasetPreview>(previewOf(row, split));
            post([this, id, preview] { Q_EMIT datasetPreviewReady(id, preview); });
        },
        id);
}

quint64 Worker::plan(const ExperimentSpec& spec) {
    const quint64 id = m_nextId++;
    m_planStop.request_stop();  // only the newest plan is of interest
    m_planStop = std::stop_source();
    prepare([this, id, spec, stop = m_planStop.get_token()](Workspace& workspace, const std::stop_token&) {
        try {
            auto made = std::make_shared<const Plan>(makePlan(spec, workspace, stop));
            post([this, id, made] { Q_EMIT planReady(id, made); });
        } catch (const Cancelled&) {
            throw;
        } catch (const std::exception& problem) {
            post([this, id, text = QString::fromUtf8(problem.what())] { Q_EMIT planFailed(id, text); });
        }
    });
    return id;
}

void Worker::enqueue(const ExperimentSpec& spec) {
    ask(
        [this, spec](Workspace& workspace, const std::stop_token&) {
            try {
                const std::int64_t id = enqueueExperiment(workspace, spec);
                // The same one may be running, here or in another program: then it is on its way.
                const auto row = workspace.experiment(id);
                if (row && row->state != ExperimentState::Running)
                    workspace.setExperimentState(id, ExperimentState::Waiting);
                post([this, id] { Q_EMIT experimentEnqueued(id); });
                wakeQueue();
            } catch (const Error& problem) {
                post([this, text = QString::fromUtf8(problem.what())] { Q_EMIT enqueueFailed(text); });
            }
        },
        true);
}

void Worker::retryExperiment(std::int64_t id) {
    ask(
        [this, id](Workspace& workspace, const std::stop_token&) {
            const auto row = workspace.experiment(id);
            if (!row || row->state == ExperimentState::Running) return;  // it is on its way
            workspace.setExperimentState(id, ExperimentState::Waiting);
            wakeQueue();
        },
        true);
}

void Worker::moveExperiment(std::int64_t id, std::int64_t position) {
    ask([=](Workspace& workspace, const std::stop_token&) { workspace.moveExperiment(id, position); }, true);
}

void Worker::renameExperiment(std::int64_t id, const QString& name, const QString& note) {
    ask([id, name = name.toStdString(), note = note.toStdString()](
            Workspace& workspace, const std::stop_token&) { workspace.renameExperiment(id, name, note); },
        true);
}

void Worker::deleteExperiment(std::int64_t id) {
    cancelExperiment(id);
    ask([id](Workspace& workspace, const std::stop_token&) { workspace.deleteExperiment(id); }, true);
}

quint64 Worker::requestRuns(std::int64_t experimentId) {
    const quint64 id = m_nextId++;
    return request(
        [this, id, experimentId](Workspace& workspace, const std::stop_token&) {
            post([this, id, experimentId, runs = workspace.runs(experimentId)] {
                Q_EMIT runsReady(id, experimentId, runs);
            });
        },
        id);
}

quint64 Worker::requestLog(std::int64_t experimentId) {
    constexpr std::size_t kMostBytes = 256u << 10u;
    const quint64 id = m_nextId++;
    return request(
        [this, id, experimentId](Workspace& workspace, const std::stop_token&) {
            QString text;
            if (const auto row = workspace.experiment(experimentId))
                text = QString::fromStdString(readRunLog(workspace, *row, kMostBytes));
            post([this, id, text] { Q_EMIT logReady(id, text); });
        },
        id);
}

quint64 Worker::requestChoices(std::int64_t experimentId) {
    const quint64 id = m_nextId++;
    return request(
        [this, id, experimentId](Workspace& workspace, const std::stop_token&) {
            post([this, id, experimentId, choices = heatmapChoices(workspace, experimentId)] {
                Q_EMIT choicesReady(id, experimentId, choices);
            });
        },
        id);
}

quint64 Worker::requestHeatmap(const HeatmapQuery& query) {
    const quint64 id = m_nextId++;
    return request(
        [this, id, query](Workspace& workspace, const std::stop_token&) {
            auto heatmap = std::make_shared<const Heatmap>(makeHeatmap(workspace, query));
            post([this, id, heatmap] { Q_EMIT heatmapReady(id, heatmap); });
        },
        id);
}

quint64 Worker::requestCell(std::int64_t runId, const std::string& layer, ExampleFilter filter,
                            std::int64_t otherRunId, const std::string& otherLayer, int limit) {
    const quint64 id = m_nextId++;
    return request(
        [=, this](Workspace& workspace, const std::stop_token&) {
            auto details = std::make_shared<const CellDetails>(
                cellDetails(workspace, runId, layer, filter, otherRunId, otherLayer,
                            static_cast<std::size_t>(std::max(0, limit))));
            post([this, id, details] { Q_EMIT cellReady(id, details); });
        },
        id);
}

quint64 Worker::exportFigure(const FigureDescription& figure, std::shared_ptr<const Heatmap> heatmap,
                             const QString& file) {
    const quint64 id = m_nextId++;
    m_questions.push(
        [=, this](const std::stop_token&) {
            QString problem;
            try {
                writeFigure(file, figure, *heatmap);
            } catch (const std::exception& error) {
                problem = QString::fromUtf8(error.what());
            }
            post([=, this] { Q_EMIT figureExported(id, file, problem); });
        },
        true);
    return id;
}

void Worker::setSetting(const QString& key, const QString& value) {
    ask([key = key.toStdString(), value = value.toStdString()](Workspace& workspace, const std::stop_token&) {
        workspace.setSetting(key, value);
    });
}

void Worker::setRunnerSettings(const RunnerSettings& settings) {
    ask([settings](Workspace& workspace,
                   const std::stop_token&) { storeRunnerSettings(workspace, settings); },
        true);
}

void Worker::clearActivationCache() {
    ask(
        [](Workspace& workspace, const std::stop_token&) {
            ActivationCache(workspace.activationsFolder(), runnerSettings(workspace).diskBudgetBytes).clear();
        },
        true);
}

}  // namespace strata
