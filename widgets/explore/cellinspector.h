// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"

#include <QButtonGroup>
#include <QLabel>
#include <QListView>
#include <QPointer>
#include <QStackedWidget>
#include <QToolButton>
#include <QWidget>

#include <memory>

namespace strata {

class ConfusionModel;
class ConfusionView;
class ConfusionWindow;
class ExampleDelegate;
class ExampleModel;
class LabelDelegate;
class LabelModel;

/// The right side of the Explore page: what stands behind the selected cell. Scores per label (worst first),
/// confusion, and the examples with their spans drawn; of several runs the mean, the sum, and the examples of
/// the first. Shows what it is given; asks by signals.
class CellInspector : public QWidget {
    Q_OBJECT
  public:
    explicit CellInspector(QWidget* parent = nullptr);

    void setHeading(const QString& title, const QString& subtitle);
    /// @param pinnedName name of the cell that "changed" compares with; empty = none pinned
    void setPinnedName(const QString& pinnedName);
    /// @param runName the run that counts and examples are of, said where the cell has several
    void setRunName(const QString& runName);
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
    void leaveRequested();  ///< from the examples back to where they were asked for

  protected:
    void changeEvent(QEvent* event) override;

  private:
    QLabel* makeSmall(const QString& name);
    QWidget* makeScores();
    QWidget* makeExamples();
    QWidget* makeButtons();
    QToolButton* makeChoice(const QString& name, const QString& text, const QString& explanation);
    void applyTones();
    void updateChips();
    void updateNote();
    void updateOrigin();
    void updateScoreText();
    void showScores(int tab);
    void openConfusion();
    void unfold(const QModelIndex& current, const QModelIndex& previous);
    QString originText(bool isConfusion) const;
    std::int64_t countOf(ExampleFilter filter) const;

    QWidget *m_scoresBox, *m_examplesBox;
    QLabel *m_title, *m_subtitle, *m_reason, *m_note, *m_origin, *m_scoreText, *m_hint = nullptr;
    QToolButton *m_labelsTab, *m_confusionTab, *m_larger;
    QToolButton *m_wrong, *m_right, *m_changed;
    QButtonGroup* m_filters;
    QStackedWidget* m_scores;
    QListView *m_labelList, *m_exampleList;
    ConfusionView* m_confusion;
    QPointer<ConfusionWindow> m_window;
    LabelModel* m_labelModel;
    ConfusionModel* m_confusionModel;
    ExampleModel* m_exampleModel;
    LabelDelegate* m_labelDelegate;
    std::shared_ptr<const CellDetails> m_details;
    QString m_pinnedName, m_runName;
};

}  // namespace strata
