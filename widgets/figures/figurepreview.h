// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/plots/figure.h"

#include <QWidget>

#include <memory>

namespace strata {

/// A sheet with the figure as it will be printed, drawn by the very code that writes the files; at print size
/// (by the screen's own measure) where there is room, otherwise smaller.
class FigurePreview : public QWidget {
    Q_OBJECT
  public:
    explicit FigurePreview(QWidget* parent = nullptr);
    void setFigure(const FigureDescription& figure, std::shared_ptr<const Heatmap> heatmap);
    QRectF sheet() const;  ///< where the sheet lies in the widget
    double zoom() const;   ///< 1 = print size
    QSize minimumSizeHint() const override { return {240, 180}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    double pixelsPerPoint() const;

    FigureDescription m_figure;
    std::shared_ptr<const Heatmap> m_heatmap;
};

}  // namespace strata
