// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "fakebackend.h"
#include "widgets/explore/explorepage.h"
#include "widgets/explore/heatmapview.h"
#include "widgets/explore/inspectormodels.h"

#include <QComboBox>
#include <QDialog>
#include <QHeaderView>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include <array>
#include <cmath>

namespace strata {

/// The Explore page before a backend that answers later and by id.
class ExplorePageTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void cleanup() { m_page.reset(); }
    void showsHeatmapCellAndExamples();
    void dropsAnswersThatAreNotCurrent();
    void asksAnewAfterARun();
    void leavesTheExamplesWhereTheyAre();
    void leavesOpenChoicesAlone();
    void forgetsTheOtherExperiment();
    void saysWhyThereAreNoExamples();
    void saysWhyNothingFitsTheChoices();
    void marksRunningAndFailed();
    void changedNeedsAPinnedCell();
    void marksOnlyWhatIsShown();
    void choicesAskAndAreRemembered();
    void eachSeedAsksForColumns();
    void labelsAreChosenForTheirMeasures();
    void showsThePlanFirst();
    void headersHaveRoom();
    void severalRunsAreMeanAndSum();
    void oneRunNeedsNoWords();
    void confusionOpensLarger();
    void longExamplesAreShownWhole();
    void saysWhyAMapOfSpreadsIsEmpty();
    void saysWhyThereIsNothing();
    void handsTheFigureOn();
    void everyControlHasANameAndATip();

  private:
    template <typename T>
    T* child(const char* name) const {
        return m_page->findChild<T*>(QLatin1String(name));
    }
    HeatmapView* view() const { return m_page->findChild<HeatmapView*>(); }

    std::unique_ptr<test::FakeBackend> m_backend;
    std::unique_ptr<ExplorePage> m_page;
    std::shared_ptr<WorkspaceSnapshot> m_snapshot;
};

void ExplorePageTest::init() {
    m_page.reset();
    m_backend = std::make_unique<test::FakeBackend>();
    m_backend->heatmap = std::make_shared<Heatmap>(test::mockHeatmap());
    m_snapshot = test::inventedSnapshot();
    m_page = std::make_unique<ExplorePage>(m_backend.get());
    m_page->resize(1130, 690);
    m_page->show();
}

void ExplorePageTest::showsHeatmapCellAndExamples() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    QCOMPARE(m_backend->heatmapQueries.back().metric, std::string("micro_f1"));
    view()->select({3, 6});
    QTRY_COMPARE(child<QLabel>("cellTitle")->text(), QStringLiteral("Layer 3 · step 800"));
    QTRY_COMPARE(child<QListView>("exampleList")->model()->rowCount(), 7);
    QCOMPARE(child<QListView>("labelScores")->model()->rowCount(), 12);
    QTRY_COMPARE(child<QToolButton>("wrongChip")->text(), QStringLiteral("wrong 1,786"));
    QTest::mouseClick(child<QToolButton>("rightChip"), Qt::LeftButton);
    QTRY_VERIFY(m_backend->cellFilters.back() == ExampleFilter::Right);
    view()->setFocus();
    QTest::keyClick(view(), Qt::Key_Return);
    QTRY_VERIFY(child<QListView>("exampleList")->hasFocus());
}

void ExplorePageTest::dropsAnswersThatAreNotCurrent() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    const auto shown = view()->heatmap();
    Q_EMIT m_backend->heatmapReady(987654, std::make_shared<Heatmap>(test::inventedHeatmap(2, {1, 2})));
    QCOMPARE(view()->heatmap(), shown);
}

void ExplorePageTest::asksAnewAfterARun() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    const auto asked = m_backend->heatmapQueries.size();
    RunnerEvent event;
    event.experimentId = 1;
    event.kind = RunnerEvent::Kind::RunFinished;
    for (int i = 0; i < 50; ++i)
        Q_EMIT m_backend->runnerEvent(event);
    QTRY_COMPARE(m_backend->heatmapQueries.size(), asked + 1);  // fifty events, one question
    event.experimentId = 2;
    Q_EMIT m_backend->runnerEvent(event);
    QTest::qWait(600);
    QCOMPARE(m_backend->heatmapQueries.size(), asked + 1);
}

