// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "pagefixture.h"
#include "widgets/checkpointspage.h"
#include "widgets/numberlist.h"

#include <QMimeData>
#include <QPlainTextEdit>

#include <cmath>

namespace strata {

using namespace test;

/// The composer: remembered per workspace, on the right data, and what is wrong is said.
class ExperimentPageTest : public PageFixture {
    Q_OBJECT
  private Q_SLOTS:
    void composerStaysInItsWorkspace();
    void composerIsRemembered();
    void specChoosesItsData();
    void specWaitsForItsData();
    void largeSpecWaitsForRun();
    void layersAndSeedsAreChecked();
    void refusedSettingStays();
    void runStaysInItsPlace();
    void marksFollowTheLook();
    void planCountsInWords();
    void numberLists();
};

void ExperimentPageTest::composerStaysInItsWorkspace() {
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

void ExperimentPageTest::composerIsRemembered() {
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

void ExperimentPageTest::specChoosesItsData() {
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

void ExperimentPageTest::specWaitsForItsData() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "gamma")};
    send(first);
    const ExperimentSpec spec = specOf(first->checkpoints.front().path, "/elsewhere/gamma");
    m_window->takePath(write("spec.json", QByteArray::fromStdString(toJson(spec).dump(2))));
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    QCOMPARE(m_backend->saved.back().name, std::string("gamma (2)"));  // the other gamma stays
    send(std::make_shared<WorkspaceSnapshot>(*first));                 // news of something else
    QTest::qWait(400);
    for (const ExperimentSpec& planned : m_backend->planned)
        QVERIFY(planned.checkpoints.empty() || planned.tasks.front().train == spec.tasks.front().train);
    QVERIFY(!child<QPushButton>("runExperiment")->isEnabled());
    auto next = std::make_shared<WorkspaceSnapshot>(*first);
    next->datasets.push_back(m_backend->saved.back());
    next->datasets.back().id = 9;
    send(next);
    QCOMPARE(child<QComboBox>("datasetChoice")->currentText(), QStringLiteral("gamma (2)"));
    QTRY_VERIFY(!m_backend->planned.empty());
    QCOMPARE(m_backend->planned.back().tasks.front().train, spec.tasks.front().train);
}

void ExperimentPageTest::largeSpecWaitsForRun() {
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
    Q_EMIT m_backend->planReady(m_backend->lastPlan, plan);
    QTest::mouseClick(child<QPushButton>("runExperiment"), Qt::LeftButton);
    QCOMPARE(m_backend->enqueued.size(), std::size_t{1});
    QCOMPARE(m_backend->enqueued.front().probes.size(), std::size_t{2});
    QVERIFY(!child<QLabel>("wholeSpecNotice")->isVisible());
}

void ExperimentPageTest::layersAndSeedsAreChecked() {
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
        Q_EMIT m_backend->planReady(m_backend->lastPlan, plan);
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

void ExperimentPageTest::refusedSettingStays() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "alpha")};
    send(first);
    m_window->showPage(PageKind::Experiment);
    choose({1});
    auto* table = child<QTableWidget>("settingsTable");
    const int row = table->findItems("Epochs", Qt::MatchEndsWith).front()->row();
    table->item(row, 1)->setText(QStringLiteral("abc"));
    Q_EMIT m_backend->planReady(m_backend->lastPlan, std::make_shared<Plan>());
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

/// Whatever is said beside it: who is about to press it does not miss it.
void ExperimentPageTest::runStaysInItsPlace() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "alpha")};
    send(first);
    m_window->resize(1280, 720);
    m_window->showPage(PageKind::Experiment);
    choose({1});
    QTRY_VERIFY(!m_backend->planned.empty());
    auto* run = child<QPushButton>("runExperiment");
    auto plan = std::make_shared<Plan>();
    plan->runs.resize(4);
    const auto answer = [&] {
        Q_EMIT m_backend->planReady(m_backend->lastPlan, plan);
        QTest::qWait(50);
        return QRect(run->mapTo(m_window.get(), QPoint()), run->size());
    };
    const QRect place = answer();
    const QSize size = m_window->size();
    QVERIFY(m_window->rect().contains(place));
    plan = std::make_shared<Plan>(*plan);
    for (int i = 0; i < 9; ++i) {
        plan->warnings.push_back("A warning of more words than stand on one line: " + std::string(150, 'w') +
                                 " " + std::string(100, 'x'));
        QCOMPARE(answer(), place);
    }
    Q_EMIT m_backend->planFailed(m_backend->lastPlan, QString(400, QLatin1Char('p')) + QStringLiteral(" q"));
    QTest::qWait(50);
    QCOMPARE(QRect(run->mapTo(m_window.get(), QPoint()), run->size()), place);
    QCOMPARE(m_window->size(), size);
}

void ExperimentPageTest::marksFollowTheLook() {
    send(snapshot("/a"));
    m_window->showPage(PageKind::Experiment);
    auto* table = child<QTableWidget>("settingsTable");
    const int changed = table->findItems("Epochs", Qt::MatchEndsWith).front()->row();
    table->item(changed, 1)->setText(QStringLiteral("3"));
    const int refused = changed == 0 ? 1 : 0;
    table->item(refused, 1)->setText(QStringLiteral("no such value"));
    for (const char* look : {"dark", "light"}) {
        applyTheme(*qApp, themeModeOf(QLatin1String(look)));
        QCoreApplication::processEvents();
        const QPalette palette = QApplication::palette();
        for (const int column : {0, 1}) {
            QCOMPARE(table->item(changed, column)->foreground().color(), palette.color(QPalette::Highlight));
            QCOMPARE(table->item(refused, column)->foreground().color(), warningText(palette));
        }
        QCOMPARE(table->item(refused, 1)->text(), QStringLiteral("no such value"));
    }
}

void ExperimentPageTest::planCountsInWords() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "alpha")};
    send(first);
    m_window->showPage(PageKind::Experiment);
    choose({1});
    QTRY_VERIFY(!m_backend->planned.empty());
    Plan plan;
    const auto told = [&] {
        Q_EMIT m_backend->planReady(m_backend->lastPlan, std::make_shared<Plan>(plan));
        QString text;
        for (const QLabel* label : child<QWidget>("experimentPage")->findChildren<QLabel*>())
            text += label->text() + QLatin1Char('\n');
        return text;
    };
    plan.runs.resize(1);
    plan.encodingPasses = 1;
    QVERIFY2(told().contains(QStringLiteral("\n1 run · about")), qPrintable(told()));
    QVERIFY(told().contains(QStringLiteral("0 of 1 run is there already")));
    QVERIFY(told().contains(QStringLiteral("1 encoding pass (")));
    plan.runsThere = 1;
    QVERIFY(told().contains(QStringLiteral("The one run is there already")));
    plan.runs.resize(3);
    QVERIFY(told().contains(QStringLiteral("\n2 runs · about")));
    QVERIFY(told().contains(QStringLiteral("1 of 3 runs is there already")));
}

void ExperimentPageTest::numberLists() {
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

}  // namespace strata

QTEST_MAIN(strata::ExperimentPageTest)
#include "tst_experimentpage.moc"
