// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/pieces.h"

#include "widgets/theme.h"

#include <QEvent>
#include <QKeyEvent>
#include <QLocale>

namespace strata {

namespace {

/// Lets undo and redo pass on to the window where no line edit has its own.
class UndoPasser : public QObject {
  public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() != QEvent::ShortcutOverride) return false;
        const auto* edit = qobject_cast<const QLineEdit*>(watched);
        const auto* key = static_cast<const QKeyEvent*>(event);
        const bool passes = (key->matches(QKeySequence::Undo) && !(edit && edit->isUndoAvailable())) ||
                            (key->matches(QKeySequence::Redo) && !(edit && edit->isRedoAvailable()));
        if (passes) event->ignore();
        return passes;
    }
};

/// Names and paths are shown as they are, whatever signs they hold.
QLabel* makePlain(const QString& text, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    return label;
}

}  // namespace

QLabel* makeTitle(const QString& text, QWidget* parent) {
    auto* label = makePlain(text, parent);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * 1.45);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

QLabel* makeHeading(const QString& text, QWidget* parent) {
    auto* label = makePlain(text, parent);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * 1.1);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    label->setWordWrap(true);
    return label;
}

QLabel* makeMuted(const QString& text, QWidget* parent) {
    auto* label = makePlain(text, parent);
    label->setWordWrap(true);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QFrame* makeCard(QWidget* parent) {
    auto* card = new QFrame(parent);
    card->setProperty("card", true);
    return card;
}

QPushButton* makeButton(const QString& name, const QString& text, const QString& explanation, QWidget* parent,
                        bool isPrimary) {
    auto* button = new QPushButton(text, parent);
    button->setObjectName(name);
    button->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    button->setToolTip(explanation);
    if (isPrimary) button->setProperty("primary", true);
    return button;
}

QToolButton* makeChip(const QString& name, const QString& text, const QString& explanation, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setObjectName(name);
    button->setAccessibleName(text);
    button->setToolTip(explanation);
    button->setProperty("chip", true);
    return button;
}

void teachManners(QLineEdit* edit) {
    edit->setAcceptDrops(false);
    edit->installEventFilter(new UndoPasser(edit));
}

void passUndo(QAbstractSpinBox* box) {
    box->installEventFilter(new UndoPasser(box));
}

Notice::Notice(QWidget* parent) : QLabel(parent) {
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setMargin(10);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    applyTones();
    hide();
}

void Notice::setMessage(const QString& text) {
    setText(text);
    setAccessibleName(text);
    setVisible(!text.isEmpty());
}

void Notice::changeEvent(QEvent* event) {
    if (event->type() == QEvent::ApplicationPaletteChange) applyTones();
    QLabel::changeEvent(event);
}

void Notice::applyTones() {
    const QPalette palette = QApplication::palette();
    setStyleSheet(
        QStringLiteral("strata--Notice { background: %1; color: %2; border-radius: 6px; border: 2px "
                       "solid %1; } strata--Notice:focus { border-color: %2; }")
            .arg(warningFill(palette).name(), warningText(palette).name()));
}

QString sizeText(double bytes) {
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), bytes < 10e6 ? 1 : 0,
                                       QLocale::DataSizeSIFormat);
}

QString durationText(double seconds) {
    if (seconds < 1) return QObject::tr("under 1 s");
    if (seconds < 60) return QObject::tr("%1 s").arg(qRound(seconds));
    if (seconds < 3600) return QObject::tr("%1 min").arg(qRound(seconds / 60));
    return QObject::tr("%1 h %2 min")
        .arg(static_cast<int>(seconds / 3600))
        .arg(static_cast<int>(seconds / 60) % 60);
}

QString countText(qint64 count) {
    return QLocale().toString(count);
}

QString countedText(qint64 count, const QString& one, const QString& several) {
    const QString& words = count == 1 ? one : several;
    return words.contains(QLatin1String("%1")) ? words.arg(countText(count)) : words;
}

}  // namespace strata
