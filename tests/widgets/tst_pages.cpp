// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/checkpointgrid.h"
#include "widgets/checkpointspage.h"
#include "widgets/commandpalette.h"
#include "widgets/datapage.h"
#include "widgets/experimentpage.h"
#include "widgets/explore/heatmapview.h"
#include "widgets/mainwindow.h"
#include "widgets/numberlist.h"
#include "widgets/plots/fakebackend.h"
#include "widgets/queuecard.h"
#include "widgets/queuepage.h"
#include "widgets/sentencelist.h"
#include "widgets/theme.h"

#include <QMimeData>
#include <QPlainTextEdit>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

namespace strata {

namespace {

/// Keeps what it is asked to do; the workspace is whatever the test sends next.
class PageBackend : public test::FakeBackend {
  public:
    struct Name {
        std::int64_t id;
        QString family;
        std::optional<int> seed;
    };
    std::vector<DatasetRow> saved;
    std::vector<std::int64_t> deleted, cancelled, forgotten;
    std::vector<ExperimentSpec> planned, enqueued;
    std::vector<std::pair<std::int64_t, std::int64_t>> moves;
    std::vector<Name> names;
    QStringList opened, scanned;

    void openWorkspace(const QString& folder) override { opened << folder; }
    void scanFolder(const QString& folder) override { scanned << folder; }
    void saveDataset(const DatasetRow& row) override { saved.push_back(row); }
    void deleteDataset(std::int64_t id) override { deleted.push_back(id); }
    quint64 plan(const ExperimentSpec& spec) override {
        planned.push_back(spec);
        return nextId++;
    }
    void enqueue(const ExperimentSpec& spec) override { enqueued.push_back(spec); }
    void cancelExperiment(std::int64_t id) override { cancelled.push_back(id); }
    void forgetCheckpoints(const std::vector<std::int64_t>& ids) override { forgotten = ids; }
    void correctCheckpointName(std::int64_t id, const QString& family, std::optional<int> seed,
                               std::optional<std::int64_t>) override {
        names.push_back({id, family, seed});
    }
    void moveExperiment(std::int64_t id, std::int64_t position) override { moves.emplace_back(id, position); }
};

DatasetRow dataset(std::int64_t id, const std::string& name) {
    DatasetRow row;
    row.id = id;
    row.name = name;
    row.trainPath = "/data/" + name + "/train.conllu";
    row.devPath = "/data/" + name + "/dev.conllu";
    return row;
}

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

/// The pages in the window: what belongs to one workspace does not cross into another, what is wrong is said,
/// and what was composed is there again.
class PagesTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() {
        m_window.reset();
        m_backend.reset();
    }
    void dataFormStaysInItsWorkspace();
    void dataKeepsNoteAndType();
    void dataNamesAreNotTakenTwice();
    void dataRemovalIsUndone();
    void dataTakesOnlyAnnotatedText();
    void composerStaysInItsWorkspace();
    void composerIsRemembered();
    void selectionIsRemembered();
    void specChoosesItsData();
    void specWaitsForItsData();
    void largeSpecWaitsForRun();
    void layersAndSeedsAreChecked();
    void refusedSettingStays();
    void numberLists();
    void correctionIsUndoneFromTheField();
    void forgottenCheckpointsComeBack();
    void listFollowsTheSelection();
    void pagesTakeTheFocus();
    void lastPageIsRemembered();
    void droppedFilesReachTheWindow();
    void pathsWaitForTheWorkspace();
    void statusSaysWhatFailed();
    void queueCards();
    void sentencesStayOnTheirCards();
    void themeIsReadable();
    void everyCommandIsListed();

