// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "fakebackend.h"
#include "widgets/figures/figurepreview.h"
#include "widgets/figures/figurespage.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
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
    void showsTheProblem();
    void savesEditsAndFindsThemAgain();

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
        QTRY_VERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
    }
    QVERIFY(QFile::exists(folder.filePath(QStringLiteral("a.b.csv"))));
}

void FiguresPageTest::showsTheProblem() {
    m_page->openFigure(invented());
    QTRY_VERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
    child<QLineEdit>("figurePath")->setText(QStringLiteral("/no/such/folder/a.pdf"));
    click("exportPdfButton");
    QTRY_VERIFY(child<QLabel>("figureMessage")->text().contains(QStringLiteral("Cannot write the figure")));
    QVERIFY(child<QPushButton>("exportPdfButton")->isEnabled());
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

}  // namespace strata

QTEST_MAIN(strata::FiguresPageTest)
#include "tst_figurespage.moc"
