// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "store/values.h"

#include <QAbstractScrollArea>
#include <QWidget>

#include <vector>

namespace strata {

/// Sentences with their labels drawn above the words; only what is visible is painted.
class SentenceList : public QAbstractScrollArea {
    Q_OBJECT
  public:
    explicit SentenceList(QWidget* parent = nullptr);
    void setSentences(std::vector<StoredSentence> sentences);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    int rowHeight() const;
    void updateRange();
    std::vector<StoredSentence> m_sentences;
};

/// Label counts as bars, most frequent first.
class LabelBars : public QWidget {
    Q_OBJECT
  public:
    explicit LabelBars(QWidget* parent = nullptr);
    void setCounts(std::vector<std::pair<std::string, std::int64_t>> counts);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    std::vector<std::pair<std::string, std::int64_t>> m_counts;
};

}  // namespace strata
