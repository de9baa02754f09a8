// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/file.h"
#include "cliprocess.h"
#include "support/workspacerows.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace strata;
using namespace strata::test;

/// strata-cli experiments, on a workspace whose rows are made up: nothing is computed.
class TestExperimentsCommand : public QObject {
    Q_OBJECT

    QString at(const QString& name) const { return m_folder->filePath(name); }
    QStringList command(const QStringList& options = {}) const {
        return QStringList{"experiments", "--workspace", at("ws")} + options;
    }
    CliOutcome call(const QStringList& options = {}) const { return runCli(command(options)); }
    static QStringList deleting(const QString& name) { return {"--delete", name, "--yes"}; }
    QStringList names() const {
        QStringList found;
        for (const ExperimentRow& row : m_workspace->experiments())
            found << QString::fromStdString(row.name);
        return found;
    }
    std::int64_t add(const char* name) const { return m_workspace->addExperiment(experimentRow(name)); }

  private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_workspace = std::make_unique<Workspace>(at("ws").toStdString());
    }
    void cleanup() {
        m_workspace.reset();
        m_folder.reset();
    }

    void listed() {
        const CheckpointRow checkpoint = checkpointRow(0, 10);
        const std::int64_t checkpointId = m_workspace->upsertCheckpoint(checkpoint), id = add("first\nline"),
                           run = m_workspace->planRun(id, runRow(checkpoint, checkpointId));
        m_workspace->planRun(id, runRow(checkpoint, checkpointId, 1));
        m_workspace->finishRun(
            run, {{{"0", "micro_f1", "", 0.5, 10}, {"1", "micro_f1", "", 0.6, 10}}, {}, {}, 0, 0, 0, 0});
        m_workspace->renameExperiment(id, "first\nline", "a note");
        m_workspace->setExperimentState(id, ExperimentState::Failed, "why it failed");
        m_workspace->setExperimentState(add("second"), ExperimentState::Done, {},
                                        std::vector<std::string>{"/ck/a: its file is empty"});
        const CliOutcome words = call();
        QCOMPARE(words.code, 0);
        const QList<QByteArray> lines = words.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        QVERIFY2(lines[0].simplified() == "name state created runs results note", lines[0]);
        QVERIFY2(
            lines[1].startsWith("first\\nline  failed") && lines[1].simplified().endsWith(" 1/2 2 a note"),
            lines[1]);
        QVERIFY2(lines[2].simplified().endsWith(" 0/0 0"), lines[2]);
        QCOMPARE(words.err, QByteArray("first\\nline: why it failed\n"
                                       "second: left out: /ck/a: its file is empty\n"));
        const CliOutcome json = call({"--json"});
        QVERIFY2(json.code == 0 && json.err.isEmpty(), json.err);
        const QJsonArray rows = QJsonDocument::fromJson(json.out).array();
        QCOMPARE(rows.size(), 2);
        QJsonObject first = rows[0].toObject();
        QVERIFY(first.take("created").toString().endsWith('Z'));
        QCOMPARE(first, (QJsonObject{{"name", "first\nline"},
                                     {"state", "failed"},
                                     {"failure", "why it failed"},
                                     {"left_out", QJsonArray()},
                                     {"runs", 2},
                                     {"runs_done", 1},
                                     {"runs_failed", 0},
                                     {"results", 2},
                                     {"note", "a note"}}));
        const QJsonObject second = rows[1].toObject();
        QCOMPARE(second["state"].toString(), QStringLiteral("done"));
        QVERIFY(second["failure"].toString().isEmpty());
        QCOMPARE(second["left_out"].toArray(), QJsonArray{"/ck/a: its file is empty"});
    }

    void empty() {
        const CliOutcome words = call();
        QVERIFY(words.code == 0 && words.out.isEmpty());
        QVERIFY2(words.err.startsWith("No experiments in "), words.err);
        QCOMPARE(QJsonDocument::fromJson(call({"--json"}).out), QJsonDocument(QJsonArray()));
    }

    void noWorkspace() {
        const CliOutcome outcome = runCli({"experiments", "--workspace", at("none"), "--json"});
        QVERIFY2(outcome.code == 1 && outcome.out.isEmpty(), outcome.out);
        QVERIFY2(outcome.err.contains("no workspace.sqlite"), outcome.err);
        QVERIFY(!QFile::exists(at("none")));
    }

    void wrongUsage_data() {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("no new name") << QStringList{"--rename", "a"};
        QTest::newRow("no text") << QStringList{"--note", "a"};
        QTest::newRow("yes to nothing") << QStringList{"--yes"};
        QTest::newRow("two at once") << QStringList{"--delete", "a", "--rename", "a", "--to", "b"};
        QTest::newRow("list and delete") << QStringList{"--json", "--delete", "a", "--yes"};
    }
    void wrongUsage() {
        QFETCH(QStringList, options);
        add("a");
        const CliOutcome outcome = call(options);
        QVERIFY(outcome.code == 2 && outcome.out.isEmpty() && !outcome.err.isEmpty());
        QCOMPARE(names(), QStringList{"a"});
    }

    /// Each is found by the next rename.
    void namesOfAllKinds() {
        add("old");
        add("other");
        QString last = "old";
        for (const QString& name : {QStringLiteral("Ein \"Versuch\" des 'Bären'; DROP TABLE run; --"),
                                    QStringLiteral("日本 😀 é"), QStringLiteral("[a,b]"), QStringLiteral("{}"),
                                    QStringLiteral("%_*?"), QStringLiteral("--yes")}) {
            const CliOutcome outcome = call({"--rename=" + last, "--to=" + name});
            QVERIFY2(outcome.code == 0 && outcome.out.isEmpty(), outcome.err);
            QCOMPARE(names(), (QStringList{name, "other"}));
            last = name;
        }
        const QString note = QStringLiteral("\"Größe\"\n😀");
        QCOMPARE(call({"--note=" + last, "--text", note}).code, 0);
        QCOMPARE(QString::fromStdString(m_workspace->experiments()[0].note), note);
        QCOMPARE(call({"--note=" + last, "--text", ""}).code, 0);
        QVERIFY(m_workspace->experiments()[0].note.empty());
        QCOMPARE(call({"--delete=" + last, "--yes"}).code, 0);
        QCOMPARE(names(), QStringList{"other"});
    }

    void refusedNames() {
        add("old");
        add("taken");
        for (const char* name : {"taken", ""}) {
            const CliOutcome outcome = call({"--rename", "old", "--to", name});
            QVERIFY2(outcome.code == 1 && outcome.err.startsWith("strata-cli: Cannot rename"), outcome.err);
        }
        QCOMPARE(names(), (QStringList{"old", "taken"}));
    }

    /// A part of a name is no name; what may have been meant is offered, or all there are.
    void unknownNames() {
        add("POS over layers");
        add("POS over steps");
        add("named entities");
        for (const QStringList& options : {QStringList{"--rename", "pos over", "--to", "x"},
                                           QStringList{"--note", "POS over", "--text", "x"}}) {
            const CliOutcome outcome = call(options);
            QCOMPARE(outcome.code, 1);
            QVERIFY2(outcome.err.contains("no such experiment in") &&
                         outcome.err.contains("Did you mean \"POS over layers\" or \"POS over steps\"?"),
                     outcome.err);
        }
        const CliOutcome misprint = call(deleting("named entitys"));
        QVERIFY2(misprint.err.contains("Did you mean \"named entities\"?"), misprint.err);
        const CliOutcome none = call(deleting("qqqqq"));
        QVERIFY2(none.err.contains("there: POS over layers, POS over steps, named entities."), none.err);
        QCOMPARE(names().size(), 3);
    }

    void deletingAsks() {
        add("first");
        const CliOutcome nobody = call({"--delete", "first"});
        QCOMPARE(nobody.code, 1);
        QVERIFY2(nobody.err.contains("no terminal to ask on") && nobody.err.contains("--yes"), nobody.err);
        if (QStandardPaths::findExecutable("script").isEmpty()) QSKIP("needs script (package bsdutils)");
        for (const auto& [answer, code] : {std::pair{"\n", 1}, {"y\n", 0}}) {
            QCOMPARE(names(), QStringList{"first"});
            QProcess terminal;
            QStringList words = command({"--delete", "first"});
            words.prepend(cliProgram());
            terminal.start("script", {"-qec", "'" + words.join("' '") + "'", "/dev/null"});
            QVERIFY(terminal.waitForStarted());
            QByteArray said;
            while (!said.contains("[y/N] ") && terminal.waitForReadyRead(60'000))
                said += terminal.readAllStandardOutput();
            QVERIFY2(said.contains("Delete \"first\" with 0 finished runs and 0 results?"), said);
            terminal.write(answer);
            QVERIFY(terminal.waitForFinished(60'000));
            QCOMPARE(terminal.exitCode(), code);
        }
        QVERIFY(names().isEmpty());
    }

    /// Who runs an experiment holds the lock of the queue.
    void whileAnExperimentRuns() {
        const std::int64_t running = add("running");
        add("waiting");
        m_workspace->setExperimentState(running, ExperimentState::Running);
        FileLock queue(m_workspace->folder() / "queue.lock");
        QVERIFY(queue.tryLock());
        const CliOutcome refused = call(deleting("running"));
        QVERIFY2(refused.code == 1 && refused.err.contains("another Strata is running it"), refused.err);
        QVERIFY(call().out.contains("running  running"));
        QCOMPARE(call({"--rename", "running", "--to", "still running"}).code, 0);
        QCOMPARE(call(deleting("waiting")).code, 0);
        QCOMPARE(names(), QStringList{"still running"});
        queue.unlock();  // as when its program is killed
        QVERIFY(call().out.contains("still running  interrupted"));
        QCOMPARE(call(deleting("still running")).code, 0);
        QVERIFY(names().isEmpty());
    }

    void readOnlyWorkspace() {
        const std::int64_t id = add("there");
        m_workspace->setExperimentState(id, ExperimentState::Running);
        m_workspace.reset();
        // Root may write everywhere and becomes somebody else, who may not look into root's folders.
        const bool isRoot = ::geteuid() == 0;
        const QString program = at("strata-cli");
        QVERIFY(QFile::copy(cliProgram(), program));
        using std::filesystem::perms;
        const auto permit = [&](const QString& path, perms allowed) {
            std::filesystem::permissions(path.toStdString(), allowed);
        };
        permit(m_folder->path(), perms(0755));
        permit(at("ws"), isRoot ? perms(0755) : perms(0555));
        permit(at("ws/workspace.sqlite"), isRoot ? perms(0644) : perms(0444));
        const auto asNobody = [&](const QStringList& options) {
            QProcess process;
            process.setChildProcessModifier([isRoot] {
                if (isRoot && ::setuid(65534) != 0) ::_exit(99);
            });
            process.start(program, command(options));
            const bool isStarted = process.waitForStarted();
            process.waitForFinished();
            return CliOutcome{isStarted ? process.exitCode() : -1, process.readAllStandardOutput(),
                              process.readAllStandardError()};
        };
        const CliOutcome list = asNobody({});
        QVERIFY2(list.code == 0 && list.out.contains("there  running"), list.err);
        const CliOutcome refused = asNobody({"--note", "there", "--text", "x"});
        QVERIFY2(refused.code == 1 && refused.err.contains("may write to"), refused.err);
        permit(at("ws"), perms(0755));
        permit(at("ws/workspace.sqlite"), perms(0644));
        m_workspace = std::make_unique<Workspace>(at("ws").toStdString());
        QVERIFY(m_workspace->experiment(id)->state == ExperimentState::Running);
    }

  private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;
};

QTEST_GUILESS_MAIN(TestExperimentsCommand)
#include "tst_experimentscommand.moc"
