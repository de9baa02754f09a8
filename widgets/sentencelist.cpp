// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/sentencelist.h"

#include "widgets/pieces.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace strata {

namespace {

constexpr int kMargin = 12, kWordGap = 12, kCardGap = 6, kPadding = 4;

/// Whether a word is written from left to right, which it is inside a right-to-left sentence, too.
bool runsFromLeft(const QString& word) {
    return std::any_of(word.begin(), word.end(), [](QChar c) { return c.direction() == QChar::DirL; });
}

QString rowText(const std::string& label, std::int64_t count) {
    return QStringLiteral("%1: %2").arg(QString::fromStdString(label), countText(count));
}

}  // namespace

SentenceList::SentenceList(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("sentenceList"));
    setAccessibleName(tr("Sentences with their labels"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void SentenceList::setSentences(std::vector<StoredSentence> sentences) {
    m_sentences = std::move(sentences);
    arrange();
    verticalScrollBar()->setValue(0);
    viewport()->update();
}

QFont SentenceList::labelFont() const {
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.82);
    small.setWeight(QFont::DemiBold);
    return small;
}

QRect SentenceList::cardRect(std::size_t sentence) const {
    return m_cards.at(sentence).area;
}

QRect SentenceList::wordRect(std::size_t sentence, std::size_t word) const {
    return m_cards.at(sentence).words.at(word).area;
}

/// The words [begin, end) of a line get their places from left to right, or from right to left; words of the
/// other direction that stand together keep their own order.
void SentenceList::placeLine(Card& card, std::size_t begin, std::size_t end, int y) const {
    std::vector<std::size_t> order;
    for (std::size_t i = begin; i < end; ++i)
        order.push_back(i);
    if (card.isRightToLeft) {
        std::reverse(order.begin(), order.end());
        const auto foreign = [&](std::size_t word) { return runsFromLeft(card.words[word].text); };
        for (auto run = order.begin(); run != order.end();) {
            auto after = std::find_if_not(run, order.end(), foreign);
            std::reverse(run, after);
            run = after == order.end() ? after : after + 1;
        }
    }
    int x = kMargin;
    if (card.isRightToLeft) {
        x = card.area.width() - kMargin + kWordGap;
        for (const std::size_t word : order)
            x -= card.words[word].area.width() + kWordGap;
    }
    for (const std::size_t word : order) {
        card.words[word].area.moveTopLeft(QPoint(x, y));
        x += card.words[word].area.width() + kWordGap;
    }
}

void SentenceList::arrange() {
    m_cards.clear();
    const QFontMetrics words(font()), labels(labelFont());
    const int width = viewport()->width() - 2, room = std::max(40, width - 2 * kMargin),
              lineHeight = 2 * words.height() + 4;
    int y = kCardGap / 2;
    for (const StoredSentence& sentence : m_sentences) {
        Card card;
        QString whole;
        for (const std::string& word : sentence.words) {
            card.words.push_back({QString::fromStdString(word), {}, {}});
            whole += card.words.back().text + QLatin1Char(' ');
        }
        card.isRightToLeft = whole.isRightToLeft();
        for (const StoredTarget& target : sentence.targets)
            if (target.begin1 >= 0 && target.begin1 < static_cast<int>(card.words.size()) &&
                !target.labels.empty()) {
                QString& label = card.words[static_cast<std::size_t>(target.begin1)].label;
                if (label.isEmpty()) label = QString::fromStdString(target.labels.front());
            }
        card.area = QRect(0, y, width, 0);
        int used = 0, lineTop = y + kPadding;
        std::size_t lineBegin = 0;
        for (std::size_t i = 0; i < card.words.size(); ++i) {
            Word& word = card.words[i];
            const int wanted =
                std::max({words.horizontalAdvance(word.text), labels.horizontalAdvance(word.label), 10}) + 2;
            word.area.setSize(QSize(std::min(wanted, room), lineHeight));
            if (i > lineBegin && used + word.area.width() > room) {
                placeLine(card, lineBegin, i, lineTop);
                lineBegin = i;
                lineTop += lineHeight;
                used = 0;
            }
            used += word.area.width() + kWordGap;
        }
        placeLine(card, lineBegin, card.words.size(), lineTop);
        card.area.setBottom(lineTop + lineHeight + kPadding);
        y = card.area.bottom() + 1 + kCardGap;
        m_cards.push_back(std::move(card));
    }
    verticalScrollBar()->setRange(0, std::max(0, y - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(lineHeight);
}

void SentenceList::resizeEvent(QResizeEvent*) {
    arrange();
}

void SentenceList::keyPressEvent(QKeyEvent* event) {
    QScrollBar* bar = verticalScrollBar();
    if (event->key() == Qt::Key_Home)
        bar->setValue(bar->minimum());
    else if (event->key() == Qt::Key_End)
        bar->setValue(bar->maximum());
    else
        QAbstractScrollArea::keyPressEvent(event);
}

void SentenceList::changeEvent(QEvent* event) {
    if (event->type() == QEvent::FontChange) arrange();
    QAbstractScrollArea::changeEvent(event);
}

void SentenceList::focusInEvent(QFocusEvent* event) {
    viewport()->update();
    QAbstractScrollArea::focusInEvent(event);
}

void SentenceList::focusOutEvent(QFocusEvent* event) {
    viewport()->update();
    QAbstractScrollArea::focusOutEvent(event);
}

void SentenceList::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    const QFont small = labelFont();
    const QFontMetrics words(font()), labels(small);
    const QColor green = isDark(palette()) ? QColor(0x7B, 0xD3, 0x9A) : QColor(0x1E, 0x7A, 0x45);
    const int scrolled = verticalScrollBar()->value(), bottom = scrolled + viewport()->height();
    painter.save();
    painter.translate(0, -scrolled);
    for (const Card& card : m_cards) {
        if (card.area.bottom() < scrolled) continue;
        if (card.area.top() > bottom) break;
        painter.setPen(Qt::NoPen);
        painter.setBrush(cardColour(palette()));
        painter.drawRoundedRect(QRectF(card.area), 4, 4);
        const auto align =
            Qt::AlignVCenter | (card.isRightToLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignAbsolute;
        for (const Word& word : card.words) {
            const QRect upper(word.area.topLeft(), QSize(word.area.width(), words.height())),
                lower = upper.translated(0, words.height());
            painter.setFont(small);
            painter.setPen(green);
            painter.drawText(upper, static_cast<int>(align),
                             labels.elidedText(word.label, Qt::ElideMiddle, upper.width()));
            painter.setFont(font());
            painter.setPen(palette().color(QPalette::Text));
            painter.drawText(lower, static_cast<int>(align),
                             words.elidedText(word.text, Qt::ElideMiddle, lower.width()));
        }
    }
    painter.restore();
    if (m_sentences.empty()) {
        painter.setPen(mutedText(palette()));
        painter.drawText(
            viewport()->rect().adjusted(20, 20, -20, -20), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap,
            tr("Sentences appear here when a file is given for this split: CoNLL-U, or jiant's JSON lines."));
    }
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(viewport()->rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

LabelBars::LabelBars(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("labelBars"));
    setAccessibleName(tr("How often each label occurs"));
}

void LabelBars::setCounts(std::vector<std::pair<std::string, std::int64_t>> counts) {
    m_counts = std::move(counts);
    QStringList words;
    for (const auto& [label, count] : m_counts)
        words << rowText(label, count);
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    setMinimumHeight(static_cast<int>(m_counts.size()) * (fontMetrics().height() + 6) + 4);
    update();
}

int LabelBars::labelWidth() const {
    int widest = 40;
    for (const auto& [label, count] : m_counts)
        widest = std::max(widest, fontMetrics().horizontalAdvance(QString::fromStdString(label)) + 4);
    return std::min(widest, std::max(40, width() / 3));
}

bool LabelBars::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<const QHelpEvent*>(event);
    const int row = (help->pos().y() - 2) / (fontMetrics().height() + 6);
    if (row >= 0 && row < static_cast<int>(m_counts.size())) {
        const auto& [label, count] = m_counts[static_cast<std::size_t>(row)];
        QToolTip::showText(help->globalPos(), rowText(label, count), this);
    } else {
        QToolTip::hideText();
    }
    return true;
}

void LabelBars::paintEvent(QPaintEvent*) {
    if (m_counts.empty()) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int line = fontMetrics().height() + 6, labels = labelWidth();
    const auto most = static_cast<double>(m_counts.front().second);
    const int numberWidth = fontMetrics().horizontalAdvance(countText(m_counts.front().second));
    int y = 2;
    for (const auto& [label, count] : m_counts) {
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRect(0, y, labels, line), Qt::AlignLeft | Qt::AlignVCenter,
                         fontMetrics().elidedText(QString::fromStdString(label), Qt::ElideMiddle, labels));
        const double room = std::max(10, width() - labels - numberWidth - 16);
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette().color(QPalette::Highlight));
        painter.drawRoundedRect(
            QRectF(labels + 8, y + 4, std::max(2.0, room * static_cast<double>(count) / most), line - 9), 3,
            3);
        painter.setPen(mutedText(palette()));
        painter.drawText(QRect(width() - numberWidth, y, numberWidth, line),
                         Qt::AlignRight | Qt::AlignVCenter, countText(count));
        y += line;
    }
}

}  // namespace strata
