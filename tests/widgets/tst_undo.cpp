// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "pagefixture.h"
#include "widgets/queuecard.h"

namespace strata {

using namespace test;

/// Ctrl+Z in the composer and the queue, and how the window tells what it did.
class UndoTest : public PageFixture {
    Q_OBJECT
  private Q_SLOTS:
    void settingsAreTakenBack();
    void typingIsTheFieldsOwn();
    void stepsOfASpinBoxAreOne();
    void refusedSettingIsTakenBack();
    void openedSpecIsTakenBack();
    void renamedDataSetStaysChosen();
    void otherWorkspaceHasNothingToTakeBack();
    void renamedExperimentIsTakenBack();
    void whatWasDoneIsTold();
    void commandsAreNamed();

  private:
    ExperimentPage* page() const { return m_window->findChild<ExperimentPage*>(); }
    QString composed() const { return QString::fromStdString(toJson(page()->spec()).dump(1)); }
    void press(QKeySequence::StandardKey what) const {
        QWidget* focused = QApplication::focusWidget();
        QTest::keySequence(focused ? focused : m_window.get(), QKeySequence(what));
    }
    void undo() const { press(QKeySequence::Undo); }
    void redo() const { press(QKeySequence::Redo); }
    std::shared_ptr<WorkspaceSnapshot> begin() const {
        auto first = snapshot("/a");
        first->datasets = {dataset(1, "alpha"), dataset(2, "beta")};
        send(first);
        m_window->showPage(PageKind::Experiment);
        return first;
    }
    QTableWidgetItem* epochs() const {
        auto* table = child<QTableWidget>("settingsTable");
        return table->item(table->findItems("Epochs", Qt::MatchEndsWith).front()->row(), 1);
    }
};

void UndoTest::settingsAreTakenBack() {
    begin();
    std::vector<QString> states{composed()};
    const auto note = [&] { states.push_back(composed()); };
    choose({2, 5});
    note();
    for (const char* name : {"datasetChoice", "scoreSplit", "presetChoice", "dtypeChoice"}) {
        page()->findChild<QComboBox*>(QLatin1String(name))->setCurrentIndex(1);  // Explore has a preset, too
        note();
    }
    child<QCheckBox>("mixCheck")->click();
    note();
    epochs()->setText(QStringLiteral("7"));
    note();
    for (const auto& [name, text] :
         {std::pair("layersEdit", "0-2"), {"probeSeeds", "4"}, {"experimentName", "x"}}) {
        type(name, QLatin1String(text));
        note();
    }
    for (std::size_t i = 1; i < states.size(); ++i)
        QVERIFY2(states[i] != states[i - 1], qPrintable(QString::number(i)));
    for (std::size_t i = states.size() - 1; i-- > 0;) {
        undo();
        QCOMPARE(composed(), states[i]);
    }
    QCOMPARE(child<QListWidget>("chosenCheckpoints")->count(), 0);
    QVERIFY(epochs()->text() != QStringLiteral("7"));
    undo();  // nothing is left
    QCOMPARE(composed(), states.front());
    for (std::size_t i = 1; i < states.size(); ++i) {
        redo();
        QCOMPARE(composed(), states[i]);
    }
    QCOMPARE(epochs()->text(), QStringLiteral("7"));
    QCOMPARE(child<QLineEdit>("layersEdit")->text(), QStringLiteral("0-2"));
    // It is also what is planned, run and remembered.
    undo();
    QTRY_VERIFY(!m_backend->planned.empty() && m_backend->planned.back().name != "x");
    QTRY_VERIFY(m_backend->settings[QStringLiteral("page.experiment")].contains(QStringLiteral("0-2")));
}

void UndoTest::typingIsTheFieldsOwn() {
    begin();
    auto* layers = child<QLineEdit>("layersEdit");
    type("layersEdit", QStringLiteral("0-2"), false);
    undo();  // the letters
    QVERIFY(layers->text() != QStringLiteral("0-2"));
    type("layersEdit", QStringLiteral("0-3"), false);
    child<QLineEdit>("probeSeeds")->setFocus();  // left: entered
    QCOMPARE(layers->text(), QStringLiteral("0-3"));
    undo();
    QCOMPARE(layers->text(), QStringLiteral("all"));
    redo();
    QCOMPARE(layers->text(), QStringLiteral("0-3"));
    type("layersEdit", QStringLiteral("1"));
    undo();  // from the field itself, once it is entered
    QCOMPARE(layers->text(), QStringLiteral("0-3"));
}

void UndoTest::stepsOfASpinBoxAreOne() {
    begin();
    auto* limit = child<QSpinBox>("trainLimit");
    limit->setFocus();
    limit->selectAll();
    QTest::keyClicks(limit, QStringLiteral("120"));
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(limit, Qt::Key_Up);
    QCOMPARE(limit->value(), 123);
    undo();
    QCOMPARE(limit->value(), 0);
    redo();
    QCOMPARE(limit->value(), 123);
    child<QSpinBox>("maxPieces")->setFocus();
    limit->setFocus();
    QTest::keyClick(limit, Qt::Key_Up);
    QTest::keyClick(limit, Qt::Key_Up);
    QTest::keyClick(limit, Qt::Key_Down);
    undo();
    QCOMPARE(limit->value(), 123);
}

void UndoTest::refusedSettingIsTakenBack() {
    begin();
    const QString before = epochs()->text();
    epochs()->setText(QStringLiteral("many"));
    QVERIFY(!page()->problems().empty());
    undo();
    QCOMPARE(epochs()->text(), before);
    QVERIFY(page()->problems().empty());
    redo();
    QCOMPARE(epochs()->text(), QStringLiteral("many"));
    QVERIFY(!page()->problems().empty());
}

void UndoTest::openedSpecIsTakenBack() {
    const auto first = begin();
    choose({2, 5});
    type("layersEdit", QStringLiteral("0-2"));
    const QString mine = composed();
    ExperimentSpec spec = specOf(first->checkpoints.front().path, "/data/beta");
    spec.note = "not mine";
    m_window->takePath(write("spec.json", QByteArray::fromStdString(toJson(spec).dump())));
    const QString theirs = composed();
    QVERIFY(theirs != mine);
    undo();
    QCOMPARE(composed(), mine);
    redo();
    QCOMPARE(composed(), theirs);
    // One that holds more than the page shows: a change puts it aside, undo brings it back.
    auto* notice = child<QLabel>("wholeSpecNotice");
    spec.probes.emplace_back();
    m_window->takePath(write("large.json", QByteArray::fromStdString(toJson(spec).dump())));
    QVERIFY(notice->isVisible());
    child<QCheckBox>("mixCheck")->click();
    QVERIFY(!notice->isVisible());
    undo();
    QVERIFY(notice->isVisible());
    undo();
    QVERIFY(!notice->isVisible());
    QCOMPARE(composed(), theirs);
}

void UndoTest::renamedDataSetStaysChosen() {
    const auto first = begin();
    auto* box = child<QComboBox>("datasetChoice");
    box->setCurrentIndex(1);
    child<QCheckBox>("mixCheck")->click();
    auto renamed = std::make_shared<WorkspaceSnapshot>(*first);
    renamed->datasets[1].name = "gamma";
    send(renamed);
    QCOMPARE(box->currentText(), QStringLiteral("gamma"));
    undo();
    QVERIFY(child<QCheckBox>("mixCheck")->isChecked());
    QCOMPARE(box->currentText(), QStringLiteral("gamma"));
    undo();
    QCOMPARE(box->currentText(), QStringLiteral("alpha"));
}

void UndoTest::otherWorkspaceHasNothingToTakeBack() {
    begin();
    child<QCheckBox>("mixCheck")->click();
    auto other = snapshot("/b");
    other->settings["page.experiment"] = R"({"mix": false, "layers": "1"})";
    m_window->openWorkspace(QStringLiteral("/b"));
    send(other);
    const QString before = composed();
    undo();
    QCOMPARE(composed(), before);
    // What is changed there goes back to what was remembered there.
    child<QCheckBox>("mixCheck")->click();
    undo();
    QCOMPARE(composed(), before);
}

void UndoTest::renamedExperimentIsTakenBack() {
    auto first = begin();
    m_window->showPage(PageKind::Queue);
    const auto rename = [&](const QString& name, const QString& note) {
        child<QPushButton>("queueRename")->click();
        type("queueNameEdit", name, false);
        type("queueNoteEdit", note);
    };
    rename(QStringLiteral("minibert on EWT"), QString());
    QVERIFY(m_backend->renamed.empty());  // as it was
    rename(QStringLiteral("mine"), QStringLiteral("a note"));
    QCOMPARE(m_backend->renamed.back(), (QStringList{"1", "mine", "a note"}));
    auto next = std::make_shared<WorkspaceSnapshot>(*first);
    next->experiments[0].name = "mine";
    next->experiments[0].note = "a note";
    send(next);
    undo();
    QCOMPARE(m_backend->renamed.back(), (QStringList{"1", "minibert on EWT", ""}));
    redo();
    QCOMPARE(m_backend->renamed.back(), (QStringList{"1", "mine", "a note"}));
    QCOMPARE(m_backend->renamed.size(), std::size_t{3});
}

void UndoTest::whatWasDoneIsTold() {
    begin();
    type("layersEdit", QStringLiteral("0-2"));
    m_window->showPage(PageKind::Checkpoints);
    undo();
    const QString told = QStringLiteral("Undone: change of the layers on the Experiment page");
    QCOMPARE(m_window->statusText(), told);
    RunnerEvent event;  // a run reports all the time
    event.kind = RunnerEvent::Kind::Progress;
    event.experimentId = 1;
    event.runsTotal = 10;
    Q_EMIT m_backend->runnerEvent(event);
    QCOMPARE(m_window->statusText(), told);
    redo();
    QCOMPARE(m_window->statusText(),
             QStringLiteral("Done again: change of the layers on the Experiment page"));
    QTRY_COMPARE_WITH_TIMEOUT(m_window->statusText(), QStringLiteral("0 of 10 runs"), 8000);
    undo();
    Q_EMIT m_backend->workspaceFailed(QStringLiteral("Cannot rename the experiment."));
    QCOMPARE(m_window->statusText(), QStringLiteral("Cannot rename the experiment."));
}

void UndoTest::commandsAreNamed() {
    begin();
    m_window->showPage(PageKind::Data);
    child<QPushButton>("deleteDataset")->click();
    undo();
    QCOMPARE(m_window->statusText(), QStringLiteral("Undone: removal of the data set alpha"));
    m_window->showPage(PageKind::Checkpoints);
    child<QToolButton>("selectFirstMiddleLast")->click();
    child<QPushButton>("forgetCheckpoints")->click();
    undo();
    QCOMPARE(m_window->statusText(), QStringLiteral("Undone: taking 3 checkpoints off the list"));
}

}  // namespace strata

QTEST_MAIN(strata::UndoTest)
#include "tst_undo.moc"
