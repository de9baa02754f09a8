// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/plots/figure.h"

#include <QWidget>

#include <memory>

namespace strata {

/// A sheet with the figure as it will be printed, drawn by the very code that writes the files; at print size
/// by the screen's own measure (then it asks for the room it needs), or as large as its room.
class FigurePreview : public QWidget {
    Q_OBJECT
  public:
    explicit FigurePreview(QWidget* parent = nullptr);
    enum class Zoom { PrintSize, Fit };
    void setFigure(const FigureDescription& figure, std::shared_ptr<const Heatmap> heatmap);
    void setZoomMode(Zoom mode);
    QRectF sheet() const;      ///< where the sheet lies in the widget
    double zoom() const;       ///< 1 = print size
    QString zoomText() const;  ///< size and zoom in words
    double printDpi() const;   ///< device-independent pixels in an inch of this screen
    /// What a screen says of its size is believed between 60 and 400 dots per inch; else its letters' measure
    /// counts.
    static double believedDpi(double physical, double logical);
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override { return minimumSizeHint(); }

  Q_SIGNALS:
    void zoomChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    void relayout();
    double pixelsPerPoint() const;

    Zoom m_mode = Zoom::PrintSize;
    FigureDescription m_figure;
    std::shared_ptr<const Heatmap> m_heatmap;
};

}  // namespace strata