void ExplorePageTest::leavesTheExamplesWhereTheyAre() {
    for (int i = 0; i < 5; ++i)
        m_backend->cell.examples.insert(m_backend->cell.examples.end(), m_backend->cell.examples.begin(),
                                        m_backend->cell.examples.begin() + 7);
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    auto* list = child<QListView>("exampleList");
    QTRY_COMPARE(list->model()->rowCount(), 42);
    list->setCurrentIndex(list->model()->index(20, 0));
    list->verticalScrollBar()->setValue(300);
    const auto asked = m_backend->cellFilters.size(), maps = m_backend->heatmapQueries.size();
    RunnerEvent event;
    event.experimentId = 1;
    event.kind = RunnerEvent::Kind::RunFinished;
    Q_EMIT m_backend->runnerEvent(event);
    QTRY_COMPARE(m_backend->heatmapQueries.size(), maps + 1);
    QTest::qWait(150);
    QCOMPARE(m_backend->cellFilters.size(), asked);
    QCOMPARE(list->currentIndex().row(), 20);
    QCOMPARE(list->verticalScrollBar()->value(), 300);
}

void ExplorePageTest::leavesOpenChoicesAlone() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    auto* metrics = child<QComboBox>("metricChoice");
    QSignalSpy removed(metrics->model(), &QAbstractItemModel::rowsRemoved),
        reset(metrics->model(), &QAbstractItemModel::modelReset);
    const auto maps = m_backend->heatmapQueries.size();
    m_page->setSnapshot(std::make_shared<WorkspaceSnapshot>(*m_snapshot));
    QTRY_COMPARE(m_backend->heatmapQueries.size(), maps + 1);
    QCOMPARE(removed.count() + reset.count(), 0);
    m_backend->choices.metrics = {"loss", "micro_f1"};
    m_page->setSnapshot(std::make_shared<WorkspaceSnapshot>(*m_snapshot));
    QTRY_VERIFY(metrics->findText(QStringLiteral("loss")) >= 0);
}

void ExplorePageTest::forgetsTheOtherExperiment() {
    auto two = std::make_shared<WorkspaceSnapshot>(*m_snapshot);
    two->experiments.push_back(two->experiments.front());
    two->experiments.back().id = 2;
    two->experiments.back().name = "another";
    m_page->setSnapshot(two);
    m_page->showExperiment(1);
    QTRY_VERIFY(view()->heatmap());
    RunnerEvent event;
    event.experimentId = 1;
    event.kind = RunnerEvent::Kind::RunStarted;
    event.runId = 10;
    event.task = "pos";
    event.checkpointName = "minibert-seed_0-step_3200";
    Q_EMIT m_backend->runnerEvent(event);
    QVERIFY(!view()->marks().running.empty());
    m_page->showExperiment(2);
    QTRY_VERIFY(view()->heatmap());
    QVERIFY(view()->marks().running.empty());  // it runs in the other one
    // A workspace without experiments: what was asked of the one before is answered, and not shown.
    m_page->showExperiment(1);
    auto empty = std::make_shared<WorkspaceSnapshot>();
    empty->folder = QStringLiteral("/empty");
    m_page->setSnapshot(empty);
    QTest::qWait(100);
    QVERIFY(!view()->heatmap());
    QVERIFY(child<QLabel>("exploreEmptyText")->text().contains(QStringLiteral("press Run")));
}

void ExplorePageTest::saysWhyThereAreNoExamples() {
    m_page->setSnapshot(m_snapshot);
    auto* note = child<QLabel>("exampleNote");
    QTRY_COMPARE(note->text(), QStringLiteral("Run of probe seed 0 · The 7 most confident of 1,786"));
    m_backend->cell.wrong = 0;
    m_backend->cell.examples.clear();
    view()->select({0, 0});
    QTRY_COMPARE(note->text(), QStringLiteral("Run of probe seed 0 · This cell gets every target right."));
    QVERIFY(note->isVisible() && !child<QListView>("exampleList")->isVisible());
    m_backend->cell.right = 0;
    view()->select({0, 1});
    QTRY_COMPARE(note->text(), QStringLiteral("Run of probe seed 0 · No predictions are kept of this cell."));
    QCOMPARE(child<QToolButton>("wrongChip")->text(), QStringLiteral("wrong"));  // not: none
    m_backend->cell = test::FakeBackend::details();
    m_backend->cell.wrong = 2;
    m_backend->cell.examples.resize(1);
    view()->select({0, 3});
    QTRY_VERIFY(note->text().endsWith(QStringLiteral("· The most confident of 2")));
    m_backend->cell = test::FakeBackend::details();
    m_backend->cell.wrong = 7;
    view()->select({0, 2});
    QTRY_VERIFY(note->text() == QStringLiteral("Run of probe seed 0") &&
                child<QListView>("exampleList")->isVisible());
}

