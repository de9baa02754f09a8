// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/experimentchoice.h"

#include "app/cli/output.h"
#include "app/cli/usage.h"
#include "base/error.h"

#include <algorithm>
#include <vector>

namespace strata::cli {

namespace {

constexpr std::size_t kMostOffered = 3;

std::string advice(const std::string& name, const std::vector<std::string>& names) {
    std::string near;
    const std::vector<std::string> found = nearNames(name, names);
    for (std::size_t i = 0; i < std::min(found.size(), kMostOffered); ++i)
        near += (near.empty() ? "\"" : " or \"") + oneLine(found[i]) + '"';
    if (!near.empty()) return "Did you mean " + near + "?";
    std::string all;
    for (const std::string& one : names)
        all += (all.empty() ? "" : ", ") + oneLine(one);
    return "Experiments there: " + (all.empty() ? "none" : all);
}

}  // namespace

ExperimentRow experimentNamed(const Workspace& workspace, const std::string& name,
                              const std::string& attempted) {
    std::vector<std::string> names;
    for (ExperimentRow& row : workspace.experiments()) {
        if (row.name == name) return std::move(row);
        names.push_back(row.name);
    }
    throw Error(attempted, "no such experiment in '" + workspace.folder().string() + "'",
                advice(name, names));
}

}  // namespace strata::cli
