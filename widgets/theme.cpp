// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/theme.h"

#include <QStyleFactory>

namespace strata {

namespace {

QPalette lightPalette() {
    QPalette p;
    const QColor text(0x1B, 0x1E, 0x24);
    p.setColor(QPalette::Window, Qt::white);
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, Qt::white);
    p.setColor(QPalette::AlternateBase, QColor(0xF4, 0xF5, 0xF7));
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::Button, Qt::white);
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::ToolTipBase, QColor(0x26, 0x2B, 0x30));
    p.setColor(QPalette::ToolTipText, QColor(0xF2, 0xF4, 0xF6));
    p.setColor(QPalette::Highlight, QColor(0x18, 0x68, 0xC7));
    p.setColor(QPalette::HighlightedText, Qt::white);
    p.setColor(QPalette::Link, QColor(0x18, 0x68, 0xC7));
    p.setColor(QPalette::PlaceholderText, QColor(0x62, 0x69, 0x74));
    p.setColor(QPalette::Mid, QColor(0xD5, 0xD9, 0xDF));
    p.setColor(QPalette::Light, Qt::white);
    p.setColor(QPalette::Midlight, QColor(0xF4, 0xF5, 0xF7));
    p.setColor(QPalette::Dark, QColor(0xB4, 0xBA, 0xC3));
    p.setColor(QPalette::Shadow, QColor(0x6B, 0x72, 0x7D));
    return p;
}

QPalette darkPalette() {
    QPalette p;
    const QColor text(0xE8, 0xEA, 0xED);
    p.setColor(QPalette::Window, QColor(0x1E, 0x22, 0x26));
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, QColor(0x1E, 0x22, 0x26));
    p.setColor(QPalette::AlternateBase, QColor(0x26, 0x2B, 0x31));
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::Button, QColor(0x2B, 0x31, 0x37));
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::ToolTipBase, QColor(0x3A, 0x41, 0x49));
    p.setColor(QPalette::ToolTipText, text);
    p.setColor(QPalette::Highlight, QColor(0x5A, 0xA6, 0xFF));
    p.setColor(QPalette::HighlightedText, QColor(0x0E, 0x16, 0x20));
    p.setColor(QPalette::Link, QColor(0x5A, 0xA6, 0xFF));
    p.setColor(QPalette::PlaceholderText, QColor(0x9A, 0xA2, 0xAC));
    p.setColor(QPalette::Mid, QColor(0x3C, 0x43, 0x4B));
    p.setColor(QPalette::Light, QColor(0x3C, 0x43, 0x4B));
    p.setColor(QPalette::Midlight, QColor(0x2B, 0x31, 0x37));
    p.setColor(QPalette::Dark, QColor(0x14, 0x17, 0x1A));
    p.setColor(QPalette::Shadow, QColor(0x0B, 0x0D, 0x0F));
    return p;
}

void addDisabled(QPalette& p) {
    const QColor faded = mutedText(p);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, QColor(faded.red(), faded.green(), faded.blue(), 150));
}

/// Three times as bright, or as dark, as the page: what marks the place in a list is to be seen.
QColor scrollHandle(const QPalette& p) {
    return isDark(p) ? QColor(0x74, 0x7C, 0x87) : QColor(0x8E, 0x95, 0xA0);
}