void ExplorePageTest::saysWhyNothingFitsTheChoices() {
    m_snapshot->experiments[0].runsDone = 3;
    m_backend->heatmap.reset();
    m_page->setSnapshot(m_snapshot);
    QTRY_COMPARE(child<QLabel>("exploreEmptyTitle")->text(), QStringLiteral("No results for these choices"));
    QVERIFY(child<QComboBox>("taskChoice")->isVisible());
}

void ExplorePageTest::marksRunningAndFailed() {
    auto heatmap = std::make_shared<Heatmap>(test::mockHeatmap());
    for (std::size_t layer = 0; layer < 8; ++layer)
        heatmap->cells[layer * 10 + 2] = {};
    m_backend->heatmap = heatmap;
    RunRow failed;
    failed.id = 9;
    failed.checkpointId = 3;  // step 50
    failed.fields.task = "pos";
    failed.fields.split = "dev";
    failed.fields.preset = "zertuche-liu-2021";
    failed.state = RunState::Failed;
    m_backend->runs = {failed};
    m_page->setSnapshot(m_snapshot);
    QTRY_COMPARE(view()->marks().failed.size(), std::size_t{8});
    QCOMPARE(view()->legendText(), QStringLiteral("failed"));
    RunnerEvent event;
    event.experimentId = 1;
    event.kind = RunnerEvent::Kind::RunStarted;
    event.runId = 10;
    event.task = "pos";
    event.checkpointName = "minibert-seed_0-step_3200";
    Q_EMIT m_backend->runnerEvent(event);
    // All cells of the column, also those that other runs have left a number in.
    std::set<CellIndex> column;
    for (std::size_t layer = 0; layer < 8; ++layer)
        column.insert({layer, 8});
    QCOMPARE(view()->marks().running, column);
    QCOMPARE(view()->legendText(), QStringLiteral("running, failed"));
    QVERIFY(view()->cellText({5, 8}).endsWith(QStringLiteral("running")));
    QVERIFY(view()->cellText({0, 8}).endsWith(QStringLiteral("another run is going on")));
    event.kind = RunnerEvent::Kind::RunFinished;
    m_backend->runs = {};
    Q_EMIT m_backend->runnerEvent(event);
    QVERIFY(view()->marks().running.empty());
    QTRY_VERIFY(view()->legendText().isEmpty());
}

void ExplorePageTest::changedNeedsAPinnedCell() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    auto* changed = child<QToolButton>("changedChip");
    QVERIFY(!changed->isEnabled());
    view()->select({3, 5});
    QTest::keyClick(view(), Qt::Key_Space);
    view()->select({3, 6});
    QVERIFY(changed->isEnabled());
    QTest::mouseClick(changed, Qt::LeftButton);
    QTRY_COMPARE(changed->text(), QStringLiteral("changed since step 400: 402"));
    QTRY_VERIFY(changed->width() >= changed->sizeHint().width());
    const QRect chip(changed->mapTo(m_page.get(), QPoint()), changed->size());
    QVERIFY2(m_page->rect().contains(chip), "the chip is cut");
    QTRY_COMPARE(m_backend->lastOtherRun, std::int64_t{16});
}

