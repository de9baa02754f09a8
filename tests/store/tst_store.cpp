// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "store/schema.h"
#include "store/workspace.h"
#include "support/errorof.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

using namespace strata;

namespace {

std::atomic<int> syncs = 0;

}  // namespace

/// Stands before the C library's function, so that the test sees how often SQLite asks the disk.
extern "C" int fdatasync(int descriptor) {
    ++syncs;
    return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

/// Opening and refusing; several objects on one folder. What is in it: tst_storecontent, tst_storeruns.
class TestStore : public QObject {
    Q_OBJECT

    std::filesystem::path at(const QString& name) const { return m_folder.filePath(name).toStdString(); }
    std::filesystem::path file(const QString& name) const { return at(name) / "workspace.sqlite"; }
    QByteArray bytes(const QString& name) const {
        QFile whole(QString::fromStdString(file(name).string()));
        return whole.open(QIODevice::ReadOnly) ? whole.readAll() : QByteArray();
    }
    /// A database that is no workspace, made by these statements.
    void makeDatabase(const QString& name, const char* sql) const {
        std::filesystem::create_directories(at(name));
        SQLite::Database(file(name).string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
    }

  private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    /// As another user, who may read but not write.
    void readsWhereNothingMayBeWritten() {
        if (::geteuid() != 0) QSKIP("only root can become another user");
        std::int64_t id = 0;
        {
            Workspace workspace(at("shared # 1%"));
            ExperimentRow row;
            row.name = "there";
            id = workspace.addExperiment(row);
        }
        for (const auto& folder : {at("."), at("shared # 1%")})
            std::filesystem::permissions(folder, std::filesystem::perms(0755));
        QVERIFY(::seteuid(65534) == 0);
        QString refusal;
        std::string name;
        const QString problem = test::errorOf([&] {
            Workspace workspace(at("shared # 1%"), Workspace::Mode::MustExist);
            name = workspace.experiment(id)->name;
            refusal = test::errorOf([&] { workspace.setSetting("a", "b"); });
        });
        QVERIFY(::seteuid(0) == 0);
        QCOMPARE(name, std::string("there"));
        QVERIFY2(refusal.contains("may write to"), qPrintable(refusal));
        QVERIFY(bytes("shared # 1%").size() > 0);
        makeDatabase("old", "PRAGMA application_id = 0x53747261; PRAGMA user_version = 1;");
        std::filesystem::permissions(at("old"), std::filesystem::perms(0755));
        QVERIFY(::seteuid(65534) == 0);
        const QString old = test::errorOf([&] { Workspace(at("old"), Workspace::Mode::MustExist); });
        QVERIFY(::seteuid(0) == 0);
        QVERIFY2(old.contains("older Strata"), qPrintable(old));
    }

    void creates() {
        const Workspace workspace(at("new/deep"));
        QCOMPARE(workspace.folder(), at("new/deep"));
        QVERIFY(std::filesystem::is_regular_file(file("new/deep")));
        for (const auto& folder :
             {workspace.activationsFolder(), workspace.figuresFolder(), workspace.logsFolder()})
            QVERIFY(std::filesystem::is_directory(folder) && folder.parent_path() == workspace.folder());
        QVERIFY(workspace.check().empty());
        QVERIFY(workspace.experiments().empty() && workspace.checkpoints().empty());
        SQLite::Database database(file("new/deep").string());
        QCOMPARE(database.execAndGet("PRAGMA user_version").getInt(), kSchemaVersion);
        QCOMPARE(database.execAndGet("PRAGMA application_id").getInt(), 0x53747261);  // "Stra"
    }

    void mustExist() {
        VERIFY_ERROR("no workspace.sqlite", Workspace(at("nowhere"), Workspace::Mode::MustExist));
        QVERIFY(!std::filesystem::exists(at("nowhere")));
        { const Workspace made(at("somewhere")); }
        const Workspace opened(at("somewhere"), Workspace::Mode::MustExist);
    }

    void writesAhead() {
        const Workspace workspace(at("wal"));
        SQLite::Database database(file("wal").string());
        QCOMPARE(database.execAndGet("PRAGMA journal_mode").getString(), std::string("wal"));
    }

    /// synchronous=FULL: what is committed has reached the disk. With NORMAL a commit would not sync at all.
    void everyCommitIsSynced() {
        Workspace workspace(at("sync"));
        for (int i = 0; i < 5; ++i) {
            const int before = syncs;
            workspace.setSetting("a", std::to_string(i));
            QVERIFY(syncs > before);
        }
    }

    void foreignKeysHold() {
        Workspace workspace(at("keys"));
        RunRow run;
        run.key = "k";
        run.checkpointId = 77;
        VERIFY_ERROR("foreign key", workspace.planRun(99, run));
        QVERIFY(!workspace.runByKey("k"));
    }

    void settings() {
        Workspace workspace(at("settings"));
        QVERIFY(!workspace.setting("threads"));
        workspace.setSetting("threads", "2");
        workspace.setSetting("threads", "4");
        workspace.setSetting("page", "{\"text\": \"Käse 'n' \\\"x\\\"\"}");
        workspace.setSetting("empty", "");
        QCOMPARE(workspace.setting("threads"), std::optional<std::string>("4"));
        QCOMPARE(workspace.setting("empty"), std::optional<std::string>(""));
        const std::map<std::string, std::string> all = {
            {"empty", ""}, {"page", "{\"text\": \"Käse 'n' \\\"x\\\"\"}"}, {"threads", "4"}};
        QCOMPARE(workspace.settings(), all);
        const Workspace again(at("settings"));
        QCOMPARE(again.settings(), all);
    }

    void twoObjects() {
        Workspace one(at("two")), other(at("two"));
        const std::int64_t before = other.changeCounter();
        QCOMPARE(other.changeCounter(), before);
        one.setSetting("a", "1");
        QVERIFY(other.changeCounter() != before);
        QCOMPARE(other.setting("a"), std::optional<std::string>("1"));
        const std::int64_t ownBefore = one.changeCounter();
        one.setSetting("a", "2");
        QVERIFY(one.changeCounter() != ownBefore);
    }

    void twoWritersWaitForEachOther() {
        std::atomic<int> failures = 0;
        const auto write = [&](const std::string& name) {
            try {
                Workspace workspace(at("writers"));
                for (int i = 0; i < 60; ++i)
                    workspace.setSetting(name + std::to_string(i), "x");
            } catch (const std::exception&) {
                ++failures;
            }
        };
        { std::jthread one(write, "one"), other(write, "other"); }
        QCOMPARE(failures.load(), 0);
        QCOMPARE(Workspace(at("writers")).settings().size(), std::size_t{120});
    }

    /// Window and command line may be started on a new folder in the same moment.
    void madeByManyAtOnce() {
        for (int round = 0; round < 15; ++round) {
            const QString name = QStringLiteral("race%1").arg(round);
            std::atomic<int> ready = 0;
            std::mutex mutex;
            QStringList failures;
            {
                std::vector<std::jthread> threads;
                for (int i = 0; i < 4; ++i)
                    threads.emplace_back([&] {
                        for (++ready; ready < 4;)
                            std::this_thread::yield();
                        try {
                            Workspace(at(name)).setSetting("a", "b");
                        } catch (const std::exception& problem) {
                            const std::lock_guard lock(mutex);
                            failures << problem.what();
                        }
                    });
            }
            QVERIFY2(failures.isEmpty(), qPrintable(failures.join('\n')));
            QVERIFY(Workspace(at(name)).check().empty());
        }
    }

    void refused_data() {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<QString>("why");
        QTest::newRow("newer") << QByteArray(
                                      "PRAGMA application_id = 1400140385; PRAGMA user_version = 99; CREATE "
                                      "TABLE run (id)")
                               << "newer Strata";
        QTest::newRow("another's") << QByteArray("CREATE TABLE song (title)") << "another program";
        for (const char* version : {"1", "2", "99"})
            QTest::addRow("another's with version %s", version)
                << QByteArray("CREATE TABLE song (title); PRAGMA user_version = ") + version
                << "another program";
        QTest::newRow("another's empty one") << QByteArray("PRAGMA application_id = 42") << "another program";
    }
    void refused() {
        QFETCH(QByteArray, sql);
        QFETCH(QString, why);
        const QString name = QString::fromLatin1(QTest::currentDataTag());
        makeDatabase(name, sql);
        const QByteArray before = bytes(name);
        const QString text = test::errorOf([&] { Workspace(at(name)); });
        QVERIFY2(text.contains(why) && text.contains(name), qPrintable(text));
        // Left as it was, and nothing beside it.
        QCOMPARE(bytes(name), before);
        QCOMPARE(QDir(m_folder.filePath(name)).entryList(QDir::Files),
                 QStringList{QStringLiteral("workspace.sqlite")});
    }

    void noDatabase() {
        std::filesystem::create_directories(at("text"));
        QFile made(QString::fromStdString(file("text").string()));
        QVERIFY(made.open(QIODevice::WriteOnly));
        made.write(QByteArray("no database ").repeated(500));
        made.close();
        VERIFY_ERROR("not a database", Workspace(at("text")));
    }

    void cutDatabase() {
        { Workspace(at("cut")).setSetting("a", "b"); }
        std::filesystem::resize_file(file("cut"), 5000);
        VERIFY_ERROR("cut", Workspace(at("cut")).settings());
    }

    void fileInPlaceOfFolder() {
        QFile made(m_folder.filePath("plain"));
        QVERIFY(made.open(QIODevice::WriteOnly));
        VERIFY_ERROR("plain", Workspace(at("plain")));
        VERIFY_ERROR("plain", Workspace(at("plain/below")));
    }

    void readOnlyFolder_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << "ro";
        QTest::newRow("with a workspace") << "rofull";
        QTest::newRow("below") << "ro/below";
    }
    void readOnlyFolder() {
        QFETCH(QString, name);
        std::filesystem::create_directories(at("ro"));
        { const Workspace made(at("rofull")); }
        using std::filesystem::perms;
        const perms readOnly =
            perms::owner_read | perms::owner_exec | perms::others_read | perms::others_exec;
        for (const char* folder : {"ro", "rofull"})
            std::filesystem::permissions(at(folder), readOnly);
        std::filesystem::permissions(m_folder.path().toStdString(), perms::others_read | perms::others_exec,
                                     std::filesystem::perm_options::add);
        // To root nothing is read-only: be nobody meanwhile.
        const bool isRoot = ::geteuid() == 0;
        if (isRoot && ::seteuid(65534) != 0) QSKIP("cannot give up root's rights");
        const QString text = test::errorOf([&] { Workspace(at(name)).setSetting("a", "b"); });
        if (isRoot) QCOMPARE(::seteuid(0), 0);
        for (const char* folder : {"ro", "rofull"})
            std::filesystem::permissions(at(folder), perms::owner_all);
        QVERIFY2(text.contains(name) && text.contains("write"), qPrintable(text));
    }

  private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
