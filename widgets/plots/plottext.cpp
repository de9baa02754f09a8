// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/plots/plottext.h"

#include <QFontInfo>

namespace strata {
namespace {

constexpr int kLayoutPixels = 100;

QFont layoutFont(const QString& family, QFont::Weight weight) {
    QFont font;
    if (!family.isEmpty())
        font.setFamily(family);
    else
        font.setFamilies({QStringLiteral("Inter"), QStringLiteral("DejaVu Sans"),
                          QStringLiteral("Liberation Sans"), QStringLiteral("Noto Sans"),
                          QStringLiteral("Sans Serif")});
    font.setStyleHint(QFont::SansSerif);
    // SVG names one family: it must be the one whose widths the layout is made with.
    if (family.isEmpty()) font.setFamily(QFontInfo(font).family());
    font.setPixelSize(kLayoutPixels);
    font.setWeight(weight);
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setKerning(true);
    return font;
}

}  // namespace

PlotText::PlotText(const QString& family, double size, QFont::Weight weight)
    : m_font(layoutFont(family, weight)), m_metrics(m_font), m_scale(size / kLayoutPixels) {}

PlotText PlotText::scaledBy(double factor) const {
    PlotText copy = *this;
    copy.m_scale *= factor;
    return copy;
}

QString PlotText::elided(const QString& text, double width, Qt::TextElideMode mode) const {
    return m_metrics.elidedText(text, mode, width / m_scale);
}

void PlotText::draw(QPainter& painter, const QRectF& area, Qt::Alignment alignment, const QString& text,
                    double angle) const {
    if (text.isEmpty()) return;
    const double textWidth = width(text);
    double x = area.left();
    if (alignment & Qt::AlignRight) x = area.right() - textWidth;
    if (alignment & Qt::AlignHCenter) x = area.center().x() - textWidth / 2;
    // Centred on the capitals, as the eye does with digits; otherwise on the line.
    double baseline = area.top() + m_metrics.ascent() * m_scale;
    if (alignment & Qt::AlignBottom) baseline = area.bottom() - m_metrics.descent() * m_scale;
    if (alignment & Qt::AlignVCenter) baseline = area.center().y() + capHeight() / 2;
    painter.save();
    painter.setFont(m_font);
    if (angle != 0) {
        painter.translate(area.center());
        painter.rotate(angle);
        painter.translate(-area.center());
    }
    painter.translate(x, baseline);
    painter.scale(m_scale, m_scale);
    painter.drawText(QPointF(0, 0), text);
    painter.restore();
}

QStringList PlotText::wrapped(const QString& text, double width) const {
    QStringList lines;
    const QStringList paragraphs = text.split(QLatin1Char('\n'));
    for (const QString& paragraph : paragraphs) {
        QString line;
        const QStringList words = paragraph.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        for (const QString& word : words) {
            const QString longer = line.isEmpty() ? word : line + QLatin1Char(' ') + word;
            if (this->width(longer) <= width) {
                line = longer;
                continue;
            }
            if (!line.isEmpty()) lines << line;
            line = elided(word, width);
        }
        if (!line.isEmpty()) lines << line;
    }
    return lines;
}

}  // namespace strata
