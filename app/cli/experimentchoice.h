// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "store/workspace.h"

#include <string>

namespace strata::cli {

/// The experiment of exactly this name. @throws Error that begins with what was attempted when there is none,
/// with what may have been meant
ExperimentRow experimentNamed(const Workspace& workspace, const std::string& name,
                              const std::string& attempted);

}  // namespace strata::cli
