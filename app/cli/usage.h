// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::cli {

/// What is the same for every command: a workspace whose folder is empty is no workspace.
void checkWorkspaceOptions(CLI::App& app);

/// Those of the names that may have been meant, the nearest first: what begins so, or shares more than half
/// of the letters; capital or small is the same.
std::vector<std::string> nearNames(std::string_view typed, const std::vector<std::string>& names);

/// When there is no command, or the first word is none: says so, with the nearest and those there are.
std::optional<std::string> wrongCommand(CLI::App& app, int argc, const char* const* argv);

}  // namespace strata::cli
