// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// How an example of the cell inspector is drawn.
#include "widgets/explore/inspectordelegates.h"
#include "widgets/explore/inspectormodels.h"
#include "widgets/explore/sentencelayout.h"
#include "widgets/explore/tones.h"

#include <QAbstractItemView>
#include <QGuiApplication>
#include <QPainter>

#include <algorithm>

namespace strata {
namespace {

constexpr double kPadding = 12;  // of a card, at either side

QString probabilityText(const Example& example) {
    QString number = QString::number(example.probability, 'f', 2);
    if (number.startsWith(QLatin1Char('0'))) number.remove(0, 1);
    return QStringLiteral("p = ") + number;
}

double probabilityWidth(const Example& example, const QFont& font) {
    return QFontMetricsF(smallerFont(font)).horizontalAdvance(probabilityText(example)) + 12;
}

/// Room for text between a card's ends.
double innerWidth(double viewWidth) {
    return viewWidth - 3 - 2 * kPadding;
}

/// Gold and what was said, in the colours of right and wrong, one beside the other.
void paintVerdicts(QPainter& painter, const QRectF& row, double x, const Example& example, const QFont& font,
                   const Tones& tones) {
    const QFont small = smallerFont(font), smallBold = smallerFont(font, true);
    const QFontMetricsF smallMetrics(small), boldMetrics(smallBold);
    const Verdicts verdicts = verdictsOf(example);
    struct Part {
        QString words;
        QFont font;
        QColor colour;
    };
    const auto sayColour = [&](bool isRight) { return isRight ? tones.good : tones.bad; };
    const double share = verdicts.there.isEmpty() ? 0.45 : 0.3;
    std::vector<Part> parts = {{boldMetrics.elidedText(QString::fromStdString(example.gold), Qt::ElideMiddle,
                                                       row.width() * std::min(share, 0.4)),
                                smallBold, tones.good}};
    const auto add = [&](const QString& words, const QColor& colour) {
        if (!words.isEmpty())
            parts.push_back(
                {smallMetrics.elidedText(words, Qt::ElideMiddle, row.width() * share), small, colour});
    };
    add(verdicts.here, sayColour(verdicts.isHereRight));
    if (!verdicts.there.isEmpty()) add(QStringLiteral("·"), tones.faint);
    add(verdicts.there, sayColour(verdicts.isThereRight));
    double total = -8;
    for (const Part& part : parts)
        total += QFontMetricsF(part.font).horizontalAdvance(part.words) + 8;
    x = std::max(row.left(), std::min(x, row.right() - total));
    for (const Part& part : parts) {
        const double width = QFontMetricsF(part.font).horizontalAdvance(part.words);
        painter.setFont(part.font);
        painter.setPen(part.colour);
        painter.drawText(QRectF(x, row.top() - 1, width + 4, row.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         part.words);
        x += width + 8;
    }
}

}  // namespace

bool ExampleDelegate::isUnfolded(const QStyleOptionViewItem& option, const QModelIndex& index) {
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const auto* model = qobject_cast<const ExampleModel*>(index.model());
    if (!view || !model || view->currentIndex() != index) return false;
    const Example& example = model->example(index.row());
    return SentenceLayout::isCut(
        example, option.font, innerWidth(view->viewport()->width()) - probabilityWidth(example, option.font));
}

QSize ExampleDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QFontMetricsF small(smallerFont(option.font));
    const double one = option.fontMetrics.height() * 1.25 + small.height() + 24;
    if (!isUnfolded(option, index)) return {240, static_cast<int>(one)};
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const SentenceLayout sentence(static_cast<const ExampleModel*>(index.model())->example(index.row()),
                                  option.font, innerWidth(view->viewport()->width()),
                                  SentenceLayout::Lines::All);
    return {240, static_cast<int>(one - option.fontMetrics.height() + sentence.height())};
}

void ExampleDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
    const auto* model = qobject_cast<const ExampleModel*>(index.model());
    if (!model) return QStyledItemDelegate::paint(painter, option, index);
    const Example& example = model->example(index.row());
    const Tones tones(QGuiApplication::palette());  // a style sheet empties the view's own
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF card = QRectF(option.rect).adjusted(0, 3, -3, -3);
    const bool isFramed = option.state & (QStyle::State_Selected | QStyle::State_HasFocus);
    painter->setPen(isFramed ? QPen(tones.accent, 1.2) : QPen(Qt::NoPen));
    painter->setBrush(tones.card);
    painter->drawRoundedRect(card.adjusted(0.6, 0.6, -0.6, -0.6), 4, 4);
    painter->setBrush(Qt::NoBrush);
    painter->setClipRect(card);

    const QRectF inner = card.adjusted(kPadding, 5, -kPadding, -5);
    const double lineHeight = QFontMetricsF(smallerFont(option.font)).height();
    const bool isWhole = isUnfolded(option, index);
    // Probability at the far end, on the sentence's line; above a sentence that takes all lines.
    const double aside = probabilityWidth(example, option.font);
    const SentenceLayout sentence(example, option.font, isWhole ? inner.width() : inner.width() - aside,
                                  isWhole ? SentenceLayout::Lines::All : SentenceLayout::Lines::One);
    const bool isRightToLeft = sentence.isRightToLeft();
    const QRectF below(inner.left(), inner.top() + lineHeight, inner.width(), inner.height() - lineHeight);
    QRectF verdicts(inner.left(), inner.top(), inner.width(), lineHeight);
    const Qt::Alignment farEnd = isRightToLeft ? Qt::AlignLeft : Qt::AlignRight;
    painter->setFont(smallerFont(option.font));
    painter->setPen(tones.faint);
    painter->drawText(isWhole ? verdicts.translated(0, -1) : below, farEnd | Qt::AlignVCenter,
                      probabilityText(example));
    const QPointF origin(!isWhole && isRightToLeft ? below.left() + aside : below.left(),
                         below.center().y() - sentence.height() / 2);
    sentence.draw(*painter, origin, tones);

    // Above the span, pushed inward at the card's end; of several lines, at their beginning.
    double x = origin.x() + sentence.targetX();
    if (isWhole) {
        verdicts.adjust(isRightToLeft ? aside : 0, 0, isRightToLeft ? 0 : -aside, 0);
        x = isRightToLeft ? verdicts.right() : verdicts.left();
    }
    paintVerdicts(*painter, verdicts, x, example, option.font, tones);
    painter->restore();
}

}  // namespace strata
