// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "databasedump.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <iterator>
#include <map>

namespace strata::test {

namespace {

/// How a column is written; columns that are not named here are written as they are, new ones too.
const std::map<std::string, std::string>& substitutes() {
    static const std::map<std::string, std::string> all = {
        {"id", "''"},
        {"created", "''"},
        {"seconds_encoding", "''"},
        {"seconds_reading", "''"},
        {"seconds_training", "''"},
        {"seconds_storing", "''"},
        {"run_id", "(SELECT r.key FROM run r WHERE r.id = t.run_id)"},
        {"experiment_id", "(SELECT e.name FROM experiment e WHERE e.id = t.experiment_id)"},
        {"checkpoint_id", "(SELECT c.path FROM checkpoint c WHERE c.id = t.checkpoint_id)"}};
    return all;
}

std::vector<std::string> column(SQLite::Database& database, const std::string& query) {
    std::vector<std::string> texts;
    SQLite::Statement statement(database, query);
    while (statement.executeStep())
        texts.push_back(statement.getColumn(0).getString());
    return texts;
}

}  // namespace

std::vector<std::string> databaseDump(const std::filesystem::path& file) {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE, 10'000);
    std::vector<std::string> rows =
        column(database, "SELECT coalesce(sql, name) FROM sqlite_master");  // the schema is content as well
    rows.push_back("version " + database.execAndGet("PRAGMA user_version").getString());
    for (const std::string& table : column(database, "SELECT name FROM sqlite_master WHERE type = 'table'")) {
        std::string query = "SELECT '" + table + "'";
        for (const std::string& name :
             column(database, "SELECT name FROM pragma_table_info('" + table + "')")) {
            const auto substitute = substitutes().find(name);
            const std::string value = substitute == substitutes().end() ? "t." + name : substitute->second;
            query += " || '|' || typeof(" + value + ") || ' ' || CASE typeof(" + value +
                     ") WHEN 'blob' THEN hex(" + value + ") WHEN 'real' THEN printf('%!.17g', " + value +
                     ") ELSE coalesce(" + value + ", '') END";
        }
        query += " FROM " + table + " t";
        if (table == "setting") query += " WHERE key <> 'estimate'";
        for (std::string& row : column(database, query))
            rows.push_back(std::move(row));
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::string firstDifference(const std::vector<std::string>& expected, const std::vector<std::string>& found) {
    std::vector<std::string> missing, extra;
    std::set_difference(expected.begin(), expected.end(), found.begin(), found.end(),
                        std::back_inserter(missing));
    std::set_difference(found.begin(), found.end(), expected.begin(), expected.end(),
                        std::back_inserter(extra));
    std::string text;
    if (!missing.empty())
        text +=
            std::to_string(missing.size()) + " rows are missing, first: " + missing[0].substr(0, 400) + "\n";
    if (!extra.empty())
        text += std::to_string(extra.size()) + " rows are too many, first: " + extra[0].substr(0, 400) + "\n";
    return text;
}

}  // namespace strata::test
