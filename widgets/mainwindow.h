// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"
#include "widgets/navigationrail.h"

#include <QAbstractButton>
#include <QLabel>
#include <QMainWindow>
#include <QProgressBar>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QUndoStack>

#include <functional>
#include <vector>

namespace strata {

class CheckpointsPage;
class DataPage;
class ExperimentPage;
class ExplorePage;
class FiguresPage;
class QueuePage;
class SettingsPage;
class WelcomePage;

/// Puts rail, pages and status line together and passes snapshots on; behaviour lives in the pages.
class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    explicit MainWindow(Backend* backend, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openWorkspace(const QString& folder);
    void showPage(PageKind page);
    /// Takes dropped or given folders and files: workspaces, checkpoint folders, specs, annotated text.
    void takePath(const QString& path);
    bool isShowingWelcome() const;
    QString statusText() const { return m_status->text(); }

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

  private:
    void makePages();
    void makeActions();
    void makeButtonCommands();
    void makeQueueCommands();
    void showPalette();
    void makeStatusLine();
    void connectBackend();
    void applySnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    void updateWorkspaceMenu();
    void chooseWorkspace();
    /// Shows a page and gives its main part the keyboard; showPage() also remembers it.
    void present(PageKind page);
    QWidget* pageOf(PageKind page) const;
    void flushPages();
    void endOpening();
    void takeWaitingPaths();
    void noteRun(const RunnerEvent& event);
    QString idleText() const;
    void startDemo();
    void showHelp();
    void say(const QString& text, int done = -1, int total = -1);
    void tell(const QString& text);
    void showStatus(const QString& text);
    QAction* addCommand(const QString& text, const QKeySequence& keys, const std::function<void()>& run);

    Backend* m_backend;
    QUndoStack* m_undo;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    NavigationRail* m_rail;
    QStackedWidget* m_pages;
    bool m_isOpening = false, m_isPaused = false;
    QStringList m_waitingPaths;  ///< given while a workspace is being opened: they belong to it
    QString m_lastPage, m_failure, m_said;
    QTimer m_telling;
    std::vector<std::pair<QAction*, QAbstractButton*>> m_buttonCommands;
    std::vector<QAction*> m_queueCommands;  ///< as the palette was last opened
    WelcomePage* m_welcome;
    CheckpointsPage* m_checkpoints;
    DataPage* m_data;
    ExperimentPage* m_experiment;
    QueuePage* m_queue;
    ExplorePage* m_explore;
    FiguresPage* m_figures;
    SettingsPage* m_settings;
    QProgressBar* m_progress;
    QToolButton* m_status;
    QLabel* m_machine;
};

}  // namespace strata