  private:
    template <typename T>
    T* child(const char* name) const {
        return m_window->findChild<T*>(QLatin1String(name));
    }
    std::shared_ptr<WorkspaceSnapshot> snapshot(const char* folder) const {
        auto made = test::inventedSnapshot();
        made->folder = QLatin1String(folder);
        for (CheckpointRow& row : made->checkpoints) {
            row.path = std::string(folder) + row.path;
            row.layers = 4;
        }
        return made;
    }
    void send(const std::shared_ptr<const WorkspaceSnapshot>& sent) const {
        Q_EMIT m_backend->workspaceChanged(sent);
    }
    /// What the backend was told to keep, in a snapshot that comes later.
    void keepSettings(WorkspaceSnapshot& kept) const {
        for (const auto& [key, value] : m_backend->settings)
            kept.settings[key.toStdString()] = value.toStdString();
    }
    void type(const char* name, const QString& text, bool isEntered = true) const {
        auto* edit = child<QLineEdit>(name);
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, text);
        if (isEntered) QTest::keyClick(edit, Qt::Key_Return);
    }
    QString write(const QString& name, const QByteArray& text) const {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName()
                                                                                  : QString();
    }
    void choose(std::vector<std::int64_t> ids) const {
        m_window->findChild<ExperimentPage*>()->setCheckpoints(ids);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<PageBackend> m_backend;
    std::unique_ptr<MainWindow> m_window;
};

void PagesTest::initTestCase() {
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.filePath("config"));
    applyTheme(*qApp, ThemeMode::Light);
}

void PagesTest::init() {
    m_backend = std::make_unique<PageBackend>();
    m_window = std::make_unique<MainWindow>(m_backend.get());
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void PagesTest::dataFormStaysInItsWorkspace() {
    auto first = snapshot("/a"), second = snapshot("/b"), third = snapshot("/c");
    first->datasets = {dataset(7, "alpha")};
    second->datasets = {dataset(7, "beta")};
    send(first);
    m_window->showPage(PageKind::Data);
    QCOMPARE(child<QLineEdit>("datasetName")->text(), QStringLiteral("alpha"));
    m_window->openWorkspace(QStringLiteral("/b"));
    send(second);
    m_window->showPage(PageKind::Data);
    QCOMPARE(child<QLineEdit>("datasetName")->text(), QStringLiteral("beta"));
    QCOMPARE(child<QLineEdit>("trainFile")->text(), QStringLiteral("/data/beta/train.conllu"));
    QVERIFY(m_backend->saved.empty());
    type("devFile", QStringLiteral("/data/beta/other.conllu"));
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    QCOMPARE(m_backend->saved.back().id, 7);
    QCOMPARE(m_backend->saved.back().name, std::string("beta"));
    m_window->openWorkspace(QStringLiteral("/c"));
    send(third);
    QVERIFY(child<QLineEdit>("datasetName")->text().isEmpty());
    QVERIFY(child<QLineEdit>("devFile")->text().isEmpty());
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    // What was typed and not entered is kept where it was typed.
    send(first);
    m_window->showPage(PageKind::Data);
    type("testFile", QStringLiteral("/data/alpha/test.conllu"), false);
    m_window->openWorkspace(QStringLiteral("/b"));
    QCOMPARE(m_backend->saved.size(), std::size_t{2});
    QCOMPARE(m_backend->saved.back().name, std::string("alpha"));
}

void PagesTest::dataKeepsNoteAndType() {
    auto first = snapshot("/a");
    DatasetRow row = dataset(7, "alpha");
    row.type = "other";
    row.note = "Latin script";
    first->datasets = {row};
    send(first);
    m_window->showPage(PageKind::Data);
    auto* note = child<QPlainTextEdit>("datasetNote");
    QCOMPARE(note->toPlainText(), QStringLiteral("Latin script"));
    QCOMPARE(child<QLabel>("datasetFormat")->text(), QStringLiteral("CoNLL-U"));
    type("devFile", QStringLiteral("/data/alpha/d.conllu"));
    QCOMPARE(m_backend->saved.back().note, row.note);
    QCOMPARE(m_backend->saved.back().type, row.type);
    note->setFocus();
    note->setPlainText(QStringLiteral("Cyrillic script"));
    child<QLineEdit>("datasetName")->setFocus();
    QCOMPARE(m_backend->saved.back().note, std::string("Cyrillic script"));
    // A field left without a change stores nothing.
    const std::size_t count = m_backend->saved.size();
    note->setFocus();
    child<QLineEdit>("datasetName")->setFocus();
    QCOMPARE(m_backend->saved.size(), count);
}

void PagesTest::dataNamesAreNotTakenTwice() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "alpha")};
    send(first);
    m_window->showPage(PageKind::Data);
    QTest::mouseClick(child<QPushButton>("newDataset"), Qt::LeftButton);
    type("datasetName", QStringLiteral("alpha"));
    type("trainFile", QStringLiteral("/data/x/train.conllu"));
    QVERIFY(m_backend->saved.empty());
    QVERIFY(child<QLabel>("datasetProblem")->text().contains(QStringLiteral("alpha")));
    type("datasetName", QStringLiteral("beta"));
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    QCOMPARE(m_backend->saved.back().id, 0);
    auto next = std::make_shared<WorkspaceSnapshot>(*first);
    DatasetRow stored = m_backend->saved.back();
    stored.id = 2;
    next->datasets.push_back(stored);
    send(next);
    type("devFile", QStringLiteral("/data/x/dev.conllu"));
    QCOMPARE(m_backend->saved.back().id, 2);
}

