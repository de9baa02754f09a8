// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/usage.h"

#include "app/cli/output.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace strata::cli {

namespace {

/// Letters to change, add or drop (Levenshtein); a beginning is near.
std::size_t distance(std::string_view typed, std::string_view name) {
    if (!typed.empty() && name.starts_with(typed)) return 1;
    std::vector<std::size_t> row(name.size() + 1);
    for (std::size_t i = 0; i <= name.size(); ++i)
        row[i] = i;
    for (std::size_t i = 1; i <= typed.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t k = 1; k <= name.size(); ++k) {
            const std::size_t changed = diagonal + (typed[i - 1] == name[k - 1] ? 0 : 1);
            diagonal = row[k];
            row[k] = std::min({row[k] + 1, row[k - 1] + 1, changed});
        }
    }
    return row.back();
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
