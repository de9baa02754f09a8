// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QByteArray>

namespace strata {

/// QPdfWriter knows whole points only. This gives a one-page PDF whose page is at least that large exactly
/// the asked size, in points, with the drawing's upper left corner kept in place.
/// @throws Error when the bytes are no PDF of one page
QByteArray withPageSize(const QByteArray& pdf, double widthPt, double heightPt);

}  // namespace strata
