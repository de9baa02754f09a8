// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "pagefixture.h"
#include "widgets/checkpointgrid.h"
#include "widgets/checkpointspage.h"
#include "widgets/commandpalette.h"
#include "widgets/datapage.h"
#include "widgets/explore/heatmapview.h"
#include "widgets/queuecard.h"
#include "widgets/queuepage.h"
#include "widgets/sentencelist.h"

#include <QMimeData>
#include <QPlainTextEdit>
#include <QPointer>

#include <cmath>

namespace strata {

using namespace test;

namespace {

/// WCAG 2.1, relative luminance and contrast ratio.
double luminance(const QColor& colour) {
    const auto part = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF());
}
double contrast(const QColor& a, const QColor& b) {
    const double first = luminance(a), second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

}  // namespace

/// The window around the pages, and the queue.
class WindowTest : public PageFixture {
    Q_OBJECT
  private Q_SLOTS:
    void selectionIsRemembered();
    void pagesTakeTheFocus();
    void lastPageIsRemembered();
    void droppedFilesReachTheWindow();
    void pathsWaitForTheWorkspace();
    void statusSaysWhatFailed();
    void queueCards();
    void sentencesStayOnTheirCards();
    void themeIsReadable();
    void everyCommandIsListed();
    void queueCommandsFollowTheQueue();
};

void WindowTest::selectionIsRemembered() {
    auto first = snapshot("/a"), second = snapshot("/b");
    send(first);
    auto* page = m_window->findChild<CheckpointsPage*>();
    page->selectFirstMiddleLast();
    const std::set<std::int64_t> wanted = page->selection();
    QCOMPARE(wanted.size(), std::size_t{3});
    m_window->close();  // nothing is lost on closing
    keepSettings(*first);
    send(second);
    QVERIFY(page->selection().empty());
    send(first);
    QCOMPARE(page->selection(), wanted);
}

void WindowTest::pagesTakeTheFocus() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "alpha")};
    first->experiments.front().runsPlanned = 4;
    first->experiments.front().runsDone = 1;
    m_backend->heatmap = std::make_shared<Heatmap>(test::mockHeatmap());
    send(first);
    const auto go = [&](Qt::Key key) {
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : m_window.get(), key,
                        Qt::ControlModifier);
        return QApplication::focusWidget();
    };
    QCOMPARE(go(Qt::Key_1), m_window->findChild<CheckpointGrid*>());
    QCOMPARE(go(Qt::Key_2), child<QListWidget>("datasetList"));
    QWidget* queue = go(Qt::Key_4);
    QVERIFY(queue && !qobject_cast<QAbstractButton*>(queue));
    QVERIFY(child<QWidget>("queuePage")->hasFocus());
    QTest::keyClick(queue, Qt::Key_Space);
    QTest::keyClick(queue, Qt::Key_Return);
    QVERIFY(m_backend->cancelled.empty());
    QTRY_COMPARE(go(Qt::Key_5), m_window->findChild<HeatmapView*>());
    go(Qt::Key_7);
    QVERIFY(child<QWidget>("settingsPage")->isVisible());
    go(Qt::Key_1);
    go(Qt::Key_Comma);
    QVERIFY(child<QWidget>("settingsPage")->isVisible());
}

void WindowTest::lastPageIsRemembered() {
    auto first = snapshot("/a"), second = snapshot("/b");
    send(first);
    QVERIFY(child<QWidget>("explorePage")->isVisible());
    m_window->showPage(PageKind::Queue);
    keepSettings(*first);
    m_backend->settings.clear();
    send(second);
    QVERIFY(child<QWidget>("explorePage")->isVisible());
    send(first);
    QVERIFY(child<QWidget>("queuePage")->isVisible());
    QVERIFY(child<QToolButton>("railQueue")->isChecked());
    QVERIFY(m_backend->settings.find(QStringLiteral("page.last")) == m_backend->settings.end());
    m_window->showPage(PageKind::Welcome);
    QVERIFY(m_window->isShowingWelcome());
    QVERIFY(!child<QToolButton>("railQueue")->isChecked());
}

