// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QColor>
#include <QPalette>

namespace strata {

/// The few colours a page needs, all derived from the palette, so that light, dark and the user's own work
/// alike.
struct Tones {
    QColor page, card, border, text, faint, accent, accentSoft, good, bad;
    bool isDark = false;
    explicit Tones(const QPalette& palette);
};

}  // namespace strata
