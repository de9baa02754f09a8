// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace strata::test {

/// Everything that a workspace database says, one text a row, sorted: all tables, blobs as hexadecimal
/// digits. Row ids are replaced by what they point to; what differs between two runs of the same experiment
/// (times, durations, and the estimate learnt from them) is left out. Two workspaces with equal dumps hold
/// the same results.
std::vector<std::string> databaseDump(const std::filesystem::path& file);

/// The first rows that only one of two dumps holds, for a message; empty when they are equal.
std::string firstDifference(const std::vector<std::string>& expected, const std::vector<std::string>& found);

}  // namespace strata::test
