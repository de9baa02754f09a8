// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "store/workspace.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <utility>

namespace strata {

struct Workspace::Data {
    std::filesystem::path folder;
    SQLite::Database database;
    bool isReadOnly = false;

    explicit Data(const std::filesystem::path& path)
        : folder(path),
          database((path / "workspace.sqlite").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                   10'000) {}
    /// Where nothing may be written. Without a log beside it, SQLite must be told that nobody else writes.
    struct ReadOnly {};
    Data(const std::filesystem::path& path, ReadOnly)
        : folder(path),
          database(readOnlyUri(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI, 10'000),
          isReadOnly(true) {}

    static std::string readOnlyUri(const std::filesystem::path& path);

    SQLite::Statement prepare(const char* sql) { return SQLite::Statement(database, sql); }
};

/// The folder as an absolute path. @throws Error when it holds no workspace
std::filesystem::path existingWorkspace(const std::filesystem::path& folder);

/// What a person can do about it; SQLite's primary result codes (sqlite.org/rescode.html).
inline const char* adviceFor(const SQLite::Exception& problem) {
    switch (problem.getErrorCode()) {
        case 5:  // BUSY
        case 6:  // LOCKED
            return "Another program is writing to it; try again";
        case 3:   // PERM
        case 8:   // READONLY
        case 14:  // CANTOPEN
            return "Choose a folder that you may write to";
        case 11:  // CORRUPT
        case 26:  // NOTADB
            return "The file may be damaged or of another program; restore a backup or choose another folder";
        case 13:  // FULL
            return "Free some disk space";
        default:
            return "";
    }
}

/// Runs database work and turns SQLite's exceptions into Errors that say what was attempted.
template <typename Work>
auto guarded(const char* attempt, Work work) {
    try {
        return work();
    } catch (const SQLite::Exception& problem) {
        throw Error(attempt, problem.what(), adviceFor(problem));
    }
}

/// A list of texts stored as JSON. @throws Error when it is something else
inline std::vector<std::string> textsIn(const std::string& json, const std::string& where) {
    try {
        return parseJson(json, where).get<std::vector<std::string>>();
    } catch (const Json::exception&) {
        throw Error("Cannot read " + where, "they are not a list of texts");
    }
}

/// Binds values to the parameters ?1, ?2 … in order; empty optionals as NULL.
template <typename T>
void bindOne(SQLite::Statement& statement, int index, const T& value) {
    statement.bind(index, value);
}
template <typename T>
void bindOne(SQLite::Statement& statement, int index, const std::optional<T>& value) {
    if (value)
        statement.bind(index, static_cast<std::int64_t>(*value));
    else
        statement.bind(index);
}
template <typename... Values>
void bindAll(SQLite::Statement& statement, const Values&... values) {
    int index = 0;
    (bindOne(statement, ++index, values), ...);
}

template <typename T>
std::optional<T> optionalAt(const SQLite::Statement& row, int index) {
    const SQLite::Column column = row.getColumn(index);
    return column.isNull() ? std::nullopt : std::optional<T>(static_cast<T>(column.getInt64()));
}
inline std::string textAt(const SQLite::Statement& row, int index) {
    return row.getColumn(index).getString();
}
inline std::int64_t intAt(const SQLite::Statement& row, int index) {
    return row.getColumn(index).getInt64();
}

}  // namespace strata
