// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QWidget>

namespace strata {

class Notice;

/// One experiment in the queue: name, note, state, progress with phase and time left, what it goes without
/// and why, what can be done with it. Name and note are changed in place; deleting wants a second press
/// within some seconds.
class QueueCard : public QWidget {
    Q_OBJECT
  public:
    QueueCard(const ExperimentRow& row, QWidget* parent);
    const ExperimentRow& row() const { return m_row; }
    void setRow(const ExperimentRow& row);
    void setEvent(const RunnerEvent& event);
    /// Whether a waiting one stands before it and after it: only then it can be moved.
    void setMoves(bool canGoUp, bool canGoDown);
    bool canBeCancelled() const;
    bool canBeResumed() const;
    /// Whether resuming it means another try of what failed or was left out.
    bool isRetry() const;

  Q_SIGNALS:
    void exploreRequested();
    void logRequested();
    void cancelRequested();
    void resumeRequested();
    void deleteRequested();
    void upRequested();
    void downRequested();
    void edited(const QString& name, const QString& note);

  protected:
    void keyPressEvent(QKeyEvent* event) override;

  private:
    QWidget* makeEditor(QWidget* parent);
    void edit();
    void acceptEdit();
    void askToDelete();
    void sayDelete(const QString& text);
    void showLeftOut();

    ExperimentRow m_row;
    QLabel *m_name, *m_note, *m_state, *m_details;
    QWidget* m_editor = nullptr;
    QLineEdit *m_nameEdit, *m_noteEdit;
    QStringList m_told;  ///< what it goes without, a line each, as its runner told this window
    bool m_showsAllLeftOut = false;
    Notice *m_leftOut, *m_failure;
    QProgressBar* m_progress;
    QPushButton *m_explore, *m_cancel, *m_resume, *m_delete, *m_up, *m_down, *m_rename, *m_moreLeftOut;
    QTimer m_deleteAsked;  ///< runs while the second press is waited for
};

QString stateText(ExperimentState state);
/// "seed_0-step_20k · encoding 25 % · 3 of 28 runs · about 2 min left": one line for a person.
QString progressText(const RunnerEvent& event);

}  // namespace strata
