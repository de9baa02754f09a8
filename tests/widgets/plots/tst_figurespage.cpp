// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "fakebackend.h"
#include "widgets/figures/figurepreview.h"
#include "widgets/figures/figurespage.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QtTest>

namespace strata {

/// The Figures page: from an opened view to written files, and what is kept.
class FiguresPageTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void cleanup() { m_page.reset(); }
    void saysWhatToDoWhenEmpty();
    void exportsEveryFormat();
    void exportsToThePathItSuggests();
    void exportsAll();
    void exportAllSaysWhatFailed();
    void showsTheProblem();
    void previewHasPrintSize();
    void saysThatNumbersDoNotFit();
    void savesEditsAndFindsThemAgain();
    void focusOpensNoOtherFigure();
    void leavesWhatIsBeingTyped();
    void rangeFollowsTheRowsShown();
    void saysThatTheExperimentIsGone();

  private:
    template <typename T>
    T* child(const char* name) const {
        return m_page->findChild<T*>(QLatin1String(name));
    }
    void click(const char* name) const { QTest::mouseClick(child<QPushButton>(name), Qt::LeftButton); }
    FigureDescription invented() const {
        FigureDescription figure;
        figure.name = QStringLiteral("Part of speech: micro-F1");
        figure.query = m_backend->heatmap->query;
        return figure;
    }

    std::unique_ptr<test::FakeBackend> m_backend;
    std::unique_ptr<FiguresPage> m_page;
    std::shared_ptr<WorkspaceSnapshot> m_snapshot;
};

void FiguresPageTest::init() {
    m_page.reset();
    m_backend = std::make_unique<test::FakeBackend>();
    m_backend->heatmap = std::make_shared<Heatmap>(test::mockHeatmap());
    m_snapshot = test::inventedSnapshot();
    m_page = std::make_unique<FiguresPage>(m_backend.get());
    m_page->resize(1130, 690);
    m_page->show();
    m_page->setSnapshot(m_snapshot);
}

void FiguresPageTest::saysWhatToDoWhenEmpty() {
    QVERIFY(child<QLabel>("figuresEmpty")->isVisible());
    QVERIFY(!child<QPushButton>("saveFigureButton")->isEnabled());
}

void FiguresPageTest::exportsEveryFormat() {
    QTemporaryDir folder;
    m_page->openFigure(invented());
    QTRY_VERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
    QVERIFY(child<QLineEdit>("figurePath")->text().endsWith(QStringLiteral("part-of-speech-micro-f1.pdf")));
    child<QLineEdit>("figurePath")->setText(folder.filePath(QStringLiteral("a.b.pdf")));
    for (const char* format : {"Pdf", "Svg", "Png", "Csv"}) {
        const QByteArray button = QByteArray("export") + format + "Button";
        click(button.constData());
        const QString file = folder.filePath(QStringLiteral("a.b.") + QString::fromLatin1(format).toLower());
        QTRY_VERIFY(QFile::exists(file));
        QTRY_VERIFY(child<QLabel>("figureMessage")->text().contains(file));
        QVERIFY(child<QPushButton>(button.constData())->isEnabled());
        QTRY_VERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
    }
    QVERIFY(QFile::exists(folder.filePath(QStringLiteral("a.b.csv"))));
}

void FiguresPageTest::exportsToThePathItSuggests() {
    QTemporaryDir folder;
    auto snapshot = std::make_shared<WorkspaceSnapshot>(*m_snapshot);
    snapshot->folder = folder.filePath(QStringLiteral("workspace"));
    m_page->setSnapshot(snapshot);
    m_page->openFigure(invented());
    QTRY_VERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
    const QString file = child<QLineEdit>("figurePath")->text();
    QCOMPARE(file, snapshot->folder + QStringLiteral("/figures/part-of-speech-micro-f1.pdf"));
    click("exportPdfButton");
    QTRY_VERIFY(child<QLabel>("figureMessage")->text().startsWith(QStringLiteral("Written")));
    QVERIFY(QFile::exists(file));
    QVERIFY(QFile::exists(file.chopped(3) + QStringLiteral("csv")));
}