void ExplorePageTest::marksOnlyWhatIsShown() {
    Heatmap heatmap = test::mockHeatmap();
    m_backend->heatmap = std::make_shared<Heatmap>(heatmap);
    RunRow other;
    other.id = 9;
    other.checkpointId = 3;
    other.fields.task = "pos";
    other.fields.split = "dev";
    other.fields.preset = "another-preset";
    other.state = RunState::Failed;
    RunRow shown = other;
    shown.id = 10;
    shown.checkpointId = 4;  // step 100
    shown.fields.preset = "zertuche-liu-2021";
    m_backend->runs = {other, shown};
    m_page->setSnapshot(m_snapshot);
    QTRY_COMPARE(view()->marks().failed.size(), std::size_t{8});
    QVERIFY(view()->marks().failed.contains({0, 3}) && !view()->marks().failed.contains({0, 2}));
}

void ExplorePageTest::eachSeedAsksForColumns() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    auto* seeds = child<QComboBox>("seedsChoice");
    seeds->setCurrentIndex(seeds->findText(QStringLiteral("each")));
    QTRY_VERIFY(m_backend->heatmapQueries.back().seeds == HeatmapQuery::Seeds::Each);
    QTRY_VERIFY(m_page->figure().query.seeds == HeatmapQuery::Seeds::Each);
}

void ExplorePageTest::labelsAreChosenForTheirMeasures() {
    m_backend->choices.metrics = {"micro_f1", "f1"};
    m_backend->choices.labels = {"ADJ", "NOUN"};
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    auto *metrics = child<QComboBox>("metricChoice"), *labels = child<QComboBox>("labelChoice");
    QVERIFY(!labels->isVisible());
    QCOMPARE(m_backend->heatmapQueries.back().label, std::string());
    metrics->setCurrentIndex(metrics->findText(QStringLiteral("F1")));
    QVERIFY(labels->isVisible());
    QCOMPARE(m_backend->heatmapQueries.back().label, std::string("ADJ"));
    labels->setCurrentIndex(1);
    QCOMPARE(m_backend->heatmapQueries.back().label, std::string("NOUN"));
    metrics->setCurrentIndex(metrics->findText(QStringLiteral("micro-F1")));
    QVERIFY(!labels->isVisible());
    QCOMPARE(m_backend->heatmapQueries.back().label, std::string());
}

void ExplorePageTest::showsThePlanFirst() {
    Heatmap plan = test::inventedHeatmap(3, {0, 10});
    plan.cells.assign(plan.cells.size(), {});
    m_backend->heatmap = std::make_shared<Heatmap>(plan);
    m_backend->choices = {};
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->isVisible() && view()->heatmap());
    QCOMPARE(child<QLabel>("exploreTitle")->text(), QStringLiteral("minibert on EWT"));
    QVERIFY(child<QLabel>("exploreSubtitle")->text().contains(QStringLiteral("hatched")));
}

void ExplorePageTest::headersHaveRoom() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    const auto* matrix = child<QTableView>("confusionMatrix");
    QTRY_COMPARE(matrix->model()->columnCount(), 12);
    QTest::mouseClick(child<QToolButton>("confusionTab"), Qt::LeftButton);
    const auto isWholeIn = [&](const QTableView* table) {
        const QFontMetrics metrics = table->horizontalHeader()->fontMetrics();
        for (int i = 0; i < table->model()->columnCount(); ++i) {
            const QString label = table->model()->headerData(i, Qt::Horizontal).toString();
            if (table->columnWidth(i) < metrics.horizontalAdvance(label) + 8) return false;
            if (table->verticalHeader()->width() < metrics.horizontalAdvance(label) + 8) return false;
            for (int row = 0; row < table->model()->rowCount(); ++row)
                if (table->columnWidth(i) <
                    table->fontMetrics().horizontalAdvance(table->model()->index(row, i).data().toString()) +
                        6)
                    return false;
        }
        return true;
    };
    QVERIFY(isWholeIn(matrix));
    // A few labels share the width; more of them are shown than columns of one width for all would be.
    const auto widthOf = [&] {
        int width = 0;
        for (int i = 0; i < matrix->model()->columnCount(); ++i)
            width += matrix->columnWidth(i);
        return width;
    };
    QVERIFY(matrix->columnWidth(0) < matrix->columnWidth(2));  // X and PROPN
    m_backend->cell.confusionLabels = {"A", "B"};
    m_backend->cell.confusion = {{3, 1}, {0, 2}};
    view()->select({0, 0});
    QTRY_COMPARE(matrix->model()->columnCount(), 2);
    QVERIFY(std::abs(widthOf() - matrix->viewport()->width()) <= 2);
    QVERIFY(!matrix->horizontalScrollBar()->isVisible());
}

