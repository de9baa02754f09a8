// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "inventedheatmap.h"
#include "widgets/explore/heatmapview.h"
#include "widgets/explore/inspectordelegates.h"
#include "widgets/explore/inspectormodels.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

namespace strata {

/// The heatmap by mouse and by keys.
class HeatmapViewTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void clickSelectsTheCell();
    void keysWalkAndAsk();
    void pinAndCompare();
    void rangeIsDraggedAndReset();
    void cellsShowTheirColour();
    void keepsTheCellWhenNumbersArrive();
    void drawsEverySize();
    void modelsAreSound();
    void wordsAroundTheTarget();

  private:
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
