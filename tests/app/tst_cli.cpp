// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/safetensors.h"
#include "cliprocess.h"
#include "tinymaterial.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace strata::test;

namespace {

const QStringList kCommands = {"scan",    "tokenize",    "encode", "spec", "plan",  "run",
                               "results", "experiments", "figure", "demo", "bench", "doctor"};

/// A file of packaging/, which the help is held against.
QByteArray packaged(const QString& name) {
    QFile file(QFileInfo(QStringLiteral(__FILE__)).absolutePath() + "/../../packaging/" + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

struct Option {
    QString name;     ///< "--dtype"
    QString choices;  ///< "fp32 bf16"; empty = any text, or none
};

/// What the help of a command lists, but for the help itself.
QList<Option> optionsOf(const QString& command) {
    static const QRegularExpression line("^ +(-[^ ]+)(?: [A-Z]+(?::\\{([^}]*)\\})?)?",
                                         QRegularExpression::MultilineOption);
    QList<Option> options;
    auto lines = line.globalMatch(QString::fromUtf8(runCli({command, "--help"}).out));
    while (lines.hasNext()) {
        const auto match = lines.next();
        for (const QString& name : match.captured(1).split(','))
            if (name != "-h" && name != "--help")
                options << Option{name, match.captured(2).replace(',', ' ')};
    }
    return options;
}

/// What bash offers for the last word.
QStringList bashOffers(const QStringList& words) {
    QProcess bash;
    bash.start("bash", QStringList{"--norc", "-c",
                                   "eval \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
                                   "_strata_cli; printf '%s\\n' \"${COMPREPLY[@]}\"",
                                   "bash", packaged("completion/strata-cli.bash")} +
                           words);
    bash.waitForFinished();
    return QString::fromUtf8(bash.readAllStandardOutput()).split('\n', Qt::SkipEmptyParts);
}

/// The part of the manual page about a command.
QByteArray manualOf(const QString& command) {
    const QByteArray page = packaged("man/strata-cli.1");
    const qsizetype begin = page.indexOf(".SS \"" + command.toUtf8());
    return begin < 0 ? QByteArray() : page.mid(begin, page.indexOf("\n.S", begin + 1) - begin);
}

}  // namespace

/// strata-cli as a user meets it: as a process, on material made here.
class TestCli : public QObject {
    Q_OBJECT

    QString at(const QString& name) const { return m_folder.filePath(name); }

  private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        writeTinyCheckpoint(at("ck/tiny-seed_3-step_2k"), 1);
        writeTinyCheckpoint(at("ck/tiny-seed_3-step_4k"), 1);
        writeTinyCheckpoint(at("ck/tiny-seed_4-step_2k"), 2);
        writeFile(at("vocab.txt"), tinyVocabulary());
    }

    void help() {
        const CliOutcome top = runCli({"--help"});
        QCOMPARE(top.code, 0);
        QVERIFY(top.err.isEmpty());
        QVERIFY(runCli({"--version"}).out.startsWith("strata-cli "));
        for (const QString& command : kCommands) {
            QVERIFY2(top.out.contains(command.toUtf8()), qPrintable(command));
            const CliOutcome outcome = runCli({command, "--help"});
            QCOMPARE(outcome.code, 0);
            QVERIFY2(outcome.out.contains("Examples:"), qPrintable(command));
        }
    }

    /// Completion and manual page know every option of every command; bash is asked, the others are read.
    void optionsAreKnownEverywhere_data() {
        QTest::addColumn<QString>("command");
        for (const QString& command : kCommands)
            QTest::newRow(qPrintable(command)) << command;
    }
    void optionsAreKnownEverywhere() {
        QFETCH(QString, command);
        QVERIFY(bashOffers({"strata-cli", command}).contains(command));
        const QStringList offered = bashOffers({"strata-cli", command, "-"});
        const QString fish = QString::fromUtf8(packaged("completion/strata-cli.fish"));
        const QString zsh = QString::fromUtf8(packaged("completion/_strata-cli"))
                                .section("\n    " + command + ")\n", 1)
                                .section(";;", 0, 0);
        const QString manual = QString::fromUtf8(manualOf(command)).remove('\\');
        QVERIFY(fish.contains("-a " + command + " "));
        const QList<Option> options = optionsOf(command);
        QVERIFY(options.size() >= 2);
        for (const auto& [name, choices] : options) {
            QVERIFY2(offered.contains(name), qPrintable("bash: " + name));
            QVERIFY2(zsh.contains(QRegularExpression("['{,]" + name + "[\\[},]")),
                     qPrintable("zsh: " + name));
            QVERIFY2(manual.contains("fB" + name + "fR"), qPrintable("man: " + name));
            const QString inFish = name.startsWith("--") ? " -l " + name.mid(2) : " -s " + name.mid(1);
            const QRegularExpression line("_is " + command + "'[^\n]*" + inFish + " [^\n]*");
            const QString fishLine = line.match(fish).captured(0);
            QVERIFY2(!fishLine.isEmpty(), qPrintable("fish: " + name));
            if (choices.isEmpty()) continue;
            QCOMPARE(bashOffers({"strata-cli", command, name, ""}), choices.split(' '));
            QVERIFY2(fishLine.contains("'" + choices + "'"), qPrintable("fish: " + choices));
            QVERIFY2(zsh.contains(":(" + choices + ")"), qPrintable("zsh: " + choices));
        }
        QCOMPARE(offered.size(), options.size() + 2);  // and none that is not there
    }

    void wordsThatAreNoCommand() {
        const CliOutcome misprint = runCli({"resluts", "--workspace", "x"});
        QCOMPARE(misprint.code, 2);
        QVERIFY2(misprint.err.contains("'resluts'. Did you mean 'results'?"), misprint.err);
        const CliOutcome other = runCli({"nope"});
        QVERIFY2(other.err.contains("no command 'nope'") && other.err.contains("tokenize"), other.err);
    }

    void usage_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::newRow("nothing") << QStringList{} << 2;
        QTest::newRow("unknown command") << QStringList{"frobnicate"} << 2;
        QTest::newRow("unknown option") << QStringList{"scan", ".", "--frobnicate"} << 2;
        QTest::newRow("missing option") << QStringList{"tokenize"} << 2;
        QTest::newRow("workspace without a name") << QStringList{"run", "x", "--workspace", ""} << 2;
        QTest::newRow("bad number") << QStringList{"bench", "--threads", "many"} << 2;
        QTest::newRow("text and ids")
            << QStringList{"encode", "--checkpoint", "x", "--text", "a", "--ids", "b", "--out", "c"} << 2;
        QTest::newRow("bad format") << QStringList{"results", "--workspace", "x", "--format", "xml"} << 2;
        QTest::newRow("no such folder") << QStringList{"scan", "/nonexistent"} << 1;
        QTest::newRow("no such vocabulary") << QStringList{"tokenize", "--vocab", "/nonexistent"} << 1;
        QTest::newRow("no such spec") << QStringList{"plan", "/nonexistent.json"} << 1;
        QTest::newRow("no such workspace") << QStringList{"results", "--workspace", "/nonexistent"} << 1;
        QTest::newRow("figure without workspace")
            << QStringList{"figure", "--workspace", "/nonexistent", "-o", "/tmp/x.pdf"} << 1;
        QTest::newRow("no such checkpoint")
            << QStringList{"encode",    "--checkpoint", "/nonexistent",  "--text",
                           "/dev/null", "--out",        "/nonexistent/x"}
            << 1;
    }
    void usage() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        const CliOutcome outcome = runCli(arguments);
        QCOMPARE(outcome.code, code);
        QVERIFY(outcome.out.isEmpty());
        QVERIFY(!outcome.err.isEmpty());
    }

    void tokenize() {
        const CliOutcome outcome =
            runCli({"tokenize", "--vocab", at("vocab.txt")}, "The old DOGs\n\ncovers [MASK] zebra\n");
        QCOMPARE(outcome.code, 0);
        const auto lines = outcome.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        const QJsonObject first = QJsonDocument::fromJson(lines[0]).object();
        QCOMPARE(first["tokens"].toArray(), (QJsonArray{"the", "old", "dog", "##s"}));
        QCOMPARE(first["ids"].toArray(), (QJsonArray{5, 14, 7, 17}));
        QCOMPARE(QJsonDocument::fromJson(lines[1]).object()["ids"].toArray(), QJsonArray());
        QCOMPARE(QJsonDocument::fromJson(lines[2]).object()["tokens"].toArray(),
                 (QJsonArray{"covers", "[MASK]", "[UNK]"}));
    }

    void tokenizeCased() {
        const CliOutcome outcome = runCli({"tokenize", "--vocab", at("vocab.txt"), "--cased"}, "the Dog");
        QCOMPARE(QJsonDocument::fromJson(outcome.out).object()["tokens"].toArray(),
                 (QJsonArray{"the", "[UNK]"}));
    }

    void tokenizeJsonLines() {
        const CliOutcome outcome = runCli(
            {"tokenize", "--vocab", at("ck/tiny-seed_3-step_2k"), "--json-lines"}, "\"dog\\nstone\"\n");
        QCOMPARE(QJsonDocument::fromJson(outcome.out).object()["tokens"].toArray(),
                 (QJsonArray{"dog", "stone"}));
        const CliOutcome bad =
            runCli({"tokenize", "--vocab", at("vocab.txt"), "--json-lines"}, "\"dog\"\n{oops\n");
        QCOMPARE(bad.code, 1);
        QVERIFY(bad.err.contains("line 2"));
    }

    void tokenizeGarbage() {
        const CliOutcome outcome =
            runCli({"tokenize", "--vocab", at("vocab.txt")}, QByteArray("\xff\xfe dog \xc3(\0x\n", 11));
        QCOMPARE(outcome.code, 0);
        QVERIFY(!QJsonDocument::fromJson(outcome.out.split('\n')[0]).isNull());
    }

    void scan() {
        const CliOutcome outcome = runCli({"scan", at("ck"), "--json"});
        QCOMPARE(outcome.code, 0);
        const QJsonArray found = QJsonDocument::fromJson(outcome.out).array();
        QCOMPARE(found.size(), 3);
        const QJsonObject first = found[0].toObject();
        for (const char* key : {"path", "family", "seed", "step", "layers", "hidden", "vocab", "format",
                                "dtype", "mlm_head", "content_hash", "problem", "revision", "warnings"})
            QVERIFY2(first.contains(key), key);
        QCOMPARE(first["family"].toString(), "tiny");
        QCOMPARE(first["seed"].toInt(), 3);
        QCOMPARE(first["step"].toInt(), 2000);
        QCOMPARE(first["layers"].toInt(), kTinyLayers);
        QCOMPARE(first["hidden"].toInt(), kTinyHidden);
        QCOMPARE(first["vocab"].toInt(), 18);
        QCOMPARE(first["mlm_head"].toBool(), true);
        QCOMPARE(first["problem"].toString(), "");
        QCOMPARE(first["content_hash"].toString().size(), 32);
        const QJsonObject second = found[1].toObject();  // the same weights under another step
        QCOMPARE(second["content_hash"], first["content_hash"]);
        QVERIFY(second["warnings"].toArray()[0].toString().contains("tiny-seed_3-step_2k"));
        QVERIFY(found[2].toObject()["content_hash"] != first["content_hash"]);
    }

    void scanWithoutHash() {
        const QJsonArray found =
            QJsonDocument::fromJson(runCli({"scan", at("ck"), "--json", "--no-hash"}).out).array();
        QCOMPARE(found.size(), 3);
        QCOMPARE(found[0].toObject()["content_hash"].toString(), "");
    }

    void scanOfOneWithALineBreak() {  // which must not break the table, nor end the line of a message
        writeTinyCheckpoint(at("odd/two\nlines\tand a tab"), 1);
        const CliOutcome outcome = runCli({"scan", at("odd")});
        QCOMPARE(outcome.code, 0);
        QCOMPARE(outcome.out.trimmed().count('\n'), 1);
        QVERIFY2(outcome.out.contains("two\\nlines\\tand a tab"), outcome.out);
        QVERIFY2(outcome.err.endsWith("\n1 checkpoint\n"), outcome.err);
        QVERIFY2(!outcome.err.contains("two\n"), outcome.err);
    }

    void scanOfWideNames() {  // an ideograph takes two columns
        writeTinyCheckpoint(at("wide/漢字-seed_1-step_1k"), 1);
        writeTinyCheckpoint(at("wide/four-seed_1-step_1k"), 2);
        const CliOutcome outcome = runCli({"scan", at("wide")});
        QCOMPARE(outcome.code, 0);
        const QString out = QString::fromUtf8(outcome.out);
        const auto gapAfter = [&](const QString& family) {
            const auto end = out.indexOf(family) + family.size();
            auto next = end;
            while (out[next] == ' ')
                ++next;
            return next - end;
        };
        QVERIFY2(out.contains("漢字 ") && out.contains("four "), outcome.out);
        QCOMPARE(gapAfter("漢字"), gapAfter("four"));
    }

    /// A branch of a repository in a cache tells the step, and is told itself.
    void scanOfRevisions() {
        const QString repository = at("hub/models--org--tiny-seed_5");
        writeTinyCheckpoint(repository + "/snapshots/ab12", 1);
        QVERIFY(QDir().mkpath(repository + "/refs/early"));
        writeFile(repository + "/refs/early/step_3k", "ab12");
        const QJsonArray found =
            QJsonDocument::fromJson(runCli({"scan", at("hub"), "--json", "--no-hash"}).out).array();
        QCOMPARE(found.size(), 1);
        QCOMPARE(found[0].toObject()["step"].toInt(), 3000);
        QCOMPARE(found[0].toObject()["seed"].toInt(), 5);
        QCOMPARE(found[0].toObject()["revision"].toString(), "early/step_3k");
        const QByteArray table = runCli({"scan", at("hub"), "--no-hash"}).out;
        QVERIFY2(table.contains("revision") && table.contains("early/step_3k"), table);
        QVERIFY(!runCli({"scan", at("ck"), "--no-hash"}).out.contains("revision"));
    }

    /// Several states of one model, none of them a step: each has a name of its own.
    void scanOfStates() {
        const QString repository = at("states/models--org--tiny");
        const QString commit = QString(40, 'c');
        int seed = 0;
        for (const QString& one : {QString("aa"), QString("bb"), commit})
            writeTinyCheckpoint(repository + "/snapshots/" + one, ++seed);
        QVERIFY(QDir().mkpath(repository + "/refs"));
        writeFile(repository + "/refs/main", "aa");
        writeFile(repository + "/refs/v2", "bb");
        QStringList families;
        for (const QJsonValue& one :
             QJsonDocument::fromJson(runCli({"scan", at("states"), "--json"}).out).array())
            families << one["family"].toString();
        QCOMPARE(families, (QStringList{"tiny", "tiny@ccccccc", "tiny@v2"}));
    }

    void scanOfTwoLinks() {
        writeTinyCheckpoint(at("behind/x"), 1);
        QVERIFY(QDir().mkpath(at("links")));
        QVERIFY(QFile::link(at("behind/x"), at("links/best")));
        QVERIFY(QFile::link(at("behind/x"), at("links/tiny-seed_1-step_7")));
        const QJsonArray found =
            QJsonDocument::fromJson(runCli({"scan", at("links"), "--json", "--no-hash"}).out).array();
        QCOMPARE(found.size(), 1);
        QCOMPARE(found[0]["family"].toString(), "tiny");
        QCOMPARE(found[0]["step"].toInt(), 7);
    }

    /// What may hold more checkpoints is named; the data stay data.
    void scanTellsWhatItPassesOver() {
        QVERIFY(QDir().mkpath(at("deep/1/2/3/4/5/6/7/8/9/10/11/12/13")));
        const CliOutcome outcome = runCli({"scan", at("deep"), "--json"});
        QCOMPARE(outcome.code, 0);
        QCOMPARE(outcome.out.trimmed(), QByteArray("[]"));
        QVERIFY2(outcome.err.contains("/11/12: passed over: "), outcome.err);
    }

    void scanOfNothing() {
        QVERIFY(QDir().mkpath(at("nothing")));
        const CliOutcome outcome = runCli({"scan", at("nothing"), "--json"});
        QCOMPARE(outcome.code, 0);
        QCOMPARE(outcome.out.trimmed(), QByteArray("[]"));
    }

    /// Damaged weights: never a crash; a message, and for scan a problem.
    void damagedWeights_data() {
        QTest::addColumn<int>("keptBytes");
        QTest::addColumn<QByteArray>("written");
        QTest::newRow("cut in the header") << 100 << QByteArray();
        QTest::newRow("cut in the data") << 20'000 << QByteArray();
        QTest::newRow("empty") << 0 << QByteArray();
        QTest::newRow("header of 2^60 bytes") << -1 << QByteArray("\0\0\0\0\0\0\0\x10", 8);
        QTest::newRow("no JSON") << -1
                                 << QByteArray("\x20\0\0\0\0\0\0\0{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{", 40);
    }
    void damagedWeights() {
        QFETCH(int, keptBytes);
        QFETCH(QByteArray, written);
        const QString folder = at(QStringLiteral("bad-%1-%2").arg(keptBytes).arg(written.size()));
        writeTinyCheckpoint(folder, 1);
        QFile file(folder + "/model.safetensors");
        QVERIFY(file.open(QIODevice::ReadWrite));
        if (keptBytes >= 0) QVERIFY(file.resize(keptBytes));
        if (!written.isEmpty()) file.write(written);
        file.close();
        const QJsonArray found = QJsonDocument::fromJson(runCli({"scan", folder, "--json"}).out).array();
        QCOMPARE(found.size(), 1);
        QVERIFY(!found[0].toObject()["problem"].toString().isEmpty());
        writeFile(at("one.txt"), "the dog\n");
        const CliOutcome outcome = runCli(
            {"encode", "--checkpoint", folder, "--text", at("one.txt"), "--out", at("bad.safetensors")});
        QCOMPARE(outcome.code, 1);
        QVERIFY(!outcome.err.isEmpty());
        QVERIFY(!QFile::exists(at("bad.safetensors")));
    }

    void encodeText() {
        writeFile(at("text.txt"),
                  "the dog sees\nthe old stone covers a deep river .\n" + QByteArray("dog ").repeated(40));
        const CliOutcome outcome = runCli({"encode", "--checkpoint", at("ck/tiny-seed_3-step_2k"), "--text",
                                           at("text.txt"), "--out", at("out.safetensors"), "--mlm-logits"});
        QVERIFY2(outcome.code == 0, outcome.err);
        QVERIFY2(outcome.err.contains("Cut 1 sentence to the model's 24 positions; 18 pieces"), outcome.err);
        const auto content = strata::readSafetensors(at("out.safetensors").toStdString());
        const std::vector<std::int64_t> shape = {3, kTinyPositions, kTinyHidden};
        for (int layer = 0; layer <= kTinyLayers; ++layer)
            QVERIFY(content.floats.at("hidden_" + std::to_string(layer)).shape == shape);
        QVERIFY(content.floats.at("mlm_logits").shape == (std::vector<std::int64_t>{3, kTinyPositions, 18}));
        const auto& ids = content.ints.at("input_ids").values;
        QVERIFY(std::vector(ids.begin(), ids.begin() + 6) == (std::vector<std::int64_t>{2, 5, 7, 11, 3, 0}));
        QCOMPARE(ids.back(), 3);  // the cut sentence still ends with [SEP]
        const auto& mask = content.ints.at("attention_mask").values;
        QCOMPARE(std::count(mask.begin(), mask.begin() + kTinyPositions, 1), 5);
        const auto& states = content.floats.at("hidden_1").values;
        QVERIFY(states[4 * kTinyHidden] != 0);
        QCOMPARE(states[5 * kTinyHidden], 0.0f);
    }

    void encodeStandardInput() {
        const QStringList arguments = {"encode", "--checkpoint", at("ck/tiny-seed_3-step_2k"), "--text",
                                       "-",      "--out",        at("piped.safetensors")};
        const CliOutcome outcome = runCli(arguments, "the dog\nstone");
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto content = strata::readSafetensors(at("piped.safetensors").toStdString());
        QVERIFY(content.ints.at("input_ids").values == (std::vector<std::int64_t>{2, 5, 7, 3, 2, 8, 3, 0}));
        const CliOutcome empty = runCli(arguments);
        QCOMPARE(empty.code, 1);
        QVERIFY2(empty.err.contains("standard input"), empty.err);
    }

    /// The same ids given as a file give the same states; masked positions are computed, too.
    void encodeIds() {
        encodeText();
        const CliOutcome outcome = runCli({"encode", "--checkpoint", at("ck/tiny-seed_3-step_2k"), "--ids",
                                           at("out.safetensors"), "--out", at("again.safetensors")});
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto first = strata::readSafetensors(at("out.safetensors").toStdString());
        const auto second = strata::readSafetensors(at("again.safetensors").toStdString());
        QVERIFY(!second.floats.contains("mlm_logits"));
        const auto& a = first.floats.at("hidden_2").values;
        const auto& b = second.floats.at("hidden_2").values;
        QCOMPARE(a.size(), b.size());
        for (int i = 0; i < 5 * kTinyHidden; ++i)
            QVERIFY(std::abs(a[static_cast<std::size_t>(i)] - b[static_cast<std::size_t>(i)]) < 1e-5f);
        QVERIFY(b[6 * kTinyHidden] != 0);
    }

    void encodeGarbledIds() {
        using Entry = strata::SafetensorsWriter::Entry;
        const std::vector<std::int64_t> tooLarge = {2, 1'000'000, 3, 2, -5, 3};
        const auto file = at("ids.safetensors");
        {
            strata::SafetensorsWriter writer(file.toStdString(), {Entry{"input_ids", "I64", {2, 3}}});
            writer.write(0, 0, std::as_bytes(std::span(tooLarge)));
            writer.commit();
        }
        const QStringList start = {"encode", "--checkpoint", at("ck/tiny-seed_3-step_2k"),
                                   "--out",  at("no"),       "--ids"};
        QCOMPARE(runCli(start + QStringList{file}).code, 1);
        QCOMPARE(runCli(start + QStringList{at("vocab.txt")}).code, 1);
        {
            strata::SafetensorsWriter writer(file.toStdString(), {Entry{"input_ids", "F32", {2, 3}}});
            writer.commit();
        }
        QVERIFY(runCli(start + QStringList{file}).err.contains("integers"));
        QVERIFY(!QFile::exists(at("no")));
    }

    void unreadableOutputIsAFailure() {
        if (!QFile::exists("/dev/full")) QSKIP("needs /dev/full");
        for (const QStringList& arguments : {QStringList{"scan", at("ck"), "--json"}, QStringList{"--help"},
                                             QStringList{"scan", "--help"}}) {
            QProcess process;
            process.setStandardOutputFile("/dev/full");
            process.start(cliProgram(), arguments);
            QVERIFY(process.waitForFinished());
            QCOMPARE(process.exitCode(), 1);
        }
    }

    /// A session of a desktop is not asked for; what is not there is named.
    void experimentsAndFigures() {
        writeTinyExperiment(at("experiment"));
        const CliOutcome run = runCli({"run", at("experiment/pos.json"), "--workspace", at("ws")});
        QVERIFY2(run.code == 0, run.err);
        const CliOutcome none = runCli({"results", "--workspace", at("ws"), "--experiment", "nope"});
        QCOMPARE(none.code, 1);
        QVERIFY(none.out.isEmpty());
        QVERIFY2(none.err.contains("no such experiment") && none.err.contains("there: tiny"), none.err);
        QVERIFY(runCli({"results", "--workspace", at("ws"), "--experiment", "tiny"}).out.count('\n') > 1);
        QProcessEnvironment bare = QProcessEnvironment::systemEnvironment();
        bare.remove("XDG_RUNTIME_DIR");
        QProcess process;
        process.setProcessEnvironment(bare);
        process.start(cliProgram(), {"figure", "--workspace", at("ws"), "-o", at("figure.pdf")});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 0);
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(said.startsWith("Wrote ") && said.count('\n') == 1, said);
    }

    void interrupted() {  // while it waits for input: at once, and with the documented code
        QProcess process;
        process.start(cliProgram(), {"tokenize", "--vocab", at("vocab.txt")});
        QVERIFY(process.waitForStarted());
        process.write("the dog\n");
        QVERIFY(process.waitForReadyRead(60'000));  // it listens by now
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(10'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
    }

    void doctor() {
        const CliOutcome outcome = runCli({"doctor", "--json"});
        const QJsonObject report = QJsonDocument::fromJson(outcome.out).object();
        QVERIFY(report["fp32_gflops"].toDouble() > 0);
        QVERIFY(!report["blas"].toObject()["name"].toString().isEmpty());
        QCOMPARE(outcome.code, report["sound"].toBool() ? 0 : 1);
        QVERIFY(report["libraries"].toObject()["onednn"].toString().contains('.'));
    }

    /// What is to be done is what fits the fault; only what is damaged is to be saved first.
    void doctorOfWorkspaces_data() {
        QTest::addColumn<int>("offset");  // in the header of the database: sqlite.org/fileformat.html, 1.3
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QByteArray>("advice");
        QTest::addColumn<bool>("isDamaged");
        QTest::newRow("newer") << 60 << QByteArray("\0\0\0\x63", 4) << QByteArray("Open it with that version")
                               << false;
        QTest::newRow("foreign") << 68 << QByteArray("abcd") << QByteArray("Choose another folder") << false;
        QTest::newRow("damaged") << 0 << QByteArray("no database at all") << QByteArray("restore a backup")
                                 << true;
        QTest::newRow("missing") << -1 << QByteArray() << QByteArray("Check the path") << false;
    }
    void doctorOfWorkspaces() {
        QFETCH(int, offset);
        QFETCH(QByteArray, written);
        QFETCH(QByteArray, advice);
        QFETCH(bool, isDamaged);
        const QString folder = at("sick-" + QString::number(offset));
        if (offset >= 0) {
            writeTinyExperiment(at("planned"));
            const CliOutcome run = runCli({"run", at("planned/pos.json"), "--workspace", folder});
            QVERIFY2(run.code == 0, run.err);
            QFile file(folder + "/workspace.sqlite");
            QVERIFY(file.open(QIODevice::ReadWrite));
            QVERIFY(file.seek(offset) && file.write(written) == written.size());
        }
        const CliOutcome outcome = runCli({"doctor", "--workspace", folder, "--threads", "1"});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.err.contains("Workspace: ") && outcome.err.contains(advice), outcome.err);
        QCOMPARE(outcome.err.contains("Copy workspace.sqlite away"), isDamaged);
        QVERIFY2(!outcome.err.contains("OMP_NUM_THREADS"), outcome.err);
    }

    /// A check changes nothing: an old workspace stays old, and that is said.
    void doctorOfAnOldWorkspace() {
        const QString folder = at("aged");
        writeTinyExperiment(at("aging"));
        const CliOutcome run = runCli({"run", at("aging/pos.json"), "--workspace", folder});
        QVERIFY2(run.code == 0, run.err);
        QFile file(folder + "/workspace.sqlite");
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek(60) && file.write("\0\0\0\1", 4) == 4);
        file.close();
        const auto state = [&] {
            return QDir(folder).entryList(QDir::AllEntries | QDir::NoDotAndDotDot).join(' ').toUtf8() +
                   (file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
        };
        const QByteArray before = state();
        file.close();
        const CliOutcome outcome = runCli({"doctor", "--workspace", folder, "--json", "--threads", "1"});
        QVERIFY(state() == before);
        QVERIFY2(outcome.err.contains("a backup is put beside it"), outcome.err);
        const QJsonObject report = QJsonDocument::fromJson(outcome.out).object();
        QCOMPARE(report["workspace_problems"].toArray(), QJsonArray());
        const QJsonObject last = report["findings"].toArray().last().toObject();
        QCOMPARE(last["level"].toString(), "note");
        QVERIFY2(last["found"].toString().contains("older version (schema 1)"), outcome.out);
    }

  private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
