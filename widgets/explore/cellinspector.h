// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"

#include <QButtonGroup>
#include <QLabel>
#include <QListView>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QWidget>

#include <memory>

namespace strata {

class ConfusionModel;
class ExampleDelegate;
class ExampleModel;
class LabelDelegate;
class LabelModel;

/// The right side of the Explore page: what stands behind the selected cell. Scores per label (worst first),
/// confusion, and the examples with their spans drawn. Shows what it is given; asks by signals.
class CellInspector : public QWidget {
    Q_OBJECT
  public:
    explicit CellInspector(QWidget* parent = nullptr);

    void setHeading(const QString& title, const QString& subtitle);
    /// @param pinnedName name of the cell that "changed" compares with; empty = none pinned
    void setPinnedName(const QString& pinnedName);
    /// Nothing = a sentence saying why instead.
    void setDetails(std::shared_ptr<const CellDetails> details, const QString& reason = {});
    void setColours(const QString& colourMap, double low, double high);
    ExampleFilter filter() const;
    void setFilter(ExampleFilter filter);
    void focusExamples();

  Q_SIGNALS:
    void filterChanged();
    void exportRequested();
    void saveRequested();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    QWidget* makeScores();
    QWidget* makeExamples();
    QWidget* makeButtons();
    QToolButton* makeChoice(const QString& name, const QString& text, const QString& explanation);
    void applyTones();
    void updateChips();
    void updateNote();
    std::int64_t countOf(ExampleFilter filter) const;
    void fitConfusionHeaders();

    QWidget *m_scoresBox, *m_examplesBox;
    QLabel *m_title, *m_subtitle, *m_reason, *m_note, *m_hint = nullptr;
    QToolButton *m_labelsTab, *m_confusionTab;
    QToolButton *m_wrong, *m_right, *m_changed;
    QButtonGroup* m_filters;
    QStackedWidget* m_scores;
    QListView *m_labelList, *m_exampleList;
    QTableView* m_confusion;
    LabelModel* m_labelModel;
    ConfusionModel* m_confusionModel;
    ExampleModel* m_exampleModel;
    LabelDelegate* m_labelDelegate;
    std::shared_ptr<const CellDetails> m_details;
    QString m_pinnedName;
};

}  // namespace strata
