// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "inventedheatmap.h"
#include "widgets/explore/heatmapview.h"
#include "widgets/explore/inspectordelegates.h"
#include "widgets/explore/inspectormodels.h"
#include "widgets/plots/labels.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

#include <array>
#include <set>

namespace strata {

/// The heatmap by mouse and by keys.
class HeatmapViewTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void clickSelectsTheCell();
    void keysWalkAndAsk();
    void pinAndCompare();
    void crosshairFollowsMouseAndKeys();
    void saysHowMuchChanged();
    void startsAtTheBestNumber();
    void showsItsFocus();
    void spreadStandsAlone();
    void marksShowOnNumbers();
    void tipIsShort();
    void oneNumberHasTheWholeScale();
    void numbersPerColumn();
    void stepNamesAreShort();
    void seedsStandInGroups();
    void examplesSayBothVerdicts();
    void rangeIsDraggedAndReset();
    void cellsShowTheirColour();
    void keepsTheCellWhenNumbersArrive();
    void drawsEverySize();
    void modelsAreSound();
    void wordsAroundTheTarget();

  private:
    /// Straight to the widget: moves of the real pointer also bring leave events at a time of their own.
    void hover(CellIndex index) {
        const QPointF at = m_view->cellRect(index).center();
        QMouseEvent move(QEvent::MouseMove, at, m_view->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                         Qt::NoModifier);
        QCoreApplication::sendEvent(m_view.get(), &move);
    }

    std::unique_ptr<HeatmapView> m_view;
};

void HeatmapViewTest::init() {
    m_view = std::make_unique<HeatmapView>();
    m_view->resize(800, 560);
    m_view->setHeatmap(std::make_shared<Heatmap>(test::mockHeatmap()));
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void HeatmapViewTest::clickSelectsTheCell() {
    QSignalSpy spy(m_view.get(), &HeatmapView::selectionChanged);
    const CellIndex index{2, 4};
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, m_view->cellRect(index).center().toPoint());
    QVERIFY(m_view->selected() == index);
    QCOMPARE(spy.count(), 1);
    QVERIFY(m_view->accessibleDescription().startsWith(QStringLiteral("Layer 2 · step 200: ")));
    QSignalSpy opened(m_view.get(), &HeatmapView::cellActivated);
    QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, m_view->cellRect(index).center().toPoint());
    QCOMPARE(opened.count(), 1);
}

void HeatmapViewTest::keysWalkAndAsk() {
    m_view->select({0, 0});
    QTest::keyClick(m_view.get(), Qt::Key_Up);
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QVERIFY(m_view->selected() == (CellIndex{1, 1}));
    QTest::keyClick(m_view.get(), Qt::Key_PageDown);
    QCOMPARE(m_view->heatmap()->layers[m_view->selected()->layer], std::string("mix"));
    QTest::keyClick(m_view.get(), Qt::Key_Up);
    QCOMPARE(m_view->selected()->layer, std::size_t{0});
    QTest::keyClick(m_view.get(), Qt::Key_End);
    QCOMPARE(m_view->selected()->step, std::size_t{9});
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QCOMPARE(m_view->selected()->step, std::size_t{9});
    QSignalSpy opened(m_view.get(), &HeatmapView::cellActivated),
        exported(m_view.get(), &HeatmapView::exportRequested);
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QTest::keyClick(m_view.get(), Qt::Key_E);
    QCOMPARE(opened.count(), 1);
    QCOMPARE(exported.count(), 1);
}

void HeatmapViewTest::pinAndCompare() {
    QSignalSpy spy(m_view.get(), &HeatmapView::pinChanged);
    m_view->select({3, 5});
    QTest::keyClick(m_view.get(), Qt::Key_Space);
    QVERIFY(m_view->pinned() == (CellIndex{3, 5}));
    m_view->select({3, 6});
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QVERIFY(!m_view->pinned());
    QCOMPARE(spy.count(), 2);
}

