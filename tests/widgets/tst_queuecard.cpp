// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/pieces.h"
#include "widgets/queuecard.h"

#include <QSignalSpy>
#include <QtTest>

namespace strata {

/// One experiment in the queue: what its card says, and how its name and its end are asked for.
class QueueCardTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void saysProgressInOneLine();
    void countsOneRun();
    void saysWhatWasLeftOut();
    void saysTheTimeOfDayHere();
    void keepsANoteWithoutAName();
    void deletingIsAskedTwice();

  private:
    template <typename T>
    T* child(const char* name) const {
        return m_card->findChild<T*>(QLatin1String(name));
    }
    bool isSaid(const QString& text) const {
        const auto labels = m_card->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text().contains(text); });
    }
    ExperimentRow m_row;
    std::unique_ptr<QueueCard> m_card;
};

void QueueCardTest::init() {
    m_row = {};
    m_row.id = 1;
    m_row.name = "EWT";
    m_row.state = ExperimentState::Done;
    m_row.runsPlanned = m_row.runsDone = 1;
    m_row.created = "2026-03-04T05:06:07Z";
    m_card = std::make_unique<QueueCard>(m_row, nullptr);
    m_card->show();
    QVERIFY(QTest::qWaitForWindowActive(m_card.get()));
}

void QueueCardTest::saysProgressInOneLine() {
    RunnerEvent event;
    event.runsTotal = 28;
    event.runsDone = 2;
    event.runsFailed = 1;
    QCOMPARE(progressText(event), QStringLiteral("3 of 28 runs · 1 failed"));
    event.checkpointName = "step_20k";
    event.progress.phase = "encode";
    event.progress.total = 8;
    event.progress.done = 2;
    event.progress.loss = -1;
    event.runsFailed = 0;
    QCOMPARE(progressText(event), QStringLiteral("step_20k · encoding 25 % · 2 of 28 runs"));
    event = {};
    event.runsTotal = 1;
    QCOMPARE(progressText(event), QStringLiteral("0 of 1 run"));
}

void QueueCardTest::countsOneRun() {
    QVERIFY(isSaid(QStringLiteral("1 of 1 run done")));
    m_row.runsPlanned = m_row.runsDone = 1234;
    m_card->setRow(m_row);
    QVERIFY(isSaid(QStringLiteral("1,234 of 1,234 runs done")));
}

void QueueCardTest::saysWhatWasLeftOut() {
    auto *resume = child<QPushButton>("queueResume"), *more = child<QPushButton>("queueMoreLeftOut");
    auto* notice = child<Notice>("queueLeftOut");
    QVERIFY(!resume->isVisible() && !notice->isVisible() && !more->isVisible());
    m_row.leftOut = {"/ck/a: its file is empty"};
    m_card->setRow(m_row);
    QVERIFY(isSaid(QStringLiteral("done, 1 checkpoint left out · 1 of 1 run done")));
    QCOMPARE(notice->text(), QStringLiteral("Left out: /ck/a: its file is empty"));
    QVERIFY(resume->isVisible() && !more->isVisible());
    QCOMPARE(resume->text(), QStringLiteral("Retry"));
    QSignalSpy retried(m_card.get(), &QueueCard::resumeRequested);
    QTest::mouseClick(resume, Qt::LeftButton);
    QCOMPARE(retried.count(), 1);
    // Many: the first few, the others a press away.
    m_row.leftOut.clear();
    for (int i = 0; i < 12; ++i)
        m_row.leftOut.push_back("/ck/" + std::to_string(i) + ": no config.json");
    m_card->setRow(m_row);
    QVERIFY(isSaid(QStringLiteral("done, 12 checkpoints left out")));
    QCOMPARE(notice->text().count(QLatin1Char('\n')), 3);
    QVERIFY(notice->text().endsWith(QStringLiteral("… and 9 more")));
    QCOMPARE(more->text(), QStringLiteral("Show all 12"));
    QTest::mouseClick(more, Qt::LeftButton);
    QVERIFY(notice->text().endsWith(QStringLiteral("/ck/11: no config.json")));
    QTest::mouseClick(more, Qt::LeftButton);
    QVERIFY(notice->text().endsWith(QStringLiteral("… and 9 more")));
    // Tried again: what the runner finds counts now.
    m_row.leftOut.clear();
    m_row.state = ExperimentState::Waiting;
    m_card->setRow(m_row);
    QVERIFY(!notice->isVisible() && !more->isVisible());
    m_row.state = ExperimentState::Running;
    m_card->setRow(m_row);
    RunnerEvent event;
    event.kind = RunnerEvent::Kind::Started;
    event.message = "Left out: /ck/3: no config.json";
    m_card->setEvent(event);
    QCOMPARE(notice->text(), QString::fromStdString(event.message));
    event.message.clear();
    m_card->setEvent(event);
    m_row.state = ExperimentState::Done;
    m_card->setRow(m_row);
    QVERIFY(!notice->isVisible() && !resume->isVisible());
}

void QueueCardTest::saysTheTimeOfDayHere() {
    const QDateTime utc(QDate(2026, 3, 4), QTime(5, 6, 7), Qt::UTC);
    QVERIFY(isSaid(utc.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"))));
    m_row.created = "long ago";
    m_card->setRow(m_row);
    QVERIFY(isSaid(QStringLiteral("created long ago")));
}

void QueueCardTest::keepsANoteWithoutAName() {
    QSignalSpy edited(m_card.get(), &QueueCard::edited);
    QTest::mouseClick(child<QPushButton>("queueRename"), Qt::LeftButton);
    child<QLineEdit>("queueNameEdit")->clear();
    child<QLineEdit>("queueNoteEdit")->setText(QStringLiteral("a note"));
    QTest::keyClick(child<QLineEdit>("queueNoteEdit"), Qt::Key_Return);
    QCOMPARE(edited.count(), 0);
    QVERIFY(child<QLineEdit>("queueNoteEdit")->isVisible());
    QVERIFY(child<QLineEdit>("queueNameEdit")->hasFocus());
    QTest::keyClicks(child<QLineEdit>("queueNameEdit"), QStringLiteral("GUM"));
    QTest::keyClick(child<QLineEdit>("queueNameEdit"), Qt::Key_Return);
    QCOMPARE(edited.count(), 1);
    QCOMPARE(edited[0][0].toString(), QStringLiteral("GUM"));
    QCOMPARE(edited[0][1].toString(), QStringLiteral("a note"));
    QVERIFY(child<QPushButton>("queueRename")->hasFocus());
}

void QueueCardTest::deletingIsAskedTwice() {
    QSignalSpy asked(m_card.get(), &QueueCard::deleteRequested);
    auto* button = child<QPushButton>("queueDelete");
    button->click();
    QCOMPARE(asked.count(), 0);
    QCOMPARE(button->accessibleName(), QStringLiteral("Really delete?"));
    button->click();
    QCOMPARE(asked.count(), 1);
    QCOMPARE(button->accessibleName(), QStringLiteral("Delete"));
}

}  // namespace strata

QTEST_MAIN(strata::QueueCardTest)
#include "tst_queuecard.moc"
