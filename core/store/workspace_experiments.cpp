// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/printable.h"
#include "store/workspacedata.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ctime>
#include <sstream>

namespace strata {

namespace {

std::string nowUtc() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

ExperimentState stateOf(const std::string& text) {
    for (const ExperimentState state :
         {ExperimentState::Waiting, ExperimentState::Running, ExperimentState::Paused,
          ExperimentState::Interrupted, ExperimentState::Done, ExperimentState::Failed,
          ExperimentState::Cancelled})
        if (toString(state) == text) return state;
    return ExperimentState::Waiting;
}

/// A name must be seen in the window, in a table and in JSON.
void refuseName(const char* attempt, const std::string& name) {
    if (name.find_first_not_of(" \t\r\n") == std::string::npos) throw Error(attempt, "the new name is blank");
    if (name.find_first_of("\t\r\n") != std::string::npos || printable(name, name.size()) != name)
        throw Error(attempt, "the new name holds control characters or is not valid UTF-8");
}

/// Begins the line of a checkpoint that was left out, below the failure: one column holds both, and is words
/// to whoever reads the table.
constexpr const char* kLeftOut = "Left out: ";

std::string reasonText(const std::string& failure, const std::vector<std::string>& leftOut) {
    std::string text = failure;
    for (const std::string& one : leftOut) {
        std::string line = kLeftOut + one;
        std::replace_if(
            line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        text += (text.empty() ? "" : "\n") + line;
    }
    return text;
}

void readReason(const std::string& text, ExperimentRow& row) {
    const std::size_t found = text.starts_with(kLeftOut) ? 0 : text.find(std::string("\n") + kLeftOut);
    row.failure = text.substr(0, found);
    if (found == std::string::npos) return;
    std::istringstream lines(text.substr(found == 0 ? 0 : found + 1));
    for (std::string line; std::getline(lines, line);)
        row.leftOut.push_back(line.starts_with(kLeftOut) ? line.substr(std::strlen(kLeftOut)) : line);
}

constexpr const char* kSelect = R"sql(
    SELECT e.id, e.name, e.note, e.spec, e.state, e.failure, e.created, e.position, count(r.id),
           total(r.state = 'done'), total(r.state = 'failed')
    FROM experiment e LEFT JOIN experiment_run er ON er.experiment_id = e.id LEFT JOIN run r ON r.id = er.run_id )sql";

ExperimentRow experimentAt(const SQLite::Statement& row) {
    ExperimentRow out;
    out.id = intAt(row, 0);
    out.name = textAt(row, 1);
    out.note = textAt(row, 2);
    out.specJson = textAt(row, 3);
    out.state = stateOf(textAt(row, 4));
    readReason(textAt(row, 5), out);
    out.created = textAt(row, 6);
    out.position = intAt(row, 7);
    out.runsPlanned = intAt(row, 8);
    out.runsDone = intAt(row, 9);
    out.runsFailed = intAt(row, 10);
    return out;
}

}  // namespace

std::int64_t Workspace::addExperiment(const ExperimentRow& row) {
    return guarded("Cannot store the experiment", [&] {
        // Nobody may take the name between the look and the write.
        SQLite::Transaction transaction(m_data->database, SQLite::TransactionBehavior::IMMEDIATE);
        std::string name = row.name;
        auto taken = m_data->prepare("SELECT 1 FROM experiment WHERE name = ?");
        for (int number = 2;; ++number) {
            taken.bind(1, name);
            if (!taken.executeStep()) break;
            taken.reset();
            name = row.name + " (" + std::to_string(number) + ")";
        }
        auto query = m_data->prepare(R"sql(
            INSERT INTO experiment (name, note, spec, state, failure, created, position)
            VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM experiment)) RETURNING id)sql");
        bindAll(query, name, row.note, row.specJson, toString(row.state),
                reasonText(row.failure, row.leftOut), row.created.empty() ? nowUtc() : row.created);
        query.executeStep();
        const std::int64_t id = intAt(query, 0);
        query.executeStep();
        transaction.commit();
        return id;
    });
}

std::vector<ExperimentRow> Workspace::experiments() const {
    return guarded("Cannot read the experiments", [&] {
        std::vector<ExperimentRow> rows;
        SQLite::Statement query(m_data->database,
                                std::string(kSelect) + "GROUP BY e.id ORDER BY e.position, e.id");
        while (query.executeStep())
            rows.push_back(experimentAt(query));
        return rows;
    });
}