void HeatmapViewTest::crosshairFollowsMouseAndKeys() {
    m_view->select({3, 6});
    const QImage before = m_view->grab().toImage();
    const auto hasChanged = [&](const QImage& now, const QRectF& area) {
        return now.copy(area.toAlignedRect()) != before.copy(area.toAlignedRect());
    };
    QCOMPARE(m_view->layerProfileTitle(), QStringLiteral("by layer, step 800"));
    hover({1, 2});
    QVERIFY(m_view->followed() == (CellIndex{1, 2}));
    QVERIFY(m_view->selected() == (CellIndex{3, 6}));
    QCOMPARE(m_view->layerProfileTitle(), QStringLiteral("by layer, step 50"));
    QVERIFY(m_view->stepProfileTitle().startsWith(QStringLiteral("by step, layer 1")));
    const QImage hovered = m_view->grab().toImage();
    QVERIFY(hasChanged(hovered, m_view->layerProfileRect()));
    QVERIFY(hasChanged(hovered, m_view->stepProfileRect()));
    QVERIFY(hasChanged(hovered, m_view->cellRect({1, 9})) && hasChanged(hovered, m_view->cellRect({6, 2})));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(m_view.get(), &leave);
    QVERIFY(m_view->followed() == m_view->selected());
    QCOMPARE(m_view->grab().toImage(), before);
    // Keys move it, also while the mouse lies on another cell.
    hover({1, 3});
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QVERIFY(m_view->followed() == (CellIndex{3, 7}));
    QCOMPARE(m_view->layerProfileTitle(), QStringLiteral("by layer, step 1600"));
}

void HeatmapViewTest::saysHowMuchChanged() {
    Heatmap heatmap = test::inventedHeatmap(2, {0, 100, 200}, false);
    const std::array values = {0.5, 0.512, 0.50001, 0.4, std::nan(""), 0.5};
    for (std::size_t i = 0; i < values.size(); ++i)
        heatmap.cells[i].value = values[i];
    m_view->setHeatmap(std::make_shared<Heatmap>(heatmap));
    QVERIFY(m_view->changeText({0, 1}).isEmpty());  // nothing is pinned
    m_view->setPinned(CellIndex{0, 0});
    QVERIFY(m_view->changeText({0, 0}).isEmpty());
    QCOMPARE(m_view->changeText({0, 1}), QStringLiteral("+1.2"));
    QCOMPARE(m_view->changeText({0, 2}), QStringLiteral("±0.0"));
    QCOMPARE(m_view->changeText({1, 0}), QStringLiteral("−10.0"));
    QVERIFY(m_view->changeText({1, 1}).isEmpty());  // not measured
}

void HeatmapViewTest::startsAtTheBestNumber() {
    Heatmap heatmap = test::inventedHeatmap(1, {0, 100, 200}, false);
    for (const auto& [metric, best] : {std::pair("micro_f1", 0.9), {"loss", 0.2}}) {
        heatmap.query.metric = metric;
        const std::array values = {0.9, 0.2, 0.5};
        for (std::size_t i = 0; i < values.size(); ++i)
            heatmap.cells[i].value = values[i];
        m_view->setHeatmap(nullptr);
        m_view->setHeatmap(std::make_shared<Heatmap>(heatmap));
        QCOMPARE(heatmap.at(0, m_view->selected()->step).value, best);
    }
}

void HeatmapViewTest::showsItsFocus() {
    QTRY_VERIFY(m_view->isActiveWindow());
    m_view->clearFocus();
    const QImage before = m_view->grab().toImage();
    m_view->setFocus(Qt::TabFocusReason);
    QVERIFY(m_view->grab().toImage() != before);
    m_view->clearFocus();
    QCOMPARE(m_view->grab().toImage(), before);
}

