// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"
#include "widgets/navigationrail.h"

#include <QLabel>
#include <QMainWindow>
#include <QProgressBar>
#include <QStackedWidget>
#include <QToolButton>
#include <QUndoStack>

#include <functional>

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

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

  private:
    void makePages();
    void makeActions();
    void makeStatusLine();
    void connectBackend();
    void applySnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    void updateWorkspaceMenu();
    void startDemo();
    void showHelp();
    void say(const QString& text, int done = -1, int total = -1);
    QAction* addCommand(const QString& text, const QKeySequence& keys, const std::function<void()>& run);

    Backend* m_backend;
    QUndoStack* m_undo;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    NavigationRail* m_rail;
    QStackedWidget* m_pages;
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
