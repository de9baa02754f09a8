// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QFont>
#include <QFontMetricsF>
#include <QPainter>
#include <QRectF>
#include <QString>

namespace strata {

/// Text of one font in logical units, measured and drawn without regard to any device's resolution: the font
/// is laid out unhinted at 100 pixels and scaled, so that a figure breaks its lines alike on screen, paper
/// and every scale.
class PlotText {
  public:
    /// @param size height of the font in the painter's logical units
    PlotText(const QString& family, double size, QFont::Weight weight = QFont::Normal);

    double width(const QString& text) const { return m_metrics.horizontalAdvance(text) * m_scale; }
    double lineHeight() const { return m_metrics.height() * m_scale; }
    double capHeight() const { return m_metrics.capHeight() * m_scale; }
    double size() const { return m_scale * 100; }
    PlotText scaledBy(double factor) const;
    QString elided(const QString& text, double width, Qt::TextElideMode mode = Qt::ElideRight) const;
    /// Draws one line within the rectangle, in the painter's pen colour; never wraps, never clips.
    /// @param angle degrees, counted as QPainter does, about the rectangle's centre (the rectangle is the
    /// unturned one)
    void draw(QPainter& painter, const QRectF& area, Qt::Alignment alignment, const QString& text,
              double angle = 0) const;
    /// Breaks at spaces into lines at most `width` wide; a longer word is elided.
    QStringList wrapped(const QString& text, double width) const;

  private:
    QFont m_font;
    QFontMetricsF m_metrics;
    double m_scale;
};

}  // namespace strata
