// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QUndoStack>
#include <QVBoxLayout>
#include <QWidget>

#include <functional>
#include <map>
#include <vector>

namespace strata {

class QueueCard;

/// What runs, waits, is done, failed.
class QueuePage : public QWidget {
    Q_OBJECT
  public:
    QueuePage(Backend* backend, QUndoStack* undo, QWidget* parent = nullptr);
    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    /// What can be done with the experiments just now, for the palette. One that nothing can be done with
    /// has no `run`.
    struct Command {
        QString text;
        std::function<void()> run;
    };
    std::vector<Command> commands();

  Q_SIGNALS:
    void exploreRequested(qint64 experimentId);
    void pausedChanged(bool isPaused);

  private:
    QueueCard* addCard(const ExperimentRow& row);
    void move(std::int64_t id, int by);
    void rename(const ExperimentRow& row, const QString& name, const QString& note);
    void showLog(std::int64_t id);

    Backend* m_backend;
    QUndoStack* m_undo;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    std::map<std::int64_t, QueueCard*> m_cards;
    QVBoxLayout* m_list;
    QLabel* m_empty;
    QPushButton* m_pause;
};

}  // namespace strata