void PagesTest::dataRemovalIsUndone() {
    auto first = snapshot("/a"), empty = snapshot("/a");
    first->datasets = {dataset(3, "alpha")};
    first->datasets.front().note = "note";
    send(first);
    m_window->showPage(PageKind::Data);
    QTest::mouseClick(child<QPushButton>("deleteDataset"), Qt::LeftButton);
    QCOMPARE(m_backend->deleted, std::vector<std::int64_t>{3});
    send(empty);
    QVERIFY(child<QLineEdit>("datasetName")->text().isEmpty());
    child<QWidget>("datasetList")->setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    QCOMPARE(m_backend->saved.back().name, std::string("alpha"));
    QCOMPARE(m_backend->saved.back().note, std::string("note"));
    QCOMPARE(child<QLineEdit>("datasetName")->text(), QStringLiteral("alpha"));
}

void PagesTest::dataTakesOnlyAnnotatedText() {
    const QString readme = write("README.md", "# A readme\n"), junk = write("notes.txt", "Some words.\n"),
                  spec = write("experiment.json", "{\n  \"name\": \"x\"\n}\n"),
                  train = write("x-train.conllu", "# id\n1\tA\t_\tDET\n\n"),
                  json = write("x.jsonl", "{\"text\": \"A b\", \"targets\": []}\n");
    QCOMPARE(textFormat(train), TextFormat::Conllu);
    QCOMPARE(textFormat(json), TextFormat::JsonLines);
    QCOMPARE(textFormat(spec), TextFormat::Unknown);
    auto first = snapshot("/a");
    first->datasets = {dataset(3, "alpha")};
    first->datasets.front().testPath = "/data/alpha/test.conllu";
    send(first);
    m_window->showPage(PageKind::Checkpoints);
    for (const QString& file : {readme, junk}) {
        m_window->takePath(file);
        QVERIFY(m_backend->saved.empty());
        QVERIFY(m_window->statusText().contains(QStringLiteral("no annotated text")));
        QVERIFY(child<QWidget>("checkpointsPage")->isVisible());
    }
    QCOMPARE(child<QLineEdit>("trainFile")->text(), QStringLiteral("/data/alpha/train.conllu"));
    // Another text: another data set, not another file of this one.
    m_window->takePath(train);
    QVERIFY(child<QWidget>("dataPage")->isVisible());
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    QCOMPARE(m_backend->saved.back().id, 0);
    QCOMPARE(m_backend->saved.back().trainPath, train.toStdString());
}

void PagesTest::composerStaysInItsWorkspace() {
    auto first = snapshot("/a"), second = snapshot("/b");
    first->datasets = {dataset(1, "alpha")};
    second->datasets = {dataset(1, "beta")};
    send(first);
    choose({1, 2});
    type("experimentName", QStringLiteral("of a"), false);
    child<QComboBox>("presetChoice")->setCurrentIndex(1);
    QCOMPARE(child<QListWidget>("chosenCheckpoints")->count(), 2);
    auto* page = m_window->findChild<CheckpointsPage*>();
    page->selectAll();
    QCOMPARE(page->selection().size(), std::size_t{10});
    m_window->openWorkspace(QStringLiteral("/b"));
    send(second);
    QCOMPARE(child<QListWidget>("chosenCheckpoints")->count(), 0);
    QVERIFY(child<QLineEdit>("experimentName")->text().isEmpty());
    QCOMPARE(child<QComboBox>("presetChoice")->currentIndex(), 0);
    QCOMPARE(child<QComboBox>("datasetChoice")->currentText(), QStringLiteral("beta"));
    QVERIFY(page->selection().empty());
}

