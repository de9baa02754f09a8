// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/strata/worker.h"
#include "store/workspace.h"
#include "tinymaterial.h"
#include "widgets/checkpointgrid.h"
#include "widgets/explore/heatmapview.h"
#include "widgets/explore/inspectormodels.h"
#include "widgets/mainwindow.h"
#include "widgets/theme.h"

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include <cmath>

using namespace strata;

/// The one gesture, done as a person does it in the real window: from an empty workspace through checkpoints,
/// data, Run, heatmap, cell and example to the PDF. What is shown is held against the database.
class TestGesture : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init() {
        if (m_hasFailed) QFAIL("an earlier step failed");
    }
    void cleanup() { m_hasFailed = m_hasFailed || QTest::currentTestFailed(); }
    void beginsWithWelcome();
    void findsTheCheckpoints();
    void choosesSomeByDragging();
    void describesTheData();
    void composesAndPlans();
    void runsAndFills();
    void showsWhatTheDatabaseHolds();
    void walksByKeysAndComparesCells();
    void readsAnExample();
    void exportsThePdf();
    void cleanupTestCase();

  private:
    QString at(const QString& name) const { return m_folder.filePath(name); }
    template <typename T>
    T* find(const char* name) const {
        auto* widget = m_window->findChild<T*>(QLatin1String(name));
        if (!widget) qWarning("there is no %s", name);
        return widget;
    }
    void click(const char* name) const {
        auto* widget = find<QWidget>(name);
        QVERIFY(widget && widget->isVisible() && widget->isEnabled());
        QTest::mouseClick(widget, Qt::LeftButton);
    }
    void type(const char* name, const QString& text) const {
        auto* edit = find<QLineEdit>(name);
        QVERIFY(edit && edit->isVisible());
        QTest::mouseClick(edit, Qt::LeftButton);
        edit->selectAll();
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
    }
    void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const {
        QWidget* focused = QApplication::focusWidget();
        QTest::keyClick(focused ? focused : m_window.get(), static_cast<Qt::Key>(key), modifiers);
    }
    bool isShown(const char* page) const {
        const auto* widget = find<QWidget>(page);
        return widget && widget->isVisible();
    }
    HeatmapView* view() const { return m_window->findChild<HeatmapView*>(); }
    bool isFilled() const {
        const auto heatmap = view()->heatmap();
        if (!heatmap || heatmap->cells.empty()) return false;
        for (std::size_t layer = 0; layer < heatmap->layers.size(); ++layer)
            for (std::size_t step = 0; step < heatmap->steps.size(); ++step)
                if (heatmap->at(layer, step).runIds.size() != 2) return false;  // two seeds
        return true;
    }
    /// micro-F1 of a layer at a step, averaged here from what the database holds.
    double stored(const std::string& layer, std::int64_t step) const {
        const Workspace workspace(at("ws").toStdString(), Workspace::Mode::MustExist);
        double sum = 0;
        int count = 0;
        workspace.forEachTidyRow([&](const TidyRow& row) {
            if (row.layer != layer || row.step != step || row.metric != "micro_f1" || !row.label.empty())
                return;
            sum += row.value;
            ++count;
        });
        return count > 0 ? sum / count : std::nan("");
    }
    void clickCell(CellIndex cell, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const {
        QTest::mouseClick(view(), Qt::LeftButton, modifiers, view()->cellRect(cell).center().toPoint());
    }

    QTemporaryDir m_folder;
    bool m_hasFailed = false;
    std::unique_ptr<Worker> m_worker;
    std::unique_ptr<MainWindow> m_window;
};

void TestGesture::initTestCase() {
    QVERIFY(m_folder.isValid());
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, at("config"));
    QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    applyTheme(*qApp, ThemeMode::Light);
    test::writeTinyExperiment(at(""));
    m_worker = std::make_unique<Worker>();
    m_window = std::make_unique<MainWindow>(m_worker.get());
    m_window->resize(1280, 720);
    m_window->openWorkspace(at("ws"));
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void TestGesture::beginsWithWelcome() {
    QTRY_VERIFY(m_window->isShowingWelcome());
}