void HeatmapViewTest::spreadStandsAlone() {
    Heatmap heatmap = test::mockHeatmap();
    heatmap.query.seeds = HeatmapQuery::Seeds::Spread;
    for (HeatmapCell& cell : heatmap.cells)
        if (cell.isMeasured()) cell.value = cell.spread;
    m_view->setHeatmap(std::make_shared<Heatmap>(heatmap));
    const QString words = m_view->cellText({3, 6});
    QVERIFY2(words.contains(QStringLiteral("spread 0.")) && !words.contains(QStringLiteral("±")),
             qPrintable(words));
    QVERIFY(m_view->stepProfileTitle().contains(QStringLiteral("(standard deviation over 3 runs)")));
    QVERIFY(!m_view->stepProfileTitle().contains(QStringLiteral("mean")));
    heatmap.cells[m_view->selected()->layer * 10 + 4].runs = 2;
    m_view->setHeatmap(std::make_shared<Heatmap>(heatmap));
    QVERIFY(m_view->stepProfileTitle().contains(QStringLiteral("over up to 3 runs")));
}

void HeatmapViewTest::marksShowOnNumbers() {
    m_view->select({0, 0});
    const QRect cell = m_view->cellRect({3, 4}).toAlignedRect();
    const QImage before = m_view->grab(cell).toImage();
    QVERIFY(m_view->legendText().isEmpty());
    m_view->setMarks({{{3, 4}}, {}});
    const QImage running = m_view->grab(cell).toImage();
    m_view->setMarks({{}, {{3, 4}}});
    const QImage failed = m_view->grab(cell).toImage();
    QVERIFY(running != before && failed != before && failed != running);
    QCOMPARE(m_view->legendText(), QStringLiteral("failed"));
    QVERIFY(m_view->cellTip({3, 4}).contains(QStringLiteral("another run failed")));
}

void HeatmapViewTest::tipIsShort() {
    const QStringList lines = m_view->cellTip({3, 6}).split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), 4);
    QCOMPARE(lines[0], QStringLiteral("Layer 3 · step 800"));
    QVERIFY(lines[1].contains(QStringLiteral(" ± ")));
    QCOMPARE(lines[2], QStringLiteral("n = 25,147 · 3 runs"));
    for (const QString& line : m_view->toolTip().split(QLatin1Char('\n')))
        QVERIFY(line.size() < 80);
    QCOMPARE(m_view->cellTip({5, 8}), QStringLiteral("Layer 5 · step 3200\nnot measured"));
}

void HeatmapViewTest::oneNumberHasTheWholeScale() {
    m_view->setHeatmap(std::make_shared<Heatmap>(test::inventedHeatmap(1, {20000}, false)));
    QCOMPARE(m_view->range(), std::pair(0.0, 1.0));
    // No gap between a lone cell and the profile beside it.
    QVERIFY(m_view->layerProfileRect().left() - m_view->cellRect({0, 0}).right() < 30);
}

void HeatmapViewTest::numbersPerColumn() {
    // To scale the first columns are slivers; the others have room for their numbers all the same.
    m_view->setHeatmap(std::make_shared<Heatmap>(test::inventedHeatmap(5, {0, 1, 2, 1000, 2000})));
    m_view->setStepScale(StepScale::Linear);
    m_view->select({0, 0});
    const auto coloursIn = [&](CellIndex index) {
        const QImage image =
            m_view->grab(m_view->cellRect(index).toAlignedRect().adjusted(3, 6, -3, -6)).toImage();
        std::set<QRgb> colours;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                colours.insert(image.pixel(x, y));
        return colours.size();
    };
    QVERIFY(m_view->cellRect({2, 0}).width() < 5);
    QVERIFY2(coloursIn({2, 4}) > 2, "no number in a wide column");
}

