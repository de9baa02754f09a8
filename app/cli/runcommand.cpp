// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "app/cli/runprogress.h"
#include "base/cancellation.h"
#include "experiment/queue.h"
#include "experiment/runner.h"

#include <memory>

namespace strata::cli {

namespace {

struct Options {
    std::string spec, workspace;
    bool json = false;
    int threads = 0;
    std::uint64_t diskBudget = 0, memoryBudget = 0;
};

int run(const Options& options, Program& program) {
    program.endsCleanly = true;
    const ExperimentSpec spec = readSpec(options.spec);
    Workspace workspace(options.workspace);
    markInterrupted(workspace);
    static_cast<void>(QueueLock(workspace, spec.name));  // nothing is stored that would wait for a window
    const std::int64_t id = enqueueExperiment(workspace, spec);
    const std::string name = workspace.experiment(id)->name;
    if (name != spec.name)
        say("There is another experiment of this name in the workspace; this one is called \"" + name +
            "\".");
    RunnerSettings settings = runnerSettings(workspace);
    if (options.threads > 0) settings.threads = options.threads;
    if (options.diskBudget > 0) settings.diskBudgetBytes = options.diskBudget << 30u;
    if (options.memoryBudget > 0) settings.memoryBudgetBytes = options.memoryBudget << 30u;
    RunProgress progress;
    const RunnerOutcome outcome =
        runExperiment(workspace, id, settings, program.stop.get_token(), progress.sink());
    if (outcome == RunnerOutcome::Cancelled) {
        say("Cancelled; the same command goes on where it stopped.");
        return kCancelled;
    }
    if (options.json)
        printJson({{"experiment", name},
                   {"experiment_id", id},
                   {"runs_done", progress.runsDone()},
                   {"runs_failed", progress.runsFailed()}});
    return outcome == RunnerOutcome::Done ? kOk : kSomeRunsFailed;
}

}  // namespace

void addRun(CLI::App& app, Program& program) {
    CLI::App* command =
        app.add_subcommand("run", "Run an experiment, or go on with one that was interrupted");
    auto options = std::make_shared<Options>();
    command->add_option("SPEC", options->spec, "experiment as JSON (docs/spec.md)")->required();
    command->add_option("--workspace", options->workspace, "folder for results and caches; made when missing")
        ->required();
    command
        ->add_option("--threads", options->threads,
                     "threads to compute with (default: as the workspace says)")
        ->check(CLI::Range(0, 1024));
    command
        ->add_option("--disk-budget", options->diskBudget,
                     "GiB that hidden states may take on the disk (default: as the workspace says, else 50)")
        ->check(CLI::Range(1, 1'000'000));
    command
        ->add_option("--memory-budget", options->memoryBudget,
                     "GiB of memory for probes that train together (default: as the workspace says, else 3)")
        ->check(CLI::Range(1, 100'000));
    command->add_flag("--json", options->json, "one object at the end: experiment, runs_done, runs_failed");
    command->footer(
        "What is in the workspace already is not computed again. Ctrl+C ends in good order: the same command "
        "then\n"
        "goes on where it stopped. Exit code 3: some runs failed, the others are done.\n"
        "Examples:\n"
        "  strata-cli run pos.json --workspace ~/strata/multiberts\n"
        "  strata-cli run pos.json --workspace results --threads 8 2> run.log");
    command->callback(
        [options, &program] { program.command = [options, &program] { return run(*options, program); }; });
}

}  // namespace strata::cli
