// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QAbstractSpinBox>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

namespace strata {

/// Small parts that every page is made of, so that they look the same everywhere. All named for tests and
/// screen readers.
QLabel* makeTitle(const QString& text, QWidget* parent);
QLabel* makeHeading(const QString& text, QWidget* parent);
QLabel* makeMuted(const QString& text, QWidget* parent);  ///< wraps
QFrame* makeCard(QWidget* parent);
QPushButton* makeButton(const QString& name, const QString& text, const QString& explanation, QWidget* parent,
                        bool isPrimary = false);
QToolButton* makeChip(const QString& name, const QString& text, const QString& explanation, QWidget* parent);
/// Manners of a line edit in this window: a file dropped on it goes to the window instead of inserting its
/// address, and Ctrl+Z goes to the window's undo as soon as the edit has nothing of its own to take back.
void teachManners(QLineEdit* edit);
/// Ctrl+Z in a spin box goes to the window's undo: what is typed there counts at once, letter by letter.
void passUndo(QAbstractSpinBox* box);
/// A box with words on an amber ground; hidden while empty.
class Notice : public QLabel {
    Q_OBJECT
  public:
    explicit Notice(QWidget* parent);
    void setMessage(const QString& text);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void applyTones();
};

/// "1,234 MB", "3 min 20 s", "25,147"
QString sizeText(double bytes);
QString durationText(double seconds);
QString countText(qint64 count);
/// The count in the words for one or for several: "1 run", "2 runs".
/// @param one, several with a %1 for the count where they tell it
QString countedText(qint64 count, const QString& one, const QString& several);

}  // namespace strata
