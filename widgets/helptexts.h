// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QString>

namespace strata {

/// Help on a page, by its object name, as simple HTML.
QString helpText(const QString& page);

}  // namespace strata
