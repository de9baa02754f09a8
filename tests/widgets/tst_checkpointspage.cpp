// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "pagefixture.h"
#include "widgets/checkpointgrid.h"
#include "widgets/checkpointmodel.h"
#include "widgets/checkpointspage.h"
#include "widgets/pieces.h"
#include "widgets/scannotice.h"
#include "widgets/tensormodel.h"

#include <QAbstractItemModelTester>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>

namespace strata {

using namespace test;

/// The Checkpoints page: what can be chosen, what is gone from disk, and what is told of one checkpoint.
class CheckpointsPageTest : public PageFixture {
    Q_OBJECT
  private Q_SLOTS:
    void correctionIsUndoneFromTheField();
    void correctedIsSaidOnlyWhileItIs();
    void forgottenCheckpointsComeBack();
    void listFollowsTheSelection();
    void goneCheckpointsCannotBeChosen();
    void goneCheckpointsAreMarked();
    void goneCheckpointsLeaveTheList();
    void unusableCheckpointsLeaveTheList();
    void tabLeavesALongGridAsItIs();
    void countsInWords();
    void looksAgainWhenShown();
    void tensorsAreListed();
    void tensorsAreReadOnlyWhenNeeded();
    void unreadableTensorsSayWhy();
    void originIsTold();
    void revisionsAreListed();
    void searchIsShownAndCanBeStopped();
    void tensorModelIsSound();

