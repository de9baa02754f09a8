// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "app/cli/runprogress.h"
#include "experiment/demo.h"
#include "experiment/queue.h"

#include <chrono>
#include <memory>

namespace strata::cli {

namespace {

struct Options {
    std::string workspace;
    int threads = 0;
};

int demo(const Options& options, Program& program) {
    program.endsCleanly = true;
    const auto begin = std::chrono::steady_clock::now();
    Workspace workspace(options.workspace);
    markInterrupted(workspace);
    RunnerSettings settings = runnerSettings(workspace);
    if (options.threads > 0) settings.threads = options.threads;
    RunnerOutcome outcome;
    {
        RunProgress progress;
        outcome =
            runDemo(workspace, settings, program.stop.get_token(), progress.preparation(), progress.sink());
    }
    if (outcome == RunnerOutcome::Cancelled) {
        say("Cancelled; the same command goes on where it stopped.");
        return kCancelled;
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    say("The demo is in " + options.workspace + ", after " + durationText(taken.count()));
    return outcome == RunnerOutcome::Done ? kOk : kSomeRunsFailed;
}

}  // namespace

void addDemo(CLI::App& app, Program& program) {
    CLI::App* command =
        app.add_subcommand("demo", "Pretrain small models on a small language, and probe them");
    auto options = std::make_shared<Options>();
    command->add_option("--workspace", options->workspace, "folder for models and results; made when missing")
        ->required();
    command
        ->add_option("--threads", options->threads,
                     "threads to compute with (default: as the workspace says)")
        ->check(CLI::Range(0, 1024));
    command->footer(
        "Takes about two minutes on two cores the first time; what is there already is not made again.\n"
        "Examples:\n"
        "  strata-cli demo --workspace demo\n"
        "  strata-cli figure --workspace demo -o demo.pdf");
    command->callback(
        [options, &program] { program.command = [options, &program] { return demo(*options, program); }; });
}

}  // namespace strata::cli
