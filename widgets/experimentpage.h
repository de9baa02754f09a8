// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "probing/probesettings.h"
#include "widgets/backend.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QTimer>
#include <QWidget>

namespace strata {

class Notice;

/// The composer: checkpoints, task, probes, and what it will cost before anything runs.
class ExperimentPage : public QWidget {
    Q_OBJECT
  public:
    explicit ExperimentPage(Backend* backend, QWidget* parent = nullptr);
    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    void setCheckpoints(const std::vector<std::int64_t>& ids);
    void loadSpec(const QString& file);
    ExperimentSpec spec() const;

  Q_SIGNALS:
    void dataRequested();
    void checkpointsRequested();

  private:
    QWidget* makeCheckpoints();
    QWidget* makeTask();
    QWidget* makeProbes();
    QWidget* makePlan();
    void showSettings();
    void changed();
    void askForPlan();
    void showPlan(const Plan& plan);
    void saveSpec();
    ProbeSettings settings() const;

    Backend* m_backend;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    std::vector<std::string> m_paths;
    Json m_overrides = Json::object();
    quint64 m_planId = 0;
    bool m_isFilling = false;
    QTimer m_soon;
    QLineEdit *m_name, *m_layers, *m_seeds;
    QListWidget* m_checkpoints;
    QLabel *m_checkpointText, *m_planText, *m_planDetails;
    QComboBox *m_dataset, *m_score, *m_preset, *m_dtype;
    QSpinBox *m_trainLimit, *m_maxPieces;
    QCheckBox* m_mix;
    QTableWidget* m_table;
    QPushButton* m_run;
    Notice *m_problem, *m_warnings;
};

}  // namespace strata