void TestGesture::findsTheCheckpoints() {
    // The button opens a dialog that waits for an answer: give it from a timer.
    bool isAnswered = false;
    QTimer answer;
    connect(&answer, &QTimer::timeout, this, [&] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (!dialog) return;
        answer.stop();
        isAnswered = true;
        auto* name = dialog->findChild<QLineEdit*>();
        name->selectAll();
        // Pasted: while letters come, the dialog selects what begins like them, and may change the text.
        QApplication::clipboard()->setText(at("checkpoints"));
        QTest::keySequence(name, QKeySequence::Paste);
        QTest::keyClick(name, Qt::Key_Return);
        if (dialog->isVisible()) QMetaObject::invokeMethod(dialog, "accept");
    });
    answer.start(50);
    click("welcomeOpen");
    QVERIFY(isAnswered);
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTRY_VERIFY(isShown("checkpointsPage"));
    QTRY_VERIFY(!m_window->findChild<CheckpointGrid*>()->cellOf(4).isNull());
}

void TestGesture::choosesSomeByDragging() {
    auto* grid = m_window->findChild<CheckpointGrid*>();
    const QRect first = grid->cellOf(1), last = grid->cellOf(4);
    QVERIFY(!first.isNull() && !last.isNull());
    QTest::mousePress(grid, Qt::LeftButton, {}, first.center());
    for (int i = 1; i <= 8; ++i) {
        const QPoint at = first.center() + (last.center() - first.center()) * i / 8;
        QTest::mouseMove(grid, at);
        // Offscreen, moves carry no buttons: say so in the event itself.
        QMouseEvent move(QEvent::MouseMove, at, grid->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(grid, &move);
    }
    QTest::mouseRelease(grid, Qt::LeftButton, {}, last.center());
    click("newExperiment");
    QTRY_VERIFY(isShown("experimentPage"));
    QCOMPARE(find<QListWidget>("chosenCheckpoints")->count(), 4);
}

void TestGesture::describesTheData() {
    click("describeData");
    QTRY_VERIFY(isShown("dataPage"));
    type("datasetName", QStringLiteral("tiny"));
    type("trainFile", at("train.conllu"));
    type("devFile", at("dev.conllu"));
    QTRY_COMPARE(find<QListWidget>("datasetList")->count(), 1);
    press(Qt::Key_3, Qt::ControlModifier);
    QTRY_VERIFY(isShown("experimentPage"));
    QTRY_COMPARE(find<QComboBox>("datasetChoice")->currentText(), QStringLiteral("tiny"));
}

void TestGesture::composesAndPlans() {
    type("experimentName", QStringLiteral("by hand"));
    type("probeSeeds", QStringLiteral("0"));
    auto* table = find<QTableWidget>("settingsTable");
    const auto set = [&](const QString& setting, const QString& value) {
        const auto found = table->findItems(setting, Qt::MatchEndsWith);
        QCOMPARE(found.size(), 1);
        const int row = found.front()->row();
        table->scrollToItem(table->item(row, 1));
        const QPoint at = table->visualItemRect(table->item(row, 1)).center();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, at);
        auto* editor = table->viewport()->findChild<QLineEdit*>();
        QVERIFY(editor);
        editor->selectAll();
        QTest::keyClicks(editor, value);
        QTest::keyClick(editor, Qt::Key_Return);
        // Marked as differing from the preset, once the editor is gone.
        QTRY_VERIFY(table->item(row, 0)->text().startsWith(QStringLiteral("●")));
        QTRY_VERIFY(!table->viewport()->findChild<QLineEdit*>());
    };
    set(QStringLiteral("Epochs"), QStringLiteral("3"));
    set(QStringLiteral("Learning rate"), QStringLiteral("0.01"));
    QTRY_VERIFY(find<QPushButton>("runExperiment")->isEnabled());
    QTRY_VERIFY(find<QLabel>("planText")->text().startsWith(QStringLiteral("4 runs")));
}

