// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QComboBox>
#include <QLabel>
#include <QSpinBox>
#include <QWidget>

namespace strata {

/// Threads, budgets and look; what this machine has.
class SettingsPage : public QWidget {
    Q_OBJECT
  public:
    explicit SettingsPage(Backend* backend, QWidget* parent = nullptr);
    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    void chooseTheme(const QString& theme);  ///< "light", "dark" or "system", as if chosen in the box

  Q_SIGNALS:
    void themeChosen(const QString& theme);

  private:
    void store();
    Backend* m_backend;
    bool m_isFilling = false;
    QComboBox *m_theme, *m_device;
    QSpinBox *m_threads, *m_disk, *m_memory;
};

}  // namespace strata
