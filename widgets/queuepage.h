// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <QWidget>

#include <map>

namespace strata {

class Notice;

/// One experiment in the queue: name, state, progress with phase and time left, what can be done with it.
class QueueCard : public QWidget {
    Q_OBJECT
  public:
    QueueCard(const ExperimentRow& row, QWidget* parent);
    void setRow(const ExperimentRow& row);
    void setEvent(const RunnerEvent& event);

  Q_SIGNALS:
    void exploreRequested();
    void cancelRequested();
    void resumeRequested();
    void deleteRequested();
    void upRequested();
    void renameRequested();

  private:
    ExperimentRow m_row;
    QLabel *m_name, *m_state, *m_details;
    Notice *m_leftOut, *m_failure;
    QProgressBar* m_progress;
    QPushButton *m_explore, *m_cancel, *m_resume, *m_delete, *m_up;
};

/// What runs, waits, is done, failed.
class QueuePage : public QWidget {
    Q_OBJECT
  public:
    explicit QueuePage(Backend* backend, QWidget* parent = nullptr);
    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);

  Q_SIGNALS:
    void exploreRequested(qint64 experimentId);

  private:
    QueueCard* addCard(const ExperimentRow& row);

    Backend* m_backend;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    std::map<std::int64_t, QueueCard*> m_cards;
    std::int64_t m_deleteAsked = 0;
    QVBoxLayout* m_list;
    QLabel* m_empty;
    QPushButton* m_pause;
};

QString stateText(ExperimentState state);
/// "encode · 1,024 of 4,000 pieces": one line for a person.
QString progressText(const RunnerEvent& event);

}  // namespace strata
