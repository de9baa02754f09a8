// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/strata/worker.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "checkpoint/discovery.h"
#include "checkpoint/inspection.h"
#include "experiment/registry.h"

namespace strata {

namespace {

/// Which of them are no longer on disk, and why.
std::map<std::int64_t, std::string> goneOf(const std::vector<CheckpointRow>& rows,
                                           const std::stop_token& stop) {
    std::map<std::int64_t, std::string> gone;
    for (const CheckpointRow& row : rows) {
        throwIfStopped(stop);  // a drive that went to sleep answers slowly
        std::string why = absenceOf(row.path, row.problem.empty());
        if (!why.empty()) gone.emplace(row.id, std::move(why));
    }
    return gone;
}

/// What a scan went without, in a sentence.
QString passedOverText(const std::vector<PassedOver>& passedOver) {
    const QString folder = QString::fromStdString(passedOver.front().folder.string());
    const QString why = QString::fromStdString(passedOver.front().why);
    if (passedOver.size() == 1) return Worker::tr("%1 was passed over: %2.").arg(folder, why);
    return Worker::tr("%1 folders were passed over. The first was %2: %3.")
        .arg(passedOver.size())
        .arg(folder, why);
}

}  // namespace

void Worker::scanFolder(const QString& folder) {
    m_scanStop = std::stop_source();
    prepare([this, folder, scanStop = m_scanStop.get_token()](Workspace& workspace, const std::stop_token&) {
        int found = 0;
        QString problem;
        std::vector<PassedOver> passedOver;
        std::vector<CheckpointInfo> soFar;
        const auto remember = [&](const CheckpointInfo& info) {
            const CheckpointRow row = rememberCheckpoint(workspace, info);
            ++found;
            post([this, row] { Q_EMIT checkpointFound(row); });
        };
        std::chrono::steady_clock::time_point told{};
        try {
            const auto tellProgress = [&](const Progress& progress) {
                const auto now = std::chrono::steady_clock::now();
                if (now - told < std::chrono::milliseconds(50)) return;
                told = now;
                post([this, progress] { Q_EMIT scanProgress(progress); });
            };
            for (const CheckpointInfo& info : scanCheckpoints(
                     folder.toStdString(), scanStop, tellProgress,
                     [&](const CheckpointInfo& info) { soFar.push_back(info); },
                     [&](const PassedOver& one) { passedOver.push_back(one); }))
                remember(info);
            if (found == 0)
                problem = tr("No checkpoint was found in %1. A checkpoint is a folder with config.json and "
                             "model.safetensors or pytorch_model.bin.")
                              .arg(folder);
            if (!passedOver.empty()) problem += (problem.isEmpty() ? "" : " ") + passedOverText(passedOver);
        } catch (const Cancelled&) {
            for (const CheckpointInfo& info : soFar)
                remember(info);
            problem =
                found == 1
                    ? tr("The search was stopped. What it had found is listed: one checkpoint.")
                    : tr("The search was stopped. What it had found is listed: %1 checkpoints.").arg(found);
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        sendSnapshot(workspace);
        post([this, folder, found, problem, rows = workspace.checkpoints()] {
            lookForFolders();
            hashLater(rows);
            Q_EMIT scanFinished(folder, found, problem);
        });
    });
}

void Worker::cancelScan() {
    m_scanStop.request_stop();
    m_preparations.dropBackground();
}

void Worker::hashLater(const std::vector<CheckpointRow>& rows) {
    std::vector<CheckpointRow> open;
    for (const CheckpointRow& row : rows)
        if (row.problem.empty() && row.contentHash.empty()) open.push_back(row);
    const auto total = static_cast<std::int64_t>(open.size());
    for (std::int64_t done = 1; done <= total; ++done) {
        const auto hash = [this, row = open[static_cast<std::size_t>(done) - 1], done, total](
                              Workspace& workspace, const std::stop_token& stop) {
            post([this, done, total, row] {
                Q_EMIT scanProgress(
                    {"hash", done, total, std::filesystem::path(row.path).filename().string(), -1});
            });
            try {
                ensureContentHash(workspace, row, stop);
            } catch (const Error& problem) {
                // Gone is no property of the checkpoint: it may come back.
                if (absenceOf(row.path, true).empty()) workspace.setCheckpointProblem(row.id, problem.what());
            }
            if (done == total || done % 8 == 0) sendSnapshot(workspace);
        };
        prepare(hash, false);
    }
}

void Worker::lookForFolders() {
    if (m_folder.empty() || m_isLookingForFolders.exchange(true)) return;  // the last look still waits
    prepare([this](Workspace& workspace, const std::stop_token& stop) {
        m_isLookingForFolders = false;
        const std::vector<CheckpointRow> rows = workspace.checkpoints();
        post([this, home = workspace.folder(), rows, gone = goneOf(rows, stop)] {
            if (home != m_folder || gone == m_gone) return;
            const auto before = std::exchange(m_gone, gone);
            std::vector<CheckpointRow> back;
            for (const CheckpointRow& row : rows)
                if (before.contains(row.id) && !gone.contains(row.id)) back.push_back(row);
            hashLater(back);  // what could not be identified while it was away
            ask([](Workspace&, const std::stop_token&) {}, true);
        });
    });
}

quint64 Worker::inspectCheckpoint(std::int64_t id) {
    const quint64 answer = m_nextId++;
    m_inspectStop.request_stop();  // whoever walks over the grid wants to see the last one
    m_inspectStop = std::stop_source();
    prepare([this, id, answer, newest = m_inspectStop.get_token()](Workspace& workspace,
                                                                   const std::stop_token& stop) {
        if (stop.stop_requested() || newest.stop_requested()) return;
        const auto row = workspace.checkpoint(id);
        auto content = std::make_shared<CheckpointContent>();
        if (row) *content = readCheckpointContent(row->path);
        post([this, answer, content = std::shared_ptr<const CheckpointContent>(content)] {
            Q_EMIT checkpointInspected(answer, content);
        });
    });
    return answer;
}

void Worker::forgetCheckpoints(const std::vector<std::int64_t>& ids) {
    ask([ids](Workspace& workspace, const std::stop_token&) { workspace.forgetCheckpoints(ids); }, true);
}

void Worker::recallCheckpoints(const std::vector<std::int64_t>& ids) {
    ask(
        [this, ids](Workspace& workspace, const std::stop_token&) {
            for (const std::int64_t id : ids)
                if (const auto row = workspace.checkpoint(id)) workspace.upsertCheckpoint(*row);
            post([this] { lookForFolders(); });
        },
        true);
}

void Worker::correctCheckpointName(std::int64_t id, const QString& family, std::optional<int> seed,
                                   std::optional<std::int64_t> step, bool isByHand) {
    ask(
        [=, name = family.toStdString()](Workspace& workspace, const std::stop_token&) {
            workspace.correctCheckpointName(id, name, seed, step, isByHand);
        },
        true);
}

}  // namespace strata
