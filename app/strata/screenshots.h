// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"
#include "widgets/mainwindow.h"

namespace strata {

/// Writes a picture of every page once the workspace is there, then quits. For looking at the pages and for
/// the README.
void takeScreenshots(MainWindow& window, Backend& backend, const QString& folder, const QString& size);

/// Prints the longest gap between two turns of the event loop (a 1 ms timer asks) within some seconds, then
/// quits.
void measureGaps(double seconds);

}  // namespace strata
