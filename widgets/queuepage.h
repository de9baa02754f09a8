// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <QWidget>

#include <map>

namespace strata {

class QueueCard;

/// What runs, waits, is done, failed.
class QueuePage : public QWidget {
    Q_OBJECT
  public:
    explicit QueuePage(Backend* backend, QWidget* parent = nullptr);
    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);

  Q_SIGNALS:
    void exploreRequested(qint64 experimentId);
    void pausedChanged(bool isPaused);

  private:
    QueueCard* addCard(const ExperimentRow& row);
    void move(std::int64_t id, int by);

    Backend* m_backend;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    std::map<std::int64_t, QueueCard*> m_cards;
    QVBoxLayout* m_list;
    QLabel* m_empty;
    QPushButton* m_pause;
};

}  // namespace strata
