// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/strata/worker.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "base/system.h"
#include "experiment/demo.h"
#include "experiment/queue.h"

#include <optional>

namespace strata {

void Worker::wakeQueue() {
    {
        const std::lock_guard lock(m_queueMutex);
        m_queueNews = true;
    }
    m_queueWake.notify_one();
}

bool Worker::isRunning() {
    const std::lock_guard lock(m_queueMutex);
    return m_runningId != 0;
}

void Worker::stopRunning(StopReason reason) {
    const std::lock_guard lock(m_queueMutex);
    m_stopReason = reason;
    m_runStop.request_stop();
}

void Worker::pauseQueue(bool paused) {
    {
        const std::lock_guard lock(m_queueMutex);
        m_isPaused = paused;
    }
    if (paused) {
        stopRunning(StopReason::Pause);
        return;
    }
    ask(
        [this](Workspace& workspace, const std::stop_token&) {
            for (const ExperimentRow& row : workspace.experiments())
                if (row.state == ExperimentState::Paused)
                    workspace.setExperimentState(row.id, ExperimentState::Waiting);
            wakeQueue();
        },
        true);
}

void Worker::cancelExperiment(std::int64_t id) {
    bool isRunning = false;
    {
        const std::lock_guard lock(m_queueMutex);
        isRunning = m_runningId == id;
    }
    if (isRunning) return stopRunning(StopReason::Cancel);
    ask(
        [id](Workspace& workspace, const std::stop_token&) {
            const auto row = workspace.experiment(id);
            if (row && row->state != ExperimentState::Done)
                workspace.setExperimentState(id, ExperimentState::Cancelled);
        },
        true);
}

void Worker::runDemo() {
    {
        const std::lock_guard lock(m_queueMutex);
        m_wantsDemo = true;
    }
    wakeQueue();
}

void Worker::tell(const RunnerEvent& event) {
    const auto now = std::chrono::steady_clock::now();
    const bool isProgress = event.kind == RunnerEvent::Kind::Progress;
    if (isProgress && now - m_lastProgress < std::chrono::milliseconds(50)) return;
    m_lastProgress = now;
    post([this, event] { Q_EMIT runnerEvent(event); });
    // The columns of the queue and the dots of the grid follow what is stored.
    if (!isProgress) ask([](Workspace&, const std::stop_token&) {}, true);
}

void Worker::prepareDemoNow(Workspace& workspace, const std::stop_token& stop) {
    try {
        const std::int64_t id =
            prepareDemo(workspace, runnerSettings(workspace), stop, [this](const Progress& progress) {
                const auto now = std::chrono::steady_clock::now();
                if (now - m_lastProgress < std::chrono::milliseconds(50)) return;
                m_lastProgress = now;
                post([this, progress] { Q_EMIT demoProgress(progress); });
            });
        const auto row = workspace.experiment(id);
        if (row && row->state != ExperimentState::Done)
            workspace.setExperimentState(id, ExperimentState::Waiting);
        ask([](Workspace&, const std::stop_token&) {}, true);
        post([this, id] { Q_EMIT experimentEnqueued(id); });
    } catch (const Cancelled&) {
        // What is complete stays; the demo goes on from there when it is asked for again.
    } catch (const std::exception& problem) {
        post([this, text = QString::fromUtf8(problem.what())] { Q_EMIT enqueueFailed(text); });
    }
}

Worker::Turn Worker::runNext(Workspace& workspace, const std::stop_token& stop) {
    std::int64_t id = 0;
    for (const ExperimentRow& row : workspace.experiments()) {
        if (row.state != ExperimentState::Waiting) continue;
        id = row.id;
        break;
    }
    if (id == 0) return Turn::Idle;
    {
        const std::lock_guard lock(m_queueMutex);
        m_runningId = id;
    }
    RunnerOutcome outcome = RunnerOutcome::Done;
    try {
        outcome = runExperiment(workspace, id, runnerSettings(workspace), stop,
                                [this](const RunnerEvent& event) { tell(event); });
    } catch (const QueueBusy&) {
        // It stays "waiting": another process runs the queue, and may come to this one as well.
        const std::lock_guard lock(m_queueMutex);
        m_runningId = 0;
        return Turn::Busy;
    } catch (const std::exception& problem) {
        // It must not stay "waiting", or it would be tried for ever.
        const auto row = workspace.experiment(id);
        if (row && row->state == ExperimentState::Waiting)
            workspace.setExperimentState(id, ExperimentState::Failed, problem.what());
        RunnerEvent event;
        event.kind = RunnerEvent::Kind::Finished;
        event.experimentId = id;
        event.message = problem.what();
        tell(event);
    }
    StopReason reason = StopReason::None;
    {
        const std::lock_guard lock(m_queueMutex);
        m_runningId = 0;
        reason = m_stopReason;
    }
    if (outcome == RunnerOutcome::Cancelled && reason == StopReason::Pause)
        workspace.setExperimentState(id, ExperimentState::Paused);
    if (outcome == RunnerOutcome::Cancelled && reason == StopReason::Close)
        workspace.setExperimentState(id, ExperimentState::Interrupted);
    RunnerEvent event;
    event.kind = RunnerEvent::Kind::Finished;
    event.experimentId = id;
    tell(event);
    return Turn::Ran;
}

void Worker::runQueue(const std::stop_token& stop) {
    lowerThreadPriority();
    constexpr std::chrono::seconds kBusyPause{2};
    std::optional<Workspace> workspace;
    bool isBusy = false;
    while (!stop.stop_requested()) {
        std::filesystem::path folder;
        bool wantsDemo = false, isPaused = false;
        std::stop_token runStop;
        {
            std::unique_lock lock(m_queueMutex);
            const auto hasNews = [this] { return m_queueNews; };
            if (isBusy)
                m_queueWake.wait_for(lock, stop, kBusyPause, hasNews);
            else
                m_queueWake.wait(lock, stop, hasNews);
            if (stop.stop_requested()) return;
            isBusy = false;
            m_queueNews = false;
            folder = m_queueFolder;
            // The wish waits for a workspace: at the start it comes before one is open.
            if (!folder.empty()) wantsDemo = std::exchange(m_wantsDemo, false);
            isPaused = m_isPaused;
            m_runStop = std::stop_source();
            m_stopReason = StopReason::None;
            runStop = m_runStop.get_token();
        }
        if (folder.empty()) continue;
        try {
            if (!workspace || workspace->folder() != folder) {
                workspace.reset();
                workspace.emplace(folder);
            }
            if (wantsDemo) prepareDemoNow(*workspace, runStop);
            const bool goesOn = !isPaused && !runStop.stop_requested();
            const Turn turn = goesOn ? runNext(*workspace, runStop) : Turn::Idle;
            isBusy = turn == Turn::Busy;
            if (turn == Turn::Ran) wakeQueue();
        } catch (const std::exception& problem) {
            post([this, text = QString::fromUtf8(problem.what())] { Q_EMIT workspaceFailed(text); });
        }
    }
}

}  // namespace strata