  private:
    void show(const std::shared_ptr<const WorkspaceSnapshot>& sent) {
        send(sent);
        m_window->showPage(PageKind::Checkpoints);
    }
    CheckpointGrid* grid() const { return m_window->findChild<CheckpointGrid*>(); }
    void click(std::int64_t id) const {
        QTest::mouseClick(grid(), Qt::LeftButton, {}, grid()->cellOf(id).center());
    }
    CheckpointsPage* page() const { return m_window->findChild<CheckpointsPage*>(); }
    QString facts() const { return child<QLabel>("checkpointFacts")->text(); }
    /// Answers the newest request, once it was made.
    bool answer(const CheckpointContent& content, std::size_t requests) const {
        if (!QTest::qWaitFor([&] { return m_backend->inspected.size() == requests; })) return false;
        Q_EMIT m_backend->checkpointInspected(m_backend->lastInspection,
                                              std::make_shared<const CheckpointContent>(content));
        return true;
    }
    static CheckpointContent content(int layers, const std::string& file = "model.safetensors") {
        CheckpointContent made;
        made.config = BertConfig();
        made.tensors.push_back({"bert.embeddings.word_embeddings.weight", {6144, 128}, "F32", file});
        for (int i = 0; i < layers; ++i)
            for (const char* part : {"query", "key"})
                made.tensors.push_back(
                    {"bert.encoder.layer." + std::to_string(i) + ".attention.self." + part + ".weight",
                     {128, 128},
                     "F32",
                     file});
        return made;
    }
};

void CheckpointsPageTest::goneCheckpointsCannotBeChosen() {
    auto first = snapshot("/a");
    show(first);
    page()->selectAll();
    QCOMPARE(page()->selection().size(), std::size_t{10});
    auto less = std::make_shared<WorkspaceSnapshot>(*first);
    less->gone = {{1, "The folder is gone: it was deleted, moved or renamed."}, {10, "The folder is gone."}};
    send(less);
    QCOMPARE(page()->selection(), (std::set<std::int64_t>{2, 3, 4, 5, 6, 7, 8, 9}));
    page()->selectFirstMiddleLast();
    QCOMPARE(page()->selection(), (std::set<std::int64_t>{2, 5, 9}));
    QTest::mouseClick(child<QToolButton>("seedChip0"), Qt::LeftButton);
    QCOMPARE(page()->selection().size(), std::size_t{8});
    page()->selectNone();
    click(1);
    QVERIFY(page()->selection().empty());
    QTest::keyClick(grid(), Qt::Key_Space);
    QVERIFY(page()->selection().empty());
    const QRect area = grid()->cellOf(1);  // the row's head
    QTest::mouseClick(grid(), Qt::LeftButton, {}, QPoint(60, area.center().y()));
    QCOMPARE(page()->selection().size(), std::size_t{8});
    page()->showView(1);
    page()->selectNone();
    auto* list = child<QTableView>("checkpointList");
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    QVERIFY(page()->selection().empty());
    QVERIFY(!child<QPushButton>("newExperiment")->isEnabled());
    // Back again, it can be chosen again.
    send(first);
    page()->selectAll();
    QCOMPARE(page()->selection().size(), std::size_t{10});
}

void CheckpointsPageTest::goneCheckpointsAreMarked() {
    auto first = snapshot("/a");
    first->probedTasks[3] = {"pos"};
    show(first);
    click(3);
    const auto pictureOf = [&] { return grid()->grab(grid()->cellOf(4)).toImage(); };
    const QImage there = pictureOf();
    auto less = std::make_shared<WorkspaceSnapshot>(*first);
    less->gone = {{3, "The folder is gone: there is no '/a' any more."}, {4, "The folder is gone."}};
    send(less);
    QVERIFY(pictureOf() != there);
    const QString told = child<Notice>("checkpointProblem")->text();
    QVERIFY2(told.startsWith(QStringLiteral("The folder is gone: there is no '/a' any more.")),
             qPrintable(told));
    QVERIFY(facts().contains(QStringLiteral("results: pos")));  // what is known stays
    QVERIFY(!child<QTableView>("tensorTable")->isVisible());
    const QAbstractItemModel* model = child<QTableView>("checkpointList")->model();
    int marked = 0;
    for (int row = 0; row < model->rowCount(); ++row) {
        bool isStruck = false, isSaid = false, isExplained = false;
        for (int column = 0; column < model->columnCount(); ++column) {
            const QModelIndex index = model->index(row, column);
            isStruck = isStruck || index.data(Qt::FontRole).value<QFont>().strikeOut();
            isSaid = isSaid || index.data().toString() == QStringLiteral("gone from disk");
            isExplained = isExplained || index.data(Qt::ToolTipRole).toString().contains("folder is gone");
        }
        QVERIFY(isStruck == isSaid && isSaid == isExplained);
        marked += isSaid ? 1 : 0;
    }
    QCOMPARE(marked, 2);
    send(first);
    QVERIFY(child<Notice>("checkpointProblem")->text().isEmpty());
    QVERIFY(pictureOf() == there);
}

void CheckpointsPageTest::goneCheckpointsLeaveTheList() {
    auto first = snapshot("/a");
    show(first);
    QVERIFY(!child<QPushButton>("forgetGone")->isVisible());
    first = std::make_shared<WorkspaceSnapshot>(*first);
    first->gone = {{2, "The folder is gone."}, {5, "The folder is gone."}};
    send(first);
    click(4);
    QVERIFY(!child<QPushButton>("forgetInspected")->isVisible());
    click(5);
    QTest::mouseClick(child<QPushButton>("forgetInspected"), Qt::LeftButton);
    QCOMPARE(m_backend->forgotten, std::vector<std::int64_t>{5});
    child<QPushButton>("forgetGone")->click();
    QCOMPARE(m_backend->forgotten, (std::vector<std::int64_t>{2, 5}));
    QTest::keyClick(grid(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_backend->recalled, (std::vector<std::int64_t>{2, 5}));
}

/// They can not be chosen, so "All" does not reach them.
void CheckpointsPageTest::unusableCheckpointsLeaveTheList() {
    auto first = snapshot("/a");
    show(first);
    auto* button = child<QPushButton>("forgetUnusable");
    QVERIFY(!button->isVisible());
    first = std::make_shared<WorkspaceSnapshot>(*first);
    for (const std::size_t i : {2, 4, 6})
        first->checkpoints[i].problem = "It is no BERT.";
    first->gone = {{7, "The folder is gone."}};  // has a button of its own
    send(first);
    page()->selectAll();
    child<QPushButton>("forgetCheckpoints")->click();
    QCOMPARE(m_backend->forgotten, (std::vector<std::int64_t>{1, 2, 4, 6, 8, 9, 10}));
    QCOMPARE(button->text(), QStringLiteral("Take the 2 that cannot be used off the list"));
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(m_backend->forgotten, (std::vector<std::int64_t>{3, 5}));
    QTest::keyClick(grid(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_backend->recalled, (std::vector<std::int64_t>{3, 5}));
}

void CheckpointsPageTest::tabLeavesALongGridAsItIs() {
    auto first = snapshot("/a");
    const CheckpointRow model = first->checkpoints.front();
    first->checkpoints.clear();
    for (int seed = 0; seed < 60; ++seed) {
        CheckpointRow row = model;
        row.id = seed + 1;
        row.seed = seed;
        first->checkpoints.push_back(row);
    }
    show(first);
    auto* scroll = qobject_cast<QScrollArea*>(grid()->parentWidget()->parentWidget());
    QVERIFY(scroll && scroll->verticalScrollBar()->maximum() > 1000);
    const auto isSeen = [&](std::int64_t id) {
        return scroll->viewport()->rect().contains(
            grid()->cellOf(id).translated(grid()->mapTo(scroll->viewport(), QPoint())));
    };
    click(1);
    // The arrows take the view along.
    for (int i = 0; i < 30; ++i)
        QTest::keyClick(grid(), Qt::Key_Down);
    QVERIFY(isSeen(31));
    for (const int place : {scroll->verticalScrollBar()->value(), 900}) {
        scroll->verticalScrollBar()->setValue(place);
        grid()->setFocus();
        QTest::keyClick(grid(), Qt::Key_Tab);
        QVERIFY(!grid()->hasFocus());
        QCOMPARE(scroll->verticalScrollBar()->value(), place);
        grid()->setFocus();
        QTest::keyClick(grid(), Qt::Key_Tab, Qt::ShiftModifier);
        QVERIFY(!grid()->hasFocus());
        QCOMPARE(scroll->verticalScrollBar()->value(), place);
    }
    scroll->verticalScrollBar()->setValue(0);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QVERIFY(grid()->hasFocus() && isSeen(31));  // where the keys go on
}

void CheckpointsPageTest::countsInWords() {
    auto one = snapshot("/a");
    one->checkpoints.resize(1);
    one->checkpoints[0].layers = one->checkpoints[0].heads = 1;
    one->checkpoints[0].problem = "It is no BERT.";
    show(one);
    const auto isSaid = [&](const QString& text) {
        const auto labels = page()->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text() == text; });
    };
    QVERIFY(isSaid(QStringLiteral("1 checkpoint · 1 family · 1 cannot be used")));
    QCOMPARE(child<QPushButton>("forgetUnusable")->text(),
             QStringLiteral("Take the one that cannot be used off the list"));
    click(1);
    QVERIFY2(facts().contains(QStringLiteral("1 layer × 0, 1 head ·")), qPrintable(facts()));
    show(snapshot("/b"));
    QVERIFY(isSaid(QStringLiteral("10 checkpoints · 1 family")));
}

void CheckpointsPageTest::looksAgainWhenShown() {
    send(snapshot("/a"));
    m_window->showPage(PageKind::Data);
    const int before = m_backend->looks;
    m_window->showPage(PageKind::Checkpoints);
    QVERIFY(m_backend->looks > before);
    const int shown = m_backend->looks;
    m_window->showPage(PageKind::Data);
    QCOMPARE(m_backend->looks, shown);
}

void CheckpointsPageTest::tensorsAreListed() {
    show(snapshot("/a"));
    click(3);
    auto* table = child<QTableView>("tensorTable");
    QVERIFY(!table->isVisible());
    QVERIFY(answer(content(2), 1));
    QCOMPARE(m_backend->inspected.back(), 3);
    QVERIFY(table->isVisible());
    QCOMPARE(table->model()->rowCount(), 5);
    QVERIFY(!child<QLineEdit>("tensorSearch")->isVisible());
    QVERIFY(table->isColumnHidden(TensorModel::File));
    QCOMPARE(table->model()->index(0, TensorModel::Shape).data().toString(), QStringLiteral("6144 × 128"));
    QCOMPARE(table->model()->index(0, TensorModel::NumberType).data().toString(), QStringLiteral("F32"));
    QVERIFY2(facts().contains(QStringLiteral("feed-forward")), qPrintable(facts()));
    // Many, in two files.
    click(4);
    CheckpointContent large = content(100);
    large.tensors.back().file = "other.safetensors";
    QVERIFY(answer(large, 2));
    QVERIFY(!table->isColumnHidden(TensorModel::File));
    QCOMPARE(table->model()->rowCount(), 201);
    type("tensorSearch", QStringLiteral("layer.3. QUERY"));
    QCOMPARE(table->model()->rowCount(), 1);
    QVERIFY(child<QLabel>("tensorCount")->text().contains(QStringLiteral("1 of 201")));
    type("tensorSearch", QStringLiteral("other.safe"));
    QCOMPARE(table->model()->rowCount(), 1);
    type("tensorSearch", QStringLiteral("6144"));
    QCOMPARE(table->model()->rowCount(), 1);
    child<QLineEdit>("tensorSearch")->clear();
    // The largest first.
    table->sortByColumn(TensorModel::Shape, Qt::DescendingOrder);
    QCOMPARE(table->model()->index(0, TensorModel::Shape).data().toString(), QStringLiteral("6144 × 128"));
}

void CheckpointsPageTest::tensorsAreReadOnlyWhenNeeded() {
    auto first = snapshot("/a");
    show(first);
    for (const std::int64_t id : {1, 2, 3})
        click(id);
    QVERIFY(answer(content(1), 1));  // those passed on the way are not read
    QCOMPARE(m_backend->inspected, std::vector<std::int64_t>{3});
    auto* table = child<QTableView>("tensorTable");
    QCOMPARE(table->model()->rowCount(), 3);
    send(std::make_shared<WorkspaceSnapshot>(*first));  // results came
    QVERIFY(table->isVisible());
    QCOMPARE(table->model()->rowCount(), 3);
    // An answer for one that is no longer shown is dropped.
    click(4);
    Q_EMIT m_backend->checkpointInspected(m_backend->lastInspection,
                                          std::make_shared<const CheckpointContent>(content(5)));
    QCOMPARE(table->model()->rowCount(), 0);
    QVERIFY(answer(content(2), 2));
    QCOMPARE(table->model()->rowCount(), 5);
    // Other files, or the same ones back again: read anew.
    auto changed = std::make_shared<WorkspaceSnapshot>(*first);
    changed->checkpoints[3].bytes = 77;
    send(changed);
    QVERIFY(answer(content(4), 3));
    QCOMPARE(table->model()->rowCount(), 9);
    auto less = std::make_shared<WorkspaceSnapshot>(*changed);
    less->gone = {{4, "The folder is gone."}};
    send(less);
    QVERIFY(!table->isVisible());
    send(changed);
    QVERIFY(answer(content(4), 4));
    QVERIFY(table->isVisible());
    QCOMPARE(m_backend->inspected, (std::vector<std::int64_t>{3, 4, 4, 4}));
}

void CheckpointsPageTest::unreadableTensorsSayWhy() {
    auto first = snapshot("/a");
    first->checkpoints[1].problem = "Cannot read 'x': it is truncated.";
    show(first);
    click(1);
    CheckpointContent broken;
    broken.tensorsProblem = "Cannot read 'model.safetensors': the file is empty.";
    QVERIFY(answer(broken, 1));
    QVERIFY(child<Notice>("tensorProblem")->isVisible());
    QCOMPARE(child<Notice>("tensorProblem")->text(), QString::fromStdString(broken.tensorsProblem));
    QVERIFY(!child<QTableView>("tensorTable")->isVisible());
    click(2);
    broken.tensorsProblem = first->checkpoints[1].problem;
    QVERIFY(answer(broken, 2));
    QVERIFY(!child<Notice>("tensorProblem")->isVisible());  // said once
    QVERIFY(child<Notice>("checkpointProblem")->isVisible());
}

void CheckpointsPageTest::originIsTold() {
    auto first = snapshot("/a");
    first->checkpoints[0].path = "/hub/models--google--multiberts-seed_0/snapshots/0123";
    first->checkpoints[1].adaptedFrom = "chemprot";
    show(first);
    click(1);
    QCOMPARE(child<QLabel>("checkpointHeading")->text(), QStringLiteral("google/multiberts-seed_0@0123"));
    QVERIFY(child<QLabel>("checkpointOrigin")
                ->text()
                .contains(QStringLiteral("google/multiberts-seed_0, revision 0123")));
    CheckpointContent read;
    read.revisions = {"main", "v2"};
    QVERIFY(answer(read, 1));
    QVERIFY(child<QLabel>("checkpointOrigin")
                ->text()
                .contains(QStringLiteral("revision main, v2 (commit 0123)")));
    click(2);
    QVERIFY(child<QLabel>("checkpointOrigin")->text().contains(QStringLiteral("chemprot")));
}

void CheckpointsPageTest::revisionsAreListed() {
    auto first = snapshot("/a");
    show(first);
    page()->showView(1);
    auto* list = child<QTableView>("checkpointList");
    QVERIFY(list->isColumnHidden(CheckpointModel::Revision));  // none has one
    auto second = std::make_shared<WorkspaceSnapshot>(*first);
    second->checkpoints[0].path = "/hub/models--a--b/snapshots/0123456789abcdef0123456789abcdef01234567";
    send(second);
    QVERIFY(!list->isColumnHidden(CheckpointModel::Revision));
    const auto shown = [&](int row) {
        return list->model()->index(row, CheckpointModel::Revision).data().toString();
    };
    QCOMPARE(shown(0), QStringLiteral("0123456"));
    QCOMPARE(shown(1), QStringLiteral("–"));
    QVERIFY(list->model()
                ->index(0, CheckpointModel::Revision)
                .data(Qt::ToolTipRole)
                .toString()
                .contains(QStringLiteral("89abcdef0123")));
    QCOMPARE(list->model()->headerData(CheckpointModel::Revision, Qt::Horizontal).toString(),
             QStringLiteral("Revision"));
}

void CheckpointsPageTest::searchIsShownAndCanBeStopped() {
    PageBackend& backend = *m_backend;
    auto* notice = page()->findChild<ScanNotice*>();
    auto* text = notice->findChild<Notice*>();
    auto* stop = child<QPushButton>("stopScan");
    m_window->showPage(PageKind::Welcome);
    page()->scan(QStringLiteral("/big/drive"));
    QVERIFY(page()->isVisible() && notice->isVisible() && stop->isVisible());  // at once, whatever comes
    QCOMPARE(backend.scanned, QStringList{QStringLiteral("/big/drive")});
    Progress progress;
    progress.phase = "scan";
    progress.done = 1200;
    Q_EMIT backend.scanProgress(progress);
    QCOMPARE(text->text(), QStringLiteral("Looking for checkpoints in /big/drive: 1,200 folders so far."));
    QTest::mouseClick(stop, Qt::LeftButton);
    QCOMPARE(backend.stops, 1);
    Q_EMIT backend.scanFinished(QStringLiteral("/big/drive"), 0, QStringLiteral("The search was cancelled."));
    QVERIFY(!stop->isVisible() && notice->isVisible());
    QCOMPARE(text->text(), QStringLiteral("The search was cancelled."));
    page()->scan(QStringLiteral("/big/drive/models"));
    Q_EMIT backend.scanFinished(QStringLiteral("/big/drive/models"), 3, {});
    QVERIFY(!notice->isVisible());  // nothing to say: no room taken
    progress.phase = "hash";
    Q_EMIT backend.scanProgress(progress);
    QVERIFY(!notice->isVisible());
}

void CheckpointsPageTest::tensorModelIsSound() {
    TensorModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setTensors(content(3).tensors);
    QCOMPARE(model.index(0, TensorModel::Shape).data(TensorModel::SortRole).toLongLong(), 6144 * 128);
    QVERIFY(model.index(1, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("16,384")));
    model.setTensors({{"scale", {}, "BF16", "model.safetensors"}});
    QCOMPARE(model.index(0, TensorModel::Shape).data(TensorModel::SortRole).toLongLong(), 1);
    model.setTensors({});
    QCOMPARE(model.rowCount(), 0);
}

void CheckpointsPageTest::correctedIsSaidOnlyWhileItIs() {
    auto first = snapshot("/a");
    show(first);
    click(3);
    QVERIFY(!facts().contains(QStringLiteral("by hand")));
    auto corrected = std::make_shared<WorkspaceSnapshot>(*first);
    corrected->checkpoints[2].nameCorrected = true;
    send(corrected);
    QVERIFY(facts().contains(QStringLiteral("by hand")));
    send(first);
    QVERIFY(!facts().contains(QStringLiteral("by hand")));
    // Of two corrections the second is taken back: it still is corrected.
    send(corrected);
    type("stepEdit", QStringLiteral("77"));
    QVERIFY(m_backend->names.back().isByHand);
    QTest::keyClick(child<QLineEdit>("stepEdit"), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_backend->names.size(), std::size_t{2});
    QVERIFY(m_backend->names.back().isByHand);
}

void CheckpointsPageTest::correctionIsUndoneFromTheField() {
    auto first = snapshot("/a");
    send(first);
    m_window->showPage(PageKind::Checkpoints);
    auto* grid = m_window->findChild<CheckpointGrid*>();
    QTest::mouseClick(grid, Qt::LeftButton, {}, grid->cellOf(3).center());
    type("seedEdit", QStringLiteral("5"));
    QCOMPARE(m_backend->names.size(), std::size_t{1});
    QCOMPARE(m_backend->names.back().seed, 5);
    auto corrected = std::make_shared<WorkspaceSnapshot>(*first);
    corrected->checkpoints[2].seed = 5;
    corrected->checkpoints[2].nameCorrected = true;
    send(corrected);
    auto* edit = child<QLineEdit>("seedEdit");
    QVERIFY(edit->hasFocus());
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_backend->names.size(), std::size_t{2});
    QCOMPARE(m_backend->names.back().id, 3);
    QCOMPARE(m_backend->names.back().seed, 0);
    QVERIFY(!m_backend->names.back().isByHand);  // as read from its name again
    send(first);
    QCOMPARE(edit->text(), QStringLiteral("0"));
    // What is being typed is the field's own to take back.
    QTest::keyClicks(edit, QStringLiteral("7"));
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(edit->text(), QStringLiteral("0"));
    QCOMPARE(m_backend->names.size(), std::size_t{2});
}