void ExplorePageTest::severalRunsAreMeanAndSum() {
    // The three runs of the cell: what is shown is worked out here by hand.
    const HeatmapCell cell = m_backend->heatmap->at(3, 6);
    QCOMPARE(cell.runIds.size(), std::size_t{3});
    const std::array scores = {0.5, 0.6, 0.9};
    for (std::size_t i = 0; i < 3; ++i) {
        CellDetails run = test::FakeBackend::details();
        run.labels = {{"NOUN", scores[i], 40}, {"VERB", 0.95, 60}};
        run.labels[0].precision = {.mean = scores[i] / 2, .runs = 1};
        run.confusionLabels = {"NOUN", "VERB"};
        run.confusion = {{20 + static_cast<std::int64_t>(i), 3}, {1, 50}};
        if (i > 0) run.examples.clear();
        m_backend->cells[cell.runIds[i]] = run;
    }
    auto heatmap = std::make_shared<Heatmap>(*m_backend->heatmap);
    heatmap->cells[3 * 10 + 6].firstSeed = 4;
    heatmap->cells[3 * 10 + 6].firstProbeSeed = 7;
    m_backend->heatmap = heatmap;
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    view()->select({3, 6});
    auto* labels = child<QListView>("labelScores");
    QTRY_COMPARE(labels->model()->rowCount(), 2);
    const QModelIndex noun = labels->model()->index(0, 0);
    QVERIFY(std::abs(noun.data(LabelModel::ScoreRole).toDouble() - 2.0 / 3) < 1e-12);
    // squares 0.16667² + 0.06667² + 0.23333² = 0.086667, over 2
    QVERIFY(std::abs(noun.data(LabelModel::SpreadRole).toDouble() - std::sqrt(0.26 / 6)) < 1e-12);
    QCOMPARE(child<QLabel>("scoresOrigin")->text(), QStringLiteral("mean ± sd of 3 runs"));
    QVERIFY(!child<QLabel>("scoreText")->isVisible());
    labels->setFocus();
    QTest::keyClick(labels, Qt::Key_Down);
    labels->setCurrentIndex(noun);
    QTRY_COMPARE(
        child<QLabel>("scoreText")->text(),
        QStringLiteral("NOUN: F1 66.7 ± 20.8, precision 33.3 ± 10.4, 40 gold targets, mean of 3 runs"));
    QTest::mouseClick(child<QToolButton>("confusionTab"), Qt::LeftButton);
    QCOMPARE(child<QLabel>("scoresOrigin")->text(), QStringLiteral("sum of 3 runs"));
    const auto* matrix = child<QTableView>("confusionMatrix")->model();
    QCOMPARE(matrix->index(0, 0).data().toString(), QStringLiteral("63"));
    QCOMPARE(matrix->index(1, 1).data().toString(), QStringLiteral("150"));
    QCOMPARE(matrix->index(0, 1).data(Qt::ToolTipRole).toString(),
             QStringLiteral("gold NOUN, said VERB: 9 (12.5% of NOUN)"));
    // Examples and their counts are of the first run, and that is said.
    QCOMPARE(child<QLabel>("exampleNote")->text(),
             QStringLiteral("Run of seed 4, probe seed 7 · The 7 most confident of 1,786"));
    QCOMPARE(child<QListView>("exampleList")->model()->rowCount(), 7);
    // Another choice of examples asks for the first run alone.
    const auto asked = m_backend->cellRuns.size();
    QTest::mouseClick(child<QToolButton>("rightChip"), Qt::LeftButton);
    QTRY_COMPARE(m_backend->cellRuns.size(), asked + 1);
    QTest::qWait(50);
    QCOMPARE(m_backend->cellRuns.size(), asked + 1);
    QCOMPARE(m_backend->cellRuns.back(), cell.runIds.front());
    QCOMPARE(matrix->index(0, 0).data().toString(), QStringLiteral("63"));
}

