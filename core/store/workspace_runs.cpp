// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "store/blobs.h"
#include "store/workspacedata.h"

#include <cmath>

namespace strata {

namespace {

const char* nameOf(RunState state) {
    switch (state) {
        case RunState::Planned:
            return "planned";
        case RunState::Running:
            return "running";
        case RunState::Done:
            return "done";
        case RunState::Failed:
            return "failed";
    }
    return "planned";
}

RunState stateOf(const std::string& text) {
    for (const RunState state : {RunState::Planned, RunState::Running, RunState::Done, RunState::Failed})
        if (text == nameOf(state)) return state;
    return RunState::Planned;
}

constexpr const char* kColumns =
    "r.id, r.key, r.checkpoint_hash, r.data_hash, r.settings, r.task, r.split, r.preset, r.probe, "
    "r.probe_seed, r.protocol_version, "
    "r.number_type, r.state, r.failure, r.seconds_encoding, r.seconds_reading, r.seconds_training, "
    "r.seconds_storing";

RunRow runAt(const SQLite::Statement& row) {
    RunRow out;
    out.id = intAt(row, 0);
    out.key = textAt(row, 1);
    out.fields.checkpointHash = textAt(row, 2);
    out.fields.dataHash = textAt(row, 3);
    out.fields.settingsJson = textAt(row, 4);
    out.fields.task = textAt(row, 5);
    out.fields.split = textAt(row, 6);
    out.fields.preset = textAt(row, 7);
    out.probe = textAt(row, 8);
    out.fields.probeSeed = intAt(row, 9);
    out.fields.protocolVersion = static_cast<int>(intAt(row, 10));
    out.numberType = textAt(row, 11);
    out.state = stateOf(textAt(row, 12));
    out.failure = textAt(row, 13);
    out.secondsEncoding = row.getColumn(14).getDouble();
    out.secondsReading = row.getColumn(15).getDouble();
    out.secondsTraining = row.getColumn(16).getDouble();
    out.secondsStoring = row.getColumn(17).getDouble();
    return out;
}

}  // namespace

std::optional<RunRow> Workspace::runByKey(const std::string& key) const {
    return guarded("Cannot read a run", [&]() -> std::optional<RunRow> {
        SQLite::Statement query(m_data->database,
                                std::string("SELECT ") + kColumns + " FROM run r WHERE r.key = ?");
        query.bind(1, key);
        return query.executeStep() ? std::optional(runAt(query)) : std::nullopt;
    });
}

std::int64_t Workspace::planRun(std::int64_t experimentId, const RunRow& run) {
    return planRuns(experimentId, {run}).front();
}

std::vector<std::int64_t> Workspace::planRuns(std::int64_t experimentId, const std::vector<RunRow>& runs) {
    return guarded("Cannot store the planned runs", [&] {
        std::vector<std::int64_t> ids;
        SQLite::Transaction transaction(m_data->database, SQLite::TransactionBehavior::IMMEDIATE);
        auto insert = m_data->prepare(R"sql(
            INSERT INTO run (key, checkpoint_hash, data_hash, settings, task, split, preset, probe, probe_seed, protocol_version,
                             number_type, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned') ON CONFLICT (key) DO NOTHING)sql");
        auto find = m_data->prepare("SELECT id FROM run WHERE key = ?");
        auto tie = m_data->prepare("INSERT OR IGNORE INTO experiment_run VALUES (?, ?, ?)");
        for (const RunRow& run : runs) {
            bindAll(insert, run.key, run.fields.checkpointHash, run.fields.dataHash, run.fields.settingsJson,
                    run.fields.task, run.fields.split, run.fields.preset, run.probe, run.fields.probeSeed,
                    run.fields.protocolVersion, run.numberType);
            insert.exec();
            find.bind(1, run.key);
            find.executeStep();
            ids.push_back(intAt(find, 0));
            bindAll(tie, experimentId, ids.back(), run.checkpointId);
            tie.exec();
            for (SQLite::Statement* statement : {&insert, &find, &tie})
                statement->reset();
        }
        transaction.commit();
        return ids;
    });
}

void Workspace::releaseRuns(std::int64_t experimentId, const std::vector<RunRow>& runs) {
    if (runs.empty()) return;
    guarded("Cannot store the plan", [&] {
        SQLite::Transaction transaction(m_data->database, SQLite::TransactionBehavior::IMMEDIATE);
        auto untie = m_data->prepare(
            "DELETE FROM experiment_run WHERE experiment_id = ? AND run_id = ? AND checkpoint_id = ?");
        auto drop = m_data->prepare(
            "DELETE FROM run WHERE id = ? AND state <> 'done' AND id NOT IN (SELECT run_id FROM "
            "experiment_run)");
        for (const RunRow& run : runs) {
            bindAll(untie, experimentId, run.id, run.checkpointId);
            untie.exec();
            untie.reset();
            drop.bind(1, run.id);
            drop.exec();
            drop.reset();
        }
        transaction.commit();
    });
}

void Workspace::failRun(std::int64_t runId, const std::string& failure) {
    guarded("Cannot store a run's failure", [&] {
        auto query =
            m_data->prepare("UPDATE run SET state = 'failed', failure = ? WHERE id = ? AND state <> 'done'");
        bindAll(query, failure, runId);
        query.exec();
    });
}

void Workspace::finishRun(std::int64_t runId, const RunResult& result) {
    const std::string blob = packPredictions(result.predictionsByLayer);
    guarded("Cannot store a run's results", [&] {
        SQLite::Transaction transaction(m_data->database, SQLite::TransactionBehavior::IMMEDIATE);
        auto clear = m_data->prepare("DELETE FROM measurement WHERE run_id = ?");
        clear.bind(1, runId);
        clear.exec();
        auto insert = m_data->prepare(
            "INSERT INTO measurement (run_id, metric, label, layer, value, n) VALUES (?, ?, ?, ?, ?, ?)");
        for (const Measurement& m : result.measurements) {
            if (std::isnan(m.value)) continue;  // not measured: a loss that ran away must not lose the rest
            insert.bind(1, runId);
            insert.bind(2, m.metric);
            insert.bind(3, m.label);
            const bool isNumber = !m.layer.empty() &&
                                  m.layer.find_first_not_of("0123456789") == std::string::npos &&
                                  m.layer.size() < 10;
            if (isNumber)
                insert.bind(4, std::stoi(m.layer));
            else
                insert.bind(4, m.layer);
            insert.bind(5, m.value);
            insert.bind(6, m.n);
            insert.exec();
            insert.reset();
        }
        auto predictions = m_data->prepare(
            "INSERT INTO prediction VALUES (?, ?) ON CONFLICT (run_id) DO UPDATE SET data = excluded.data");
        predictions.bind(1, runId);
        predictions.bind(2, blob.data(), static_cast<int>(blob.size()));
        predictions.exec();
        auto done = m_data->prepare(R"sql(
            UPDATE run SET state = 'done', failure = '', labels = ?, seconds_encoding = ?, seconds_reading = ?, seconds_training = ?,
                           seconds_storing = ? WHERE id = ?)sql");
        bindAll(done, Json(result.labels).dump(), result.secondsEncoding, result.secondsReading,
                result.secondsTraining, result.secondsStoring, runId);
        done.exec();
        transaction.commit();
    });
}

std::optional<RunRow> Workspace::run(std::int64_t runId) const {
    return guarded("Cannot read a run", [&]() -> std::optional<RunRow> {
        SQLite::Statement query(m_data->database,
                                std::string("SELECT ") + kColumns + " FROM run r WHERE r.id = ?");
        query.bind(1, runId);
        return query.executeStep() ? std::optional(runAt(query)) : std::nullopt;
    });
}

std::vector<RunRow> Workspace::runs(std::int64_t experimentId) const {
    return guarded("Cannot read the runs", [&] {
        std::vector<RunRow> rows;
        SQLite::Statement query(
            m_data->database, std::string("SELECT ") + kColumns +
                                  ", er.checkpoint_id FROM experiment_run er JOIN run r ON r.id = er.run_id "
                                  "WHERE er.experiment_id = ? ORDER BY r.id, er.checkpoint_id");
        query.bind(1, experimentId);
        while (query.executeStep()) {
            rows.push_back(runAt(query));
            rows.back().checkpointId = intAt(query, 18);
        }
        return rows;
    });
}

std::vector<std::string> Workspace::labels(std::int64_t runId) const {
    return guarded("Cannot read a run's labels", [&] {
        auto query = m_data->prepare("SELECT labels FROM run WHERE id = ?");
        query.bind(1, runId);
        if (!query.executeStep()) return std::vector<std::string>{};
        return textsIn(textAt(query, 0), "the stored labels of a run");
    });
}

std::vector<StoredPrediction> Workspace::predictions(std::int64_t runId, const std::string& layer) const {
    return guarded("Cannot read predictions", [&] {
        auto query = m_data->prepare("SELECT data FROM prediction WHERE run_id = ?");
        query.bind(1, runId);
        if (!query.executeStep()) return std::vector<StoredPrediction>{};
        return unpackPredictions(query.getColumn(0).getString(), layer);
    });
}

void Workspace::storeSentences(const std::string& dataHash, const std::string& split,
                               const std::vector<StoredSentence>& sentences) {
    const std::string blob = packSentences(sentences);
    guarded("Cannot store the scored sentences", [&] {
        auto query = m_data->prepare("INSERT OR IGNORE INTO scored_text VALUES (?, ?, ?)");
        query.bind(1, dataHash);
        query.bind(2, split);
        query.bind(3, blob.data(), static_cast<int>(blob.size()));
        query.exec();
    });
}

bool Workspace::hasSentences(const std::string& dataHash, const std::string& split) const {
    return guarded("Cannot look for scored sentences", [&] {
        auto query = m_data->prepare("SELECT 1 FROM scored_text WHERE data_hash = ? AND split = ?");
        bindAll(query, dataHash, split);
        return query.executeStep();
    });
}

std::vector<StoredSentence> Workspace::sentences(const std::string& dataHash,
                                                 const std::string& split) const {
    return guarded("Cannot read the scored sentences", [&] {
        auto query = m_data->prepare("SELECT data FROM scored_text WHERE data_hash = ? AND split = ?");
        bindAll(query, dataHash, split);
        if (!query.executeStep()) return std::vector<StoredSentence>{};
        return unpackSentences(query.getColumn(0).getString());
    });
}

}  // namespace strata