void CheckpointsPageTest::forgottenCheckpointsComeBack() {
    send(snapshot("/a"));
    m_window->showPage(PageKind::Checkpoints);
    auto* grid = m_window->findChild<CheckpointGrid*>();
    QTest::mouseClick(grid, Qt::LeftButton, {}, grid->cellOf(3).center());
    QTest::mouseClick(child<QPushButton>("forgetCheckpoints"), Qt::LeftButton);
    QCOMPARE(m_backend->forgotten, std::vector<std::int64_t>{3});
    QTest::keyClick(grid, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_backend->recalled, std::vector<std::int64_t>{3});
}

void CheckpointsPageTest::listFollowsTheSelection() {
    send(snapshot("/a"));
    m_window->showPage(PageKind::Checkpoints);
    auto* page = m_window->findChild<CheckpointsPage*>();
    page->selectFirstMiddleLast();
    page->showView(1);
    auto* list = child<QTableView>("checkpointList");
    QCOMPARE(list->selectionModel()->selectedRows().size(), 3);
    page->selectAll();
    QCOMPARE(list->selectionModel()->selectedRows().size(), 10);
    child<QSpinBox>("everyNth")->setValue(5);
    QCOMPARE(page->selection(), (std::set<std::int64_t>{1, 6}));
    QCOMPARE(list->selectionModel()->selectedRows().size(), 2);
    page->selectNone();
    QVERIFY(!list->selectionModel()->hasSelection());
    send(snapshot("/a"));
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    QCOMPARE(page->selection().size(), std::size_t{1});
}

}  // namespace strata

QTEST_MAIN(strata::CheckpointsPageTest)
#include "tst_checkpointspage.moc"
