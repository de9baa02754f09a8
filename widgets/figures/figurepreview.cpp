// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/figures/figurepreview.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>

namespace strata {

FigurePreview::FigurePreview(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("figurePreview"));
    setAccessibleName(tr("Preview of the figure at print size"));
    setToolTip(tr("The figure as it will be printed; drawn by the code that writes the files"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void FigurePreview::setFigure(const FigureDescription& figure, std::shared_ptr<const Heatmap> heatmap) {
    m_figure = figure;
    m_heatmap = std::move(heatmap);
    setAccessibleDescription(
        tr("%1, %2 by %3 millimetres").arg(figure.name).arg(figure.widthMm).arg(figure.heightMm));
    update();
}

double FigurePreview::pixelsPerPoint() const {
    constexpr double kPointsPerMm = 72 / 25.4, kAir = 14;
    const double printSize = logicalDpiX() / 72.0;
    const double lineHeight = fontMetrics().height() * 1.6;
    const double fitWidth = (width() - 2 * kAir) / (m_figure.widthMm * kPointsPerMm);
    const double fitHeight = (height() - 2 * kAir - lineHeight) / (m_figure.heightMm * kPointsPerMm);
    // Up to twice as large as print, so that a one-column figure can be judged on a large screen.
    return std::max(0.05, std::min({fitWidth, fitHeight, printSize * 2}));
}

double FigurePreview::zoom() const {
    return pixelsPerPoint() * 72 / logicalDpiX();
}

QRectF FigurePreview::sheet() const {
    constexpr double kPointsPerMm = 72 / 25.4;
    const QSizeF size = QSizeF(m_figure.widthMm, m_figure.heightMm) * kPointsPerMm * pixelsPerPoint();
    const double top = std::max(14.0, (height() - fontMetrics().height() * 1.6 - size.height()) / 2);
    return {QPointF((width() - size.width()) / 2, top), size};
}

void FigurePreview::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = sheet();
    // Paper is white in the dark, too.
    painter.fillRect(area.translated(2, 2), QColor(0, 0, 0, 30));
    painter.setPen(QPen(QColor(0, 0, 0, 60), 1));
    painter.setBrush(Qt::white);
    painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5));
    if (m_heatmap) {
        painter.save();
        painter.setClipRect(area);
        painter.translate(area.topLeft());
        const double scale = pixelsPerPoint();
        painter.scale(scale, scale);
        paintFigure(painter, QRectF(QPointF(0, 0), area.size() / scale), m_figure, *m_heatmap);
        painter.restore();
    }
    painter.setPen(palette().color(QPalette::PlaceholderText));
    const QLocale locale;
    const QString text =
        tr("%1 × %2 mm · shown at %3%")
            .arg(locale.toString(m_figure.widthMm, 'g', 4), locale.toString(m_figure.heightMm, 'g', 4),
                 locale.toString(zoom() * 100, 'f', 0));
    painter.drawText(QRectF(0, area.bottom() + 4, width(), fontMetrics().height() * 1.4), Qt::AlignCenter,
                     text);
}

}  // namespace strata
