// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "store/schema.h"

#include "base/error.h"
#include "base/file.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <string>
#include <thread>

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

/// What tells a workspace from other databases.
struct Header {
    int version = 0, application = 0, tables = 0;
};

int pragma(SQLite::Database& database, const char* name) {
    return database.execAndGet(std::string("PRAGMA ") + name).getInt();
}

/// All of one moment: another program may be making this workspace just now.
Header headerOf(SQLite::Database& database) {
    SQLite::Transaction moment(database, SQLite::TransactionBehavior::DEFERRED);
    return {pragma(database, "user_version"), pragma(database, "application_id"),
            database.execAndGet("SELECT count(*) FROM sqlite_master").getInt()};
}

void refuseForeign(const Header& header, const std::string& attempt) {
    const bool isNew = header.version == 0 && header.tables == 0 && header.application == 0;
    if (!isNew && header.application != kApplicationId)
        throw Error(attempt, "it is the database of another program", "Choose another folder");
    if (header.version > kSchemaVersion)
        throw Error(attempt,
                    "a newer Strata made it (schema " + std::to_string(header.version) + ", this one knows " +
                        std::to_string(kSchemaVersion) + ")",
                    "Open it with that version, or choose another folder");
}

std::string readAttempt(const std::filesystem::path& file) {
    return "Cannot read the workspace database '" + file.string() + "'";
}

void waitFor(FileLock& lock, const std::string& attempt) {
    using namespace std::chrono_literals;
    for (const auto end = std::chrono::steady_clock::now() + 60s; !lock.tryLock();) {
        if (std::chrono::steady_clock::now() > end)
            throw Error(attempt, "another Strata has been bringing it to its version for a minute",
                        "Wait for it, then try again");
        std::this_thread::sleep_for(20ms);
    }
}

void backUp(SQLite::Database& database, const std::filesystem::path& file, int version) {
    const std::filesystem::path backup =
        file.parent_path() / ("workspace-v" + std::to_string(version) + "-backup.sqlite");
    std::error_code ignored;
    std::filesystem::remove(backup, ignored);
    SQLite::Statement copy(database, "VACUUM INTO ?");
    copy.bind(1, backup.string());
    copy.exec();
}

}  // namespace

int readableVersion(SQLite::Database& database, const std::filesystem::path& file) {
    const Header header = headerOf(database);
    refuseForeign(header, readAttempt(file));
    return header.version;
}

void checkReadable(SQLite::Database& database, const std::filesystem::path& file) {
    if (readableVersion(database, file) < kSchemaVersion)
        throw Error(readAttempt(file), "an older Strata made it, and it may not be written to",
                    "Open it once where it may be: it is brought to the present version");
}

void migrate(SQLite::Database& database, const std::filesystem::path& file) {
    const std::string attempt = "Cannot open the workspace database '" + file.string() + "'";
    Header header = headerOf(database);
    refuseForeign(header, attempt);
    if (header.version == kSchemaVersion) return;
    // Window and command line may meet a new or an old workspace in the same moment: one of them works on it.
    // SQLite alone does not settle that: of two who switch to WAL at once, one fails without waiting.
    FileLock lock(file.parent_path() / "schema.lock");
    waitFor(lock, attempt);
    header = headerOf(database);
    refuseForeign(header, attempt);
    database.exec("PRAGMA journal_mode = WAL");
    if (header.version > 0 && header.version < kSchemaVersion) backUp(database, file, header.version);
    for (int version = header.version; version < kSchemaVersion;) {
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::EXCLUSIVE);
        // A new one is made whole or not at all: half of it would pass for an old one that is worth a copy.
        do
            kMigrations[version++](database);
        while (header.version == 0 && version < kSchemaVersion);
        database.exec("PRAGMA user_version = " + std::to_string(version));
        database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
        transaction.commit();
    }
}

}  // namespace strata
