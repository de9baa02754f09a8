// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QDialog>
#include <QPlainTextEdit>

namespace strata {

/// The log of an experiment in a window beside the main one; follows while the experiment runs. Deletes
/// itself when closed, and closes when its experiment is no longer there.
class LogWindow : public QDialog {
    Q_OBJECT
  public:
    LogWindow(Backend* backend, const ExperimentRow& experiment, QWidget* parent);

  private:
    void ask();
    void showText(const QString& text);
    void noteWorkspace(const std::shared_ptr<const WorkspaceSnapshot>& snapshot);

    Backend* m_backend;
    std::int64_t m_experiment;
    std::string m_created;  ///< tells it from one of the same number in another workspace
    bool m_hasRun;
    quint64 m_answer = 0;
    QPlainTextEdit* m_text;
};

}  // namespace strata