QString styleSheet(const QPalette& p) {
    const auto name = [](const QColor& colour) { return colour.name(); };
    return QStringLiteral(R"(
        QPushButton { border: 1px solid %1; border-radius: 5px; padding: 6px 14px; background: %2; }
        QPushButton:hover { border-color: %3; }
        QPushButton:focus { border: 2px solid %3; padding: 5px 13px; }
        QPushButton:disabled { color: %4; }
        QPushButton[primary="true"] { background: %3; color: %5; border: 1px solid %3; font-weight: 600; }
        QPushButton[primary="true"]:hover { background: %6; }
        QPushButton[primary="true"]:focus { border: 2px solid %13; padding: 5px 13px; }
        QPushButton[primary="true"]:disabled { background: %1; color: %4; border-color: %1; }
        QToolButton[chip="true"] { border: 1px solid %1; border-radius: 12px; padding: 4px 12px; background: %2; }
        QToolButton[chip="true"]:hover { border-color: %3; }
        QToolButton[chip="true"]:focus { border: 2px solid %3; padding: 3px 11px; }
        QToolButton[chip="true"]:checked { background: %7; border-color: %3; }
        QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit { border: 1px solid %1; border-radius: 4px; padding: 4px 6px; background: %8; }
        QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus { border: 2px solid %3; padding: 3px 5px; }
        QComboBox { combobox-popup: 0; }
        QComboBox QAbstractItemView { background: %8; selection-background-color: %3; selection-color: %5; outline: none; }
        QCheckBox { spacing: 7px; border: 1px solid transparent; border-radius: 4px; padding: 2px; }
        QCheckBox:focus { border-color: %3; }
        QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid %4; border-radius: 3px; background: %8; }
        QCheckBox::indicator:hover { border-color: %3; }
        QCheckBox::indicator:checked { background: %3; border-color: %3; image: url(:/strata/icons/%12.svg); }
        QCheckBox::indicator:disabled { border-color: %1; background: %2; }
        QComboBox::drop-down { border: none; width: 22px; }
        QComboBox::down-arrow { image: url(:/strata/icons/chevron-down.svg); width: 11px; height: 11px; }
        QSpinBox::up-button, QDoubleSpinBox::up-button { border: none; width: 20px; subcontrol-position: top right; }
        QSpinBox::down-button, QDoubleSpinBox::down-button { border: none; width: 20px; subcontrol-position: bottom right; }
        QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(:/strata/icons/chevron-up.svg); width: 9px; height: 9px; }
        QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(:/strata/icons/chevron-down.svg); width: 9px; height: 9px; }
        QFrame[card="true"] { background: %9; border-radius: 6px; border: none; }
        QTableView, QListView, QTreeView { border: 1px solid %1; border-radius: 4px; }
        QTableView:focus, QListView:focus, QTreeView:focus { border-color: %3; }
        QListWidget::item { padding: 4px 6px; }
        QHeaderView::section { background: %9; border: none; border-bottom: 1px solid %1; padding: 5px 8px; font-weight: 600; }
        QProgressBar { border: none; border-radius: 4px; background: %1; max-height: 8px; min-height: 8px; }
        QProgressBar::chunk { background: %3; border-radius: 4px; }
        QToolTip { color: %10; background: %11; border: none; padding: 4px; }
        QScrollArea { border: none; }
        QScrollBar { background: transparent; border: none; }
        QScrollBar:vertical { width: 12px; }
        QScrollBar:horizontal { height: 12px; }
        QScrollBar::handle { background: %14; border-radius: 4px; margin: 2px; }
        QScrollBar::handle:vertical { min-height: 24px; }
        QScrollBar::handle:horizontal { min-width: 24px; }
        QScrollBar::handle:hover, QScrollBar::handle:pressed { background: %4; }
        QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
        QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
        QToolButton#statusLine { border: 1px solid transparent; border-radius: 4px; padding: 1px 4px; }
        QToolButton#statusLine:hover, QToolButton#statusLine:focus { border-color: %3; }
        QDialog#commandPalette { border: 1px solid %4; }
    )")
        .arg(name(p.color(QPalette::Mid)), name(p.color(QPalette::Button)),
             name(p.color(QPalette::Highlight)), name(mutedText(p)), name(p.color(QPalette::HighlightedText)),
             name(p.color(QPalette::Highlight).darker(112)), name(selectionFill(p)),
             name(p.color(QPalette::Base)), name(cardColour(p)))
        .arg(name(p.color(QPalette::ToolTipText)), name(p.color(QPalette::ToolTipBase)))
        .arg(isDark(p) ? QStringLiteral("check-dark") : QStringLiteral("check"),
             name(p.color(QPalette::WindowText)), name(scrollHandle(p)));
}

}  // namespace

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < 128;
}
QColor railColour(const QPalette& p) {
    return isDark(p) ? QColor(0x26, 0x2B, 0x31) : QColor(0xF4, 0xF5, 0xF7);
}
QColor cardColour(const QPalette& p) {
    return isDark(p) ? QColor(0x26, 0x2B, 0x31) : QColor(0xF4, 0xF5, 0xF7);
}
QColor mutedText(const QPalette& p) {
    return isDark(p) ? QColor(0x9A, 0xA2, 0xAC) : QColor(0x62, 0x69, 0x74);
}
QColor hairline(const QPalette& p) {
    return p.color(QPalette::Mid);
}
QColor warningFill(const QPalette& p) {
    return isDark(p) ? QColor(0x4A, 0x3A, 0x1B) : QColor(0xFF, 0xF2, 0xDC);
}
QColor warningText(const QPalette& p) {
    return isDark(p) ? QColor(0xFF, 0xC9, 0x6B) : QColor(0x9A, 0x5B, 0x00);
}
QColor selectionFill(const QPalette& p) {
    return isDark(p) ? QColor(0x2A, 0x3F, 0x58) : QColor(0xDB, 0xE8, 0xFA);
}

ThemeMode themeModeOf(const QString& text) {
    return text == QLatin1String("dark")    ? ThemeMode::Dark
           : text == QLatin1String("light") ? ThemeMode::Light
                                            : ThemeMode::System;
}

void applyTheme(QApplication& application, ThemeMode mode) {
    static const bool systemIsDark = isDark(QApplication::palette());
    const bool dark = mode == ThemeMode::Dark || (mode == ThemeMode::System && systemIsDark);
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QPalette palette = dark ? darkPalette() : lightPalette();
    addDisabled(palette);
    application.setPalette(palette);
    application.setStyleSheet(styleSheet(palette));
}

}  // namespace strata
