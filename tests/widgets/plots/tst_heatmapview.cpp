// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "inventedheatmap.h"
#include "widgets/explore/heatmapview.h"
#include "widgets/explore/inspectordelegates.h"
#include "widgets/explore/inspectormodels.h"
#include "widgets/explore/sentencelayout.h"
#include "widgets/explore/tones.h"
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
    void saysWhyThereIsNoSpread();
    void profilesHaveAScale();
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
    void sentencesAreShownWhole();

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

void HeatmapViewTest::saysWhyThereIsNoSpread() {
    Heatmap heatmap = test::mockHeatmap();
    QVERIFY(m_view->spreadNote().isEmpty());
    QCOMPARE(hatchText(heatmap), QStringLiteral("not measured"));
    heatmap.query.seeds = HeatmapQuery::Seeds::Spread;
    for (HeatmapCell& cell : heatmap.cells) {
        cell.runs = std::min(cell.runs, 1);
        cell.value = cell.spread = std::nan("");
    }
    const QImage hatched = m_view->grab().toImage();
    m_view->setHeatmap(std::make_shared<Heatmap>(heatmap));
    QVERIFY(m_view->spreadNote().contains(QStringLiteral("one run has no spread")));
    QCOMPARE(m_view->cellNumbers({2, 2}), QStringLiteral("one run has no spread"));
    QCOMPARE(m_view->cellNumbers({5, 8}), QStringLiteral("not measured"));
    QCOMPARE(hatchText(heatmap), QStringLiteral("one run or none"));
    // The note lies in the middle of the map, on a plate that hides the hatching.
    const QRect middle(m_view->cellRect({3, 4}).center().toPoint() - QPoint(120, 12), QSize(240, 24));
    QVERIFY(m_view->grab(middle).toImage() != hatched.copy(middle));
    for (HeatmapCell& cell : heatmap.cells)
        cell.runs = 1;
    QCOMPARE(hatchText(heatmap), QStringLiteral("only one run"));
    heatmap.cells[0].value = 0.01;
    heatmap.cells[0].runs = 2;
    m_view->setHeatmap(std::make_shared<Heatmap>(heatmap));
    QVERIFY(m_view->spreadNote().isEmpty());  // one cell shows what there is to see
}

void HeatmapViewTest::profilesHaveAScale() {
    for (const bool isDark : {false, true}) {
        QPalette palette;
        palette.setColor(QPalette::Base, isDark ? QColor(30, 33, 37) : QColor(Qt::white));
        palette.setColor(QPalette::Text, isDark ? QColor(230, 232, 235) : QColor(25, 27, 30));
        m_view->setPalette(palette);
        const Tones tones(palette);
        for (const QSize size : {QSize(690, 560), QSize(1400, 900)}) {
            m_view->resize(size);
            m_view->select({3, 6});
            const QImage image = m_view->grab().toImage();
            const auto [low, high] = m_view->range();
            const auto hasInk = [&](const QRectF& area) {
                const QRect within = area.toAlignedRect().intersected(image.rect());
                for (int y = within.top(); y <= within.bottom(); ++y)
                    for (int x = within.left(); x <= within.right(); ++x)
                        if (image.pixelColor(x, y) != tones.page) return true;
                return false;
            };
            const QRectF byLayer = m_view->layerProfileRect(), byStep = m_view->stepProfileRect();
            QVERIFY(m_view->rect().contains(byStep.toAlignedRect().adjusted(1, 1, -1, -1)));
            for (const bool isUpright : {false, true}) {
                const std::vector<double> ticks =
                    isUpright ? m_view->stepProfileTicks() : m_view->layerProfileTicks();
                QVERIFY(ticks.size() >= 2 && ticks.size() <= 5);
                for (const double tick : ticks) {
                    QVERIFY(tick >= low - 1e-9 && tick <= high + 1e-9);
                    QVERIFY(std::abs(tick * 200 - std::round(tick * 200)) < 1e-6);  // halves of a percent
                    // As the profile lays values out: a tenth of its room is free at either end.
                    const double position = 0.1 + 0.8 * colourPosition(tick, low, high);
                    const QRectF axis = isUpright ? m_view->stepAxisRect() : m_view->layerAxisRect();
                    if (isUpright) {
                        const double y = byStep.bottom() - position * byStep.height();
                        QVERIFY(hasInk(QRectF(axis.right() - 12, y - 3, 12, 6)));
                        QVERIFY(image.pixelColor(QPoint(qRound(byStep.left()) + 8, static_cast<int>(y))) !=
                                tones.card);
                    } else {
                        const double x = byLayer.left() + position * byLayer.width();
                        QVERIFY(hasInk(QRectF(x - 6, axis.top(), 12, axis.height())));
                    }
                }
            }
        }
    }
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
    Heatmap heatmap = test::mockHeatmap();
    heatmap.cells[3 * 10 + 6].runs = 1;
    m_view->setHeatmap(std::make_shared<Heatmap>(heatmap));
    QVERIFY(m_view->cellTip({3, 6}).contains(QStringLiteral("· 1 run\n")));
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
    QVERIFY(!labels.hasSpread());
    LabelScore several{"NOUN", 0.5, 1234, 0.0123, 4};
    several.precision = {0.6, 0.002, 3};
    several.recall = {0.7, 0.1, 4};
    labels.setLabels({several});
    QVERIFY(labels.hasSpread());
    QCOMPARE(labels.index(0).data(Qt::AccessibleTextRole).toString(),
             QStringLiteral("NOUN: F1 50.0 ± 1.2, precision 60.0 ± 0.2 (of 3 runs), recall 70.0 ± 10.0, "
                            "1,234 gold targets, mean of 4 runs"));
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

void HeatmapViewTest::sentencesAreShownWhole() {
    Example example;
    example.words = {"Long",   "before", "anybody", "had",  "thought", "of",       "asking", "they", "will",
                     "Google", "it",     "and",     "then", "tell",    "everyone", "what",   "they", "found"};
    example.target.begin1 = 9;
    example.target.end1 = 10;
    const QFont font = m_view->font();
    QVERIFY(SentenceLayout::isCut(example, font, 220));
    const SentenceLayout one(example, font, 220, SentenceLayout::Lines::One),
        all(example, font, 220, SentenceLayout::Lines::All);
    QCOMPARE(one.lineCount(), 1);
    QVERIFY(one.text().startsWith(QStringLiteral("… ")) && one.text().endsWith(QStringLiteral(" …")));
    QVERIFY(all.lineCount() > 2 && all.height() > 2 * one.height());
    QVERIFY(!all.text().contains(QStringLiteral("…")));
    for (const std::string& word : example.words)
        QVERIFY(all.text().contains(QString::fromStdString(word)));
    QVERIFY(one.targetX() > 0);
    QVERIFY(!SentenceLayout::isCut(example, font, 4000));
    example.words = {"ذهب", "الولد"};
    QVERIFY(SentenceLayout(example, font, 220, SentenceLayout::Lines::All).isRightToLeft());
    example.words.clear();
    QVERIFY(SentenceLayout(example, font, 220, SentenceLayout::Lines::All).text().isEmpty());
}

}  // namespace strata

QTEST_MAIN(strata::HeatmapViewTest)
#include "tst_heatmapview.moc"
