// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/inspectordelegates.h"

#include "widgets/explore/inspectormodels.h"
#include "widgets/explore/tones.h"
#include "widgets/pieces.h"
#include "widgets/plots/colourmap.h"

#include <QGuiApplication>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>

namespace strata {
namespace {

QFont smaller(QFont font, bool isBold = false) {
    if (font.pixelSize() > 0)
        font.setPixelSize(std::max(8, font.pixelSize() * 85 / 100));
    else
        font.setPointSizeF(font.pointSizeF() * 0.85);
    font.setBold(isBold);
    return font;
}

}  // namespace

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
    const QFont font = smaller(option.font);
    const QFontMetricsF metrics(font);
    painter->setFont(font);
    const double numberWidth = metrics.horizontalAdvance(QStringLiteral("100.0"));
    const double countWidth = metrics.horizontalAdvance(QStringLiteral("999,999"));
    const double nameWidth =
        std::min(row.width() * 0.28, metrics.horizontalAdvance(QStringLiteral("PROPNMM")));
    const double air = metrics.height() * 0.45;
    const QRectF name(row.left() + 2, row.top(), nameWidth, row.height());
    const QRectF bar(name.right() + air, row.center().y() - metrics.height() * 0.32,
                     std::max(10.0, row.width() - nameWidth - numberWidth - countWidth - 4 * air),
                     metrics.height() * 0.64);
    const double score = index.data(LabelModel::ScoreRole).toDouble();
    painter->setPen(tones.text);
    painter->drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                      metrics.elidedText(index.data().toString(), Qt::ElideMiddle, nameWidth));
    painter->drawText(QRectF(bar.right() + air, row.top(), numberWidth, row.height()),
                      Qt::AlignRight | Qt::AlignVCenter, QString::number(score * 100, 'f', 1));
    painter->setPen(tones.faint);
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
    painter->restore();
}

std::pair<std::size_t, std::size_t> wordsAround(const std::vector<double>& widths, std::size_t targetBegin,
                                                std::size_t targetEnd, double room) {
    const std::size_t count = widths.size();
    std::size_t first = std::min(targetBegin, count > 0 ? count - 1 : 0);
    std::size_t last = std::clamp(targetEnd, std::min(first + 1, count), count);
    for (std::size_t i = first; i < last; ++i)
        room -= widths[i];
    // What comes before a word explains it as much as what follows: take turns.
    bool isBlockedLeft = false, isBlockedRight = false;
    for (bool isLeft = true; !isBlockedLeft || !isBlockedRight; isLeft = !isLeft) {
        if (isLeft && !isBlockedLeft) {
            isBlockedLeft = first == 0 || widths[first - 1] > room;
            if (!isBlockedLeft) room -= widths[--first];
        } else if (!isLeft && !isBlockedRight) {
            isBlockedRight = last == count || widths[last] > room;
            if (!isBlockedRight) room -= widths[last++];
        }
    }
    return {first, last};
}