void ExplorePageTest::oneRunNeedsNoWords() {
    auto heatmap = std::make_shared<Heatmap>(*m_backend->heatmap);
    for (HeatmapCell& cell : heatmap->cells) {
        if (!cell.runIds.empty()) cell.runIds.assign(1, cell.runIds.front());
        cell.runs = static_cast<int>(cell.runIds.size());
        cell.spread = std::nan("");
    }
    m_backend->heatmap = heatmap;
    m_page->setSnapshot(m_snapshot);
    QTRY_COMPARE(child<QListView>("labelScores")->model()->rowCount(), 12);
    QVERIFY(child<QLabel>("scoresOrigin")->text().isEmpty());
    QCOMPARE(child<QLabel>("exampleNote")->text(), QStringLiteral("The 7 most confident of 1,786"));
    QVERIFY(!qobject_cast<LabelModel*>(child<QListView>("labelScores")->model())->hasSpread());
}

void ExplorePageTest::confusionOpensLarger() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    view()->select({3, 6});
    auto* matrix = child<QTableView>("confusionMatrix");
    QTRY_COMPARE(matrix->model()->columnCount(), 12);
    QVERIFY(!child<QToolButton>("largerConfusion")->isVisible());
    QTest::mouseClick(child<QToolButton>("confusionTab"), Qt::LeftButton);
    QVERIFY(child<QToolButton>("largerConfusion")->isVisible());
    matrix->setFocus();
    QTest::keyClick(matrix, Qt::Key_Return);
    QPointer<QDialog> window = child<QDialog>("confusionWindow");
    QVERIFY(window && window->isVisible() && !window->isModal());
    auto* large = child<QTableView>("largeConfusionMatrix");
    QVERIFY(large->rowHeight(0) >= matrix->rowHeight(0));
    QVERIFY(!large->horizontalScrollBar()->isVisible() && !large->verticalScrollBar()->isVisible());
    QCOMPARE(child<QLabel>("confusionTitle")->text(), QStringLiteral("Layer 3 · step 800"));
    QVERIFY(child<QLabel>("confusionOrigin")->text().endsWith(QStringLiteral("sum of 3 runs")));
    large->setCurrentIndex(large->model()->index(1, 1));
    QTest::keyClick(large, Qt::Key_Right);
    QVERIFY(child<QLabel>("confusionCell")->text().startsWith(QStringLiteral("gold INTJ, said PROPN: ")));
    // It follows the map, and its cursor stays.
    view()->select({2, 6});
    QTRY_COMPARE(child<QLabel>("confusionTitle")->text(), QStringLiteral("Layer 2 · step 800"));
    QTRY_COMPARE(large->currentIndex(), large->model()->index(1, 2));
    QTest::mouseClick(child<QToolButton>("largerConfusion"), Qt::LeftButton);
    QCOMPARE(m_page->findChildren<QDialog*>(QStringLiteral("confusionWindow")).size(), 1);
    QTest::keyClick(large, Qt::Key_Escape);
    QTRY_VERIFY(!window);
}

void ExplorePageTest::longExamplesAreShownWhole() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    auto* list = child<QListView>("exampleList");
    QTRY_COMPARE(list->model()->rowCount(), 7);
    QVERIFY(child<QLabel>("cellHint")->text().contains(QStringLiteral("Enter goes to the examples")));
    view()->setFocus();
    QTest::keyClick(view(), Qt::Key_Return);
    QTRY_VERIFY(list->hasFocus());
    const auto heightOf = [&](int row) { return list->visualRect(list->model()->index(row, 0)).height(); };
    const int folded = heightOf(2);
    QCOMPARE(heightOf(0), folded);  // a short sentence is whole on its line
    QTest::keyClick(list, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Down);
    QTRY_VERIFY(heightOf(2) > folded + 2 * list->fontMetrics().height());
    QTRY_VERIFY(list->viewport()->rect().contains(list->visualRect(list->currentIndex())));
    QTest::keyClick(list, Qt::Key_Down);
    QTRY_COMPARE(heightOf(2), folded);
    QTest::keyClick(list, Qt::Key_Escape);
    QTRY_VERIFY(view()->hasFocus());
}

