// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QApplication>
#include <QColor>
#include <QPalette>
#include <QString>

namespace strata {

enum class ThemeMode { System, Light, Dark };

/// The look of the window: one palette and one style sheet for light, one for dark; everything else derives
/// its colours from the palette.
void applyTheme(QApplication& application, ThemeMode mode);
ThemeMode themeModeOf(const QString& text);  ///< "light", "dark", else system
bool isDark(const QPalette& palette);

/// Colours that a palette has no role for.
QColor railColour(const QPalette& palette);
QColor cardColour(const QPalette& palette);
QColor mutedText(const QPalette& palette);
QColor hairline(const QPalette& palette);
QColor warningFill(const QPalette& palette);
QColor warningText(const QPalette& palette);
QColor selectionFill(const QPalette& palette);

}  // namespace strata
