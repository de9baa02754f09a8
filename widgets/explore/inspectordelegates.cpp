// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/inspectordelegates.h"

#include "widgets/explore/inspectormodels.h"
#include "widgets/explore/tones.h"
#include "widgets/pieces.h"
#include "widgets/plots/colourmap.h"

#include <QGuiApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace strata {

QFont smallerFont(QFont font, bool isBold) {
    if (font.pixelSize() > 0)
        font.setPixelSize(std::max(8, font.pixelSize() * 85 / 100));
    else
        font.setPointSizeF(font.pointSizeF() * 0.85);
    font.setBold(isBold);
    return font;
}

void LabelDelegate::setColours(const QString& colourMap, double low, double high) {
    m_colourMap = colourMap;
    // A range of a single number says nothing about other scores.
    const bool isWide = high - low > 0.02;
    m_low = isWide ? low : 0;
    m_high = isWide ? high : 1;
}

QSize LabelDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {200, option.fontMetrics.height() + 5};
}

void LabelDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    const Tones tones(QGuiApplication::palette());  // a style sheet empties the view's own
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF row = QRectF(option.rect).adjusted(0, 0, -5, 0);
    const bool isHere = option.state & QStyle::State_HasFocus;
    if (isHere || option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
        painter->setPen(isHere ? QPen(tones.accent, 1) : QPen(Qt::NoPen));
        painter->setBrush(option.state & QStyle::State_Selected ? tones.accentSoft : tones.card);
        painter->drawRoundedRect(row.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    }
    const QFont font = smallerFont(option.font);
    const QFontMetricsF metrics(font);
    painter->setFont(font);
    const double score = index.data(LabelModel::ScoreRole).toDouble();
    const double spread = index.data(LabelModel::SpreadRole).toDouble();
    // Bars end alike: the room for a spread is kept in all rows or in none.
    const auto* model = qobject_cast<const LabelModel*>(index.model());
    const double numberWidth = metrics.horizontalAdvance(QStringLiteral("100.0"));
    const double spreadWidth =
        model && model->hasSpread() ? metrics.horizontalAdvance(QStringLiteral(" ± 10.0")) : 0;
    const double countWidth = metrics.horizontalAdvance(QStringLiteral("999,999"));
    const double nameWidth =
        std::min(row.width() * 0.28, metrics.horizontalAdvance(QStringLiteral("PROPNMM")));
    const double air = metrics.height() * 0.45;
    const QRectF name(row.left() + 2, row.top(), nameWidth, row.height());
    const QRectF bar(
        name.right() + air, row.center().y() - metrics.height() * 0.32,
        std::max(10.0, row.width() - nameWidth - numberWidth - spreadWidth - countWidth - 4 * air),
        metrics.height() * 0.64);
    painter->setPen(tones.text);
    painter->drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                      metrics.elidedText(index.data().toString(), Qt::ElideMiddle, nameWidth));
    painter->drawText(QRectF(bar.right() + air, row.top(), numberWidth, row.height()),
                      Qt::AlignRight | Qt::AlignVCenter, QString::number(score * 100, 'f', 1));
    painter->setPen(tones.faint);
    if (std::isfinite(spread))
        painter->drawText(QRectF(bar.right() + air + numberWidth, row.top(), spreadWidth, row.height()),
                          Qt::AlignLeft | Qt::AlignVCenter,
                          QStringLiteral(" ± ") + QString::number(spread * 100, 'f', 1));
    painter->drawText(QRectF(row.right() - countWidth - 2, row.top(), countWidth, row.height()),
                      Qt::AlignRight | Qt::AlignVCenter,
                      countText(index.data(LabelModel::CountRole).toLongLong()));
    painter->setPen(Qt::NoPen);
    painter->setBrush(blend(tones.page, tones.text, tones.isDark ? 0.1 : 0.06));
    painter->drawRoundedRect(bar, 2.5, 2.5);
    const double share = std::clamp(score, 0.0, 1.0);
    if (share > 0) {
        const double position = m_high > m_low ? (score - m_low) / (m_high - m_low) : score;
        painter->setBrush(colourAt(m_colourMap, position));
        painter->drawRoundedRect(
            QRectF(bar.left(), bar.top(), std::max(3.0, bar.width() * share), bar.height()), 2.5, 2.5);
    }
    if (std::isfinite(spread)) {
        const auto at = [&](double value) { return bar.left() + bar.width() * std::clamp(value, 0.0, 1.0); };
        const QLineF whisker(at(score - spread), bar.center().y(), at(score + spread), bar.center().y());
        // A rim in the page's colour keeps it visible on every bar.
        painter->setPen(QPen(tones.page, 3.4));
        painter->drawLine(whisker);
        painter->setPen(QPen(tones.text, 1.4));
        painter->drawLine(whisker);
    }
    painter->restore();
}

}  // namespace strata
