// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <CLI/CLI.hpp>

#include <atomic>
#include <functional>
#include <stop_token>

namespace strata::cli {

/// What the program ends with (docs/cli.md).
enum ExitCode : int { kOk = 0, kFailed = 1, kUsage = 2, kSomeRunsFailed = 3, kCancelled = 130 };

/// What the commands share. Parsing only chooses `command`; it runs afterwards, so that a wrong command line
/// never begins anything.
struct Program {
    std::stop_source stop;  ///< requested by SIGINT and SIGTERM
    /// Commands that leave something behind when they end half-way set this before they begin: a signal then
    /// requests the stop instead of ending the program at once.
    std::atomic<bool> endsCleanly = false;
    std::function<int()> command;
};

// One function for each command, in <command>command.cpp: adds its options and help to the command line.
void addScan(CLI::App& app, Program& program);
void addTokenize(CLI::App& app, Program& program);
void addEncode(CLI::App& app, Program& program);
void addPlan(CLI::App& app, Program& program);
void addRun(CLI::App& app, Program& program);
void addResults(CLI::App& app, Program& program);
void addExperiments(CLI::App& app, Program& program);
void addFigure(CLI::App& app, Program& program);
void addDemo(CLI::App& app, Program& program);
void addBench(CLI::App& app, Program& program);
void addDoctor(CLI::App& app, Program& program);
void addSpec(CLI::App& app, Program& program);

}  // namespace strata::cli