void FiguresPageTest::exportsAll() {
    QTemporaryDir folder;
    auto snapshot = std::make_shared<WorkspaceSnapshot>(*m_snapshot);
    snapshot->folder = folder.filePath(QStringLiteral("workspace"));
    m_page->setSnapshot(snapshot);
    QVERIFY(!child<QPushButton>("exportAllButton")->isEnabled());
    m_page->openFigure(invented());
    click("saveFigureButton");
    FigureDescription second = invented();
    second.name = QStringLiteral("part of speech – micro F1!");  // another title, the same file name
    m_page->openFigure(second);
    click("saveFigureButton");
    FigureDescription third = invented();
    third.name = QStringLiteral("Über Schichten");
    m_page->openFigure(third);
    click("saveFigureButton");
    QVERIFY(child<QPushButton>("exportAllButton")->isEnabled());
    child<QAction>("exportAllSvg")->trigger();
    QVERIFY(!child<QPushButton>("exportAllButton")->isEnabled());
    QTRY_VERIFY(child<QPushButton>("exportAllButton")->isEnabled());
    const QString figures = snapshot->folder + QStringLiteral("/figures");
    QCOMPARE(
        QDir(figures).entryList({QStringLiteral("*.svg")}, QDir::Files, QDir::Name),
        (QStringList{QStringLiteral("part-of-speech-micro-f1-2.svg"),
                     QStringLiteral("part-of-speech-micro-f1.svg"), QStringLiteral("über-schichten.svg")}));
    QCOMPARE(QDir(figures).entryList({QStringLiteral("*.csv")}, QDir::Files).size(), 3);
    const QString said = child<QLabel>("figureMessage")->text();
    QVERIFY2(said.contains(QStringLiteral("3 of 3")) && said.contains(figures), qPrintable(said));
}

void FiguresPageTest::exportAllSaysWhatFailed() {
    m_page->openFigure(invented());
    click("saveFigureButton");
    m_backend->exportProblem = QStringLiteral("the disk is full");
    child<QAction>("exportAllPdf")->trigger();
    QTRY_VERIFY(child<QLabel>("figureMessage")->text().contains(QStringLiteral("the disk is full")));
    QVERIFY(child<QLabel>("figureMessage")->text().contains(QStringLiteral("0 of 1")));
    QVERIFY(child<QLabel>("figureMessage")->text().contains(invented().name));
    QVERIFY(child<QPushButton>("exportAllButton")->isEnabled());
    // Another workspace: what was begun is forgotten, and everything works there.
    child<QAction>("exportAllPdf")->trigger();
    auto other = std::make_shared<WorkspaceSnapshot>(*m_snapshot);
    other->folder = QStringLiteral("/other");
    m_page->setSnapshot(other);
    QTest::qWait(20);
    QCOMPARE(child<QLabel>("figureMessage")->text(), QString());
}

void FiguresPageTest::previewHasPrintSize() {
    QCOMPARE(FigurePreview::believedDpi(110, 96), 110.0);
    QCOMPARE(FigurePreview::believedDpi(20, 96), 96.0);
    QCOMPARE(FigurePreview::believedDpi(1000, 96), 96.0);
    m_page->openFigure(invented());
    auto* preview = child<FigurePreview>("figurePreview");
    for (const int preset : {0, 1}) {  // one column, two columns
        child<QComboBox>("figureWidthPreset")->setCurrentIndex(preset);
        QTest::qWait(0);
        const double inches = m_page->figure().widthMm / 25.4;
        QVERIFY(qAbs(preview->sheet().width() - inches * preview->printDpi()) < 0.01);
        QCOMPARE(preview->zoom(), 1.0);
        QVERIFY(preview->sheet().left() >= 0 && preview->sheet().right() <= preview->width());
        QVERIFY(child<QLabel>("figureZoomText")->text().contains(QStringLiteral("100%")));
    }
    child<QComboBox>("figureZoom")->setCurrentIndex(1);
    auto* scroll = child<QScrollArea>("figureScroll");
    QTRY_VERIFY(preview->width() <= scroll->viewport()->width());
    QVERIFY(preview->sheet().width() < preview->width() && preview->sheet().height() < preview->height());
    QVERIFY(child<QLabel>("figureZoomText")
                ->text()
                .contains(QString::number(qRound(preview->zoom() * 100)) + QLatin1Char('%')));
}

void FiguresPageTest::saysThatNumbersDoNotFit() {
    m_page->openFigure(invented());
    auto* remark = child<QLabel>("figureNumbersRemark");
    QTRY_VERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
    QVERIFY(!remark->isVisible());
    child<QComboBox>("figureWidthPreset")->setCurrentIndex(0);
    child<QDoubleSpinBox>("figureHeight")->setValue(30);
    QVERIFY(remark->isVisible());
    child<QCheckBox>("figureNumbers")->click();
    QVERIFY(!remark->isVisible());
}

void FiguresPageTest::showsTheProblem() {
    m_page->openFigure(invented());
    QTRY_VERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
    child<QLineEdit>("figurePath")->setText(QStringLiteral("/dev/null/a.pdf"));
    const QPoint before = child<QPushButton>("exportPdfButton")->pos();
    click("exportPdfButton");
    QTRY_VERIFY(child<QLabel>("figureMessage")->text().contains(QStringLiteral("Cannot write the figure")));
    QVERIFY(child<QLabel>("figureMessage")->text().contains(QStringLiteral("could not be made")));
    QVERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
    QTest::qWait(0);
    QCOMPARE(child<QPushButton>("exportPdfButton")->pos(), before);  // the message does not push it away
}

