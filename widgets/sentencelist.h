// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "store/values.h"

#include <QAbstractScrollArea>
#include <QWidget>

#include <vector>

namespace strata {

/// Sentences with their labels drawn above the words, each on a card of its own and broken into lines where
/// the card ends; right-to-left sentences begin at the right. Only what is visible is painted. GUI thread.
class SentenceList : public QAbstractScrollArea {
    Q_OBJECT
  public:
    explicit SentenceList(QWidget* parent = nullptr);
    void setSentences(std::vector<StoredSentence> sentences);
    /// Where a card and a word of it stand, from the top of the first card; for tests.
    QRect cardRect(std::size_t sentence) const;
    QRect wordRect(std::size_t sentence, std::size_t word) const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    struct Word {
        QString text, label;
        QRect area;  ///< label above, word below; from the top of the card's list
    };
    struct Card {
        QRect area;
        std::vector<Word> words;
        bool isRightToLeft = false;
    };
    QFont labelFont() const;
    void arrange();
    void placeLine(Card& card, std::size_t begin, std::size_t end, int y) const;
    std::vector<StoredSentence> m_sentences;
    std::vector<Card> m_cards;
};

/// Label counts as bars, most frequent first.
class LabelBars : public QWidget {
    Q_OBJECT
  public:
    explicit LabelBars(QWidget* parent = nullptr);
    void setCounts(std::vector<std::pair<std::string, std::int64_t>> counts);
    int labelWidth() const;  ///< never more than a third: one long label must leave room for the bars

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    std::vector<std::pair<std::string, std::int64_t>> m_counts;
};

}  // namespace strata