void WindowTest::droppedFilesReachTheWindow() {
    const QString train = write("y-train.conllu", "1\tA\t_\tDET\n\n"), readme = write("README.md", "# no\n");
    send(snapshot("/a"));
    for (const QLineEdit* edit : m_window->findChildren<QLineEdit*>())
        QVERIFY2(!edit->acceptDrops() || edit->property("takesFiles").toBool(),
                 qPrintable(edit->objectName()));
    m_window->showPage(PageKind::Data);
    auto* edit = child<QLineEdit>("devFile");
    // As the window system does it: first it asks whether the file may be dropped here.
    const auto drop = [&](const QString& file) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(edit, &enter);
        QDropEvent event(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(edit, &event);
        return enter.isAccepted() && event.isAccepted();
    };
    QVERIFY(drop(train));
    QCOMPARE(edit->text(), train);
    QVERIFY(drop(readme));  // taken by the window, which says what is wrong with it
    QCOMPARE(edit->text(), train);
    QVERIFY(m_window->statusText().contains(QStringLiteral("no annotated text")));
}

void WindowTest::pathsWaitForTheWorkspace() {
    ExperimentSpec spec;
    spec.name = "given";
    spec.checkpoints = {"/models/a"};
    TaskSpec task;
    task.train = task.dev = "/data/x.conllu";
    spec.tasks = {task};
    spec.probes = {ProbeSpec()};
    auto empty = std::make_shared<WorkspaceSnapshot>();
    empty->folder = QStringLiteral("/new");
    m_window->openWorkspace(QStringLiteral("/new"));
    m_window->takePath(write("given.json", QByteArray::fromStdString(toJson(spec).dump())));
    QVERIFY(m_backend->saved.empty());
    send(empty);
    QVERIFY(child<QWidget>("experimentPage")->isVisible());
    QVERIFY(child<QToolButton>("railExperiment")->isChecked());
    QCOMPARE(child<QLineEdit>("experimentName")->text(), QStringLiteral("given"));
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
}

void WindowTest::statusSaysWhatFailed() {
    send(snapshot("/a"));
    QCOMPARE(m_window->statusText(), QStringLiteral("Ready"));
    const auto tell = [&](RunnerEvent::Kind kind) {
        RunnerEvent told;
        told.kind = kind;
        told.experimentId = 1;
        Q_EMIT m_backend->runnerEvent(told);
    };
    RunnerEvent event;
    event.kind = RunnerEvent::Kind::Finished;
    event.experimentId = 1;
    event.runsTotal = 10;
    event.runsFailed = 2;
    Q_EMIT m_backend->runnerEvent(event);
    tell(RunnerEvent::Kind::Finished);
    QCOMPARE(m_window->statusText(),
             QStringLiteral("2 of 10 runs failed in minibert on EWT; click for the queue"));
    event.runsFailed = 0;
    event.checkpointsLeftOut = 1;
    Q_EMIT m_backend->runnerEvent(event);
    tell(RunnerEvent::Kind::Finished);
    QCOMPARE(m_window->statusText(),
             QStringLiteral("1 checkpoint was left out of minibert on EWT; click for the queue"));
    m_window->showPage(PageKind::Queue);
    child<QPushButton>("pauseQueue")->click();
    QVERIFY(m_window->statusText().startsWith(QStringLiteral("Queue paused")));
    child<QPushButton>("pauseQueue")->click();
    tell(RunnerEvent::Kind::Started);
    tell(RunnerEvent::Kind::Finished);
    QCOMPARE(m_window->statusText(), QStringLiteral("Ready"));
}

