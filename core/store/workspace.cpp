// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "store/workspace.h"

#include "store/schema.h"
#include "store/workspacedata.h"

#include <fcntl.h>
#include <unistd.h>

namespace strata {

namespace {

constexpr const char* kCheckpointColumns =
    "id, path, family, seed, step, adapted_from, content_hash, format, dtype, problem, layers, hidden, "
    "heads, vocabulary, bytes, "
    "mlm_head, uncased, name_corrected, warnings";

CheckpointRow checkpointAt(const SQLite::Statement& row) {
    CheckpointRow out;
    out.id = intAt(row, 0);
    out.path = textAt(row, 1);
    out.family = textAt(row, 2);
    out.seed = optionalAt<int>(row, 3);
    out.step = optionalAt<std::int64_t>(row, 4);
    out.adaptedFrom = textAt(row, 5);
    out.contentHash = textAt(row, 6);
    out.format = textAt(row, 7);
    out.dtype = textAt(row, 8);
    out.problem = textAt(row, 9);
    out.layers = static_cast<int>(intAt(row, 10));
    out.hidden = static_cast<int>(intAt(row, 11));
    out.heads = static_cast<int>(intAt(row, 12));
    out.vocabulary = static_cast<int>(intAt(row, 13));
    out.bytes = static_cast<std::uint64_t>(intAt(row, 14));
    out.hasMlmHead = intAt(row, 15) != 0;
    out.isUncased = intAt(row, 16) != 0;
    out.nameCorrected = intAt(row, 17) != 0;
    if (const std::string text = textAt(row, 18); !text.empty())
        out.warnings = textsIn(text, "the stored warnings of a checkpoint");
    return out;
}

std::filesystem::path madeFolder(const std::filesystem::path& path) {
    std::error_code problem;
    std::filesystem::create_directories(path, problem);
    if (problem)
        throw Error("Cannot make the folder '" + path.string() + "'", problem.message(),
                    "Choose a folder that you may write to");
    return path;
}

std::filesystem::path absoluteFolder(const std::filesystem::path& folder) {
    if (folder.empty()) throw Error("Cannot open the workspace", "its folder has no name");
    return std::filesystem::absolute(folder).lexically_normal();
}

/// Whether the database and what SQLite puts beside it may be written.
bool isWritable(const std::filesystem::path& folder) {
    const auto may = [](const std::filesystem::path& path) {
        return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
    };
    return may(folder) && may(folder / "workspace.sqlite");
}

}  // namespace

std::filesystem::path existingWorkspace(const std::filesystem::path& folder) {
    std::filesystem::path whole = absoluteFolder(folder);
    std::error_code ignored;  // a folder that may not be looked into counts as one without
    if (!std::filesystem::exists(whole / "workspace.sqlite", ignored))
        throw Error("Cannot open the workspace '" + whole.string() + "'",
                    "the folder holds no workspace.sqlite",
                    "Check the path, or run an experiment there first");
    return whole;
}

std::string Workspace::Data::readOnlyUri(const std::filesystem::path& path) {
    std::string uri = "file:";
    for (const char c : (path / "workspace.sqlite").string())
        uri += c == '?' ? "%3f" : c == '#' ? "%23" : c == '%' ? "%25" : std::string(1, c);
    std::error_code ignored;
    const bool hasLog = std::filesystem::exists(path / "workspace.sqlite-wal", ignored);
    return hasLog ? uri : uri + "?immutable=1";
}

Workspace::Workspace(const std::filesystem::path& folder, Mode mode) {
    const std::filesystem::path whole =
        mode == Mode::MustExist ? existingWorkspace(folder) : madeFolder(absoluteFolder(folder));
    const std::string attempt = "Cannot open the workspace '" + whole.string() + "'";
    try {
        if (mode == Mode::MustExist && !isWritable(whole)) {
            m_data = std::make_unique<Data>(whole, Data::ReadOnly{});
            checkReadable(m_data->database, whole / "workspace.sqlite");
            return;
        }
        m_data = std::make_unique<Data>(whole);
        migrate(m_data->database, whole / "workspace.sqlite");  // first: what is not ours stays untouched
        m_data->database.exec("PRAGMA journal_mode = WAL");
        m_data->database.exec("PRAGMA synchronous = FULL");
        m_data->database.exec("PRAGMA foreign_keys = ON");
    } catch (const SQLite::Exception& problem) {
        throw Error(attempt, problem.what(), adviceFor(problem));
    }
}

Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;

const std::filesystem::path& Workspace::folder() const {
    return m_data->folder;
}
bool Workspace::isReadOnly() const {
    return m_data->isReadOnly;
}
std::filesystem::path Workspace::activationsFolder() const {
    return madeFolder(m_data->folder / "activations");
}
std::filesystem::path Workspace::figuresFolder() const {
    return madeFolder(m_data->folder / "figures");
}
std::filesystem::path Workspace::logsFolder() const {
    return madeFolder(m_data->folder / "logs");
}

std::optional<std::string> Workspace::setting(const std::string& key) const {
    return guarded("Cannot read a setting", [&]() -> std::optional<std::string> {
        auto query = m_data->prepare("SELECT value FROM setting WHERE key = ?");
        query.bind(1, key);
        return query.executeStep() ? std::optional(textAt(query, 0)) : std::nullopt;
    });
}

void Workspace::setSetting(const std::string& key, const std::string& value) {
    guarded("Cannot store a setting", [&] {
        auto query = m_data->prepare(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        bindAll(query, key, value);
        query.exec();
    });
}

std::map<std::string, std::string> Workspace::settings() const {
    return guarded("Cannot read the settings", [&] {
        std::map<std::string, std::string> all;
        auto query = m_data->prepare("SELECT key, value FROM setting");
        while (query.executeStep())
            all.emplace(textAt(query, 0), textAt(query, 1));
        return all;
    });
}

std::int64_t Workspace::upsertCheckpoint(const CheckpointRow& row) {
    return guarded("Cannot store a checkpoint", [&] {
        auto query = m_data->prepare(R"sql(
            INSERT INTO checkpoint (path, family, seed, step, adapted_from, content_hash, format, dtype, problem, layers, hidden, heads,
                                    vocabulary, bytes, mlm_head, uncased, warnings)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (path) DO UPDATE SET
                family = iif(name_corrected, family, excluded.family), seed = iif(name_corrected, seed, excluded.seed),
                step = iif(name_corrected, step, excluded.step), adapted_from = excluded.adapted_from,
                content_hash = iif(excluded.content_hash = '', content_hash, excluded.content_hash), format = excluded.format,
                dtype = excluded.dtype, problem = excluded.problem, layers = excluded.layers, hidden = excluded.hidden,
                heads = excluded.heads, vocabulary = excluded.vocabulary, bytes = excluded.bytes, mlm_head = excluded.mlm_head,
                uncased = excluded.uncased, warnings = excluded.warnings, forgotten = 0
            RETURNING id)sql");
        bindAll(query, row.path, row.family, row.seed, row.step, row.adaptedFrom, row.contentHash, row.format,
                row.dtype, row.problem, row.layers, row.hidden, row.heads, row.vocabulary,
                static_cast<std::int64_t>(row.bytes), int{row.hasMlmHead}, int{row.isUncased},
                row.warnings.empty() ? std::string() : Json(row.warnings).dump());
        query.executeStep();
        const std::int64_t id = intAt(query, 0);
        query.executeStep();  // lets the statement finish, and with it the write
        return id;
    });
}

void Workspace::correctCheckpointName(std::int64_t id, const std::string& family, std::optional<int> seed,
                                      std::optional<std::int64_t> step, bool isByHand) {
    guarded("Cannot correct a checkpoint's name", [&] {
        auto query = m_data->prepare(
            "UPDATE checkpoint SET family = ?, seed = ?, step = ?, name_corrected = ? WHERE id = ?");
        bindAll(query, family, seed, step, int{isByHand}, id);
        query.exec();
    });
}

void Workspace::setCheckpointProblem(std::int64_t id, const std::string& problem) {
    guarded("Cannot store what is wrong with a checkpoint", [&] {
        auto query = m_data->prepare("UPDATE checkpoint SET problem = ? WHERE id = ?");
        bindAll(query, problem, id);
        query.exec();
    });
}

void Workspace::setContentHash(std::int64_t id, const std::string& hash) {
    guarded("Cannot store a content hash", [&] {
        auto query = m_data->prepare("UPDATE checkpoint SET content_hash = ? WHERE id = ?");
        bindAll(query, hash, id);
        query.exec();
    });
}

std::vector<CheckpointRow> Workspace::checkpoints() const {
    return guarded("Cannot read the checkpoints", [&] {
        std::vector<CheckpointRow> rows;
        SQLite::Statement query(
            m_data->database,
            std::string("SELECT ") + kCheckpointColumns +
                " FROM checkpoint WHERE NOT forgotten ORDER BY family, adapted_from, seed, step, path");
        while (query.executeStep())
            rows.push_back(checkpointAt(query));
        return rows;
    });
}

std::optional<CheckpointRow> Workspace::checkpoint(std::int64_t id) const {
    return guarded("Cannot read a checkpoint", [&]() -> std::optional<CheckpointRow> {
        SQLite::Statement query(
            m_data->database, std::string("SELECT ") + kCheckpointColumns + " FROM checkpoint WHERE id = ?");
        query.bind(1, id);
        return query.executeStep() ? std::optional(checkpointAt(query)) : std::nullopt;
    });
}

void Workspace::forgetCheckpoints(const std::vector<std::int64_t>& ids) {
    guarded("Cannot forget checkpoints", [&] {
        SQLite::Transaction transaction(m_data->database, SQLite::TransactionBehavior::IMMEDIATE);
        auto query = m_data->prepare("UPDATE checkpoint SET forgotten = 1 WHERE id = ?");
        for (const std::int64_t id : ids) {
            query.bind(1, id);
            query.exec();
            query.reset();
        }
        transaction.commit();
    });
}

std::int64_t Workspace::upsertDataset(const DatasetRow& row) {
    return guarded("Cannot store a data set", [&] {
        if (row.id > 0) {
            auto update = m_data->prepare(
                "UPDATE dataset SET name = ?, type = ?, tags = ?, train = ?, dev = ?, test = ?, note = ? "
                "WHERE id = ?");
            bindAll(update, row.name, row.type, row.tags, row.trainPath, row.devPath, row.testPath, row.note,
                    row.id);
            if (update.exec() > 0) return row.id;
        }
        auto query = m_data->prepare(R"sql(
            INSERT INTO dataset (name, type, tags, train, dev, test, note) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET type = excluded.type, tags = excluded.tags, train = excluded.train, dev = excluded.dev,
                test = excluded.test, note = excluded.note RETURNING id)sql");
        bindAll(query, row.name, row.type, row.tags, row.trainPath, row.devPath, row.testPath, row.note);
        query.executeStep();
        const std::int64_t id = intAt(query, 0);
        query.executeStep();
        return id;
    });
}

std::vector<DatasetRow> Workspace::datasets() const {
    return guarded("Cannot read the data sets", [&] {
        std::vector<DatasetRow> rows;
        auto query =
            m_data->prepare("SELECT id, name, type, tags, train, dev, test, note FROM dataset ORDER BY name");
        while (query.executeStep())
            rows.push_back({intAt(query, 0), textAt(query, 1), textAt(query, 2), textAt(query, 3),
                            textAt(query, 4), textAt(query, 5), textAt(query, 6), textAt(query, 7)});
        return rows;
    });
}

void Workspace::deleteDataset(std::int64_t id) {
    guarded("Cannot delete a data set", [&] {
        auto query = m_data->prepare("DELETE FROM dataset WHERE id = ?");
        query.bind(1, id);
        query.exec();
    });
}

std::int64_t Workspace::changeCounter() const {
    return guarded("Cannot look for changes", [&] {
        return std::int64_t{m_data->database.execAndGet("PRAGMA data_version").getInt()} +
               m_data->database.getTotalChanges();
    });
}

}  // namespace strata
