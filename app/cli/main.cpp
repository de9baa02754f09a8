// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/program.h"
#include "app/cli/signals.h"
#include "app/cli/usage.h"
#include "base/cancellation.h"
#include "base/error.h"
#ifdef STRATA_CLI_FIGURE
#include "app/cli/qtmessages.h"
#endif

#include <cstdio>
#include <exception>
#include <iostream>
#include <new>

using namespace strata::cli;

namespace {

int complain(const char* text) {
    std::fprintf(stderr, "strata-cli: %s\n", text);
    return kFailed;
}

/// Data that did not reach their reader (a full disk, a closed pipe) are no success.
int written(int code) {
    std::cout.flush();
    const bool isWritten = std::fflush(stdout) == 0 && !std::ferror(stdout) && std::cout.good();
    return isWritten ? code : complain("cannot write the output");
}

int runCommand(Program& program) {
    try {
        return written(program.command());
    } catch (const strata::Cancelled&) {
        std::fputs("strata-cli: cancelled\n", stderr);
        return kCancelled;
    } catch (const std::bad_alloc&) {
        return complain("not enough memory");
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

}  // namespace

int main(int argc, char** argv) {
#ifdef STRATA_CLI_FIGURE
    keepQtToTheMatter();
#endif
    Program program;
    const SignalWatcher watcher(program);

    CLI::App app("Strata: how language models learn. Probes BERT checkpoints layer by layer, step by step.");
    app.name("strata-cli");
    app.set_version_flag("--version", "strata-cli " STRATA_VERSION);
    app.require_subcommand(1);
    app.footer(
        "Data go to standard output, words to standard error.\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some runs failed, 130 cancelled.\n"
        "Every command has --help with examples.");
    for (const auto add : {
             addScan,
             addTokenize,
             addEncode,
#ifdef STRATA_CLI_EXPERIMENT
             addSpec,
             addPlan,
             addRun,
             addResults,
             addExperiments,
             addDoctor,
#endif
#ifdef STRATA_CLI_FIGURE
             addFigure,
#endif
#ifdef STRATA_CLI_DEMO
             addDemo,
#endif
#ifdef STRATA_CLI_BENCH
             addBench,
#endif
         })
        add(app, program);
    checkWorkspaceOptions(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (const auto wrong = wrongCommand(app, argc, argv)) {
            complain(wrong->c_str());
            return kUsage;
        }
        return app.exit(error) == 0 ? written(kOk) : kUsage;
    }
    return runCommand(program);
}