void WindowTest::queueCards() {
    auto first = snapshot("/a");
    first->experiments.clear();
    std::int64_t id = 0;
    for (const ExperimentState state : {ExperimentState::Failed, ExperimentState::Waiting,
                                        ExperimentState::Interrupted, ExperimentState::Waiting}) {
        ExperimentRow row;
        row.id = ++id;
        row.position = 10 * id;
        row.name = "experiment";
        row.state = state;
        first->experiments.push_back(row);
    }
    send(first);
    m_window->showPage(PageKind::Queue);
    const auto button = [&](int card, const char* name) {
        return child<QueueCard>(("queueCard" + std::to_string(card)).c_str())
            ->findChild<QPushButton*>(QLatin1String(name));
    };
    QCOMPARE(button(1, "queueResume")->text(), QStringLiteral("Retry"));
    QCOMPARE(button(3, "queueResume")->text(), QStringLiteral("Resume"));
    QVERIFY(!button(2, "queueUp")->isVisible() && button(2, "queueDown")->isVisible());
    QVERIFY(button(4, "queueUp")->isVisible() && !button(4, "queueDown")->isVisible());
    button(2, "queueDown")->click();
    QCOMPARE(m_backend->moves.back(), (std::pair<std::int64_t, std::int64_t>{4, 20}));
    button(1, "queueRename")->click();
    auto* edit = child<QueueCard>("queueCard1")->findChild<QLineEdit*>(QStringLiteral("queueNameEdit"));
    QVERIFY(edit->isVisible());
    QTest::keyClick(edit, Qt::Key_Escape);
    QVERIFY(!edit->isVisible());
}

void WindowTest::sentencesStayOnTheirCards() {
    SentenceList list;
    list.resize(300, 200);
    list.show();
    StoredSentence english, arabic;
    for (int i = 0; i < 40; ++i)
        english.words.push_back("word" + std::to_string(i));
    english.words.push_back(std::string(200, 'x'));
    arabic.words = {"ذهب", "الولد", "إلى", "New", "York", "صباحا"};
    arabic.targets = {{0, 1, -1, -1, {"VERB"}}};
    list.setSentences({english, arabic});
    for (std::size_t sentence : {0, 1})
        for (std::size_t word = 0; word < (sentence == 0 ? english : arabic).words.size(); ++word)
            QVERIFY(list.cardRect(sentence).contains(list.wordRect(sentence, word)));
    QVERIFY(list.wordRect(0, 0).left() < list.wordRect(0, 1).left());
    QVERIFY(list.wordRect(0, 40).top() > list.wordRect(0, 0).top());
    list.resize(700, 200);
    QVERIFY(list.wordRect(1, 0).left() > list.wordRect(1, 1).left());
    QVERIFY(list.wordRect(1, 3).left() < list.wordRect(1, 4).left());  // New York, in their own order
    QVERIFY(list.wordRect(1, 5).left() < list.wordRect(1, 3).left());
    LabelBars bars;
    bars.resize(240, 100);
    bars.setCounts({{"a-label-with-a-very-long-name-indeed", 10}, {"X", 1}});
    QVERIFY(bars.labelWidth() <= 80);
}

void WindowTest::themeIsReadable() {
    for (const ThemeMode mode : {ThemeMode::Light, ThemeMode::Dark}) {
        applyTheme(*qApp, mode);
        const QPalette palette = QApplication::palette();
        for (const QColor& ground : {palette.color(QPalette::Window), palette.color(QPalette::Base),
                                     cardColour(palette), railColour(palette)})
            for (const QColor& text : {palette.color(QPalette::PlaceholderText), mutedText(palette),
                                       palette.color(QPalette::Text)})
                QVERIFY2(contrast(text, ground) >= 4.5, qPrintable(text.name() + " on " + ground.name()));
        QVERIFY(contrast(warningText(palette), warningFill(palette)) >= 4.5);
        QVERIFY(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >=
                4.5);
        // An unchecked box is seen: its frame stands out from the ground (WCAG 1.4.11: 3).
        QVERIFY(contrast(mutedText(palette), palette.color(QPalette::Base)) >= 3);
    }
    applyTheme(*qApp, ThemeMode::Light);
}