void PagesTest::composerIsRemembered() {
    auto first = snapshot("/a"), second = snapshot("/b");
    first->datasets = {dataset(1, "alpha"), dataset(2, "beta")};
    send(first);
    m_window->showPage(PageKind::Experiment);
    choose({2, 5});
    child<QComboBox>("datasetChoice")->setCurrentIndex(1);
    type("experimentName", QStringLiteral("mine"), false);
    type("layersEdit", QStringLiteral("0-2"), false);
    type("probeSeeds", QStringLiteral("4"), false);
    child<QSpinBox>("trainLimit")->setValue(12);
    child<QCheckBox>("mixCheck")->setChecked(false);
    child<QComboBox>("dtypeChoice")->setCurrentIndex(1);
    auto* table = child<QTableWidget>("settingsTable");
    table->item(table->findItems("Epochs", Qt::MatchEndsWith).front()->row(), 1)->setText("3");
    const Json wanted = toJson(m_window->findChild<ExperimentPage*>()->spec());
    m_window->openWorkspace(QStringLiteral("/b"));
    keepSettings(*first);
    send(second);
    send(first);
    QCOMPARE(QString::fromStdString(toJson(m_window->findChild<ExperimentPage*>()->spec()).dump(1)),
             QString::fromStdString(wanted.dump(1)));
    QVERIFY(child<QListWidget>("chosenCheckpoints")->item(0)->text().contains(QStringLiteral("step 25")));
}

void PagesTest::selectionIsRemembered() {
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

void PagesTest::specChoosesItsData() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "alpha"), dataset(2, "beta")};
    send(first);
    ExperimentSpec spec;
    spec.name = "from a file";
    spec.checkpoints = {first->checkpoints.front().path};
    TaskSpec task;
    task.train = "/data/beta/train.conllu";
    task.dev = "/data/beta/dev.conllu";
    spec.tasks = {task};
    ProbeSpec probe;
    probe.allLayers = false;
    probe.layers = {0, 1, 2, 4};
    spec.probes = {probe};
    const QString file = write("spec.json", QByteArray::fromStdString(toJson(spec).dump(2)));
    m_window->takePath(file);
    QVERIFY(child<QWidget>("experimentPage")->isVisible());
    QVERIFY(m_backend->saved.empty());
    QCOMPARE(child<QComboBox>("datasetChoice")->currentText(), QStringLiteral("beta"));
    QCOMPARE(child<QLineEdit>("layersEdit")->text(), QStringLiteral("0-2, 4"));
    QTRY_VERIFY(!m_backend->planned.empty());
    QCOMPARE(m_backend->planned.back().tasks.front().train, task.train);
    QCOMPARE(m_backend->planned.back().probes.front().layers, probe.layers);
}

void PagesTest::specWaitsForItsData() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "gamma")};
    send(first);
    ExperimentSpec spec;
    spec.name = "from a file";
    spec.checkpoints = {first->checkpoints.front().path};
    TaskSpec task;
    task.train = "/elsewhere/gamma/train.conllu";
    task.dev = "/elsewhere/gamma/dev.conllu";
    spec.tasks = {task};
    spec.probes = {ProbeSpec()};
    m_window->takePath(write("spec.json", QByteArray::fromStdString(toJson(spec).dump(2))));
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    QCOMPARE(m_backend->saved.back().name, std::string("gamma (2)"));  // the other gamma stays
    send(std::make_shared<WorkspaceSnapshot>(*first));                 // news of something else
    QTest::qWait(400);
    for (const ExperimentSpec& planned : m_backend->planned)
        QVERIFY(planned.checkpoints.empty() || planned.tasks.front().train == task.train);
    QVERIFY(!child<QPushButton>("runExperiment")->isEnabled());
    auto next = std::make_shared<WorkspaceSnapshot>(*first);
    next->datasets.push_back(m_backend->saved.back());
    next->datasets.back().id = 9;
    send(next);
    QCOMPARE(child<QComboBox>("datasetChoice")->currentText(), QStringLiteral("gamma (2)"));
    QTRY_VERIFY(!m_backend->planned.empty());
    QCOMPARE(m_backend->planned.back().tasks.front().train, task.train);
}

