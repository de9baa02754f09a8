// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QLabel>
#include <QProgressBar>
#include <QVBoxLayout>
#include <QWidget>

namespace strata {

/// The empty workspace: three ways in, and where models and data can be had.
class WelcomePage : public QWidget {
    Q_OBJECT
  public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void setRecent(const QStringList& folders);

  Q_SIGNALS:
    void openFolderRequested();
    void demoRequested();
    void workspaceRequested(const QString& folder);

  private:
    QVBoxLayout* m_recent;
};

}  // namespace strata
