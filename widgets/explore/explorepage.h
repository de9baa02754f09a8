// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QWidget>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace strata {

class CellInspector;
class HeatmapView;
class ViewChoices;

/// The heart of the window: results as a heatmap of layer by training step that fills while a run goes on,
/// and the sentences behind each cell. Asks the backend, drops answers that are no longer wanted, remembers
/// its state per workspace under the setting "page.explore". GUI thread.
class ExplorePage : public QWidget {
    Q_OBJECT
  public:
    explicit ExplorePage(Backend* backend, QWidget* parent = nullptr);

    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    void showExperiment(qint64 id);
    FigureDescription figure() const;  ///< what is shown now, as a figure

  Q_SIGNALS:
    void figureRequested(const strata::FigureDescription& figure);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    struct CellRequest {
        std::vector<std::int64_t> runs;  ///< of the cell; examples are of the first
        std::int64_t otherRun = 0;
        std::string layer, otherLayer;
        ExampleFilter filter = ExampleFilter::Wrong;
        bool operator==(const CellRequest&) const = default;
    };
    void build();
    void connectBackend();
    void experimentChanged();
    void askForHeatmap();
    void askForEverything();
    void askForCell();
    void askForNextRun();
    void showNoCell(const QString& reason = {});
    void showHeatmap(std::shared_ptr<const Heatmap> heatmap);
    void noteRuns(const std::vector<RunRow>& runs);
    void noteEvent(const RunnerEvent& event);
    void updateMarks();
    void updateCellHeading();
    void updatePinnedName();
    void updateInspectorColours();
    void updateEmptyState();
    void storeState();
    void saveView();
    void applyTones();
    const ExperimentRow* experiment() const;

    Backend* m_backend;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    QLabel *m_title, *m_subtitle, *m_emptyTitle, *m_emptyText, *m_notice;
    ViewChoices* m_choices;
    QStackedWidget* m_stack;
    QSplitter* m_splitter = nullptr;
    HeatmapView* m_view;
    CellInspector* m_inspector;
    QTimer m_refresh, m_store, m_cellDelay, m_noticeEnd;
    quint64 m_choicesId = 0, m_runsId = 0, m_heatmapId = 0, m_cellId = 0;
    std::optional<CellRequest> m_cell;  ///< what the inspector shows or waits for
    std::map<std::int64_t, std::shared_ptr<const CellDetails>> m_ofRuns;  ///< that have been answered of it
    std::int64_t m_askedRun = 0;
    bool m_isWaiting = false;  ///< for choices or heatmap
    std::vector<RunRow> m_runs;
    std::int64_t m_runningRun = 0;
    std::string m_runningCheckpoint, m_runningTask, m_problem;  ///< m_problem: why nothing can be shown
    bool m_hasAnswer = false;
};

}  // namespace strata