void PagesTest::largeSpecWaitsForRun() {
    send(snapshot("/a"));
    ExperimentSpec spec;
    spec.name = "large";
    spec.checkpoints = {"/models/*"};
    TaskSpec task;
    task.train = task.dev = "/data/x.conllu";
    spec.tasks = {task};
    spec.probes = {ProbeSpec(), ProbeSpec()};
    m_window->takePath(write("large.json", QByteArray::fromStdString(toJson(spec).dump(2))));
    QVERIFY(m_backend->enqueued.empty());
    QVERIFY(child<QLabel>("wholeSpecNotice")->isVisible());
    QTRY_COMPARE(m_backend->planned.size(), std::size_t{1});
    auto plan = std::make_shared<Plan>();
    plan->runs.resize(3);
    Q_EMIT m_backend->planReady(m_backend->nextId - 1, plan);
    QTest::mouseClick(child<QPushButton>("runExperiment"), Qt::LeftButton);
    QCOMPARE(m_backend->enqueued.size(), std::size_t{1});
    QCOMPARE(m_backend->enqueued.front().probes.size(), std::size_t{2});
    QVERIFY(!child<QLabel>("wholeSpecNotice")->isVisible());
}

void PagesTest::layersAndSeedsAreChecked() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "alpha")};
    send(first);
    m_window->showPage(PageKind::Experiment);
    choose({1});
    auto* page = m_window->findChild<ExperimentPage*>();
    auto* run = child<QPushButton>("runExperiment");
    auto* notice = child<QLabel>("experimentProblem");
    const auto answer = [&] {
        auto plan = std::make_shared<Plan>();
        plan->runs.resize(1);
        Q_EMIT m_backend->planReady(m_backend->nextId - 1, plan);
    };
    QTRY_VERIFY(!m_backend->planned.empty());
    answer();
    QVERIFY(run->isEnabled());
    for (const char* bad : {"foo", "0-", "3-1", "1;2", "-1", "5", "1.5", ""}) {
        type("layersEdit", QLatin1String(bad));
        if (*bad == 0) QTest::keyClick(child<QLineEdit>("layersEdit"), Qt::Key_Backspace);
        QVERIFY2(notice->isVisible() && notice->text().startsWith(QStringLiteral("Layers")), bad);
        QVERIFY2(!run->isEnabled(), bad);
    }
    type("layersEdit", QStringLiteral("0-3, 2"));
    QVERIFY(page->problems().isEmpty());
    QCOMPARE(page->spec().probes.front().layers, (std::vector<int>{0, 1, 2, 3}));
    type("layersEdit", QStringLiteral("none"));
    QVERIFY(page->problems().isEmpty());
    QVERIFY(!page->spec().probes.front().allLayers && page->spec().probes.front().layers.empty());
    child<QCheckBox>("mixCheck")->setChecked(false);
    QVERIFY(!page->problems().isEmpty());
    type("layersEdit", QStringLiteral("all"));
    QVERIFY(page->problems().isEmpty());
    type("probeSeeds", QStringLiteral("foo"));
    QVERIFY(notice->text().startsWith(QStringLiteral("Probe seeds")));
    QVERIFY(!run->isEnabled());
    type("probeSeeds", QStringLiteral("0-3, 7"));
    QVERIFY(page->problems().isEmpty());
    QCOMPARE(page->spec().probes.front().seeds, (std::vector<std::uint64_t>{0, 1, 2, 3, 7}));
}

