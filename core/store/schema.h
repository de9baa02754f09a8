// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <filesystem>

namespace SQLite {
class Database;
}

namespace strata {

inline constexpr int kSchemaVersion = 2;

/// Brings a database to kSchemaVersion, one migration after the other, each in its own transaction; a new one
/// is made in a single transaction. Before the first change to an old one, a copy is put beside it
/// (workspace-v<old>-backup.sqlite).
/// Of several programs that open it at once, one works and the others wait (schema.lock).
/// @throws Error when it is of a newer schema, or no workspace; it is then left as it was
void migrate(SQLite::Database& database, const std::filesystem::path& file);
/// Its schema version; 0 = made just now, nothing in it. Writes nothing. @throws Error when it is of a newer
/// schema, or no workspace
int readableVersion(SQLite::Database& database, const std::filesystem::path& file);
/// @throws Error unless it is a workspace of kSchemaVersion; writes nothing
void checkReadable(SQLite::Database& database, const std::filesystem::path& file);

}  // namespace strata
