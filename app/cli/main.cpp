// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/program.h"
#include "app/cli/signals.h"
#include "base/cancellation.h"
#include "base/error.h"

#include <cstdio>
#include <exception>
#include <new>

using namespace strata::cli;

namespace {

int complain(const char* text) {
    std::fprintf(stderr, "strata-cli: %s\n", text);
    return kFailed;
}

int runCommand(Program& program) {
    try {
        const int code = program.command();
        // Data that did not reach their reader (a full disk, a closed pipe) are no success.
        if (std::fflush(stdout) != 0 || std::ferror(stdout)) return complain("cannot write the output");
        return code;
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
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kOk : kUsage;
    }
    return runCommand(program);
}
