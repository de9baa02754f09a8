// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace strata {

class FigureBatch;
class FigureControls;
class FigureList;
class FigurePane;

/// Saved views as figures for paper: the list, how each looks, a preview at print size, export of one and of
/// all. Every change is kept at once in the workspace's list of figures. GUI thread.
class FiguresPage : public QWidget {
    Q_OBJECT
  public:
    explicit FiguresPage(Backend* backend, QWidget* parent = nullptr);

    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    /// Shows it without saving it; "Save" keeps it.
    void openFigure(const FigureDescription& figure);
    const FigureDescription& figure() const { return m_figure; }

  private:
    QWidget* makeListSide();
    QWidget* makePreviewSide();
    void refillList();
    void openRow(int row);
    void showFigure(const FigureDescription& figure, std::optional<std::size_t> index);
    void figureEdited(const FigureDescription& figure);
    void askForHeatmap();
    void showHeatmap(std::shared_ptr<const Heatmap> heatmap);
    void updateDataRange();
    bool isOfDeletedExperiment() const;
    void exportAs(const QString& ending);
    void exportAll(const QString& ending);
    void allExported(int written, const QStringList& problems);
    QString figuresFolder() const;  ///< of the workspace, whether it is there or not
    void showPreview();
    void choosePath();
    void suggestPath();
    void say(const QString& text, bool isProblem = false);
    void updateState();

    Backend* m_backend;
    FigureList* m_list;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    FigureDescription m_figure;
    std::optional<std::size_t> m_index;  ///< of the figure shown, in the list
    bool m_hasFigure = false, m_hasOwnPath = false;
    std::shared_ptr<const Heatmap> m_heatmap;
    quint64 m_heatmapId = 0, m_exportId = 0;
    QTimer m_refresh;

    QListWidget* m_names;
    QStackedWidget* m_stack;
    FigurePane* m_pane;
    FigureBatch* m_batch;
    QString m_batchFolder, m_batchFormat;
    bool m_batchHadFocus = false;  ///< its button, which is disabled while it works
    FigureControls* m_controls;
    QLabel *m_message, *m_empty;
    QLineEdit* m_path;
    QPushButton *m_save, *m_remove, *m_exportAll;
    std::vector<QPushButton*> m_exports;  ///< one for each format
};

}  // namespace strata