void WindowTest::everyCommandIsListed() {
    send(snapshot("/a"));
    QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
    auto* palette = m_window->findChild<CommandPalette*>();
    QVERIFY(palette);
    auto* list = palette->findChild<QListWidget*>();
    for (const char* text : {"Welcome", "Undo", "Redo", "Go to Settings", "Run the experiment", "Quit",
                             "Describe a new data set", "Dark look", "Pause the queue", "Export the figure"})
        QVERIFY2(!list->findItems(QLatin1String(text), Qt::MatchStartsWith).empty(), text);
    QVERIFY(list->currentItem()->flags() & Qt::ItemIsEnabled);
    palette->close();
}

/// What can be done with the experiments, by name; what cannot, greyed.
void WindowTest::queueCommandsFollowTheQueue() {
    auto first = snapshot("/a");
    first->checkpoints[1].problem = "Its file is empty.";
    first->gone = {{3, "The folder is gone."}};
    std::int64_t id = 1;
    const auto add = [&](const char* name, ExperimentState state, std::vector<std::string> leftOut = {}) {
        ExperimentRow row;
        row.id = ++id;
        row.name = name;
        row.state = state;
        row.leftOut = std::move(leftOut);
        first->experiments.push_back(row);
    };
    add("waits", ExperimentState::Waiting);
    add("stopped", ExperimentState::Cancelled);
    add("failed", ExperimentState::Failed);
    add("with a gap", ExperimentState::Done, {"/ck/a: damaged"});
    add("whole", ExperimentState::Done);
    send(first);
    const auto open = [&] {
        m_window->activateWindow();  // a palette was before
        if (!QTest::qWaitForWindowActive(m_window.get())) qWarning("the window is not active");
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        return m_window->findChild<CommandPalette*>();
    };
    const auto choose = [&](const QString& text) {
        QPointer<CommandPalette> palette = open();
        auto* search = palette->findChild<QLineEdit*>();
        QTest::keyClicks(search, text);
        QTest::keyClick(search, Qt::Key_Return);
        return QTest::qWaitFor([&] { return palette.isNull(); });
    };
    QVERIFY(choose(QStringLiteral("Cancel the running experiment: minibert on EWT")));
    QTRY_COMPARE(m_backend->cancelled, std::vector<std::int64_t>{1});
    QVERIFY(child<QWidget>("queuePage")->isVisible());
    QVERIFY(choose(QStringLiteral("waiting experiment: waits")));
    QTRY_COMPARE(m_backend->cancelled, (std::vector<std::int64_t>{1, 2}));
    for (const char* text : {"Resume an experiment: stopped", "left out: failed", "left out: with a gap"})
        QVERIFY(choose(QLatin1String(text)));
    QTRY_COMPARE(m_backend->retried, (std::vector<std::int64_t>{3, 4, 5}));
    QVERIFY(choose(QStringLiteral("gone from disk off")));
    QTRY_COMPARE(m_backend->forgotten, std::vector<std::int64_t>{3});
    QVERIFY(choose(QStringLiteral("cannot be used off")));
    QTRY_COMPARE(m_backend->forgotten, std::vector<std::int64_t>{2});
    // Nothing to be done: said all the same.
    first = snapshot("/a");
    first->experiments.clear();
    send(first);
    QPointer<CommandPalette> palette = open();
    auto* list = palette->findChild<QListWidget*>();
    for (const char* text :
         {"Cancel the running experiment", "Resume an experiment", "Retry what failed or was left out",
          "Log of the running experiment", "Take checkpoints that are gone from disk off the list"}) {
        const auto found = list->findItems(QLatin1String(text), Qt::MatchExactly);
        QCOMPARE(found.size(), 1);
        QVERIFY2(!(found.front()->flags() & Qt::ItemIsEnabled), text);
    }
    palette->close();
}

}  // namespace strata

QTEST_MAIN(strata::WindowTest)
#include "tst_window.moc"