void PagesTest::refusedSettingStays() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "alpha")};
    send(first);
    m_window->showPage(PageKind::Experiment);
    choose({1});
    auto* table = child<QTableWidget>("settingsTable");
    const int row = table->findItems("Epochs", Qt::MatchEndsWith).front()->row();
    table->item(row, 1)->setText(QStringLiteral("abc"));
    Q_EMIT m_backend->planReady(m_backend->nextId - 1, std::make_shared<Plan>());
    send(std::make_shared<WorkspaceSnapshot>(*first));
    type("experimentName", QStringLiteral("x"));
    QTest::qWait(400);
    auto* notice = child<QLabel>("experimentProblem");
    QVERIFY(notice->isVisible() && notice->text().contains(QStringLiteral("epochs")));
    QCOMPARE(table->item(row, 1)->text(), QStringLiteral("abc"));
    QVERIFY(!child<QPushButton>("runExperiment")->isEnabled());
    table->item(row, 1)->setText(QStringLiteral("7"));
    QVERIFY(!notice->isVisible());
    QCOMPARE(m_window->findChild<ExperimentPage*>()->spec().probes.front().overrides, Json({{"epochs", 7}}));
}

void PagesTest::numberLists() {
    using List = std::vector<std::uint64_t>;
    QCOMPARE(numberList(QStringLiteral(" 0-3, 6 "), 12), (List{0, 1, 2, 3, 6}));
    QCOMPARE(numberList(QStringLiteral("2, 0–1"), 12), (List{2, 0, 1}));
    QVERIFY(!numberList(QStringLiteral("0-13"), 12));
    QVERIFY(!numberList(QStringLiteral("0-1000000000"), 2'000'000'000));
    QVERIFY(!numberList(QStringLiteral("99999999999999999999"), ~std::uint64_t{0}));
    QVERIFY(!numberList(QStringLiteral("1,,2"), 12));
    QVERIFY(!numberList({}, 12));
    QCOMPARE(numberListText({0, 1, 2, 3, 6, 7}), QStringLiteral("0-3, 6, 7"));
}

void PagesTest::correctionIsUndoneFromTheField() {
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
    send(corrected);
    auto* edit = child<QLineEdit>("seedEdit");
    QVERIFY(edit->hasFocus());
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_backend->names.size(), std::size_t{2});
    QCOMPARE(m_backend->names.back().id, 3);
    QCOMPARE(m_backend->names.back().seed, 0);
    send(first);
    QCOMPARE(edit->text(), QStringLiteral("0"));
    // What is being typed is the field's own to take back.
    QTest::keyClicks(edit, QStringLiteral("7"));
    QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(edit->text(), QStringLiteral("0"));
    QCOMPARE(m_backend->names.size(), std::size_t{2});
}

void PagesTest::forgottenCheckpointsComeBack() {
    send(snapshot("/a"));
    m_window->showPage(PageKind::Checkpoints);
    auto* grid = m_window->findChild<CheckpointGrid*>();
    QTest::mouseClick(grid, Qt::LeftButton, {}, grid->cellOf(3).center());
    QTest::mouseClick(child<QPushButton>("forgetCheckpoints"), Qt::LeftButton);
    QCOMPARE(m_backend->forgotten, std::vector<std::int64_t>{3});
    QTest::keyClick(grid, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_backend->scanned, QStringList{QStringLiteral("/a/models/minibert-seed_0-step_50")});
}

void PagesTest::listFollowsTheSelection() {
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

void PagesTest::pagesTakeTheFocus() {
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

void PagesTest::lastPageIsRemembered() {
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

void PagesTest::droppedFilesReachTheWindow() {
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

void PagesTest::pathsWaitForTheWorkspace() {
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

void PagesTest::statusSaysWhatFailed() {
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
    m_window->showPage(PageKind::Queue);
    child<QPushButton>("pauseQueue")->click();
    QVERIFY(m_window->statusText().startsWith(QStringLiteral("Queue paused")));
    child<QPushButton>("pauseQueue")->click();
    tell(RunnerEvent::Kind::Started);
    tell(RunnerEvent::Kind::Finished);
    QCOMPARE(m_window->statusText(), QStringLiteral("Ready"));
}

void PagesTest::queueCards() {
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

void PagesTest::sentencesStayOnTheirCards() {
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

void PagesTest::themeIsReadable() {
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

void PagesTest::everyCommandIsListed() {
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

}  // namespace strata

QTEST_MAIN(strata::PagesTest)
#include "tst_pages.moc"
