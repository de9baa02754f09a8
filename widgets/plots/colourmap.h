// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QColor>
#include <QString>
#include <QStringList>

namespace strata {

QStringList colourMapNames();  ///< Cividis, Viridis, Inferno, Greys, …: perceptually uniform
/// @param position 0 … 1, clamped; an unknown map's name gives Cividis
QColor colourAt(const QString& colourMap, double position);
/// Black or white, whichever has the higher contrast on the background (WCAG 2 relative luminance).
QColor textColourOn(const QColor& background);
/// WCAG 2 relative luminance, 0 … 1.
double luminance(const QColor& colour);
/// A mixture of two colours, `share` of the second, 0 … 1.
QColor blend(const QColor& first, const QColor& second, double share);

}  // namespace strata
