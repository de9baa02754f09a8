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

namespace {

QString defaultWorkspace() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/strata/workspace");
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    // Qt takes the user's locale; numbers in files keep their decimal point.
    std::setlocale(LC_NUMERIC, "C");
    QApplication::setApplicationName(QStringLiteral("strata"));
    QApplication::setOrganizationName(QStringLiteral("strata"));
    QApplication::setApplicationDisplayName(QStringLiteral("Strata"));
    QApplication::setApplicationVersion(QStringLiteral(STRATA_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("io.github.strata_probing.Strata"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/strata/icon.svg")));
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Probes BERT checkpoints over layers and training steps."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("path"),
        QCoreApplication::translate("main",
                                    "A workspace, a folder of checkpoints, a spec or an annotated text."),
        QStringLiteral("[path …]"));
    const QCommandLineOption workspace({QStringLiteral("w"), QStringLiteral("workspace")},
                                       QCoreApplication::translate("main", "Open (or make) this workspace."),
                                       QStringLiteral("folder"));
    const QCommandLineOption demo(QStringLiteral("demo"),
                                  QCoreApplication::translate("main", "Run the demo in the workspace."));
    const QCommandLineOption theme(QStringLiteral("theme"),
                                   QCoreApplication::translate("main", "light, dark or system."),
                                   QStringLiteral("name"));
    QCommandLineOption pictures(QStringLiteral("screenshots"),
                                QStringLiteral("Write a picture of every page into a folder and quit."),
                                QStringLiteral("folder"));
    QCommandLineOption size(QStringLiteral("size"), QStringLiteral("Size of the pictures."),
                            QStringLiteral("WxH"), QStringLiteral("1280x720"));
    QCommandLineOption gaps(QStringLiteral("measure-gaps"),
                            QStringLiteral("Measure the longest gap between two window events for so many "
                                           "seconds, tell it on stdout, and quit."),
                            QStringLiteral("seconds"));
    for (QCommandLineOption* hidden : {&pictures, &size, &gaps})
        hidden->setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOptions({workspace, demo, theme, pictures, size, gaps});
    parser.process(application);

    const QString look =
        parser.isSet(theme) ? parser.value(theme) : QSettings().value(QStringLiteral("theme")).toString();
    strata::applyTheme(application, strata::themeModeOf(look));
    strata::Worker worker;
    strata::MainWindow window(&worker);

    QStringList paths = parser.positionalArguments();
    QString folder = parser.value(workspace);
    for (const QString& path : paths)
        if (folder.isEmpty() && QFileInfo::exists(path + QStringLiteral("/workspace.sqlite"))) folder = path;
    paths.removeAll(folder);
    if (folder.isEmpty()) folder = QSettings().value(QStringLiteral("recent")).toStringList().value(0);
    if (folder.isEmpty() || (!parser.isSet(workspace) && !QFileInfo::exists(folder)))
        folder = defaultWorkspace();
    window.openWorkspace(folder);
    for (const QString& path : paths)
        window.takePath(path);
    if (parser.isSet(demo)) worker.runDemo();
    window.show();
    if (parser.isSet(pictures))
        strata::takeScreenshots(window, worker, parser.value(pictures), parser.value(size));
    if (parser.isSet(gaps)) strata::measureGaps(parser.value(gaps).toDouble());
    return QApplication::exec();
}
