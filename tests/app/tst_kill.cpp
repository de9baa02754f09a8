// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/randomstream.h"
#include "cliprocess.h"
#include "databasedump.h"
#include "store/workspace.h"
#include "support/shareddata.h"
#include "tinymaterial.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace strata;
using namespace strata::test;

namespace {

/// How long an undisturbed run takes until it begins to compute, and in all.
struct Pace {
    int startMs = 0, wholeMs = 0;
};

}  // namespace

/// The promise of the workspace: a program that is killed, at whatever moment, loses the run it was at and
/// nothing more; started again it ends with the very results of a run that was left in peace.
class TestKill : public QObject {
    Q_OBJECT

    QString at(const QString& name) const { return m_folder.filePath(name); }
    static std::filesystem::path database(const QString& workspace) {
        return (workspace + "/workspace.sqlite").toStdString();
    }
    static QStringList run(const QString& spec, const QString& workspace) {
        return {"run", spec, "--workspace", workspace, "--threads", "1"};
    }

    /// Runs in peace and takes the time.
    static Pace undisturbed(const QString& spec, const QString& workspace) {
        Pace pace;
        QElapsedTimer time;
        time.start();
        QProcess process;
        process.setReadChannel(QProcess::StandardError);
        process.start(cliProgram(), run(spec, workspace));
        QByteArray said;
        while (!said.contains("done already") && process.waitForReadyRead(120'000))
            said += process.readAllStandardError();
        pace.startMs = static_cast<int>(time.elapsed());
        process.waitForFinished(300'000);
        pace.wholeMs = static_cast<int>(time.elapsed());
        if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
            qWarning("%s", (said + process.readAllStandardError()).constData());
            pace.wholeMs = 0;
        }
        return pace;
    }

    static QStringList filesIn(const QString& folder) {
        return QDir(folder).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }

    /// The killed workspace, run to its end, says what the peaceful one says, and nothing half-written is
    /// left.
    static void compare(const QString& peaceful, const QString& killed) {
        const std::string difference =
            firstDifference(databaseDump(database(peaceful)), databaseDump(database(killed)));
        QVERIFY2(difference.empty(), difference.c_str());
        QVERIFY(Workspace(killed.toStdString()).check().empty());
        QCOMPARE(filesIn(killed + "/activations"), filesIn(peaceful + "/activations"));
        QCOMPARE(filesIn(killed), filesIn(peaceful));
    }

    /// Kills a run and starts it again until `times` kills have hit. On a machine that is quicker now than
    /// when the time was taken it may come to its end in between: then it is compared, and begins anew.
    void killAndCompare(const QString& spec, const QString& name, int times, float share,
                        std::uint64_t seed) const {
        const QString peaceful = at(name + "-peaceful"), killed = at(name + "-killed");
        const Pace pace = undisturbed(spec, peaceful);
        QVERIFY(pace.wholeMs > pace.startMs);
        qInfo("undisturbed: %d ms, of which %d ms until it computes", pace.wholeMs, pace.startMs);
        // From half-way through the start (opening, hashing, planning) to a share of the work. Each start
        // goes on where the last one came to, so the moments spread over the whole of the work.
        const auto start = static_cast<float>(pace.startMs);
        const float last = start + share * static_cast<float>(pace.wholeMs - pace.startMs);
        RandomStream random(seed);
        int kills = 0, killsAtWork = 0;
        for (int starts = 0; kills < times; ++starts) {
            QVERIFY2(starts < 5 * times, "it ends before it can be killed");
            const int delayMs = static_cast<int>(random.uniform(0.5f * start, last));
            QProcess process;
            process.start(cliProgram(), run(spec, killed));
            const bool isFinished = process.waitForFinished(delayMs);
            if (!isFinished) {
                process.kill();  // SIGKILL
                process.waitForFinished();
            }
            const QByteArray said = process.readAllStandardError();
            qInfo("after %d ms: %s", delayMs, said.trimmed().split('\n').last().constData());
            if (isFinished) {
                QCOMPARE(process.exitCode(), 0);
                compare(peaceful, killed);
                QVERIFY(QDir(killed).removeRecursively());
                continue;
            }
            ++kills;
            killsAtWork += said.contains("done already") ? 1 : 0;
            if (kills % 2 == 0)  // now and then somebody looks in between
                QVERIFY(Workspace(killed.toStdString()).check().empty());
        }
        QVERIFY2(killsAtWork > 0, "no kill hit a run that had begun to compute");
        const CliOutcome whole = runCli(run(spec, killed));
        QVERIFY2(whole.code == 0, whole.err);
        compare(peaceful, killed);
    }

  private Q_SLOTS:
    void initTestCase() {
        for (const int seed : {0, 1})
            for (const int step : {0, 10, 20})
                writeTinyCheckpoint(at(QStringLiteral("ck/tiny-seed_%1-step_%2").arg(seed).arg(step)),
                                    static_cast<std::uint64_t>(100 * seed + step));
        writeFile(at("train.conllu"), tinyConllu(150, 1));
        writeFile(at("dev.conllu"), tinyConllu(80, 2));
        writeFile(at("long.json"), R"({"name": "long", "checkpoints": ["ck"],
            "tasks": [{"train": "train.conllu", "dev": "dev.conllu"},
                      {"name": "small", "tags": "upos", "train": "train.conllu", "dev": "dev.conllu",
                       "train_limit": 60}],
            "probes": [{"seeds": [0, 1, 2], "set": {"epochs": 40, "learning_rate": 0.01}}]})");
    }

    /// The dump sees what it is there for.
    void dumpTellsWorkspacesApart() {
        const auto make = [this](const QString& name, double value) {
            Workspace workspace(at(name).toStdString());
            ExperimentRow experiment;
            experiment.name = "e";
            CheckpointRow checkpoint;
            checkpoint.path = "/ck";
            RunRow run;
            run.key = "k";
            run.checkpointId = workspace.upsertCheckpoint(checkpoint);
            Workspace::RunResult result;
            result.measurements = {{"0", "micro_f1", "", value, 1}};
            result.secondsTraining = value;
            workspace.finishRun(workspace.planRun(workspace.addExperiment(experiment), run), result);
            workspace.setSetting("estimate", std::to_string(value));
        };
        make("dump1", 0.1);
        make("dump2", 0.1);
        make("dump3", 0.1 + 1e-16);
        const auto first = databaseDump(database(at("dump1")));
        QCOMPARE(firstDifference(first, databaseDump(database(at("dump2")))), std::string());
        const std::string difference = firstDifference(first, databaseDump(database(at("dump3"))));
        QVERIFY2(difference.find("1 rows are missing, first: measurement|") == 0, difference.c_str());
    }

    /// Always the same moments, but for who sets STRATA_KILL_SEED to look for others.
    void killedTenTimes() {
        const QByteArray seed = qgetenv("STRATA_KILL_SEED");
        killAndCompare(at("long.json"), "tiny", 10, 0.2f, seed.isEmpty() ? 20211105 : seed.toULongLong());
    }

    void killedOnRealCheckpoints() {
        const std::filesystem::path shared = sharedFolder();
        if (shared.empty()) QSKIP("needs shared/checkpoints and shared/data");
        const QByteArray folder = QByteArray::fromStdString(shared.string());
        QFile dev(folder + "/data/ud_english_ewt/dev.conllu");
        QVERIFY(dev.open(QIODevice::ReadOnly));
        QByteArray part;  // all 2,000 sentences would take a minute
        for (int sentences = 0; sentences < 150 && !dev.atEnd();) {
            part += dev.readLine();
            sentences += part.endsWith("\n\n") ? 1 : 0;
        }
        writeFile(at("ewt-dev.conllu"), part);
        QByteArray spec = R"({"name": "real",
            "checkpoints": ["SHARED/checkpoints/minibert-seed_0-step_0", "SHARED/checkpoints/minibert-seed_0-step_4800"],
            "tasks": [{"train": "SHARED/data/ud_english_ewt/train.conllu", "dev": "ewt-dev.conllu", "train_limit": 300}],
            "probes": [{"seeds": [0, 1], "set": {"epochs": 2, "learning_rate": 0.001}}]})";
        writeFile(at("real.json"), spec.replace("SHARED", folder));
        killAndCompare(at("real.json"), "real", 4, 0.4f, 7);
    }

    /// A second program on the same workspace is told so, at once, and disturbs nothing.
    void secondProcessIsRefused() {
        QProcess first;
        first.setReadChannel(QProcess::StandardError);
        first.start(cliProgram(), run(at("long.json"), at("shared-ws")));
        QByteArray said;
        while (!said.contains("done already") && first.waitForReadyRead(60'000))
            said += first.readAllStandardError();
        const CliOutcome second = runCli(run(at("long.json"), at("shared-ws")));
        const bool wasRunning = first.state() == QProcess::Running && !first.waitForFinished(0);
        const CliOutcome looking = runCli({"results", "--workspace", at("shared-ws"), "--format", "csv"});
        QVERIFY(first.waitForFinished(120'000));
        QVERIFY(wasRunning);
        QCOMPARE(second.code, 1);
        QVERIFY2(second.err.contains("another Strata") && second.err.contains("Wait for it"), second.err);
        QCOMPARE(looking.code, 0);
        QCOMPARE(first.exitCode(), 0);
        QVERIFY(Workspace(at("shared-ws").toStdString()).check().empty());
    }

  private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestKill)
#include "tst_kill.moc"
