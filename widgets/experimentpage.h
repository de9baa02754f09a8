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
#include <QUndoStack>
#include <QWidget>

namespace strata {

class Notice;

/// The composer: checkpoints, task, probes, and what it will cost before anything runs. Remembers what is
/// composed per workspace under the setting "page.experiment". GUI thread.
class ExperimentPage : public QWidget {
    Q_OBJECT
  public:
    ExperimentPage(Backend* backend, QUndoStack* undo, QWidget* parent = nullptr);
    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    void setCheckpoints(const std::vector<std::int64_t>& ids);
    void loadSpec(const QString& file);
    ExperimentSpec spec() const;
    /// Stores what is composed now: before the workspace is left.
    void flush();
    /// Why it cannot run as it is written here, a line each; empty = nothing is wrong.
    QStringList problems() const;

    /// All that is composed here.
    struct Composition {
        Json state;
        qint64 dataset = 0;  ///< its id: it may get another name meanwhile
        std::map<std::string, std::pair<QString, QString>> refused;
        std::shared_ptr<const ExperimentSpec> whole;

        bool operator==(const Composition&) const = default;
    };
    /// Shows another one; for undo.
    void compose(const Composition& wanted);

  Q_SIGNALS:
    void dataRequested();
    void checkpointsRequested();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    QWidget* makeCheckpoints();
    QWidget* makeTask();
    QWidget* makeProbes();
    QWidget* makePlan();
    void showSettings();
    void settingEdited(int row);
    void changed();
    void composed();
    void composed(const QString& what, int kind = -1);
    void fillDatasets();
    void showCheckpoints();
    void askForPlan();
    void showPlan(const Plan& plan);
    void run();
    void saveSpec();
    ProbeSettings settings() const;
    const DatasetRow* dataset() const;
    int deepestLayer() const;
    // experimentpagestate.cpp
    void clear();
    void fill(const ExperimentSpec& spec);
    void takeDataset(const TaskSpec& task);
    Json state() const;
    void restore(const std::string& state);
    void put(const Json& state);
    // experimentpageundo.cpp
    void rememberTyping(QLineEdit* edit, const QString& what);
    void rememberSteps(QSpinBox* box, const QString& what, int kind);
    void remember(const QString& what, int kind = -1);
    Composition composition() const;

    Backend* m_backend;
    QUndoStack* m_undo;
    Composition m_remembered;  ///< as undo knows it
    int m_stepping = 0;        ///< grows when a spin box is left
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    std::vector<std::string> m_paths;
    Json m_overrides = Json::object();
    std::map<std::string, std::pair<QString, QString>> m_refused;  ///< setting -> what was typed, why not
    std::shared_ptr<const ExperimentSpec> m_whole;  ///< holds more than this page shows, run as it stands
    std::optional<DatasetRow> m_wantedData;  ///< sent to be stored; to be chosen as soon as it is there
    std::string m_note, m_storedState;       ///< the spec's note; the state as last stored
    quint64 m_planId = 0;
    bool m_isFilling = false;
    QTimer m_soon, m_store;
    QLineEdit *m_name, *m_layers, *m_seeds;
    QListWidget* m_checkpoints;
    QLabel *m_checkpointText, *m_planText, *m_planDetails;
    QComboBox *m_dataset, *m_score, *m_preset, *m_dtype;
    QSpinBox *m_trainLimit, *m_maxPieces;
    QCheckBox* m_mix;
    QTableWidget* m_table = nullptr;
    QPushButton* m_run;
    Notice *m_problem, *m_warnings, *m_wholeNotice;
};

}  // namespace strata
