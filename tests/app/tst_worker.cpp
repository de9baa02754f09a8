// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/strata/worker.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace strata;

/// The window's backend without a window.
class TestWorker : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    /// `strata --demo` asks for it before the workspace is open.
    void demoWaitsForTheWorkspace() {
        const QTemporaryDir folder;
        Worker worker;
        const QSignalSpy progress(&worker, &Backend::demoProgress);
        worker.runDemo();
        QTest::qWait(100);
        worker.openWorkspace(folder.filePath(QStringLiteral("ws")));
        QTRY_VERIFY_WITH_TIMEOUT(!progress.isEmpty(), 30'000);
    }

    /// What a page stores when the window closes is there at the next start.
    void storesWhatWasAskedForBeforeClosing() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("ws"));
        {
            Worker worker;
            const QSignalSpy opened(&worker, &Backend::workspaceChanged);
            worker.openWorkspace(path);
            QTRY_VERIFY_WITH_TIMEOUT(!opened.isEmpty(), 30'000);
            for (int i = 0; i < 20; ++i)
                worker.setSetting(QStringLiteral("page.%1").arg(i), QStringLiteral("kept"));
        }
        const Workspace workspace(path.toStdString());
        for (int i = 0; i < 20; ++i)
            QCOMPARE(workspace.setting("page." + std::to_string(i)).value_or(""), std::string("kept"));
    }
};

QTEST_GUILESS_MAIN(TestWorker)
#include "tst_worker.moc"
