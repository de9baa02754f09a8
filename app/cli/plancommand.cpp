// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "app/cli/temporaryfolder.h"
#include "experiment/plan.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace strata::cli {

namespace {

struct Options {
    std::string spec, workspace;
    bool json = false;
};

void print(const Plan& plan) {
    const auto runs = static_cast<std::int64_t>(plan.runs.size());
    printTable(
        {{"experiment", plan.spec.name},
         {"checkpoints", fmt::format("{} usable, {} not", plan.checkpoints.size(), plan.unusable.size())},
         {"runs", fmt::format("{}, of which {} are there already", runs, plan.runsThere)},
         {"encoding passes",
          fmt::format("{}, of which {} are cached", plan.encodingPasses, plan.encodingPassesCached)},
         {"disk", bytesText(plan.diskBytes) + " of activations to write"},
         {"time",
          fmt::format("{} ({} to {}), {}", durationText(plan.secondsExpected), durationText(plan.secondsLow),
                      durationText(plan.secondsHigh), plan.estimateBasis)}});
    for (const CheckpointInfo& checkpoint : plan.unusable)
        say(oneLine(checkpoint.path.string()) + ": " + oneLine(checkpoint.problem));
    for (const std::string& warning : plan.warnings)
        say("warning: " + oneLine(warning));
}

int makeAndPrint(const Options& options, Program& program) {
    program.endsCleanly = true;
    const ExperimentSpec spec = readSpec(options.spec);
    std::optional<TemporaryFolder> temporary;
    std::error_code problem;  // what may not be looked into is refused when it is opened
    const bool isThere =
        std::filesystem::exists(std::filesystem::path(options.workspace) / "workspace.sqlite", problem);
    if (options.workspace.empty() || (!isThere && !problem)) temporary.emplace();
    Workspace workspace(temporary ? temporary->path() : std::filesystem::path(options.workspace));
    Plan plan;
    {
        StatusLine status;
        plan = makePlan(spec, workspace, program.stop.get_token(), status.sink());
    }
    if (options.json)
        printJson(toJson(plan));
    else
        print(plan);
    return kOk;
}

}  // namespace

void addPlan(CLI::App& app, Program& program) {
    CLI::App* command = app.add_subcommand("plan", "Say what an experiment will cost, before it starts");
    auto options = std::make_shared<Options>();
    command->add_option("SPEC", options->spec, "experiment as JSON (docs/spec.md)")->required();
    command->add_option("--workspace", options->workspace,
                        "workspace that may hold results already (default: a new one); it is not made");
    command->add_flag("--json", options->json, "one object");
    command->footer(
        "Examples:\n"
        "  strata-cli plan pos.json\n"
        "  strata-cli plan pos.json --workspace ~/strata/multiberts --json | jq .runs_there");
    command->callback([options, &program] {
        program.command = [options, &program] { return makeAndPrint(*options, program); };
    });
}

}  // namespace strata::cli
