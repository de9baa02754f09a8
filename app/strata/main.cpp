// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/strata/screenshots.h"
#include "app/strata/worker.h"
#include "base/error.h"
#include "widgets/mainwindow.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QIcon>
#include <QSettings>
#include <QStandardPaths>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

QString defaultWorkspace() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/strata/workspace");
}

/// What may stand on the command line.
struct Options {
    const QCommandLineOption workspace{{QStringLiteral("w"), QStringLiteral("workspace")},
                                       QCoreApplication::translate("main", "Open (or make) this workspace."),
                                       QStringLiteral("folder")};
    const QCommandLineOption demo{QStringLiteral("demo"),
                                  QCoreApplication::translate("main", "Run the demo in the workspace.")};
    const QCommandLineOption theme{QStringLiteral("theme"),
                                   QCoreApplication::translate("main", "light, dark or system."),
                                   QStringLiteral("name")};
    QCommandLineOption pictures{QStringLiteral("screenshots"),
                                QStringLiteral("Write a picture of every page into a folder and quit."),
                                QStringLiteral("folder")};
    QCommandLineOption size{QStringLiteral("size"), QStringLiteral("Size of the pictures."),
                            QStringLiteral("WxH"), QStringLiteral("1280x720")};
    QCommandLineOption gaps{QStringLiteral("measure-gaps"),
                            QStringLiteral("Measure the longest gap between two window events for so many "
                                           "seconds, tell it on stdout, and quit."),
                            QStringLiteral("seconds")};
    QCommandLineOption display{QStringLiteral("check-display"),
                               QStringLiteral("Say by the exit code whether a window can be opened.")};
};

void describe(QCommandLineParser& parser, Options& options) {
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Probes BERT checkpoints over layers and training steps."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("path"),
        QCoreApplication::translate("main",
                                    "A workspace, a folder of checkpoints, a spec or an annotated text."),
        QStringLiteral("[path …]"));
    for (QCommandLineOption* hidden : {&options.pictures, &options.size, &options.gaps, &options.display})
        hidden->setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOptions({options.workspace, options.demo, options.theme, options.pictures, options.size,
                       options.gaps, options.display});
}

/// --help and --version need no display: answers them and ends the program.
void answerWithoutDisplay(int argc, char** argv) {
    std::vector<char*> words(argv, argv + argc + 1);  // Qt takes its own options out of those it is given
    const QCoreApplication application(argc, words.data());
    Options options;
    QCommandLineParser parser;
    describe(parser, options);
    if (!parser.parse(QCoreApplication::arguments())) return;  // Qt's own options are known to QApplication
    for (const char* name : {"help", "help-all", "version"})
        if (parser.isSet(QLatin1String(name))) parser.process(application);
}

/// Without a display Qt says so as a fatal message and then calls abort(). Says it in a sentence, too, and
/// ends in order.
void endWithoutDisplay(QtMsgType type, const QMessageLogContext& context, const QString& text) {
    if (type != QtFatalMsg) {
        std::fprintf(stderr, "%s\n", qPrintable(qFormatLogMessage(type, context, text)));
        return;
    }
    std::string found;
    for (const char* variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        const char* value = std::getenv(variable);
        found += (found.empty() ? "" : ", ") + std::string(variable) +
                 (value ? " is '" + std::string(value) + "'" : " is not set");
    }
    std::fprintf(
        stderr,
        "strata: cannot open a window, no display answers (%s). Start it in a desktop session, or use "
        "strata-cli, which needs no display.\n",
        found.c_str());
    std::_Exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication::setApplicationName(QStringLiteral("strata"));
    QCoreApplication::setOrganizationName(QStringLiteral("strata"));
    QCoreApplication::setApplicationVersion(QStringLiteral(STRATA_VERSION));
    answerWithoutDisplay(argc, argv);
    const QtMessageHandler usual = qInstallMessageHandler(endWithoutDisplay);
    QApplication application(argc, argv);
    qInstallMessageHandler(usual);
    // Qt takes the user's locale; numbers in files keep their decimal point.
    std::setlocale(LC_NUMERIC, "C");
    QApplication::setApplicationDisplayName(QStringLiteral("Strata"));
    QApplication::setDesktopFileName(QStringLiteral("io.github.strata_probing.Strata"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/strata/icon.svg")));
    Options options;
    QCommandLineParser parser;
    describe(parser, options);
    parser.process(application);
    if (parser.isSet(options.display)) return 0;

    const QString look = parser.isSet(options.theme) ? parser.value(options.theme)
                                                     : QSettings().value(QStringLiteral("theme")).toString();
    strata::applyTheme(application, strata::themeModeOf(look));
    strata::Worker worker;
    strata::MainWindow window(&worker);

    QStringList paths = parser.positionalArguments();
    QString folder = parser.value(options.workspace);
    for (const QString& path : paths)
        if (folder.isEmpty() && QFileInfo::exists(path + QStringLiteral("/workspace.sqlite"))) folder = path;
    paths.removeAll(folder);
    if (folder.isEmpty()) folder = QSettings().value(QStringLiteral("recent")).toStringList().value(0);
    if (folder.isEmpty() || (!parser.isSet(options.workspace) && !QFileInfo::exists(folder)))
        folder = defaultWorkspace();
    window.openWorkspace(folder);
    for (const QString& path : paths)
        window.takePath(path);
    if (parser.isSet(options.demo)) worker.runDemo();
    window.show();
    if (parser.isSet(options.pictures))
        strata::takeScreenshots(window, worker, parser.value(options.pictures), parser.value(options.size));
    if (parser.isSet(options.gaps)) strata::measureGaps(parser.value(options.gaps).toDouble());
    return QApplication::exec();
}
