// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "store/workspacedata.h"

namespace strata {

std::vector<Measurement> Workspace::measurements(std::int64_t runId) const {
    return guarded("Cannot read measurements", [&] {
        std::vector<Measurement> rows;
        auto query = m_data->prepare(
            "SELECT layer, metric, label, value, n FROM measurement WHERE run_id = ? ORDER BY metric, label, "
            "layer");
        query.bind(1, runId);
        while (query.executeStep())
            rows.push_back({textAt(query, 0), textAt(query, 1), textAt(query, 2),
                            query.getColumn(3).getDouble(), intAt(query, 4)});
        return rows;
    });
}

void Workspace::forEachTidyRow(const std::function<void(const TidyRow&)>& give) const {
    guarded("Cannot read the results", [&] {
        auto query = m_data->prepare(R"sql(
            SELECT experiment, family, seed, step, adapted_from, task, split, preset, probe, probe_seed, layer, metric, label, value, n
            FROM tidy ORDER BY experiment, family, adapted_from, seed, step, task, split, preset, probe, probe_seed, metric, label, layer)sql");
        while (query.executeStep()) {
            TidyRow row;
            row.experiment = textAt(query, 0);
            row.family = textAt(query, 1);
            row.seed = optionalAt<std::int64_t>(query, 2);
            row.step = optionalAt<std::int64_t>(query, 3);
            row.adaptedFrom = textAt(query, 4);
            row.task = textAt(query, 5);
            row.split = textAt(query, 6);
            row.preset = textAt(query, 7);
            row.probe = textAt(query, 8);
            row.probeSeed = intAt(query, 9);
            row.layer = textAt(query, 10);
            row.metric = textAt(query, 11);
            row.label = textAt(query, 12);
            row.value = query.getColumn(13).getDouble();
            row.n = intAt(query, 14);
            give(row);
        }
    });
}

std::vector<Workspace::GridRow> Workspace::grid(std::int64_t experimentId, const std::string& metric,
                                                const std::string& label) const {
    std::vector<GridRow> rows;
    forEachGridRow(experimentId, metric, label, [&](const GridRow& row) { rows.push_back(row); });
    return rows;
}

void Workspace::forEachGridRow(std::int64_t experimentId, const std::string& metric, const std::string& label,
                               const std::function<void(const GridRow&)>& give) const {
    guarded("Cannot read the results of the experiment", [&] {
        auto query = m_data->prepare(R"sql(
            SELECT r.id, er.checkpoint_id, m.layer, m.value, m.n, r.probe_seed, c.family, c.adapted_from, r.task, r.split, r.preset,
                   r.probe, c.seed, c.step
            FROM experiment_run er JOIN run r ON r.id = er.run_id JOIN checkpoint c ON c.id = er.checkpoint_id
                 JOIN measurement m ON m.run_id = r.id AND m.metric = ?2 AND m.label = ?3
            WHERE er.experiment_id = ?1 AND r.state = 'done' ORDER BY er.run_id, er.checkpoint_id)sql");
        bindAll(query, experimentId, metric, label);
        GridRow row;
        while (query.executeStep()) {
            row.layer = textAt(query, 2);
            row.value = query.getColumn(3).getDouble();
            row.n = intAt(query, 4);
            // The rest is the same for all layers of a run, and slow to read: once is enough.
            if (intAt(query, 0) != row.runId || intAt(query, 1) != row.checkpointId) {
                row.runId = intAt(query, 0);
                row.checkpointId = intAt(query, 1);
                row.probeSeed = intAt(query, 5);
                row.family = textAt(query, 6);
                row.adaptedFrom = textAt(query, 7);
                row.task = textAt(query, 8);
                row.split = textAt(query, 9);
                row.preset = textAt(query, 10);
                row.probe = textAt(query, 11);
                row.seed = optionalAt<int>(query, 12);
                row.step = optionalAt<std::int64_t>(query, 13);
            }
            give(row);
        }
    });
}

std::vector<Workspace::RunKind> Workspace::runKinds(std::int64_t experimentId) const {
    return guarded("Cannot read what the runs are of", [&] {
        std::vector<RunKind> kinds;
        auto query = m_data->prepare(R"sql(
            SELECT min(r.id), c.family, r.task, r.split, r.preset, r.probe, c.seed
            FROM experiment_run er JOIN run r ON r.id = er.run_id JOIN checkpoint c ON c.id = er.checkpoint_id
            WHERE er.experiment_id = ? AND r.state = 'done' GROUP BY 2, 3, 4, 5, 6, 7)sql");
        query.bind(1, experimentId);
        while (query.executeStep())
            kinds.push_back({intAt(query, 0), textAt(query, 1), textAt(query, 2), textAt(query, 3),
                             textAt(query, 4), textAt(query, 5), optionalAt<int>(query, 6)});
        return kinds;
    });
}

std::vector<std::optional<std::int64_t>> Workspace::plannedSteps(std::int64_t experimentId,
                                                                 const std::string& family,
                                                                 const std::string& adaptedFrom) const {
    return guarded("Cannot read the planned runs", [&] {
        std::vector<std::optional<std::int64_t>> steps;
        auto query = m_data->prepare(R"sql(
            SELECT DISTINCT c.step FROM experiment_run er JOIN checkpoint c ON c.id = er.checkpoint_id
            WHERE er.experiment_id = ?1 AND (?2 = '' OR c.family = ?2) AND c.adapted_from = ?3 ORDER BY 1)sql");
        bindAll(query, experimentId, family, adaptedFrom);
        while (query.executeStep())
            steps.push_back(optionalAt<std::int64_t>(query, 0));
        return steps;
    });
}

std::vector<std::string> Workspace::metricsOf(std::int64_t experimentId) const {
    return guarded("Cannot read the metrics", [&] {
        std::vector<std::string> metrics;
        // One finished run tells: all runs of an experiment store the same metrics.
        auto query = m_data->prepare(R"sql(
            SELECT DISTINCT metric FROM measurement WHERE run_id IN (
                SELECT min(r.id) FROM experiment_run er JOIN run r ON r.id = er.run_id
                WHERE er.experiment_id = ? AND r.state = 'done' GROUP BY r.task, r.preset) ORDER BY metric)sql");
        query.bind(1, experimentId);
        while (query.executeStep())
            metrics.push_back(textAt(query, 0));
        return metrics;
    });
}

std::map<std::int64_t, std::int64_t> Workspace::resultCounts() const {
    return guarded("Cannot count the results", [&] {
        std::map<std::int64_t, std::int64_t> counts;
        auto query = m_data->prepare(R"sql(
            SELECT er.experiment_id, count(*) FROM experiment_run er JOIN run r ON r.id = er.run_id
                JOIN measurement m ON m.run_id = r.id
            WHERE r.state = 'done' GROUP BY er.experiment_id)sql");
        while (query.executeStep())
            counts.emplace(intAt(query, 0), intAt(query, 1));
        return counts;
    });
}

std::map<std::int64_t, std::vector<std::string>> Workspace::probedTasks() const {
    return guarded("Cannot read which checkpoints are probed", [&] {
        std::map<std::int64_t, std::vector<std::string>> tasks;
        auto query = m_data->prepare(R"sql(
            SELECT DISTINCT er.checkpoint_id, r.task FROM experiment_run er JOIN run r ON r.id = er.run_id
            WHERE r.state = 'done' ORDER BY 1, 2)sql");
        while (query.executeStep())
            tasks[intAt(query, 0)].push_back(textAt(query, 1));
        return tasks;
    });
}

}  // namespace strata