QSize ExampleDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    const QFontMetricsF small(smaller(option.font));
    return {240, static_cast<int>(option.fontMetrics.height() * 1.25 + small.height() + 24)};
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

    const QFont small = smaller(option.font), smallBold = smaller(option.font, true);
    const QFontMetricsF smallMetrics(small), boldMetrics(smallBold), metrics(option.font);
    const QRectF inner = card.adjusted(12, 5, -12, -5);
    const double lineHeight = smallMetrics.height();

    // Probability at the far end, on the sentence's line.
    QString probability = QString::number(example.probability, 'f', 2);
    if (probability.startsWith(QLatin1Char('0'))) probability.remove(0, 1);
    probability = QStringLiteral("p = ") + probability;
    const double probabilityWidth = smallMetrics.horizontalAdvance(probability) + 12;
    const bool isRightToLeft = runningText(example.words, 0, example.words.size()).text.isRightToLeft();
    const QRectF sentenceArea(isRightToLeft ? inner.left() + probabilityWidth : inner.left(),
                              inner.top() + lineHeight, inner.width() - probabilityWidth,
                              inner.height() - lineHeight);
    painter->setFont(small);
    painter->setPen(tones.faint);
    painter->drawText(QRectF(inner.left(), sentenceArea.top(), inner.width(), sentenceArea.height()),
                      (isRightToLeft ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter, probability);

    // The words around the target that fit.
    std::vector<double> widths;
    const double space = metrics.horizontalAdvance(QLatin1Char(' '));
    for (const std::string& word : example.words)
        widths.push_back(metrics.horizontalAdvance(QString::fromStdString(word)) * 1.04 + space);
    const auto wordAt = [&](std::int32_t word) { return static_cast<std::size_t>(std::max(0, word)); };
    const std::size_t begin = wordAt(example.target.begin1),
                      end = std::max(begin + 1, wordAt(example.target.end1));
    const std::pair<std::size_t, std::size_t> shown =
        wordsAround(widths, begin, end, sentenceArea.width() - 2 * metrics.averageCharWidth() - 16);
    const std::size_t first = shown.first, last = shown.second;
    RunningText running = runningText(example.words, first, last);
    const QString ellipsis = QStringLiteral("…");
    int shift = 0;
    if (first > 0) {
        running.text.prepend(ellipsis + QLatin1Char(' '));
        shift = 2;
    }
    if (last < example.words.size()) running.text += QLatin1Char(' ') + ellipsis;

    const auto rangeOfSpan = [&](std::size_t from, std::size_t to) -> std::pair<int, int> {
        if (from < first || to > last || from >= to) return {0, 0};
        return {running.wordRanges[from - first].first + shift,
                running.wordRanges[to - first - 1].second + shift};
    };
    std::vector<std::pair<int, int>> spans = {rangeOfSpan(begin, std::min(end, example.words.size()))};
    if (example.target.begin2 >= 0)
        spans.push_back(rangeOfSpan(wordAt(example.target.begin2), wordAt(example.target.end2)));
    // A little air around each box; from the last to the first, so that earlier places stay valid.
    std::sort(spans.begin(), spans.end());
    for (std::size_t i = spans.size(); i-- > 0;) {
        auto& [from, to] = spans[i];
        if (to <= from) continue;
        running.text.insert(to, QChar(0x2006));
        running.text.insert(from, QChar(0x2006));
        ++from;
        ++to;
        for (std::size_t later = i + 1; later < spans.size(); ++later) {
            spans[later].first += 2;
            spans[later].second += 2;
        }
    }
    QTextLayout layout(running.text, option.font);
    QTextOption direction(isRightToLeft ? Qt::AlignRight : Qt::AlignLeft);
    direction.setTextDirection(isRightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
    direction.setWrapMode(QTextOption::NoWrap);
    layout.setTextOption(direction);
    QList<QTextLayout::FormatRange> formats;
    for (const auto& [from, to] : spans) {
        QTextCharFormat bold;
        bold.setFontWeight(QFont::DemiBold);
        if (to > from) formats.append({from, to - from, bold});
    }
    layout.setFormats(formats);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(sentenceArea.width());
    layout.endLayout();
    const QPointF origin(sentenceArea.left(), sentenceArea.center().y() - line.height() / 2);
    painter->setClipRect(card);
    double labelX = sentenceArea.left();
    for (std::size_t i = 0; i < spans.size(); ++i) {
        const auto [from, to] = spans[i];
        if (to <= from) continue;
        const double x1 = line.cursorToX(from), x2 = line.cursorToX(to);
        const QRectF box(origin.x() + std::min(x1, x2) - 3, origin.y() - 2, std::abs(x2 - x1) + 6,
                         line.height() + 4);
        if (i == 0) labelX = box.left();
        painter->setPen(QPen(tones.accent, 1));
        painter->setBrush(tones.accentSoft);
        painter->drawRoundedRect(box, 3, 3);
        painter->setBrush(Qt::NoBrush);
    }
    painter->setPen(tones.text);
    layout.draw(painter, origin);

    // Gold and what was said above the span, pushed inward at the card's end.
    const Verdicts verdicts = verdictsOf(example);
    struct Part {
        QString words;
        QFont font;
        QColor colour;
    };
    const auto sayColour = [&](bool isRight) { return isRight ? tones.good : tones.bad; };
    const double share = verdicts.there.isEmpty() ? 0.45 : 0.3;
    std::vector<Part> parts = {{boldMetrics.elidedText(QString::fromStdString(example.gold), Qt::ElideMiddle,
                                                       inner.width() * std::min(share, 0.4)),
                                smallBold, tones.good}};
    const auto add = [&](const QString& words, const QColor& colour) {
        if (!words.isEmpty())
            parts.push_back(
                {smallMetrics.elidedText(words, Qt::ElideMiddle, inner.width() * share), small, colour});
    };
    add(verdicts.here, sayColour(verdicts.isHereRight));
    if (!verdicts.there.isEmpty()) add(QStringLiteral("·"), tones.faint);
    add(verdicts.there, sayColour(verdicts.isThereRight));
    double total = -8;
    for (const Part& part : parts)
        total += QFontMetricsF(part.font).horizontalAdvance(part.words) + 8;
    labelX = std::max(inner.left(), std::min(labelX, inner.right() - total));
    for (const Part& part : parts) {
        const double width = QFontMetricsF(part.font).horizontalAdvance(part.words);
        painter->setFont(part.font);
        painter->setPen(part.colour);
        painter->drawText(QRectF(labelX, inner.top() - 1, width + 4, lineHeight),
                          Qt::AlignLeft | Qt::AlignVCenter, part.words);
        labelX += width + 8;
    }
    painter->restore();
}

}  // namespace strata
