// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/usage.h"

#include "app/cli/output.h"
#include "base/editdistance.h"

#include <algorithm>
#include <utility>

namespace strata::cli {

namespace {

constexpr std::size_t kMostLetters = 60;  ///< of a name; the time grows with the square of it

std::string lowered(std::string_view text) {
    std::string out(text.substr(0, kMostLetters));
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// A beginning is near.
std::size_t distance(const std::string& typed, const std::string& name) {
    return !typed.empty() && name.starts_with(typed) ? 1 : editDistance(typed, name);
}

}  // namespace

std::vector<std::string> nearNames(std::string_view typed, const std::vector<std::string>& names) {
    const std::string wanted = lowered(typed);
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const std::string& name : names)
        if (const std::size_t letters = distance(wanted, lowered(name)); letters < wanted.size() / 2 + 1)
            found.emplace_back(letters, name);
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> near;
    for (auto& [letters, name] : found)
        near.push_back(std::move(name));
    return near;
}

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
    const std::string typed = argc < 2 ? std::string() : std::string(argv[1]).substr(0, kMostLetters);
    std::string listed;
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) {
        const std::string& name = command->get_name();
        if (argc >= 2 && name == argv[1]) return std::nullopt;
        listed += (listed.empty() ? "" : ", ") + name;
        names.push_back(name);
    }
    const std::vector<std::string> near = nearNames(typed, names);
    return (argc < 2 ? "a command is missing." : "there is no command '" + oneLine(typed) + "'.") +
           (near.empty() ? "" : " Did you mean '" + near.front() + "'?") + "\nCommands: " + listed +
           "\nRun with --help for more information.";
}

}  // namespace strata::cli