void FiguresPageTest::savesEditsAndFindsThemAgain() {
    m_page->openFigure(invented());
    click("saveFigureButton");
    QCOMPARE(child<QListWidget>("figureList")->count(), 1);
    child<QComboBox>("figureWidthPreset")->setCurrentIndex(0);
    QCOMPARE(m_page->figure().widthMm, 84.0);
    child<QDoubleSpinBox>("figureHeight")->setValue(61.5);
    child<QCheckBox>("figureMix")->click();
    child<QComboBox>("figureColours")->setCurrentText(QStringLiteral("Viridis"));
    QVERIFY(qAbs(child<FigurePreview>("figurePreview")->sheet().width() /
                     child<FigurePreview>("figurePreview")->sheet().height() -
                 84 / 61.5) < 0.01);
    const FigureDescription wanted = m_page->figure();
    QVERIFY(!wanted.showMix);

    auto again = std::make_shared<WorkspaceSnapshot>(*m_snapshot);
    again->settings["figures"] = m_backend->settings[QStringLiteral("figures")].toStdString();
    test::FakeBackend other;
    other.heatmap = m_backend->heatmap;
    FiguresPage page(&other);
    page.setSnapshot(again);
    QVERIFY(page.figure() == wanted);
    QTest::mouseClick(page.findChild<QPushButton*>(QStringLiteral("removeFigureButton")), Qt::LeftButton);
    QCOMPARE(page.findChild<QListWidget*>(QStringLiteral("figureList"))->count(), 0);
    QCOMPARE(other.settings[QStringLiteral("figures")], QStringLiteral("[]"));
}

void FiguresPageTest::focusOpensNoOtherFigure() {
    m_page->openFigure(invented());
    click("saveFigureButton");
    FigureDescription second = invented();
    second.name = QStringLiteral("another");
    m_page->openFigure(second);
    auto* list = child<QListWidget>("figureList");
    QTRY_VERIFY(m_page->isActiveWindow());
    child<QLineEdit>("figurePath")->setFocus();
    list->setFocus(Qt::TabFocusReason);
    QVERIFY(list->hasFocus());
    QCOMPARE(m_page->figure().name, QStringLiteral("another"));
    QVERIFY(list->selectedItems().isEmpty());
    QTest::keyClick(list, Qt::Key_Space);  // by key, too, the saved one can be had
    QCOMPARE(m_page->figure().name, invented().name);
    m_page->openFigure(second);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(0)).center());
    QCOMPARE(m_page->figure().name, invented().name);
}

void FiguresPageTest::leavesWhatIsBeingTyped() {
    m_page->openFigure(invented());
    QTRY_VERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
    auto* height = child<QDoubleSpinBox>("figureHeight");
    height->setFocus();
    height->selectAll();
    QTest::keyClicks(height, QStringLiteral("12"));
    const QString typed = height->text();
    const auto asked = m_backend->heatmapQueries.size();
    m_page->setSnapshot(std::make_shared<WorkspaceSnapshot>(*m_snapshot));  // numbers arrive
    QTRY_COMPARE(m_backend->heatmapQueries.size(), asked + 1);
    QTest::qWait(20);
    QCOMPARE(height->text(), typed);
    QTest::keyClick(height, Qt::Key_Return);
    QCOMPARE(m_page->figure().heightMm, height->value());
}

void FiguresPageTest::rangeFollowsTheRowsShown() {
    auto heatmap = std::make_shared<Heatmap>(test::mockHeatmap());
    for (std::size_t step = 0; step < 10; ++step)
        heatmap->cells[7 * 10 + step].value = 0.999;  // of the mix
    m_backend->heatmap = heatmap;
    m_page->openFigure(invented());
    auto* high = child<QDoubleSpinBox>("figureHigh");
    QTRY_COMPARE(high->value(), 99.9);
    QCOMPARE(high->text(), QStringLiteral("99.9 %"));
    child<QCheckBox>("figureMix")->click();
    QVERIFY(high->value() < 97);
}

void FiguresPageTest::saysThatTheExperimentIsGone() {
    m_page->openFigure(invented());
    QTRY_VERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
    auto without = std::make_shared<WorkspaceSnapshot>(*m_snapshot);
    without->experiments.clear();
    m_backend->heatmap.reset();
    m_page->setSnapshot(without);
    QTRY_VERIFY(
        child<QLabel>("figureMessage")->text().contains(QStringLiteral("no longer in this workspace")));
    QVERIFY(!child<QPushButton>("exportPdfButton")->isEnabled());
}

}  // namespace strata

QTEST_MAIN(strata::FiguresPageTest)
#include "tst_figurespage.moc"
