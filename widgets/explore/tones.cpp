// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/tones.h"

#include "widgets/plots/colourmap.h"

namespace strata {

Tones::Tones(const QPalette& palette)
    : page(palette.color(QPalette::Base)),
      text(palette.color(QPalette::Text)),
      accent(palette.color(QPalette::Active, QPalette::Highlight)),
      isDark(luminance(page) < 0.2) {
    card = blend(page, text, isDark ? 0.06 : 0.045);
    border = blend(page, text, isDark ? 0.2 : 0.16);
    faint = blend(page, text, isDark ? 0.62 : 0.6);
    // A dark page needs a brighter accent than the one selected rows are filled with.
    if (isDark && luminance(accent) < 0.3) accent = blend(accent, Qt::white, 0.35);
    accentSoft = blend(page, accent, isDark ? 0.28 : 0.15);
    good = isDark ? QColor(0x74, 0xd0, 0x93) : QColor(0x1d, 0x7c, 0x40);
    bad = isDark ? QColor(0xf2, 0x8b, 0x7d) : QColor(0xb8, 0x36, 0x2b);
}

}  // namespace strata