std::optional<ExperimentRow> Workspace::experiment(std::int64_t id) const {
    return guarded("Cannot read the experiment", [&]() -> std::optional<ExperimentRow> {
        SQLite::Statement query(m_data->database, std::string(kSelect) + "WHERE e.id = ? GROUP BY e.id");
        query.bind(1, id);
        return query.executeStep() ? std::optional(experimentAt(query)) : std::nullopt;
    });
}

void Workspace::setExperimentState(std::int64_t id, ExperimentState state, const std::string& failure,
                                   const std::optional<std::vector<std::string>>& leftOut) {
    guarded("Cannot store the experiment's state", [&] {
        // What stays is not to be another's of a moment ago.
        SQLite::Transaction transaction(m_data->database, SQLite::TransactionBehavior::IMMEDIATE);
        std::vector<std::string> kept;
        if (leftOut)
            kept = *leftOut;
        else if (auto stored = experiment(id))
            kept = std::move(stored->leftOut);
        auto query = m_data->prepare("UPDATE experiment SET state = ?, failure = ? WHERE id = ?");
        bindAll(query, toString(state), reasonText(failure, kept), id);
        query.exec();
        transaction.commit();
    });
}

void Workspace::renameExperiment(std::int64_t id, const std::string& name, const std::string& note) {
    const char* attempt = "Cannot rename the experiment";
    guarded(attempt, [&] {
        // Nobody may take the name between the look and the write.
        SQLite::Transaction transaction(m_data->database, SQLite::TransactionBehavior::IMMEDIATE);
        auto stored = m_data->prepare("SELECT name, note FROM experiment WHERE id = ?");
        stored.bind(1, id);
        if (!stored.executeStep()) throw Error(attempt, "it is no longer in the workspace");
        if (textAt(stored, 0) != name) refuseName(attempt, name);  // an old one stays, whatever it is
        if (textAt(stored, 1) != note && printable(note, note.size()) != note)  // it may have several lines
            throw Error(attempt, "the new note holds control characters or is not valid UTF-8");
        auto other = m_data->prepare("SELECT 1 FROM experiment WHERE name = ? AND id <> ?");
        bindAll(other, name, id);
        if (other.executeStep())
            throw Error(attempt, "there is another one called \"" + name + "\"",
                        "Results are told apart by the experiment's name");
        auto query = m_data->prepare("UPDATE experiment SET name = ?, note = ? WHERE id = ?");
        bindAll(query, name, note, id);
        query.exec();
        transaction.commit();
    });
}

void Workspace::moveExperiment(std::int64_t id, std::int64_t position) {
    guarded("Cannot reorder the queue", [&] {
        SQLite::Transaction transaction(m_data->database, SQLite::TransactionBehavior::IMMEDIATE);
        auto shift =
            m_data->prepare("UPDATE experiment SET position = position + 1 WHERE position >= ? AND id <> ?");
        bindAll(shift, position, id);
        shift.exec();
        auto move = m_data->prepare("UPDATE experiment SET position = ? WHERE id = ?");
        bindAll(move, position, id);
        move.exec();
        transaction.commit();
    });
}

void Workspace::deleteExperiment(std::int64_t id) {
    guarded("Cannot delete the experiment", [&] {
        SQLite::Transaction transaction(m_data->database, SQLite::TransactionBehavior::IMMEDIATE);
        // Not whatever nobody uses: released runs wait for whoever plans them again.
        auto runs = m_data->prepare(R"sql(
            DELETE FROM run WHERE id IN (SELECT run_id FROM experiment_run WHERE experiment_id = ?1)
                AND NOT EXISTS (SELECT 1 FROM experiment_run WHERE run_id = run.id AND experiment_id <> ?1))sql");
        runs.bind(1, id);
        runs.exec();
        auto query = m_data->prepare("DELETE FROM experiment WHERE id = ?");
        query.bind(1, id);
        query.exec();
        m_data->database.exec("DELETE FROM scored_text WHERE data_hash NOT IN (SELECT data_hash FROM run)");
        transaction.commit();
    });
}

}  // namespace strata
