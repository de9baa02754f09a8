// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/figures/figurepreview.h"

#include <QLocale>
#include <QPainter>
#include <QScreen>
#include <QWindow>

#include <algorithm>

namespace strata {
namespace {

constexpr double kPointsPerMm = 72 / 25.4, kAir = 3;

}  // namespace

FigurePreview::FigurePreview(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("figurePreview"));
    setAccessibleName(tr("Preview of the figure"));
    setToolTip(tr("The figure as it will be printed; drawn by the code that writes the files"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void FigurePreview::setFigure(const FigureDescription& figure, std::shared_ptr<const Heatmap> heatmap) {
    m_figure = figure;
    m_heatmap = std::move(heatmap);
    relayout();
}

void FigurePreview::setZoomMode(Zoom mode) {
    m_mode = mode;
    relayout();
}

void FigurePreview::relayout() {
    setAccessibleDescription(QStringLiteral("%1, %2").arg(m_figure.name, zoomText()));
    setMinimumSize(minimumSizeHint());
    updateGeometry();
    update();
    Q_EMIT zoomChanged();
}

double FigurePreview::believedDpi(double physical, double logical) {
    return physical >= 60 && physical <= 400 ? physical : logical;
}

double FigurePreview::printDpi() const {
    return believedDpi(screen()->physicalDotsPerInch(), screen()->logicalDotsPerInch());
}

QSize FigurePreview::minimumSizeHint() const {
    if (m_mode == Zoom::Fit) return {120, 90};
    const QSizeF size = QSizeF(m_figure.widthMm, m_figure.heightMm) * kPointsPerMm * pixelsPerPoint();
    return QSizeF(size.width() + 2 * kAir, size.height() + 2 * kAir).toSize();
}

double FigurePreview::pixelsPerPoint() const {
    if (m_mode == Zoom::PrintSize) return printDpi() / 72;
    const double fitWidth = (width() - 2 * kAir) / (m_figure.widthMm * kPointsPerMm);
    const double fitHeight = (height() - 2 * kAir) / (m_figure.heightMm * kPointsPerMm);
    return std::max(0.05, std::min(fitWidth, fitHeight));
}

double FigurePreview::zoom() const {
    return pixelsPerPoint() * 72 / printDpi();
}

QString FigurePreview::zoomText() const {
    const QLocale locale;
    const QString size =
        tr("%1 × %2 mm")
            .arg(locale.toString(m_figure.widthMm, 'g', 5), locale.toString(m_figure.heightMm, 'g', 5));
    const QString percent = locale.toString(zoom() * 100, 'f', 0);
    return m_mode == Zoom::PrintSize ? tr("%1 · shown at %2% (print size)").arg(size, percent)
                                     : tr("%1 · shown at %2% of print size").arg(size, percent);
}

QRectF FigurePreview::sheet() const {
    const QSizeF size = QSizeF(m_figure.widthMm, m_figure.heightMm) * kPointsPerMm * pixelsPerPoint();
    return {QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size};
}

void FigurePreview::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (m_mode == Zoom::Fit) relayout();
}

void FigurePreview::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    // Another screen, another measure.
    if (const QWindow* handle = window()->windowHandle())
        connect(handle, &QWindow::screenChanged, this, &FigurePreview::relayout, Qt::UniqueConnection);
    relayout();
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
}

}  // namespace strata
