// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "plots/fakebackend.h"
#include "widgets/logwindow.h"

#include <QPointer>
#include <QtTest>

namespace strata {

/// The log of an experiment, which grows while it is read.
class LogWindowTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void cleanup() { delete m_window; }
    void keepsWhatIsSelected();
    void followsTheName();
    void closesWithItsExperiment();

  private:
    QPlainTextEdit* text() const { return m_window->findChild<QPlainTextEdit*>(); }
    void say(const QString& log) {
        m_backend->log = log;
        RunnerEvent event;
        event.experimentId = 1;
        event.kind = RunnerEvent::Kind::RunFinished;
        Q_EMIT m_backend->runnerEvent(event);
        QTRY_COMPARE(text()->toPlainText(), log);
    }
    std::unique_ptr<test::FakeBackend> m_backend;
    std::shared_ptr<WorkspaceSnapshot> m_snapshot;
    QPointer<LogWindow> m_window;
};

void LogWindowTest::init() {
    m_backend = std::make_unique<test::FakeBackend>();
    m_snapshot = test::inventedSnapshot();
    m_snapshot->experiments[0].created = "2026-03-04T05:06:07Z";
    m_window = new LogWindow(m_backend.get(), m_snapshot->experiments[0], nullptr);
    m_window->show();
}

void LogWindowTest::keepsWhatIsSelected() {
    say(QStringLiteral("one\ntwo\n"));
    QTextCursor cursor = text()->textCursor();
    cursor.setPosition(4);
    cursor.setPosition(7, QTextCursor::KeepAnchor);
    text()->setTextCursor(cursor);
    say(QStringLiteral("one\ntwo\nthree\n"));
    QCOMPARE(text()->textCursor().selectedText(), QStringLiteral("two"));
    say(QStringLiteral("two\nthree\nfour\n"));  // the oldest lines are left out of a long log
}

void LogWindowTest::followsTheName() {
    m_snapshot->experiments[0].name = "renamed";
    Q_EMIT m_backend->workspaceChanged(m_snapshot);
    QCOMPARE(m_window->windowTitle(), QStringLiteral("Log of renamed"));
}

void LogWindowTest::closesWithItsExperiment() {
    auto other = std::make_shared<WorkspaceSnapshot>(*m_snapshot);
    other->folder = QStringLiteral("/other");
    other->experiments[0].created = "2026-05-05T05:05:05Z";
    Q_EMIT m_backend->workspaceChanged(other);
    QTRY_VERIFY(m_window.isNull());
}

}  // namespace strata

QTEST_MAIN(strata::LogWindowTest)
#include "tst_logwindow.moc"
