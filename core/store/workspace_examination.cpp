// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "store/schema.h"
#include "store/workspacedata.h"

#include <system_error>

namespace strata {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> problemsIn(SQLite::Database& database) {
    std::vector<std::string> problems;
    SQLite::Statement integrity(database, "PRAGMA integrity_check(20)");
    while (integrity.executeStep())
        if (textAt(integrity, 0) != "ok") problems.push_back(textAt(integrity, 0));
    SQLite::Statement keys(database, "PRAGMA foreign_key_check");
    while (keys.executeStep() && problems.size() < 40)
        problems.push_back("a row of " + textAt(keys, 0) + " names a missing row of " + textAt(keys, 2));
    return problems;
}

/// What changes when somebody writes to the workspace.
struct Trace {
    bool hasLog = false;
    fs::file_time_type written;

    explicit Trace(const fs::path& folder) {
        std::error_code ignored;
        hasLog = fs::exists(folder / "workspace.sqlite-wal", ignored);
        written = fs::last_write_time(folder / "workspace.sqlite", ignored);
    }
    bool operator==(const Trace&) const = default;
};

}  // namespace

std::vector<std::string> Workspace::check() const {
    return guarded("Cannot check the workspace", [&] { return problemsIn(m_data->database); });
}

Workspace::Condition Workspace::examine(const fs::path& folder) {
    const fs::path whole = existingWorkspace(folder);
    const std::string attempt = "Cannot check the workspace '" + whole.string() + "'";
    const auto look = [&] {
        return guarded(attempt.c_str(), [&] {
            Data data(whole, Data::ReadOnly{});
            Condition condition;
            condition.schemaVersion = readableVersion(data.database, whole / "workspace.sqlite");
            condition.isOlder = condition.schemaVersion < kSchemaVersion;
            condition.problems = problemsIn(data.database);
            return condition;
        });
    };
    // Without a log, it is read as if nobody wrote. A program that began to meanwhile spoils what was read,
    // and has made a log by now.
    for (int triesLeft = 2;; --triesLeft) {
        const Trace before(whole);
        const auto isSpoilt = [&] { return triesLeft > 0 && !(before == Trace(whole)); };
        try {
            Condition condition = look();
            if (condition.problems.empty() || !isSpoilt()) return condition;
        } catch (const Error&) {
            if (!isSpoilt()) throw;
        }
    }
}

}  // namespace strata
