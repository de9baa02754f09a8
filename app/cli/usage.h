// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace strata::cli {

/// What is the same for every command: a workspace whose folder is empty is no workspace.
void checkWorkspaceOptions(CLI::App& app);

/// When there is no command, or the first word is none: says so, with the nearest and those there are.
std::optional<std::string> wrongCommand(CLI::App& app, int argc, const char* const* argv);

}  // namespace strata::cli
