// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "sourcetree.h"

#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace strata::test;

namespace {

struct Outcome {
    int code = -1;
    QByteArray output;
};

Outcome runTool(const QString& program, const QStringList& arguments, const QByteArray& input = {}) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000)) return {};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAll()};
}

const QString kId = QStringLiteral("packaging/io.github.strata_probing.Strata");

}  // namespace

/// Checks the files around the programs with the tools that the distributions use.
class TestPackaging : public QObject {
    Q_OBJECT

    void needs(const char* tool) { m_isThere = !QStandardPaths::findExecutable(tool).isEmpty(); }

  private Q_SLOTS:
    void desktopEntry() {
        needs("desktop-file-validate");
        if (!m_isThere) QSKIP("needs desktop-file-validate (package desktop-file-utils)");
        const Outcome outcome = runTool("desktop-file-validate", {projectPath(kId + ".desktop")});
        QVERIFY2(outcome.code == 0 && outcome.output.isEmpty(), outcome.output);
    }

    void metainfo() {
        needs("appstreamcli");
        if (!m_isThere) QSKIP("needs appstreamcli (package appstream)");
        const Outcome outcome =
            runTool("appstreamcli", {"validate", "--no-net", projectPath(kId + ".metainfo.xml")});
        QVERIFY2(outcome.code == 0, outcome.output);
    }

    void iconIsWellFormed() {
        const QByteArray icon = contentOf(kId + ".svg");
        QVERIFY(icon.contains("<svg") && icon.contains("viewBox=\"0 0 128 128\""));
        QVERIFY(!icon.contains("<image"));
    }

    void shellScripts_data() {
        QTest::addColumn<QString>("file");
        for (const QString& file : projectFiles())
            if (file.endsWith(".sh") || file.endsWith(".bash") || file == ".ci/run")
                QTest::newRow(qPrintable(file)) << file;
    }
    void shellScripts() {
        QFETCH(QString, file);
        const Outcome outcome = runTool("bash", {"-n", projectPath(file)});
        QVERIFY2(outcome.code == 0, outcome.output);
    }

    /// What is wrong on run.sh's command line is told before anything is installed or built.
    void runScriptRefuses() {
        for (const QStringList& arguments :
             {QStringList{"--workspace", ""}, QStringList{"--workspace"}, QStringList{"--frobnicate"}}) {
            const Outcome outcome = runTool("bash", QStringList{projectPath("run.sh")} + arguments);
            QCOMPARE(outcome.code, 2);
            QVERIFY2(outcome.output.startsWith("run.sh: "), outcome.output);
        }
    }

    /// The window's program on a machine without any display: help without one, and no abort.
    void windowWithoutDisplay() {
        const QString program = QFileInfo(QFileInfo("/proc/self/exe").symLinkTarget()).absolutePath() +
                                "/../../app/strata/strata";
        if (!QFileInfo::exists(program)) QSKIP("needs the window's program (target strata)");
        const QStringList bare = {"-u", "DISPLAY",         "-u",   "WAYLAND_DISPLAY",
                                  "-u", "QT_QPA_PLATFORM", "-u",   "XDG_SESSION_TYPE",
                                  "-u", "XDG_RUNTIME_DIR", program};
        const Outcome help = runTool("env", bare + QStringList{"--help"});
        QVERIFY2(help.code == 0 && help.output.contains("--theme"), help.output);
        const Outcome version = runTool("env", bare + QStringList{"--version"});
        QVERIFY2(version.code == 0 && version.output.startsWith("strata "), version.output);
        const Outcome window = runTool("env", bare);
        QVERIFY2(window.code == 1 && window.output.contains("strata: cannot open a window"), window.output);
    }

    /// Nobody is promised a release that the changelog does not know.
    void releasesAgreeWithTheChangelog() {
        const QString info = QString::fromUtf8(contentOf(kId + ".metainfo.xml"));
        const QString changes = QString::fromUtf8(contentOf("CHANGELOG.md"));
        static const QRegularExpression release("<release version=\"([^\"]+)\" date=\"([^\"]+)\"");
        auto releases = release.globalMatch(info);
        while (releases.hasNext()) {
            const auto match = releases.next();
            const QString heading = "## " + match.captured(1) + ", " + match.captured(2);
            QVERIFY2(changes.contains(heading), qPrintable("CHANGELOG.md lacks: " + heading));
        }
    }

    /// The last lines of ./test.sh, on a log made up for it: what crashed counts as failed, what is skipped
    /// is told.
    void testTotals() {
        QTemporaryDir folder;
        QFile log(folder.filePath("log"));
        QVERIFY(log.open(QIODevice::WriteOnly));
        log.write(
            "1/3 Testing: a\n1/3 Test: a\nOutput:\n"
            "SKIP   : TestA::golden() needs shared/golden\n"
            "Totals: 5 passed, 0 failed, 1 skipped, 0 blacklisted, 3ms\nTest Passed.\n"
            "2/3 Testing: b\n2/3 Test: b\nOutput:\nFAIL!  : TestB::x() wrong\n"
            "Totals: 2 passed, 1 failed, 0 skipped, 0 blacklisted, 3ms\nTest Failed.\n"
            "3/3 Testing: c\n3/3 Test: c\nOutput:\nTest Failed.\n");
        log.close();
        const Outcome outcome =
            runTool("bash", {projectPath("scripts/summarize-tests.sh"), log.fileName(), "8"});
        QCOMPARE(outcome.code, 1);
        QCOMPARE(outcome.output.trimmed().split('\n').last(), QByteArray("7 passed, 2 failed, 1 skipped"));
        QVERIFY(outcome.output.contains("a: TestA::golden() needs shared/golden"));
        QVERIFY(outcome.output.contains("b: TestB::x() wrong"));
    }

    void testTotalsWithoutAnyTest() {
        const Outcome outcome =
            runTool("bash", {projectPath("scripts/summarize-tests.sh"), "/nonexistent", "1"});
        QCOMPARE(outcome.code, 1);
        QCOMPARE(outcome.output.trimmed().split('\n').last(), QByteArray("0 passed, 1 failed, 0 skipped"));
    }

  private:
    bool m_isThere = false;
};

QTEST_APPLESS_MAIN(TestPackaging)
#include "tst_packaging.moc"
