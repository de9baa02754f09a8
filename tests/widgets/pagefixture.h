// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/experimentpage.h"
#include "widgets/mainwindow.h"
#include "widgets/plots/fakebackend.h"
#include "widgets/theme.h"

#include <QTemporaryDir>
#include <QtTest>

namespace strata::test {

/// Keeps what it is asked to do; the workspace is whatever the test sends next.
class PageBackend : public FakeBackend {
  public:
    struct Name {
        std::int64_t id;
        QString family;
        std::optional<int> seed;
        bool isByHand = true;
    };
    std::vector<DatasetRow> saved;
    std::vector<std::int64_t> deleted, cancelled, retried, forgotten, recalled, inspected;
    quint64 lastPlan = 0, lastInspection = 0,
            lastPreview = 0;  ///< other pages ask, too, and get numbers of their own
    int looks = 0;            ///< at the disk
    int stops = 0;            ///< of a search
    std::vector<ExperimentSpec> planned, enqueued;
    std::vector<std::pair<std::int64_t, std::int64_t>> moves;
    std::vector<Name> names;
    QStringList opened, scanned;
    std::vector<QStringList> renamed;  ///< id, name, note

    void openWorkspace(const QString& folder) override { opened << folder; }
    void scanFolder(const QString& folder) override { scanned << folder; }
    void cancelScan() override { ++stops; }
    void saveDataset(const DatasetRow& row) override { saved.push_back(row); }
    void deleteDataset(std::int64_t id) override { deleted.push_back(id); }
    quint64 plan(const ExperimentSpec& spec) override {
        planned.push_back(spec);
        return lastPlan = nextId++;
    }
    void enqueue(const ExperimentSpec& spec) override { enqueued.push_back(spec); }
    void cancelExperiment(std::int64_t id) override { cancelled.push_back(id); }
    void retryExperiment(std::int64_t id) override { retried.push_back(id); }
    quint64 previewDataset(const DatasetRow&, const QString&) override { return lastPreview = nextId++; }
    void lookForFolders() override { ++looks; }
    quint64 inspectCheckpoint(std::int64_t id) override {
        inspected.push_back(id);
        return lastInspection = nextId++;
    }
    void forgetCheckpoints(const std::vector<std::int64_t>& ids) override { forgotten = ids; }
    void recallCheckpoints(const std::vector<std::int64_t>& ids) override { recalled = ids; }
    void correctCheckpointName(std::int64_t id, const QString& family, std::optional<int> seed,
                               std::optional<std::int64_t>, bool isByHand) override {
        names.push_back({id, family, seed, isByHand});
    }
    void renameExperiment(std::int64_t id, const QString& name, const QString& note) override {
        renamed.push_back({QString::number(id), name, note});
    }
    void moveExperiment(std::int64_t id, std::int64_t position) override { moves.emplace_back(id, position); }
};

/// A spec of one checkpoint and one POS task on the train and dev files of a folder.
inline ExperimentSpec specOf(const std::string& checkpoint, const std::string& data) {
    ExperimentSpec spec;
    spec.name = "from a file";
    spec.checkpoints = {checkpoint};
    TaskSpec task;
    task.train = data + "/train.conllu";
    task.dev = data + "/dev.conllu";
    spec.tasks = {task};
    spec.probes = {ProbeSpec()};
    return spec;
}

inline DatasetRow dataset(std::int64_t id, const std::string& name) {
    DatasetRow row;
    row.id = id;
    row.name = name;
    row.trainPath = "/data/" + name + "/train.conllu";
    row.devPath = "/data/" + name + "/dev.conllu";
    return row;
}

/// The window on a backend that only remembers; a fresh one for each test.
class PageFixture : public QObject {
    Q_OBJECT
  protected Q_SLOTS:
    void initTestCase() {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.filePath("config"));
        applyTheme(*qApp, ThemeMode::Light);
    }
    void init() {
        m_backend = std::make_unique<PageBackend>();
        m_window = std::make_unique<MainWindow>(m_backend.get());
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void cleanup() {
        m_window.reset();
        m_backend.reset();
    }

  protected:
    template <typename T>
    T* child(const char* name) const {
        return m_window->findChild<T*>(QLatin1String(name));
    }
    std::shared_ptr<WorkspaceSnapshot> snapshot(const char* folder) const {
        auto made = inventedSnapshot();
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

}  // namespace strata::test