void ExplorePageTest::saysWhyAMapOfSpreadsIsEmpty() {
    auto heatmap = std::make_shared<Heatmap>(*m_backend->heatmap);
    heatmap->query.seeds = HeatmapQuery::Seeds::Spread;
    for (HeatmapCell& cell : heatmap->cells) {
        cell.runs = 1;
        cell.runIds.assign(1, 1);
        cell.value = cell.spread = std::nan("");
    }
    m_backend->heatmap = heatmap;
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    auto* seeds = child<QComboBox>("seedsChoice");
    QTRY_VERIFY(seeds->findText(QStringLiteral("spread")) >= 0);
    seeds->setCurrentIndex(seeds->findText(QStringLiteral("spread")));
    QTRY_VERIFY(view()->spreadNote().contains(QStringLiteral("one run has no spread")));
    QTRY_COMPARE(child<QLabel>("cellSubtitle")->text(), QStringLiteral("one run has no spread"));
}

void ExplorePageTest::choicesAskAndAreRemembered() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    auto* seeds = child<QComboBox>("seedsChoice");
    seeds->setCurrentIndex(seeds->findText(QStringLiteral("seed 1")));
    QTRY_VERIFY(m_backend->heatmapQueries.back().seeds == HeatmapQuery::Seeds::One);
    QCOMPARE(m_backend->heatmapQueries.back().seed, 1);
    QTRY_VERIFY(m_backend->settings.contains(QStringLiteral("page.explore")));
    // A new start of the program takes them up again.
    auto again = std::make_shared<WorkspaceSnapshot>(*m_snapshot);
    again->settings["page.explore"] = m_backend->settings[QStringLiteral("page.explore")].toStdString();
    m_page = std::make_unique<ExplorePage>(m_backend.get());
    m_page->setSnapshot(again);
    QTRY_VERIFY(view()->heatmap());
    QVERIFY(m_backend->heatmapQueries.back().seeds == HeatmapQuery::Seeds::One);
}

void ExplorePageTest::saysWhyThereIsNothing() {
    auto nothing = std::make_shared<WorkspaceSnapshot>(*m_snapshot);
    nothing->experiments.clear();
    m_page->setSnapshot(nothing);
    QVERIFY(child<QLabel>("exploreEmptyText")->text().contains(QStringLiteral("press Run")));
    m_backend->heatmap.reset();
    auto other = std::make_shared<WorkspaceSnapshot>(*m_snapshot);
    other->folder = QStringLiteral("/other");
    other->experiments[0].state = ExperimentState::Failed;
    other->experiments[0].failure = "the disk is full";
    m_page->setSnapshot(other);
    QTRY_COMPARE(child<QLabel>("exploreEmptyText")->text(), QStringLiteral("the disk is full"));
}

void ExplorePageTest::handsTheFigureOn() {
    m_page->setSnapshot(m_snapshot);
    QTRY_VERIFY(view()->heatmap());
    FigureDescription figure;
    connect(m_page.get(), &ExplorePage::figureRequested, this,
            [&](const FigureDescription& asked) { figure = asked; });
    QTest::mouseClick(child<QPushButton>("exportFigureButton"), Qt::LeftButton);
    QCOMPARE(figure.query.task, std::string("pos"));
    QVERIFY(!figure.name.isEmpty());
    QTest::mouseClick(child<QPushButton>("saveViewButton"), Qt::LeftButton);
    QVERIFY(m_backend->settings[QStringLiteral("figures")].contains(QStringLiteral("strata-figure")));
}

void ExplorePageTest::everyControlHasANameAndATip() {
    for (const auto* widget : m_page->findChildren<QWidget*>()) {
        const bool isControl = qobject_cast<const QAbstractButton*>(widget) ||
                               qobject_cast<const QComboBox*>(widget) ||
                               qobject_cast<const QListView*>(widget);
        // Parts that Qt makes for itself (a combo's list, a table's corner) are not ours to name.
        if (!isControl || widget->objectName().startsWith(QLatin1String("qt_")) ||
            widget->objectName().isEmpty())
            continue;
        QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->objectName()));
    }
}

}  // namespace strata

QTEST_MAIN(strata::ExplorePageTest)
#include "tst_explorepage.moc"
