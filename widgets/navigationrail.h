// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QLabel>
#include <QMap>
#include <QToolButton>
#include <QWidget>

namespace strata {

enum class PageKind { Checkpoints, Data, Experiment, Queue, Explore, Figures, Settings, Help, Welcome };

/// The slim rail at the left: workspace switcher above, pages with icon and name, settings and help below.
class NavigationRail : public QWidget {
    Q_OBJECT
  public:
    explicit NavigationRail(QWidget* parent = nullptr);
    void setWorkspace(const QString& name);
    void setCurrent(PageKind page);  ///< a page that is not on the rail (Welcome): none is marked
    QToolButton* workspaceButton() const { return m_workspace; }

  Q_SIGNALS:
    void pageChosen(strata::PageKind page);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    QToolButton* addPage(PageKind page, const QString& name, const QString& text, const QString& explanation);
    void applyTones();

    QToolButton* m_workspace;
    QMap<PageKind, QToolButton*> m_buttons;
};

/// Drawn, not stored: sharp at any scale and in any colour.
QIcon pageIcon(PageKind page, const QColor& colour);

}  // namespace strata
