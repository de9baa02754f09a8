// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QWidget>

namespace strata {

class FigurePreview;

/// The preview with scroll bars where it is larger than its room, the choice of its size, and in words how
/// large it is shown.
class FigurePane : public QWidget {
    Q_OBJECT
  public:
    explicit FigurePane(QWidget* parent = nullptr);
    FigurePreview* preview() const { return m_preview; }

  private:
    void sayZoom();

    FigurePreview* m_preview;
    QComboBox* m_zoom;
    QLabel* m_text;
};

}  // namespace strata
