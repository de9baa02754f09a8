// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/sentencelayout.h"

#include "widgets/explore/inspectormodels.h"
#include "widgets/explore/tones.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace strata {
namespace {

constexpr double kLineGap = 6;  // boxes of two lines do not touch
constexpr QChar kAir(0x202F);   // narrow, and no place to break a line

std::size_t wordAt(std::int32_t word) {
    return static_cast<std::size_t>(std::max(0, word));
}

std::pair<std::size_t, std::size_t> targetOf(const Example& example) {
    const std::size_t begin = wordAt(example.target.begin1);
    return {begin, std::max(begin + 1, wordAt(example.target.end1))};
}

/// The words that one line has room for.
std::pair<std::size_t, std::size_t> wordsThatFit(const Example& example, const QFont& font, double width) {
    const QFontMetricsF metrics(font);
    std::vector<double> widths;
    const double space = metrics.horizontalAdvance(QLatin1Char(' '));
    for (const std::string& word : example.words)
        widths.push_back(metrics.horizontalAdvance(QString::fromStdString(word)) * 1.04 + space);
    const auto [begin, end] = targetOf(example);
    return wordsAround(widths, begin, end, width - 2 * metrics.averageCharWidth() - 16);
}

}  // namespace

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

bool SentenceLayout::isCut(const Example& example, const QFont& font, double width) {
    return wordsThatFit(example, font, width) != std::pair(std::size_t{0}, example.words.size());
}

SentenceLayout::SentenceLayout(const Example& example, const QFont& font, double width, Lines lines) {
    const bool isWhole = lines == Lines::All;
    const auto shown =
        isWhole ? std::pair(std::size_t{0}, example.words.size()) : wordsThatFit(example, font, width);
    const std::size_t first = shown.first, last = shown.second;
    m_isRightToLeft = runningText(example.words, 0, example.words.size()).text.isRightToLeft();
    RunningText running = runningText(example.words, first, last);
    m_text = running.text;
    const QString ellipsis = QStringLiteral("…");
    int shift = 0;
    if (first > 0) {
        m_text.prepend(ellipsis + QLatin1Char(' '));
        shift = 2;
    }
    if (last < example.words.size()) m_text += QLatin1Char(' ') + ellipsis;

    const auto addSpan = [&](std::size_t from, std::size_t to) {
        if (from < first || to > last || from >= to) return;
        m_spans.emplace_back(running.wordRanges[from - first].first + shift,
                             running.wordRanges[to - first - 1].second + shift);
    };
    const auto [begin, end] = targetOf(example);
    addSpan(begin, std::min(end, example.words.size()));
    if (example.target.begin2 >= 0) addSpan(wordAt(example.target.begin2), wordAt(example.target.end2));
    // A little air around each box; from the last to the first, so that earlier places stay valid.
    std::vector<std::pair<int, int>*> backward;
    for (auto& span : m_spans)
        backward.push_back(&span);
    std::sort(backward.begin(), backward.end(), [](const auto* a, const auto* b) { return *a > *b; });
    for (std::size_t i = 0; i < backward.size(); ++i) {
        auto& [from, to] = *backward[i];
        m_text.insert(to, kAir);
        m_text.insert(from, kAir);
        ++from;
        ++to;
        for (std::size_t later = 0; later < i; ++later) {
            backward[later]->first += 2;
            backward[later]->second += 2;
        }
    }
    m_layout.setText(m_text);
    m_layout.setFont(font);
    QTextOption direction(m_isRightToLeft ? Qt::AlignRight : Qt::AlignLeft);
    direction.setTextDirection(m_isRightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
    direction.setWrapMode(isWhole ? QTextOption::WrapAtWordBoundaryOrAnywhere : QTextOption::NoWrap);
    m_layout.setTextOption(direction);
    QList<QTextLayout::FormatRange> formats;
    for (const auto& [from, to] : m_spans) {
        QTextCharFormat bold;
        bold.setFontWeight(QFont::DemiBold);
        formats.append({from, to - from, bold});
    }
    m_layout.setFormats(formats);
    m_layout.beginLayout();
    for (QTextLine line = m_layout.createLine(); line.isValid(); line = m_layout.createLine()) {
        line.setLineWidth(width);
        if (m_height > 0) m_height += kLineGap;
        line.setPosition({0, m_height});
        m_height += line.height();
    }
    m_layout.endLayout();
}

/// One box, or one on every line that the span runs over.
std::vector<QRectF> SentenceLayout::boxesOf(const std::pair<int, int>& span) const {
    std::vector<QRectF> boxes;
    for (int i = 0; i < m_layout.lineCount(); ++i) {
        const QTextLine line = m_layout.lineAt(i);
        const int from = std::max(span.first, line.textStart()),
                  to = std::min(span.second, line.textStart() + line.textLength());
        if (to <= from) continue;
        const double x1 = line.cursorToX(from), x2 = line.cursorToX(to);
        boxes.emplace_back(std::min(x1, x2) - 3, line.y() - 2, std::abs(x2 - x1) + 6, line.height() + 4);
    }
    return boxes;
}

double SentenceLayout::targetX() const {
    if (m_spans.empty()) return 0;
    const std::vector<QRectF> boxes = boxesOf(m_spans.front());
    return boxes.empty() ? 0 : boxes.front().left();
}

void SentenceLayout::draw(QPainter& painter, const QPointF& origin, const Tones& tones) const {
    painter.setPen(QPen(tones.accent, 1));
    painter.setBrush(tones.accentSoft);
    for (const auto& span : m_spans)
        for (const QRectF& box : boxesOf(span))
            painter.drawRoundedRect(box.translated(origin), 3, 3);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(tones.text);
    m_layout.draw(&painter, origin);
}

}  // namespace strata
