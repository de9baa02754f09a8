// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

namespace strata::cli {

/// Keeps Qt from saying that there is no session of a desktop (cron, containers): the command line needs
/// none. Everything else that Qt says is said. Call it before anything of Qt.
void keepQtToTheMatter();

}  // namespace strata::cli
