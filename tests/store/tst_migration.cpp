// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "store/schema.h"
#include "store/workspace.h"
#include "support/errorof.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace strata;

/// Workspaces of older versions, stored as SQL (workspace-v<schema>.sql), brought forward.
class TestMigration : public QObject {
    Q_OBJECT

    using Names = std::vector<std::string>;

    QString folder(const QString& name) const { return m_folder.filePath(name); }
    std::string file(const QString& name, const QString& database = "workspace.sqlite") const {
        return (folder(name) + '/' + database).toStdString();
    }
    /// Makes the folder with the old database in it.
    void restore(const QString& name, int version) const {
        QVERIFY(QDir().mkpath(folder(name)));
        QFile dump(QStringLiteral(STRATA_STORE_TESTS "/workspace-v%1.sql").arg(version));
        QVERIFY2(dump.open(QIODevice::ReadOnly), qPrintable(dump.fileName()));
        SQLite::Database database(file(name), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database.exec(dump.readAll().toStdString());
        QCOMPARE(database.execAndGet("PRAGMA user_version").getInt(), version);
    }
    /// Everything in it as text, table by table.
    static Names contentOf(SQLite::Database& database) {
        Names all;
        SQLite::Statement tables(database,
                                 "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        while (tables.executeStep()) {
            SQLite::Statement rows(database, "SELECT * FROM " + tables.getColumn(0).getString());
            while (rows.executeStep()) {
                std::string line = tables.getColumn(0).getString();
                for (int i = 0; i < rows.getColumnCount(); ++i)
                    line += '|' + rows.getColumn(i).getString();
                all.push_back(line);
            }
        }
        std::sort(all.begin(), all.end());
        return all;
    }

  private Q_SLOTS:
    void everyOldSchemaIsStored() {
        for (int version = 1; version < kSchemaVersion; ++version)
            restore(QStringLiteral("stored%1").arg(version), version);
    }

    void dataSurvive() {
        restore("data", 1);
        const Workspace workspace(folder("data").toStdString());
        QVERIFY(workspace.check().empty());
        QCOMPARE(workspace.setting("threads"), std::optional<std::string>("2"));
        const auto checkpoints = workspace.checkpoints();
        QCOMPARE(checkpoints.size(), std::size_t{2});
        QCOMPARE(checkpoints[0].path, std::string("/data/tiny-seed_0-step_0"));
        QVERIFY(checkpoints[1].nameCorrected && checkpoints[1].step == 10'000);
        QCOMPARE(checkpoints[0].warnings, Names{"old tokenizer"});
        QCOMPARE(workspace.datasets().at(0).tags, std::string("xpos"));

        const auto experiments = workspace.experiments();
        QCOMPARE(experiments.size(), std::size_t{2});
        QCOMPARE((Names{experiments[0].name, experiments[0].note, experiments[0].specJson,
                        experiments[0].created}),
                 (Names{"first", "a note", "{\"name\":\"first\"}", "2024-01-02T03:04:05Z"}));
        QVERIFY(experiments[0].state == ExperimentState::Done);
        QVERIFY(experiments[1].state == ExperimentState::Failed && experiments[1].failure == "no memory");
        QVERIFY(experiments[0].runsPlanned == 2 && experiments[0].runsDone == 1);
        QVERIFY(experiments[0].position < experiments[1].position);

        const auto runs = workspace.runs(experiments[0].id);
        QCOMPARE(runs.size(), std::size_t{2});
        QCOMPARE(runs[0].fields.settingsJson, std::string("{\"epochs\":3}"));
        QCOMPARE(runs[0].secondsTraining, 2.25);
        const std::vector<Measurement> expected = {{"1", "f1", "NOUN", 0.5, 2},
                                                   {"0", "micro_f1", "", 0.1, 3},
                                                   {"1", "micro_f1", "", 2.0 / 3, 3},
                                                   {"mix", "micro_f1", "", 0.75, 3}};
        QVERIFY(workspace.measurements(runs[0].id) == expected);
        QCOMPARE(workspace.labels(runs[0].id), (Names{"NOUN", "VERB"}));
        const auto predictions = workspace.predictions(runs[0].id, "mix");
        QCOMPARE(predictions.size(), std::size_t{3});
        QVERIFY(predictions[2].sentence == 1 && predictions[2].gold == 1 && predictions[2].best == 0);
        QCOMPARE(workspace.sentences(runs[0].fields.dataHash, "dev").at(0).words, (Names{"Käse", "stinks"}));
    }

    void versionIsNew() {
        restore("version", 1);
        { const Workspace workspace(folder("version").toStdString()); }
        SQLite::Database database(file("version"));
        QCOMPARE(database.execAndGet("PRAGMA user_version").getInt(), kSchemaVersion);
        // Its tables are those of a new workspace.
        { const Workspace fresh(folder("fresh").toStdString()); }
        SQLite::Database other(file("fresh"));
        const char* columns =
            "SELECT group_concat(m.name || '.' || c.name || ' ' || c.type || ' ' || "
            "c.\"notnull\", char(10)) FROM sqlite_master m, pragma_table_info(m.name) c";
        QCOMPARE(database.execAndGet(columns).getString(), other.execAndGet(columns).getString());
        QCOMPARE(database.execAndGet("SELECT group_concat(name) FROM sqlite_master").getString(),
                 other.execAndGet("SELECT group_concat(name) FROM sqlite_master").getString());
    }

    void backupLiesBeside() {
        restore("backup", 1);
        Names before;
        {
            SQLite::Database database(file("backup"));
            before = contentOf(database);
        }
        QVERIFY(before.size() > 10);
        { const Workspace workspace(folder("backup").toStdString()); }
        SQLite::Database backup(file("backup", "workspace-v1-backup.sqlite"));
        QCOMPARE(backup.execAndGet("PRAGMA user_version").getInt(), 1);
        QCOMPARE(contentOf(backup), before);
        // Once only: the second opening has nothing to bring forward.
        const QString path = QString::fromStdString(file("backup", "workspace-v1-backup.sqlite"));
        QVERIFY(QFile::remove(path));
        { const Workspace workspace(folder("backup").toStdString()); }
        QVERIFY(!QFile::exists(path));
    }

    void newOnesNeedNoBackup() {
        { const Workspace workspace(folder("new").toStdString()); }
        QVERIFY(QDir(folder("new")).entryList({"*backup*"}).isEmpty());
    }

    /// Stopped at one commit after the other, as by a kill: what is left passes for no old workspace.
    void halfMadeOnesNeedNoBackup() {
        for (int fatal = 1; fatal <= 4; ++fatal) {
            const QString name = QStringLiteral("half%1").arg(fatal);
            QVERIFY(QDir().mkpath(folder(name)));
            {
                SQLite::Database database(file(name), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
                int left = fatal;
                const auto stop = [](void* commits) { return --*static_cast<int*>(commits) == 0 ? 1 : 0; };
                sqlite3_commit_hook(database.getHandle(), stop, &left);
                try {
                    migrate(database, file(name));
                } catch (const SQLite::Exception&) {
                }
            }
            const Workspace workspace(folder(name).toStdString());
            QVERIFY(workspace.check().empty());
            QCOMPARE(QDir(folder(name)).entryList({"*backup*"}), QStringList());
        }
    }

    /// A look at an old one leaves it as it is, to the byte.
    void examiningChangesNothing() {
        restore("looked", 1);
        const QDir there(folder("looked"));
        const auto bytes = [&] {
            QFile whole(QString::fromStdString(file("looked")));
            return whole.open(QIODevice::ReadOnly) ? whole.readAll() : QByteArray();
        };
        const QByteArray before = bytes();
        QVERIFY(!before.isEmpty());
        const Workspace::Condition old = Workspace::examine(folder("looked").toStdString());
        QVERIFY(old.schemaVersion == 1 && old.isOlder && old.problems.empty());
        QCOMPARE(there.entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList{"workspace.sqlite"});
        QVERIFY(bytes() == before);
        SQLite::Database(file("looked"), SQLite::OPEN_READWRITE)
            .exec("INSERT INTO measurement VALUES (999, 'f1', '', 'mix', 0.5, 1)");
        QCOMPARE(Workspace::examine(folder("looked").toStdString()).problems,
                 (Names{"a row of measurement names a missing row of run"}));
    }

    void examines() {
        Workspace open(folder("open").toStdString());
        open.setSetting("a", "b");
        for (const bool isClosed : {false, true}) {
            const Workspace::Condition now = Workspace::examine(folder("open").toStdString());
            QVERIFY(now.schemaVersion == kSchemaVersion && !now.isOlder && now.problems.empty());
            if (!isClosed) Workspace(std::move(open));
        }
        QVERIFY(QDir().mkpath(folder("begun")));
        VERIFY_ERROR("no workspace.sqlite", Workspace::examine(folder("begun").toStdString()));
        SQLite::Database database(file("begun"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database.exec("PRAGMA journal_mode = WAL");
        const Workspace::Condition begun = Workspace::examine(folder("begun").toStdString());
        QVERIFY(begun.schemaVersion == 0 && begun.isOlder && begun.problems.empty());
        database.exec("PRAGMA application_id = 1");
        VERIFY_ERROR("another program", Workspace::examine(folder("begun").toStdString()));
    }

    void leftoverOfAnEarlierTry() {
        restore("again", 1);
        QFile leftover(QString::fromStdString(file("again", "workspace-v1-backup.sqlite")));
        QVERIFY(leftover.open(QIODevice::WriteOnly));
        leftover.write("half a backup");
        leftover.close();
        const Workspace workspace(folder("again").toStdString());
        QCOMPARE(workspace.experiments().size(), std::size_t{2});
        SQLite::Database backup(leftover.fileName().toStdString());
        QCOMPARE(backup.execAndGet("SELECT count(*) FROM experiment").getInt(), 2);
    }

    /// Without room for the backup nothing is touched.
    void noBackupNoMigration() {
        restore("blocked", 1);
        QVERIFY(QDir().mkpath(folder("blocked/workspace-v1-backup.sqlite/occupied")));
        VERIFY_ERROR("blocked", Workspace(folder("blocked").toStdString()));
        SQLite::Database database(file("blocked"));
        QCOMPARE(database.execAndGet("PRAGMA user_version").getInt(), 1);
    }

    /// Window and command line after an update: one brings it forward, the other waits; the backup is the old
    /// state.
    void broughtForwardByTwo() {
        for (int round = 0; round < 10; ++round) {
            const QString name = QStringLiteral("pair%1").arg(round);
            restore(name, 1);
            std::array<QString, 2> failures;
            {
                std::vector<std::jthread> threads;
                for (QString& failure : failures)
                    threads.emplace_back([&] {
                        failure = test::errorOf([&] { Workspace(folder(name).toStdString()).experiments(); });
                    });
            }
            for (const QString& failure : failures)
                QVERIFY2(failure.isEmpty(), qPrintable(failure));
            SQLite::Database backup(file(name, "workspace-v1-backup.sqlite"));
            QCOMPARE(backup.execAndGet("PRAGMA user_version").getInt(), 1);
        }
    }

  private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestMigration)
#include "tst_migration.moc"