void TestGesture::runsAndFills() {
    click("runExperiment");
    QTRY_VERIFY(isShown("explorePage"));
    QTRY_VERIFY_WITH_TIMEOUT(isFilled(), 120'000);
    const auto heatmap = view()->heatmap();
    QCOMPARE(heatmap->layers, (std::vector<std::string>{"0", "1", "2", "mix"}));
    QCOMPARE(heatmap->steps.size(), std::size_t{2});
}

void TestGesture::showsWhatTheDatabaseHolds() {
    const auto heatmap = view()->heatmap();
    for (std::size_t layer = 0; layer < heatmap->layers.size(); ++layer)
        for (std::size_t step = 0; step < heatmap->steps.size(); ++step) {
            const double value = stored(heatmap->layers[layer], *heatmap->steps[step]);
            QVERIFY(std::abs(heatmap->at(layer, step).value - value) < 1e-12);
            clickCell({layer, step});
            QCOMPARE(view()->selected(), (CellIndex{layer, step}));
            // The words beside the picture say the same number as a percentage with one digit.
            QTRY_VERIFY(
                find<QLabel>("cellSubtitle")->text().startsWith(QString::number(100 * value, 'f', 1)));
        }
}

void TestGesture::walksByKeysAndComparesCells() {
    clickCell({0, 0});
    QTRY_COMPARE(find<QLabel>("cellTitle")->text(), QStringLiteral("Layer 0 · step 0"));
    press(Qt::Key_Space);
    QCOMPARE(view()->pinned(), (CellIndex{0, 0}));
    press(Qt::Key_Up);
    press(Qt::Key_Right);
    QCOMPARE(view()->selected(), (CellIndex{1, 1}));
    const double change = 100 * (stored("1", 10) - stored("0", 0));
    const QString words = (change >= 0 ? QStringLiteral("+") : QString()) + QString::number(change, 'f', 1);
    QTRY_VERIFY2(find<QLabel>("cellSubtitle")->text().contains(words), qPrintable(words));
    press(Qt::Key_Escape);
    QVERIFY(!view()->pinned());
}

void TestGesture::readsAnExample() {
    const Workspace workspace(at("ws").toStdString(), Workspace::Mode::MustExist);
    const auto selected = *view()->selected();
    const HeatmapCell& cell = view()->heatmap()->at(selected.layer, selected.step);
    int wrong = 0;
    const auto predictions =
        workspace.predictions(cell.runIds.front(), view()->heatmap()->layers[selected.layer]);
    for (const StoredPrediction& prediction : predictions)
        wrong += prediction.best != prediction.gold;
    QVERIFY(!predictions.empty());
    QTRY_COMPARE(find<QToolButton>("wrongChip")->text(), QStringLiteral("wrong %1").arg(wrong));
    click("rightChip");
    auto* list = find<QListView>("exampleList");
    auto* model = qobject_cast<ExampleModel*>(list->model());
    QTRY_VERIFY(model->rowCount() > 0 && model->example(0).gold == model->example(0).predicted);
    view()->setFocus();
    press(Qt::Key_Return);
    QVERIFY(list->hasFocus());
    QVERIFY(!list->currentIndex().data().toString().isEmpty());
}

void TestGesture::exportsThePdf() {
    view()->setFocus();
    press(Qt::Key_E);
    QTRY_VERIFY(isShown("figuresPage"));
    QTest::keyClick(find<QComboBox>("figureWidthPreset"), Qt::Key_End);  // custom
    auto* width = find<QDoubleSpinBox>("figureWidth");
    QVERIFY(width->isEnabled());
    width->setFocus();
    width->selectAll();
    QTest::keyClicks(width, QStringLiteral("120"));
    QTest::keyClick(width, Qt::Key_Return);
    type("figurePath", at("figure.pdf"));
    QTRY_VERIFY(find<QPushButton>("exportPdfButton")->isEnabled());
    click("exportPdfButton");
    QTRY_VERIFY2(find<QLabel>("figureMessage")->text().startsWith(QStringLiteral("Written")),
                 qPrintable(find<QLabel>("figureMessage")->text()));
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.processFile(at("figure.pdf").toUtf8().constData());
    auto pages = QPDFPageDocumentHelper(pdf).getAllPages();
    QCOMPARE(pages.size(), std::size_t{1});
    const auto box = pages.front().getObjectHandle().getKey("/MediaBox").getArrayAsRectangle();
    QVERIFY(std::abs((box.urx - box.llx) * 25.4 / 72 - 120) < 0.1);
    QFile table(at("figure.csv"));
    QVERIFY(table.open(QIODevice::ReadOnly));
    const QByteArray csv = table.readAll();
    const auto heatmap = view()->heatmap();
    for (std::size_t layer = 0; layer < heatmap->layers.size(); ++layer)
        for (std::size_t step = 0; step < heatmap->steps.size(); ++step) {
            const double value = stored(heatmap->layers[layer], *heatmap->steps[step]);
            bool isThere = false;
            for (const QByteArray& line : csv.split('\n'))
                for (const QByteArray& field : line.split(','))
                    isThere = isThere || (!field.isEmpty() && std::abs(field.toDouble() - value) < 1e-9);
            QVERIFY2(isThere, csv);
        }
}

void TestGesture::cleanupTestCase() {
    m_window.reset();
    m_worker.reset();
    const Workspace workspace(at("ws").toStdString(), Workspace::Mode::MustExist);
    QVERIFY(workspace.check().empty());
    QCOMPARE(workspace.experiments().size(), std::size_t{1});
    QVERIFY(workspace.experiments().front().state == ExperimentState::Done);
}

QTEST_MAIN(TestGesture)
#include "tst_gesture.moc"
