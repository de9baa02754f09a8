// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/usage.h"

#include "app/cli/output.h"
#include "base/editdistance.h"

#include <algorithm>
#include <string_view>

namespace strata::cli {

namespace {

/// A beginning is near.
std::size_t distance(std::string_view typed, std::string_view name) {
    return !typed.empty() && name.starts_with(typed) ? 1 : editDistance(typed, name);
}

}  // namespace

void checkWorkspaceOptions(CLI::App& app) {
    const CLI::Validator hasName(
        [](std::string& folder) {
            return folder.empty() ? std::string("the workspace folder is empty") : std::string();
        },
        "");
    for (CLI::App* command : app.get_subcommands({}))
        if (CLI::Option* workspace = command->get_option_no_throw("--workspace")) workspace->check(hasName);
}

std::optional<std::string> wrongCommand(CLI::App& app, int argc, const char* const* argv) {
    if (argc >= 2 && argv[1][0] == '-') return std::nullopt;
    const std::string typed = argc < 2 ? std::string() : std::string(argv[1]).substr(0, 60);
    std::string names, nearest;
    std::size_t least = typed.size() / 2 + 1;  // what shares less than half of the letters is no misprint
    for (const CLI::App* command : app.get_subcommands({})) {
        const std::string& name = command->get_name();
        if (argc >= 2 && name == argv[1]) return std::nullopt;
        names += (names.empty() ? "" : ", ") + name;
        if (const std::size_t letters = distance(typed, name); letters < least) {
            least = letters;
            nearest = name;
        }
    }
    return (argc < 2 ? "a command is missing." : "there is no command '" + oneLine(typed) + "'.") +
           (nearest.empty() ? "" : " Did you mean '" + nearest + "'?") + "\nCommands: " + names +
           "\nRun with --help for more information.";
}

}  // namespace strata::cli
