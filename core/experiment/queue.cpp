// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/queue.h"

#include <algorithm>

namespace strata {

namespace {

std::filesystem::path lockFile(const Workspace& workspace) {
    return workspace.folder() / "queue.lock";
}

/// "name", "name (2)", "name (3)", …
bool isNumbered(const std::string& text, const std::string& name) {
    if (text == name) return true;
    if (!text.starts_with(name + " (") || !text.ends_with(')')) return false;
    const std::string number = text.substr(name.size() + 2, text.size() - name.size() - 3);
    return !number.empty() && number.find_first_not_of("0123456789") == std::string::npos;
}

/// Whether an experiment was made of this spec, name and note aside.
bool isSameWork(const ExperimentRow& row, const ExperimentSpec& spec) {
    try {
        ExperimentSpec stored = parseSpec(parseJson(row.specJson, "the stored experiment"), "/");
        stored.name = spec.name;
        stored.note = spec.note;
        return toJson(stored) == toJson(spec);
    } catch (const Error&) {
        return false;
    }
}

/// The texts of an experiment stand among the data sets, too, whoever described them.
void rememberTexts(Workspace& workspace, const ExperimentSpec& spec) {
    for (const TaskSpec& task : spec.tasks) {
        const auto known = workspace.datasets();
        const auto has = [&](const auto& fits) { return std::any_of(known.begin(), known.end(), fits); };
        if (has([&](const DatasetRow& row) {
                return row.trainPath == task.train.string() && row.devPath == task.dev.string() &&
                       row.tags == task.tags;
            }))
            continue;
        DatasetRow row;
        const std::string name = task.train.parent_path().filename().string();
        row.name = name;
        for (int i = 2; has([&](const DatasetRow& other) { return other.name == row.name; }); ++i)
            row.name = name + " " + std::to_string(i);
        row.type = task.type;
        row.tags = task.tags;
        row.trainPath = task.train.string();
        row.devPath = task.dev.string();
        row.testPath = task.test.string();
        workspace.upsertDataset(row);
    }
}

std::vector<std::int64_t> runningIn(const Workspace& workspace) {
    std::vector<std::int64_t> ids;
    for (const ExperimentRow& row : workspace.experiments())
        if (row.state == ExperimentState::Running) ids.push_back(row.id);
    return ids;
}

/// Under the lock: nobody else runs, so what is marked running has lost its runner.
void interruptOrphans(Workspace& workspace) {
    for (const std::int64_t id : runningIn(workspace))
        workspace.setExperimentState(id, ExperimentState::Interrupted);
}

}  // namespace

std::int64_t enqueueExperiment(Workspace& workspace, const ExperimentSpec& spec) {
    for (const ExperimentRow& row : workspace.experiments()) {
        if (!isNumbered(row.name, spec.name) || !isSameWork(row, spec)) continue;
        if (!spec.note.empty() && spec.note != row.note)
            workspace.renameExperiment(row.id, row.name, spec.note);
        return row.id;
    }
    rememberTexts(workspace, spec);
    ExperimentRow row;
    row.name = spec.name;
    row.note = spec.note;
    row.specJson = toJson(spec).dump();
    return workspace.addExperiment(row);
}

QueueLock::QueueLock(Workspace& workspace, const std::string& name) : m_lock(lockFile(workspace)) {
    if (!m_lock.tryLock())
        throw QueueBusy("Cannot run \"" + name + "\"",
                        "another Strata is running experiments in this workspace",
                        "Wait for it, or cancel there; results appear here as they arrive");
    interruptOrphans(workspace);
}

void markInterrupted(Workspace& workspace) {
    // Who wants the lock for work is not to find it taken for nothing.
    if (runningIn(workspace).empty() || workspace.isReadOnly()) return;
    FileLock lock(lockFile(workspace));
    if (lock.tryLock()) interruptOrphans(workspace);  // else somebody is running them
}

void refuseRunning(Workspace& workspace, std::int64_t experimentId) {
    markInterrupted(workspace);  // what still counts as running then is
    const auto row = workspace.experiment(experimentId);
    if (row && row->state == ExperimentState::Running)
        throw Error("Cannot delete \"" + row->name + "\"", "another Strata is running it",
                    "Wait for it, or cancel it there");
}

void deleteIdleExperiment(Workspace& workspace, std::int64_t experimentId) {
    refuseRunning(workspace, experimentId);
    workspace.deleteExperiment(experimentId);
}

}  // namespace strata
