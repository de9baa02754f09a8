// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/sentencelist.h"

#include "widgets/theme.h"

#include <QLocale>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace strata {

SentenceList::SentenceList(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("sentenceList"));
    setAccessibleName(tr("Sentences with their labels"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
}

void SentenceList::setSentences(std::vector<StoredSentence> sentences) {
    m_sentences = std::move(sentences);
    verticalScrollBar()->setValue(0);
    horizontalScrollBar()->setValue(0);
    updateRange();
    viewport()->update();
}

int SentenceList::rowHeight() const {
    return fontMetrics().height() * 5 / 2 + 14;
}

void SentenceList::updateRange() {
    const int total = static_cast<int>(m_sentences.size()) * rowHeight();
    verticalScrollBar()->setRange(0, std::max(0, total - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(rowHeight());
    int widest = 0;
    for (const StoredSentence& sentence : m_sentences) {
        int width = 24;
        for (const std::string& word : sentence.words)
            width += std::max(fontMetrics().horizontalAdvance(QString::fromStdString(word)), 34) + 12;
        widest = std::max(widest, width);
    }
    horizontalScrollBar()->setRange(0, std::max(0, widest - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
}

void SentenceList::resizeEvent(QResizeEvent*) {
    updateRange();
}

void SentenceList::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.82);
    small.setWeight(QFont::DemiBold);
    const int height = rowHeight(), first = verticalScrollBar()->value() / height;
    const QColor green = isDark(palette()) ? QColor(0x7B, 0xD3, 0x9A) : QColor(0x1E, 0x7A, 0x45);
    for (int i = first; i < static_cast<int>(m_sentences.size()); ++i) {
        const int y = i * height - verticalScrollBar()->value();
        if (y > viewport()->height()) break;
        const StoredSentence& sentence = m_sentences[static_cast<std::size_t>(i)];
        painter.setPen(Qt::NoPen);
        painter.setBrush(cardColour(palette()));
        painter.drawRoundedRect(QRectF(0, y + 3, viewport()->width() - 2, height - 6), 4, 4);
        std::vector<QString> above(sentence.words.size());
        for (const StoredTarget& target : sentence.targets)
            if (target.begin1 >= 0 && target.begin1 < static_cast<int>(above.size()) &&
                !target.labels.empty()) {
                QString& label = above[static_cast<std::size_t>(target.begin1)];
                if (label.isEmpty()) label = QString::fromStdString(target.labels.front());
            }
        int x = 12 - horizontalScrollBar()->value();
        for (std::size_t w = 0; w < sentence.words.size(); ++w) {
            const QString word = QString::fromStdString(sentence.words[w]);
            painter.setFont(small);
            const int labelWidth = painter.fontMetrics().horizontalAdvance(above[w]);
            const int width = std::max({fontMetrics().horizontalAdvance(word), labelWidth, 10});
            if (x + width > 0 && x < viewport()->width()) {
                painter.setPen(green);
                painter.drawText(QRect(x, y + 6, width + 4, fontMetrics().height()),
                                 Qt::AlignLeft | Qt::AlignVCenter, above[w]);
                painter.setFont(font());
                painter.setPen(palette().color(QPalette::Text));
                painter.drawText(
                    QRect(x, y + 6 + fontMetrics().height(), width + 4, fontMetrics().height() + 4),
                    Qt::AlignLeft | Qt::AlignVCenter, word);
            }
            x += width + 12;
        }
    }
    if (m_sentences.empty()) {
        painter.setPen(mutedText(palette()));
        painter.drawText(
            viewport()->rect().adjusted(20, 20, -20, -20), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap,
            tr("Sentences appear here when a file is given for this split: CoNLL-U, or jiant's JSON lines."));
    }
}

LabelBars::LabelBars(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("labelBars"));
    setAccessibleName(tr("How often each label occurs"));
}

void LabelBars::setCounts(std::vector<std::pair<std::string, std::int64_t>> counts) {
    m_counts = std::move(counts);
    setMinimumHeight(static_cast<int>(m_counts.size()) * (fontMetrics().height() + 6) + 4);
    update();
}

void LabelBars::paintEvent(QPaintEvent*) {
    if (m_counts.empty()) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int line = fontMetrics().height() + 6;
    int labelWidth = 40;
    for (const auto& [label, count] : m_counts)
        labelWidth = std::max(
            labelWidth, std::min(140, fontMetrics().horizontalAdvance(QString::fromStdString(label)) + 4));
    const int numberWidth = fontMetrics().horizontalAdvance(QStringLiteral("9,999,999"));
    const auto most = static_cast<double>(m_counts.front().second);
    int y = 2;
    for (const auto& [label, count] : m_counts) {
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRect(0, y, labelWidth, line), Qt::AlignLeft | Qt::AlignVCenter,
                         fontMetrics().elidedText(QString::fromStdString(label), Qt::ElideRight, labelWidth));
        const double room = std::max(10, width() - labelWidth - numberWidth - 20);
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette().color(QPalette::Highlight));
        painter.drawRoundedRect(
            QRectF(labelWidth + 8, y + 4, std::max(2.0, room * static_cast<double>(count) / most), line - 9),
            3, 3);
        painter.setPen(mutedText(palette()));
        painter.drawText(QRect(width() - numberWidth, y, numberWidth, line),
                         Qt::AlignRight | Qt::AlignVCenter,
                         QLocale().toString(static_cast<qlonglong>(count)));
        y += line;
    }
}

}  // namespace strata
