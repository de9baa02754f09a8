// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QButtonGroup>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QStackedWidget>
#include <QTableView>
#include <QUndoStack>
#include <QWidget>

#include <set>

namespace strata {

class CheckpointGrid;
class CheckpointModel;
class Notice;

/// Where it begins: the checkpoints found, chosen in a grid or a list, with an inspector where wrong names
/// are put right.
class CheckpointsPage : public QWidget {
    Q_OBJECT
  public:
    CheckpointsPage(Backend* backend, QUndoStack* undo, QWidget* parent = nullptr);
    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    const std::set<std::int64_t>& selection() const { return m_selection; }

  public Q_SLOTS:
    void chooseFolder();
    void selectAll();
    void selectNone();
    void selectFirstMiddleLast();

  Q_SIGNALS:
    void newExperimentRequested(const std::vector<std::int64_t>& checkpoints);

  private:
    QWidget* makeHeader();
    QWidget* makeSelectionBar();
    QWidget* makeAction();
    QWidget* makeInspector();
    void setSelection(std::set<std::int64_t> ids);
    void selectEvery(int n);
    void selectSeed(int seed);
    void updateSelection();
    void updateSeedChips();
    void fitViews();
    void inspect(qint64 id);
    void storeName();

    Backend* m_backend;
    QUndoStack* m_undo;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    std::set<std::int64_t> m_selection;
    std::int64_t m_inspected = 0;
    QWidget *m_selectionBar, *m_action;
    QLabel *m_subtitle, *m_selectionText, *m_actionText, *m_legend, *m_name, *m_origin, *m_facts;
    QStackedWidget* m_views;
    CheckpointGrid* m_grid;
    CheckpointModel* m_model;
    QTableView* m_list;
    QWidget *m_seedChips, *m_inspector;
    QPushButton* m_newExperiment;
    Notice *m_scanNotice, *m_problem;
    QLineEdit *m_family, *m_seed, *m_step;
};

}  // namespace strata
