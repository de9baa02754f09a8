// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/strata/worker.h"
#include "experiment/queue.h"
#include "support/tinymaterial.h"

#include <QDir>
#include <QFile>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <optional>
#include <unistd.h>

using namespace strata;

/// The window's backend without a window.
class TestWorker : public QObject {
    Q_OBJECT

    using Snapshot = std::shared_ptr<const WorkspaceSnapshot>;
    /// A worker whose workspace is open and has been told of the tiny checkpoints in a folder.
    struct Desk {
        QTemporaryDir folder;
        QString models = folder.filePath(QStringLiteral("drive/models"));
        Worker worker;
        Snapshot shown;

        Desk() {
            for (const int step : {0, 10, 20})
                test::writeTinyCheckpoint(pathOf(step), static_cast<std::uint64_t>(step));
            QObject::connect(&worker, &Backend::workspaceChanged, &worker,
                             [this](const Snapshot& snapshot) { shown = snapshot; });
        }
        QString pathOf(int step) const { return models + QStringLiteral("/tiny-seed_0-step_%1").arg(step); }
        const CheckpointRow* row(int step) const {
            for (const CheckpointRow& one : shown->checkpoints)
                if (one.step == step) return &one;
            return nullptr;
        }
        bool isGone(int step) const { return shown->gone.contains(row(step)->id); }
        bool areIdentified() const {
            return shown && shown->checkpoints.size() == 3 &&
                   std::none_of(shown->checkpoints.begin(), shown->checkpoints.end(),
                                [](const CheckpointRow& one) { return one.contentHash.empty(); });
        }
        void open() {
            shown.reset();
            worker.openWorkspace(folder.filePath(QStringLiteral("ws")));
        }
    };

