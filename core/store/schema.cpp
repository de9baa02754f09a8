// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "store/schema.h"

#include "base/error.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

namespace strata {

namespace {

/// "Stra" in the header field that tells applications apart.
constexpr int kApplicationId = 0x53747261;

void createFirst(SQLite::Database& database) {
    database.exec(R"sql(
        CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE checkpoint (
            id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, family TEXT NOT NULL, seed INTEGER, step INTEGER,
            adapted_from TEXT NOT NULL, content_hash TEXT NOT NULL, format TEXT NOT NULL, dtype TEXT NOT NULL,
            problem TEXT NOT NULL, layers INTEGER NOT NULL, hidden INTEGER NOT NULL, heads INTEGER NOT NULL,
            vocabulary INTEGER NOT NULL, bytes INTEGER NOT NULL, mlm_head INTEGER NOT NULL, uncased INTEGER NOT NULL,
            name_corrected INTEGER NOT NULL DEFAULT 0, warnings TEXT NOT NULL DEFAULT '', forgotten INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE dataset (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL, tags TEXT NOT NULL, train TEXT NOT NULL,
            dev TEXT NOT NULL, test TEXT NOT NULL, note TEXT NOT NULL);
        CREATE TABLE experiment (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT NOT NULL, spec TEXT NOT NULL, state TEXT NOT NULL,
            failure TEXT NOT NULL, created TEXT NOT NULL);
        CREATE TABLE run (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, checkpoint_hash TEXT NOT NULL, data_hash TEXT NOT NULL,
            settings TEXT NOT NULL, task TEXT NOT NULL, split TEXT NOT NULL, preset TEXT NOT NULL, probe TEXT NOT NULL,
            probe_seed INTEGER NOT NULL, protocol_version INTEGER NOT NULL, number_type TEXT NOT NULL, state TEXT NOT NULL,
            failure TEXT NOT NULL DEFAULT '', labels TEXT NOT NULL DEFAULT '[]', seconds_encoding REAL NOT NULL DEFAULT 0,
            seconds_reading REAL NOT NULL DEFAULT 0, seconds_training REAL NOT NULL DEFAULT 0, seconds_storing REAL NOT NULL DEFAULT 0);
        CREATE TABLE experiment_run (
            experiment_id INTEGER NOT NULL REFERENCES experiment(id) ON DELETE CASCADE,
            run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
            checkpoint_id INTEGER NOT NULL REFERENCES checkpoint(id),
            PRIMARY KEY (experiment_id, run_id, checkpoint_id)) WITHOUT ROWID;
        CREATE INDEX experiment_run_by_run ON experiment_run(run_id);
        CREATE TABLE measurement (
            run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, metric TEXT NOT NULL, label TEXT NOT NULL,
            layer NOT NULL, value REAL NOT NULL, n INTEGER NOT NULL,
            PRIMARY KEY (run_id, metric, label, layer)) WITHOUT ROWID;
        CREATE TABLE prediction (run_id INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE, data BLOB NOT NULL);
        CREATE TABLE scored_text (data_hash TEXT NOT NULL, split TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (data_hash, split));
        CREATE VIEW tidy AS
            SELECT e.name AS experiment, c.family AS family, c.seed AS seed, c.step AS step, c.adapted_from AS adapted_from,
                   r.task AS task, r.split AS split, r.preset AS preset, r.probe AS probe, r.probe_seed AS probe_seed,
                   m.layer AS layer, m.metric AS metric, m.label AS label, m.value AS value, m.n AS n
            FROM experiment_run er JOIN experiment e ON e.id = er.experiment_id JOIN run r ON r.id = er.run_id
                 JOIN checkpoint c ON c.id = er.checkpoint_id JOIN measurement m ON m.run_id = r.id
            WHERE r.state = 'done';
    )sql");
}

/// The queue can be reordered.
void addQueuePosition(SQLite::Database& database) {
    database.exec("ALTER TABLE experiment ADD COLUMN position INTEGER NOT NULL DEFAULT 0");
    database.exec("UPDATE experiment SET position = id");
}

using Migration = void (*)(SQLite::Database&);
constexpr Migration kMigrations[kSchemaVersion] = {createFirst, addQueuePosition};

int pragma(SQLite::Database& database, const char* name) {
    return database.execAndGet(std::string("PRAGMA ") + name).getInt();
}

}  // namespace

void migrate(SQLite::Database& database, const std::filesystem::path& file) {
    const std::string attempt = "Cannot open the workspace database '" + file.string() + "'";
    int version = pragma(database, "user_version");
    if (version > kSchemaVersion)
        throw Error(attempt,
                    "a newer Strata made it (schema " + std::to_string(version) + ", this one knows " +
                        std::to_string(kSchemaVersion) + ")",
                    "Open it with that version, or choose another folder");
    if (version == kSchemaVersion) return;
    const int tables = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt();
    if (version == 0 && tables > 0)
        throw Error(attempt, "it is the database of another program", "Choose another folder");
    if (version > 0) {
        const std::filesystem::path backup =
            file.parent_path() / ("workspace-v" + std::to_string(version) + "-backup.sqlite");
        std::error_code ignored;
        std::filesystem::remove(backup, ignored);
        SQLite::Statement copy(database, "VACUUM INTO ?");
        copy.bind(1, backup.string());
        copy.exec();
    }
    while (version < kSchemaVersion) {
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::EXCLUSIVE);
        version = pragma(database, "user_version");  // another process may have been quicker
        if (version < kSchemaVersion) {
            kMigrations[version](database);
            database.exec("PRAGMA user_version = " + std::to_string(version + 1));
            database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
        }
        transaction.commit();
        version = pragma(database, "user_version");
    }
}

}  // namespace strata
