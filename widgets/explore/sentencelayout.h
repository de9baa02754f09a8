// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"

#include <QFont>
#include <QTextLayout>

#include <utility>
#include <vector>

class QPainter;

namespace strata {

struct Tones;

/// The sentence of an example with its spans boxed, set within a width: on one line, cut around the target
/// where it is too long, or whole on as many lines as it needs. Right-to-left text runs right to left.
class SentenceLayout {
  public:
    enum class Lines { One, All };
    SentenceLayout(const Example& example, const QFont& font, double width, Lines lines);

    bool isRightToLeft() const { return m_isRightToLeft; }
    int lineCount() const { return m_layout.lineCount(); }
    double height() const { return m_height; }
    const QString& text() const { return m_text; }
    /// Left end of the target's first box, from the layout's left; 0 when it has none.
    double targetX() const;
    void draw(QPainter& painter, const QPointF& origin, const Tones& tones) const;

    /// Whether one line of this width is too short for the sentence.
    static bool isCut(const Example& example, const QFont& font, double width);

  private:
    std::vector<QRectF> boxesOf(const std::pair<int, int>& span) const;

    QString m_text;
    std::vector<std::pair<int, int>> m_spans;  ///< begin and end in the text; the target's first
    QTextLayout m_layout;
    bool m_isRightToLeft = false;
    double m_height = 0;
};

/// The words [first, last) to show of a sentence so that, with the words' given widths, the target and as
/// much as possible around it fit; always at least the target's words.
std::pair<std::size_t, std::size_t> wordsAround(const std::vector<double>& widths, std::size_t targetBegin,
                                                std::size_t targetEnd, double room);

}  // namespace strata