  private Q_SLOTS:
    /// `strata --demo` asks for it before the workspace is open.
    void demoWaitsForTheWorkspace() {
        const QTemporaryDir folder;
        Worker worker;
        const QSignalSpy progress(&worker, &Backend::demoProgress);
        worker.runDemo();
        QTest::qWait(100);
        worker.openWorkspace(folder.filePath(QStringLiteral("ws")));
        QTRY_VERIFY_WITH_TIMEOUT(!progress.isEmpty(), 30'000);
    }

    /// Another program runs the queue: what was asked for here waits for its turn.
    void waitsForABusyQueue() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("ws"));
        Workspace workspace(path.toStdString());
        ExperimentSpec spec;
        spec.name = "waits";
        spec.checkpoints = {folder.filePath(QStringLiteral("nowhere")).toStdString()};
        spec.tasks = {TaskSpec()};
        spec.probes = {ProbeSpec()};
        std::optional<QueueLock> lock(std::in_place, workspace, "of somebody else");
        Worker worker;
        const QSignalSpy opened(&worker, &Backend::workspaceChanged);
        worker.openWorkspace(path);
        QTRY_VERIFY_WITH_TIMEOUT(!opened.isEmpty(), 30'000);
        const QSignalSpy enqueued(&worker, &Backend::experimentEnqueued);
        worker.enqueue(spec);
        QTRY_VERIFY_WITH_TIMEOUT(!enqueued.isEmpty(), 30'000);
        QTest::qWait(500);
        QVERIFY(workspace.experiments().at(0).state == ExperimentState::Waiting);
        lock.reset();
        // There is nothing to run in it: that it is tried is what counts.
        QTRY_VERIFY_WITH_TIMEOUT(workspace.experiments().at(0).state == ExperimentState::Failed, 30'000);
        QVERIFY(!workspace.experiments().at(0).failure.empty());
    }

    /// The program that was running it died while this one looked on.
    void noticesThatARunnerDied() {
        Desk desk;
        desk.open();
        QTRY_VERIFY_WITH_TIMEOUT(desk.shown, 30'000);
        Workspace workspace(desk.folder.filePath(QStringLiteral("ws")).toStdString());
        ExperimentRow row;
        row.name = "orphan";
        row.specJson = "{}";
        const std::int64_t id = workspace.addExperiment(row);
        std::optional<QueueLock> lock(std::in_place, workspace, "orphan");
        workspace.setExperimentState(id, ExperimentState::Running);
        QTRY_VERIFY_WITH_TIMEOUT(desk.shown->experiments.size() == 1 &&
                                     desk.shown->experiments[0].state == ExperimentState::Running,
                                 30'000);
        QTest::qWait(1200);  // two looks: it is alive
        QVERIFY(workspace.experiment(id)->state == ExperimentState::Running);
        lock.reset();
        QTRY_VERIFY_WITH_TIMEOUT(workspace.experiment(id)->state == ExperimentState::Interrupted, 30'000);
    }

    /// Retry computes what is missing, and nothing else.
    void retriesWhatWasLeftOut() {
        Desk desk;
        test::writeFile(desk.pathOf(10) + QStringLiteral("/model.safetensors"), "damaged");
        test::writeFile(desk.folder.filePath(QStringLiteral("text.conllu")), test::tinyConllu(20, 1));
        const ExperimentSpec spec =
            parseSpec({{"name", "gap"},
                       {"checkpoints", {"drive/models/*"}},
                       {"tasks", {{{"train", "text.conllu"}, {"dev", "text.conllu"}}}},
                       {"probes", {{{"set", {{"epochs", 1}}}}}}},
                      desk.folder.path().toStdString());
        std::vector<RunnerEvent> told;
        connect(&desk.worker, &Backend::runnerEvent, &desk.worker, [&](const RunnerEvent& event) {
            if (event.kind == RunnerEvent::Kind::RunFinished) told.push_back(event);
        });
        const auto isThrough = [&](std::int64_t runs) {
            return desk.shown && desk.shown->experiments.size() == 1 &&
                   desk.shown->experiments[0].state == ExperimentState::Done &&
                   desk.shown->experiments[0].runsDone == runs;
        };
        desk.open();
        QTRY_VERIFY(desk.shown);
        desk.worker.enqueue(spec);
        QTRY_VERIFY_WITH_TIMEOUT(isThrough(2), 60'000);
        desk.open();  // as at the next start
        QTRY_VERIFY(isThrough(2));
        const ExperimentRow row = desk.shown->experiments[0];
        QCOMPARE(row.leftOut.size(), std::size_t{1});
        QVERIFY2(row.leftOut[0].find(desk.pathOf(10).toStdString()) != std::string::npos,
                 row.leftOut[0].c_str());
        test::writeTinyCheckpoint(desk.pathOf(10), 10);
        told.clear();
        desk.worker.retryExperiment(row.id);
        QTRY_VERIFY_WITH_TIMEOUT(isThrough(3), 60'000);
        QCOMPARE(told.size(), std::size_t{1});
        QVERIFY(desk.shown->experiments[0].leftOut.empty());
    }

    /// Files of a data set that are not there are told with every preview of it, whichever split is shown.
    void tellsMissingFilesOfDataSets() {
        Desk desk;
        desk.open();
        QTRY_VERIFY(desk.shown);
        std::shared_ptr<const DatasetPreview> preview;
        connect(&desk.worker, &Backend::datasetPreviewReady, &desk.worker,
                [&](quint64, const std::shared_ptr<const DatasetPreview>& told) { preview = told; });
        const auto missingOf = [&](const DatasetRow& row) {
            preview.reset();
            desk.worker.previewDataset(row, QStringLiteral("train"));
            return QTest::qWaitFor([&] { return preview != nullptr; }) ? preview->missing
                                                                       : std::vector<std::string>{"late"};
        };
        const QString text = desk.folder.filePath(QStringLiteral("text.conllu"));
        test::writeFile(text, test::tinyConllu(5, 1));
        DatasetRow row;
        row.trainPath = row.devPath = text.toStdString();
        QVERIFY(missingOf(row).empty() && preview->sentenceCount == 5);
        row.devPath = "/nowhere/dev.conllu";
        QCOMPARE(missingOf(row).size(), std::size_t{1});
        QVERIFY2(preview->missing[0].starts_with("Dev: there is no file '/nowhere/dev.conllu'"),
                 preview->missing[0].c_str());
        QVERIFY(preview->problem.empty());  // of the split that is shown
        row.devPath.clear();
        QVERIFY(missingOf(row).size() == 1 && preview->missing[0].starts_with("Dev: no file is given"));
        row.testPath = row.devPath = text.toStdString();
        row.trainPath = "/nowhere/train.conllu";
        QVERIFY(missingOf(row).size() == 1 && preview->missing[0].starts_with("Train: there is no file"));
    }

    /// What a page stores when the window closes is there at the next start.
    void storesWhatWasAskedForBeforeClosing() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("ws"));
        {
            Worker worker;
            const QSignalSpy opened(&worker, &Backend::workspaceChanged);
            worker.openWorkspace(path);
            QTRY_VERIFY_WITH_TIMEOUT(!opened.isEmpty(), 30'000);
            for (int i = 0; i < 20; ++i)
                worker.setSetting(QStringLiteral("page.%1").arg(i), QStringLiteral("kept"));
        }
        const Workspace workspace(path.toStdString());
        for (int i = 0; i < 20; ++i)
            QCOMPARE(workspace.setting("page." + std::to_string(i)).value_or(""), std::string("kept"));
    }

    void tellsWhatAScanMayNotRead() {
        Desk desk;
        const QString closed = desk.models + QStringLiteral("/closed");
        QVERIFY(QDir().mkdir(closed));
        QVERIFY(QFile::setPermissions(closed, {}));
        // To root nothing is closed: be nobody meanwhile.
        const bool isRoot = ::geteuid() == 0;
        constexpr uid_t kNobody = 65534;
        if (isRoot &&
            (::chown(qPrintable(desk.folder.path()), kNobody, kNobody) != 0 || ::seteuid(kNobody) != 0))
            QSKIP("cannot give up root's rights");
        const auto back = qScopeGuard([&] {
            if (isRoot && ::seteuid(0) != 0) qFatal("root's rights are gone");
            QFile::setPermissions(closed, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        });
        desk.open();
        QTRY_VERIFY(desk.shown);
        const QSignalSpy finished(&desk.worker, &Backend::scanFinished);
        desk.worker.scanFolder(desk.models);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(finished.front().at(1).toInt(), 3);
        const QString problem = finished.front().at(2).toString();
        QVERIFY2(problem.contains(closed) && problem.contains(QStringLiteral("passed over")),
                 qPrintable(problem));
    }

    void noticesFoldersThatWentAndCameBack() {
        Desk desk;
        desk.open();
        QTRY_VERIFY(desk.shown);
        desk.worker.scanFolder(desk.models);
        QTRY_VERIFY(desk.areIdentified());
        QVERIFY(desk.shown->gone.empty());
        const std::string hash = desk.row(10)->contentHash;
        // One folder, seen when it is looked for.
        QVERIFY(QDir().rename(desk.pathOf(10), desk.folder.filePath(QStringLiteral("away"))));
        desk.worker.lookForFolders();
        QTRY_COMPARE(desk.shown->gone.size(), std::size_t{1});
        QVERIFY(desk.isGone(10));
        QVERIFY(desk.shown->gone.begin()->second.find("folder is gone") != std::string::npos);
        QVERIFY(!desk.shown->isUsable(*desk.row(10)) && desk.shown->isUsable(*desk.row(0)));
        QCOMPARE(desk.row(10)->contentHash, hash);  // what is known stays
        QVERIFY(desk.row(10)->problem.empty());
        // A scan brings it back.
        QVERIFY(QDir().rename(desk.folder.filePath(QStringLiteral("away")), desk.pathOf(10)));
        desk.worker.scanFolder(desk.models);
        QTRY_VERIFY(desk.shown->gone.empty());
        // All of them, seen by a scan that finds no folder.
        const QString drive = desk.folder.filePath(QStringLiteral("drive")), unplugged = drive + "-unplugged";
        QVERIFY(QDir().rename(drive, unplugged));
        const QSignalSpy finished(&desk.worker, &Backend::scanFinished);
        desk.worker.scanFolder(desk.models);
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(!finished.front().at(2).toString().isEmpty());
        QTRY_COMPARE(desk.shown->gone.size(), std::size_t{3});
        // And on opening.
        desk.open();
        QTRY_VERIFY(desk.shown && desk.shown->gone.size() == 3);
        QVERIFY(QDir().rename(unplugged, drive));
        desk.worker.lookForFolders();
        QTRY_VERIFY(desk.shown->gone.empty());
        for (const int step : {0, 10, 20})
            QVERIFY2(desk.row(step)->problem.empty(), desk.row(step)->problem.c_str());
    }

    /// What went before it could be identified has no problem of its own, and is identified once it is back.
    void identifiesWhatCameBack() {
        Desk desk;
        const QString away = desk.models + QStringLiteral("-away");
        {
            Workspace workspace(desk.folder.filePath(QStringLiteral("ws")).toStdString());
            for (const int step : {0, 10, 20}) {
                CheckpointRow row;
                row.path = desk.pathOf(step).toStdString();
                row.family = "tiny";
                row.seed = 0;
                row.step = step;
                workspace.upsertCheckpoint(row);
            }
        }
        QVERIFY(QDir().rename(desk.models, away));
        const QSignalSpy progress(&desk.worker, &Backend::scanProgress);
        desk.open();
        QTRY_COMPARE(progress.size(), 3);
        QTRY_COMPARE(desk.shown->gone.size(), std::size_t{3});
        QVERIFY(QDir().rename(away, desk.models));
        desk.worker.lookForFolders();
        QTRY_VERIFY(desk.areIdentified());
        for (const int step : {0, 10, 20})
            QVERIFY2(desk.row(step)->problem.empty(), desk.row(step)->problem.c_str());
    }

    void recallsWhatWasForgotten() {
        Desk desk;
        desk.open();
        QTRY_VERIFY(desk.shown);
        desk.worker.scanFolder(desk.models);
        QTRY_VERIFY(desk.areIdentified());
        const std::int64_t id = desk.row(10)->id;
        const std::string hash = desk.row(10)->contentHash;
        QVERIFY(QDir(desk.pathOf(10)).removeRecursively());
        desk.worker.forgetCheckpoints({id});
        QTRY_COMPARE(desk.shown->checkpoints.size(), std::size_t{2});
        desk.worker.recallCheckpoints({id});
        QTRY_COMPARE(desk.shown->checkpoints.size(), std::size_t{3});
        QCOMPARE(desk.row(10)->id, id);
        QCOMPARE(desk.row(10)->contentHash, hash);
        QTRY_VERIFY(desk.isGone(10));
    }

    void takesCorrectionsBack() {
        Desk desk;
        desk.open();
        QTRY_VERIFY(desk.shown);
        desk.worker.scanFolder(desk.models);
        QTRY_VERIFY(desk.areIdentified());
        const std::int64_t id = desk.row(20)->id;
        desk.worker.correctCheckpointName(id, QStringLiteral("mine"), 0, 2000, true);
        QTRY_VERIFY(desk.row(2000));
        QVERIFY(desk.row(2000)->nameCorrected);
        desk.worker.correctCheckpointName(id, QStringLiteral("mine"), 0, 20, false);
        QTRY_VERIFY(desk.row(20));
        QVERIFY(!desk.row(20)->nameCorrected);
        desk.worker.scanFolder(desk.models);
        QTRY_COMPARE(desk.row(20)->family, std::string("tiny"));  // a scan may name it again
    }

    void inspectsCheckpoints() {
        Desk desk;
        desk.open();
        QTRY_VERIFY(desk.shown);
        desk.worker.scanFolder(desk.models);
        QTRY_VERIFY(desk.areIdentified());
        quint64 answered = 0;
        int answers = 0;
        std::shared_ptr<const CheckpointContent> content;
        connect(&desk.worker, &Backend::checkpointInspected, &desk.worker,
                [&](quint64 request, const std::shared_ptr<const CheckpointContent>& told) {
                    answered = request;
                    content = told;
                    ++answers;
                });
        quint64 newest = 0;
        for (int i = 0; i < 20; ++i)
            newest = desk.worker.inspectCheckpoint(desk.row(i % 2 == 0 ? 0 : 10)->id);
        QTRY_COMPARE(answered, newest);
        QVERIFY(answers < 20);  // only who asks last needs an answer
        QVERIFY(content->config && content->tensorsProblem.empty());
        QCOMPARE(content->config->layers, test::kTinyLayers);
        QVERIFY(content->tensors.size() > 30);
        QFile weights(desk.pathOf(0) + QStringLiteral("/model.safetensors"));
        QVERIFY(weights.resize(100));
        newest = desk.worker.inspectCheckpoint(desk.row(0)->id);
        QTRY_COMPARE(answered, newest);
        QVERIFY(content->tensors.empty() && !content->tensorsProblem.empty());
    }
};

QTEST_GUILESS_MAIN(TestWorker)
#include "tst_worker.moc"
