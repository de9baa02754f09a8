// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QAction>
#include <QDialog>
#include <QLineEdit>
#include <QListWidget>

namespace strata {

/// All commands by name (Ctrl+K): type a few letters, Enter does it.
class CommandPalette : public QDialog {
    Q_OBJECT
  public:
    CommandPalette(const QList<QAction*>& actions, QWidget* parent);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void fill();
    void runCurrent();
    QList<QAction*> m_actions;
    QLineEdit* m_search;
    QListWidget* m_list;
};

}  // namespace strata
