// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "cliprocess.h"
#include "tinymaterial.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace strata::test;

/// From a spec to the figure on the command line, on material made here.
class TestCliExperiment : public QObject {
    Q_OBJECT

    QString at(const QString& name) const { return m_folder.filePath(name); }
    QStringList workspace(const QStringList& before) const {
        return before + QStringList{"--workspace", at("ws")};
    }

    /// The fields of a line of CSV; quotes protect commas.
    static QList<QByteArray> fieldsOf(const QByteArray& line) {
        QList<QByteArray> fields{QByteArray()};
        bool isQuoted = false;
        for (const char c : line) {
            if (c == '"')
                isQuoted = !isQuoted;
            else if (c == ',' && !isQuoted)
                fields << QByteArray();
            else
                fields.last() += c;
        }
        return fields;
    }

    static QByteArray results(const QString& folder, const char* format = "csv") {
        return runCli({"results", "--workspace", folder, "--format", format}).out;
    }

  private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        writeTinyExperiment(m_folder.path());
    }

    void exampleIsAnExperiment() {
        const CliOutcome outcome = runCli({"spec", "--example"});
        QCOMPARE(outcome.code, 0);
        writeFile(at("example.json"), outcome.out);
        const CliOutcome checked = runCli({"spec", "--check", at("example.json")});
        QVERIFY2(checked.code == 0, checked.err);
        const QJsonObject spec = QJsonDocument::fromJson(checked.out).object();
        QVERIFY(spec.contains("checkpoints") && spec.contains("tasks") && spec.contains("probes"));
    }

    void plan() {
        const CliOutcome outcome = runCli({"plan", at("pos.json"), "--json"});
        QVERIFY2(outcome.code == 0, outcome.err);
        QVERIFY(QJsonDocument::fromJson(outcome.out).isObject());
        const CliOutcome words = runCli({"plan", at("pos.json"), "--workspace", at("planned")});
        QVERIFY(!QFile::exists(at("planned")));  // a plan changes nothing
        QVERIFY2(words.out.contains("4, of which 0 are there already"), words.out);
    }

    void wrongSpecs_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("no JSON") << QByteArray("{\"name\": ");
        QTest::newRow("no object") << QByteArray("[1, 2]");
        QTest::newRow("unknown key") << QByteArray(R"({"name": "x", "chekpoints": []})");
        QTest::newRow("no tasks") << QByteArray(R"({"name": "x", "checkpoints": ["a"]})");
        QTest::newRow("binary") << QByteArray("\0\1\2\xff", 4);
        QTest::newRow("deep") << QByteArray("[").repeated(100'000);
    }
    void wrongSpecs() {
        QFETCH(QByteArray, text);
        writeFile(at("wrong.json"), text);
        for (const QStringList& command :
             {QStringList{"plan", at("wrong.json")},
              QStringList{"run", at("wrong.json"), "--workspace", at("wrong")}}) {
            const CliOutcome outcome = runCli(command);
            QCOMPARE(outcome.code, 1);
            QVERIFY(outcome.out.isEmpty());
            QVERIFY(outcome.err.size() > 20 && outcome.err.size() < 5000);
        }
    }

    void run() {
        const CliOutcome outcome = runCli(workspace({"run", at("pos.json"), "--threads", "2", "--json"}));
        QVERIFY2(outcome.code == 0, outcome.err);
        const QJsonObject report = QJsonDocument::fromJson(outcome.out).object();
        QCOMPARE(report["runs_done"].toInt(), 4);
        QCOMPARE(report["runs_failed"].toInt(), 0);
    }

    void resultsAsCsv() {
        const QList<QByteArray> lines = results(at("ws")).trimmed().split('\n');
        QCOMPARE(
            lines[0],
            QByteArray("experiment,family,seed,step,adapted_from,task,split,preset,probe,probe_seed,layer,"
                       "metric,label,value,n"));
        QSet<QByteArray> layers, metrics, steps;
        for (const QByteArray& line : lines.mid(1)) {
            const QList<QByteArray> fields = fieldsOf(line);
            QCOMPARE(fields.size(), 15);
            QCOMPARE(fields[0], QByteArray("tiny"));
            layers << fields[10];
            metrics << fields[11];
            steps << fields[3];
            const double value = fields[13].toDouble();
            if (fields[11] == "micro_f1" || fields[11] == "accuracy" || fields[11] == "majority")
                QVERIFY2(value >= 0 && value <= 1, line);
        }
        QVERIFY(layers.contains("0") && layers.contains("1") && layers.contains("2") &&
                layers.contains("mix"));
        QVERIFY(metrics.contains("micro_f1") && metrics.contains("accuracy") && metrics.contains("majority"));
        QCOMPARE(steps, (QSet<QByteArray>{"0", "10"}));
    }

    void resultsAsJson() {
        const QJsonArray rows = QJsonDocument::fromJson(results(at("ws"), "json")).array();
        QCOMPARE(rows.size(), results(at("ws")).trimmed().count('\n'));
        const QJsonObject first = rows[0].toObject();
        QCOMPARE(first.size(), 15);
        QVERIFY(first["seed"].isDouble() && first["value"].isDouble());
    }

    void listedWithItsResults() {
        const CliOutcome outcome = runCli(workspace({"experiments", "--json"}));
        QVERIFY2(outcome.code == 0, outcome.err);
        const QJsonObject row = QJsonDocument::fromJson(outcome.out).array().at(0).toObject();
        QCOMPARE(row["name"].toString(), QString("tiny"));
        QCOMPARE(row["state"].toString(), QString("done"));
        QCOMPARE(row["runs"].toInt(), 4);
        QCOMPARE(row["runs_done"].toInt(), 4);
        QCOMPARE(row["results"].toInt(), results(at("ws")).trimmed().count('\n'));
    }

    /// The tag follows from the word here, so that a probe on the embeddings finds it.
    void probesLearn() {
        double f1 = 0, majority = 0;
        for (const auto& row : QJsonDocument::fromJson(results(at("ws"), "json")).array()) {
            const QJsonObject object = row.toObject();
            if (object["layer"] != QJsonValue(0) || !object["label"].toString().isEmpty()) continue;
            if (object["metric"].toString() == "micro_f1") f1 = object["value"].toDouble();
            if (object["metric"].toString() == "majority") majority = object["value"].toDouble();
        }
        QVERIFY2(f1 > majority, qPrintable(QString::number(f1)));
    }

    void runningAgainComputesNothing() {
        const QByteArray before = results(at("ws"));
        const CliOutcome planned = runCli(workspace({"plan", at("pos.json")}));
        QVERIFY2(planned.out.contains("4, of which 4 are there already"), planned.out);
        const CliOutcome outcome = runCli(workspace({"run", at("pos.json"), "--threads", "2"}));
        QCOMPARE(outcome.code, 0);
        QCOMPARE(results(at("ws")), before);
    }

    void twoRunsAgree() {
        QCOMPARE(runCli({"run", at("pos.json"), "--workspace", at("other"), "--threads", "2"}).code, 0);
        QCOMPARE(results(at("other")), results(at("ws")));
    }

    void figure_data() {
        QTest::addColumn<QString>("ending");
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("pdf") << "pdf" << QByteArray("%PDF-");
        QTest::newRow("svg") << "svg" << QByteArray("<?xml");
        QTest::newRow("png") << "png" << QByteArray("\x89PNG");
        QTest::newRow("csv") << "csv" << QByteArray("#");
    }
    void figure() {
        QFETCH(QString, ending);
        QFETCH(QByteArray, start);
        const QString file = at("figure." + ending);
        const CliOutcome outcome =
            runCli(workspace({"figure", "-o", file, "--width-mm", "84", "--height-mm", "60"}));
        QVERIFY2(outcome.code == 0, outcome.err);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QVERIFY(written.readAll().startsWith(start));
        QVERIFY(QFile::exists(at("figure.csv")));
    }

    void wrongFigures_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::newRow("format") << QStringList{"-o", at("x.doc")} << 1;
        QTest::newRow("experiment") << QStringList{"-o", at("x.pdf"), "--experiment", "nobody"} << 1;
        QTest::newRow("metric") << QStringList{"-o", at("x.pdf"), "--metric", "beauty"} << 1;
        QTest::newRow("colours") << QStringList{"-o", at("x.pdf"), "--colour-map", "mud"} << 1;
        QTest::newRow("font") << QStringList{"-o", at("x.pdf"), "--font", "No such font"} << 1;
        QTest::newRow("low end") << QStringList{"-o", at("x.pdf"), "--low", "nan"} << 1;
        QTest::newRow("label") << QStringList{"-o", at("x.pdf"), "--label", "NOPE"} << 1;
        QTest::newRow("total of a label's metric") << QStringList{"-o", at("x.pdf"), "--metric", "f1"} << 1;
        QTest::newRow("seed") << QStringList{"-o", at("x.pdf"), "--seeds", "one", "--seed", "77"} << 1;
        QTest::newRow("scale") << QStringList{"-o", at("x.pdf"), "--low", "0.9", "--high", "0.1"} << 1;
        QTest::newRow("half a scale") << QStringList{"-o", at("x.pdf"), "--low", "1.5"} << 1;
        QTest::newRow("no number") << QStringList{"-o", at("x.pdf"), "--high", "nan"} << 1;
        QTest::newRow("folder") << QStringList{"-o", "/dev/null/x.pdf"} << 1;
        QTest::newRow("width") << QStringList{"-o", at("x.pdf"), "--width-mm", "-5"} << 2;
    }
    void wrongFigures() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        const CliOutcome outcome = runCli(workspace({"figure"}) + arguments);
        QCOMPARE(outcome.code, code);
        QVERIFY(!outcome.err.isEmpty());
        QVERIFY(!QFile::exists(at("x.pdf")));
    }

    void oneDamagedCheckpointAmongGood() {
        const QString folder = at("mixed");
        QVERIFY(QDir().mkpath(folder));
        writeTinyExperiment(folder);
        writeFile(folder + "/checkpoints/tiny-seed_1-step_10/model.safetensors", "damaged");
        const CliOutcome outcome = runCli({"run", folder + "/pos.json", "--workspace", folder + "/ws"});
        QVERIFY2(outcome.code == 0 || outcome.code == 3, outcome.err);
        QVERIFY(results(folder + "/ws").count('\n') > 10);
    }

    /// SIGINT while it runs: ends with 130 and in good order; the same command then goes on to the same
    /// results.
    void interruptedAndResumed() {
        writeFile(at("long.json"), R"({"name": "tiny", "checkpoints": ["checkpoints/tiny-*"],
            "tasks": [{"type": "pos", "tags": "upos", "train": "train.conllu", "dev": "dev.conllu"}],
            "probes": [{"preset": "zertuche-liu-2021", "seeds": [0, 1], "set": {"epochs": 500}}]})");
        const QStringList arguments = {"run", at("long.json"), "--workspace", at("cut"), "--threads", "2"};
        QProcess process;
        process.start(cliProgram(), arguments);
        QVERIFY(process.waitForStarted());
        process.setReadChannel(QProcess::StandardError);
        QVERIFY(process.waitForReadyRead(60'000));  // it is past its start
        QTest::qWait(400);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(20'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        if (process.exitCode() == 0) QSKIP("this machine finished before it could be interrupted");
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(runCli({"doctor", "--workspace", at("cut"), "--json"})
                    .out.contains("\"workspace_problems\": []"));
        QCOMPARE(runCli(arguments).code, 0);
        QCOMPARE(runCli({"run", at("long.json"), "--workspace", at("whole"), "--threads", "2"}).code, 0);
        QCOMPARE(results(at("cut")), results(at("whole")));
    }

    void damagedWorkspace() {
        QVERIFY(QDir().mkpath(at("broken")));
        writeFile(at("broken/workspace.sqlite"), QByteArray("not a database ").repeated(1000));
        for (const QStringList& command :
             {QStringList{"results"}, QStringList{"experiments"}, QStringList{"figure", "-o", at("x.pdf")},
              QStringList{"run", at("pos.json")}, QStringList{"demo"}}) {
            const CliOutcome outcome = runCli(command + QStringList{"--workspace", at("broken")});
            QCOMPARE(outcome.code, 1);
            QVERIFY(!outcome.err.isEmpty());
        }
    }

  private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCliExperiment)
#include "tst_cliexperiment.moc"
