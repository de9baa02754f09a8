// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QButtonGroup>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QUndoStack>
#include <QWidget>

#include <set>

namespace strata {

class CheckpointGrid;
class CheckpointInspector;
class CheckpointModel;
class ScanNotice;

/// Where it begins: the checkpoints found, chosen in a grid or a list, with an inspector below. Remembers per
/// workspace what is chosen, and the view, under "page.checkpoints". GUI thread.
class CheckpointsPage : public QWidget {
    Q_OBJECT
  public:
    CheckpointsPage(Backend* backend, QUndoStack* undo, QWidget* parent = nullptr);
    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    const std::set<std::int64_t>& selection() const { return m_selection; }
    /// Stores what is typed and chosen now: before the workspace is left.
    void flush();

  public Q_SLOTS:
    void chooseFolder();
    void scan(const QString& folder);
    void selectAll();
    void selectNone();
    void selectFirstMiddleLast();
    void selectEveryNth();
    void forgetSelected();
    void forgetGone();
    void forgetUnusable();     ///< damaged ones, and what is no BERT
    void showView(int index);  ///< 0 = grid, 1 = list

  Q_SIGNALS:
    void scanBegun();
    void newExperimentRequested(const std::vector<std::int64_t>& checkpoints);

  protected:
    bool event(QEvent* event) override;

  private:
    QWidget* makeHeader();
    QWidget* makeSelectionBar();
    QWidget* makeAction();
    void setSelection(std::set<std::int64_t> ids);
    void showSelectionInList();
    void restore();
    void selectEvery(int n);
    void selectSeed(int seed);
    void updateSelection();
    void updateSeedChips();
    static void offer(QPushButton* button, qint64 count, const QString& text);
    void fitViews();
    const CheckpointRow* rowOf(std::int64_t id) const;
    void storeState();
    void inspect(qint64 id);
    void forget(std::vector<std::int64_t> ids);

    Backend* m_backend;
    QUndoStack* m_undo;
    QTimer m_store;
    std::string m_storedState;
    bool m_isFilling = false;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    std::set<std::int64_t> m_selection;
    std::int64_t m_inspected = 0;
    std::set<int> m_seedsShown;
    QWidget *m_selectionBar, *m_action;
    QLabel *m_subtitle, *m_selectionText, *m_actionText, *m_legend;
    QStackedWidget* m_views;
    CheckpointGrid* m_grid;
    CheckpointModel* m_model;
    QTableView* m_list;
    QWidget* m_seedChips;
    CheckpointInspector* m_inspector;
    QPushButton *m_newExperiment, *m_forget, *m_forgetGone, *m_forgetUnusable;
    QButtonGroup* m_viewChips;
    QSpinBox* m_every;
    ScanNotice* m_scanNotice;
};

}  // namespace strata
