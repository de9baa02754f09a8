// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>
#include <QUndoStack>
#include <QWidget>

#include <optional>

namespace strata {

class Notice;
class TensorList;

/// Everything that is known of one checkpoint: where it came from, problems in words, config and tensors;
/// here a wrong family, seed or step is put right. Hidden while there is none. Owned by the page. GUI thread.
class CheckpointInspector : public QWidget {
    Q_OBJECT
  public:
    CheckpointInspector(Backend* backend, QUndoStack* undo, QWidget* parent);
    /// Shows a checkpoint as a snapshot has it; hides when it has none of that id. What was typed for the one
    /// shown until now is stored.
    void inspect(std::int64_t id, const WorkspaceSnapshot& snapshot);
    std::int64_t inspected() const { return m_row ? m_row->id : 0; }
    /// Stores what is typed now.
    void flush();
    /// Shows nothing, and stores nothing: ids and names are of another workspace from here on.
    void clear();

  Q_SIGNALS:
    void forgetRequested(qint64 id);

  private:
    void addNames(QLayout* layout);
    void showFacts();
    QString newProblem(const std::string& problem) const;

    Backend* m_backend;
    QUndoStack* m_undo;
    QTimer m_readSoon;
    std::optional<CheckpointRow> m_row;
    std::vector<std::string> m_probed;
    QString m_gone;
    quint64 m_request = 0;
    std::shared_ptr<const CheckpointContent> m_content;
    QLabel *m_name, *m_origin, *m_facts;
    Notice* m_problem;
    QPushButton* m_forget;
    QLineEdit *m_family, *m_seed, *m_step;
    TensorList* m_tensors;
};

}  // namespace strata