void HeatmapViewTest::stepNamesAreShort() {
    QCOMPARE(stepLabel(1'097'360), QStringLiteral("1.1M"));
    QCOMPARE(stepLabel(274'340), QStringLiteral("274k"));
    QCOMPARE(stepLabel(12'345), QStringLiteral("12.3k"));
    QCOMPARE(stepLabel(999'999), QStringLiteral("1M"));
    QCOMPARE(stepLabel(1'920'380), QStringLiteral("1.92M"));
    QCOMPARE(stepLabel(20'000), QStringLiteral("20k"));
    QCOMPARE(stepLabel(1600), QStringLiteral("1600"));
    QCOMPARE(stepText(1'097'360), QStringLiteral("1,097,360"));
    QCOMPARE(stepText(20'000), QStringLiteral("20k"));
    QCOMPARE(stepText(std::nullopt), QStringLiteral("–"));
}

void HeatmapViewTest::seedsStandInGroups() {
    Heatmap heatmap = test::inventedHeatmap(4, {0, 10, 100, 0, 10, 100}, false);
    heatmap.seeds = {0, 0, 0, 1, 1, 1};
    for (const StepScale scale : {StepScale::Categories, StepScale::Linear, StepScale::Logarithmic}) {
        const HeatmapGrid grid(heatmap, QRectF(0, 0, 400, 400), true, scale);
        QCOMPARE(grid.groups().size(), std::size_t{2});
        QVERIFY(grid.cell({0, 3}).left() - grid.cell({0, 2}).right() > 10);
        QVERIFY(std::abs(grid.columnWidth(1) - grid.columnWidth(4)) < 1e-6);
        QVERIFY(!grid.at(QPointF((grid.cell({0, 2}).right() + grid.cell({0, 3}).left()) / 2, 200)));
        QVERIFY(grid.groupHeader(1).bottom() <= grid.cell({3, 3}).top());
        QVERIFY(grid.area().right() < 400.5);
    }
    m_view->setHeatmap(std::make_shared<Heatmap>(heatmap));
    m_view->select({2, 4});
    QVERIFY(m_view->cellText({2, 4}).startsWith(QStringLiteral("Layer 2 · step 10 · seed 1: ")));
    QCOMPARE(m_view->layerProfileTitle(), QStringLiteral("by layer, step 10, seed 1"));
    // The cell stays when the same heatmap comes again: its seed counts, too.
    m_view->setHeatmap(std::make_shared<Heatmap>(heatmap));
    QVERIFY(m_view->selected() == (CellIndex{2, 4}));
}

void HeatmapViewTest::examplesSayBothVerdicts() {
    Example example;
    example.gold = "NOUN";
    example.predicted = "VERB";
    QCOMPARE(verdictsOf(example).here, QStringLiteral("said VERB"));
    QVERIFY(verdictsOf(example).there.isEmpty());
    example.otherPredicted = "NOUN";
    QCOMPARE(verdictsOf(example).here, QStringLiteral("here VERB"));
    QCOMPARE(verdictsOf(example).there, QStringLiteral("there NOUN"));
    QVERIFY(!verdictsOf(example).isHereRight && verdictsOf(example).isThereRight);
}

void HeatmapViewTest::rangeIsDraggedAndReset() {
    const auto before = m_view->range();
    const QRectF bar = m_view->colourBarRect();
    const QPoint from(qRound(bar.left()) + 1, qRound(bar.center().y())), to = bar.center().toPoint();
    QTest::mousePress(m_view.get(), Qt::LeftButton, {}, from);
    QTest::mouseMove(m_view.get(), to);
    QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, to);
    QVERIFY(m_view->hasOwnRange());
    QVERIFY(m_view->range().first > before.first + 0.1);
    QCOMPARE(m_view->range().second, before.second);
    QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, to);
    QVERIFY(!m_view->hasOwnRange());
    QTest::keyClick(m_view.get(), Qt::Key_BracketRight);
    QVERIFY(m_view->range().first > before.first);
    QTest::keyClick(m_view.get(), Qt::Key_R);
    QCOMPARE(m_view->range(), before);
}

void HeatmapViewTest::cellsShowTheirColour() {
    m_view->select({0, 0});
    const QImage image = m_view->grab().toImage();
    const auto [low, high] = m_view->range();
    for (const CellIndex index : {CellIndex{2, 3}, CellIndex{4, 9}, CellIndex{7, 5}}) {
        const QRectF cell = m_view->cellRect(index);
        const QColor wanted =
            colourAt(QStringLiteral("Cividis"),
                     colourPosition(m_view->heatmap()->at(index.layer, index.step).value, low, high));
        QCOMPARE(image.pixelColor(QPoint(qRound(cell.left() + 5), qRound(cell.top() + 5))), wanted);
    }
}

void HeatmapViewTest::keepsTheCellWhenNumbersArrive() {
    m_view->select({3, 6});
    Heatmap fewer = test::inventedHeatmap(7, {400, 800});
    m_view->setHeatmap(std::make_shared<Heatmap>(fewer));
    QVERIFY(m_view->selected() == (CellIndex{3, 1}));
    m_view->setHeatmap(nullptr);
    QVERIFY(!m_view->selected());
}

void HeatmapViewTest::drawsEverySize() {
    for (const Heatmap& heatmap :
         {test::inventedHeatmap(1, {20000}, false), test::inventedHeatmap(26, test::manySteps()), Heatmap()})
        for (const QSize size : {QSize(200, 100), QSize(420, 330), QSize(1600, 1000)}) {
            m_view->setHeatmap(std::make_shared<Heatmap>(heatmap));
            m_view->resize(size);
            QVERIFY(!m_view->grab().isNull());
            for (const int key : {Qt::Key_Up, Qt::Key_Left, Qt::Key_Space, Qt::Key_End})
                QTest::keyClick(m_view.get(), static_cast<Qt::Key>(key));
        }
}

void HeatmapViewTest::modelsAreSound() {
    LabelModel labels;
    ConfusionModel confusion;
    ExampleModel examples;
    for (QAbstractItemModel* model :
         {static_cast<QAbstractItemModel*>(&labels), static_cast<QAbstractItemModel*>(&confusion),
          static_cast<QAbstractItemModel*>(&examples)})
        new QAbstractItemModelTester(model, QAbstractItemModelTester::FailureReportingMode::QtTest, model);
    labels.setLabels({{"NOUN", 0.5, 7}});
    QCOMPARE(labels.index(0).data().toString(), QStringLiteral("NOUN"));
    QVERIFY(labels.index(0).data(Qt::ToolTipRole).toString().endsWith(QStringLiteral("7 gold targets")));
    labels.setLabels({{"NOUN", 0.5, 1}});
    QVERIFY(labels.index(0).data(Qt::ToolTipRole).toString().endsWith(QStringLiteral("1 gold target")));
    confusion.setConfusion({"A", "B"}, {{3, 1}, {0, 2}});
    QCOMPARE(confusion.rowCount(), 2);
    QVERIFY(confusion.index(0, 1).data(Qt::ToolTipRole).toString().contains(QStringLiteral("25.0")));
    confusion.setConfusion({"A", "B"}, {{3}});  // a matrix that does not fit its labels
    QCOMPARE(confusion.rowCount(), 0);
    Example example;
    example.words = {"我们", "去", "Paris", "now"};
    examples.setExamples({example});
    QCOMPARE(examples.index(0).data().toString(), QStringLiteral("我们去 Paris now"));
}

void HeatmapViewTest::wordsAroundTheTarget() {
    const std::vector<double> widths(20, 10);
    QCOMPARE(wordsAround(widths, 10, 11, 50), (std::pair<std::size_t, std::size_t>(8, 13)));
    QCOMPARE(wordsAround(widths, 0, 1, 30), (std::pair<std::size_t, std::size_t>(0, 3)));
    QCOMPARE(wordsAround(widths, 5, 9, 10), (std::pair<std::size_t, std::size_t>(5, 9)));
    QCOMPARE(wordsAround({}, 3, 4, 10), (std::pair<std::size_t, std::size_t>(0, 0)));
    QCOMPARE(wordsAround(widths, 90, 95, 1000), (std::pair<std::size_t, std::size_t>(0, 20)));
}

}  // namespace strata

QTEST_MAIN(strata::HeatmapViewTest)
#include "tst_heatmapview.moc"
