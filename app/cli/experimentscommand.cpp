// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/experimentchoice.h"
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "base/error.h"
#include "base/wording.h"
#include "experiment/queue.h"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <unistd.h>

namespace strata::cli {

namespace {

struct Options {
    std::string workspace, rename, to, note, text, remove;
    bool json = false, yes = false;
    bool isRename = false, isNote = false, isRemove = false;  ///< told apart from an empty name
};

std::int64_t resultsOf(const ExperimentRow& row, const std::map<std::int64_t, std::int64_t>& counts) {
    const auto found = counts.find(row.id);
    return found == counts.end() ? 0 : found->second;
}

Json toJson(const ExperimentRow& row, std::int64_t results) {
    return {{"name", row.name},          {"state", toString(row.state)},  {"failure", row.failure},
            {"left_out", row.leftOut},   {"created", row.created},        {"runs", row.runsPlanned},
            {"runs_done", row.runsDone}, {"runs_failed", row.runsFailed}, {"results", results},
            {"note", row.note}};
}

int list(const Workspace& workspace, bool isJson) {
    const std::vector<ExperimentRow> experiments = workspace.experiments();
    const auto counts = workspace.resultCounts();
    if (isJson) {
        Json array = Json::array();
        for (const ExperimentRow& row : experiments)
            array.push_back(toJson(row, resultsOf(row, counts)));
        printJson(array);
        return kOk;
    }
    std::vector<std::vector<std::string>> rows = {{"name", "state", "created", "runs", "results", "note"}};
    for (const ExperimentRow& row : experiments)
        rows.push_back({row.name, toString(row.state), row.created,
                        fmt::format("{}/{}", row.runsDone, row.runsPlanned),
                        std::to_string(resultsOf(row, counts)), row.note});
    if (experiments.empty())
        say("No experiments in " + oneLine(workspace.folder().string()));
    else
        printTable(rows);
    for (const ExperimentRow& row : experiments) {
        if (!row.failure.empty()) say(oneLine(row.name) + ": " + oneLine(row.failure));
        for (const std::string& one : row.leftOut)
            say(oneLine(row.name) + ": left out: " + oneLine(one));
    }
    return kOk;
}

std::string quoted(const std::string& name) {
    return '"' + oneLine(name) + '"';
}

int rename(Workspace& workspace, const Options& options) {
    const ExperimentRow row =
        experimentNamed(workspace, options.rename, "Cannot rename " + quoted(options.rename));
    workspace.renameExperiment(row.id, options.to, row.note);
    say("Renamed " + quoted(row.name) + " to " + quoted(options.to));
    return kOk;
}

int setNote(Workspace& workspace, const Options& options) {
    const ExperimentRow row =
        experimentNamed(workspace, options.note, "Cannot set the note of " + quoted(options.note));
    workspace.renameExperiment(row.id, row.name, options.text);
    say((options.text.empty() ? "Took the note away from " : "Set the note of ") + quoted(row.name));
    return kOk;
}

/// @throws Error where nobody can be asked
bool agrees(const std::string& attempted, const std::string& question) {
    if (isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1)
        throw Error(attempted, "there is no terminal to ask on",
                    "Give --yes to delete it without a question");
    std::fputs((question + " [y/N] ").c_str(), stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

int remove(Workspace& workspace, const Options& options) {
    const std::string attempted = "Cannot delete " + quoted(options.remove);
    const ExperimentRow row = experimentNamed(workspace, options.remove, attempted);
    refuseRunning(workspace, row.id);  // before anybody is asked
    const std::string question = fmt::format(
        "Delete {} with {} and {}? Those that another experiment uses stay.", quoted(row.name),
        counted(row.runsDone, "finished run"), counted(resultsOf(row, workspace.resultCounts()), "result"));
    if (!options.yes && !agrees(attempted, question)) {
        say("Nothing was deleted.");
        return kFailed;
    }
    deleteIdleExperiment(workspace, row.id);
    say("Deleted " + quoted(row.name));
    return kOk;
}

int lookAfter(const Options& options) {
    Workspace workspace(options.workspace, Workspace::Mode::MustExist);
    markInterrupted(workspace);
    if (options.isRename) return rename(workspace, options);
    if (options.isNote) return setNote(workspace, options);
    if (options.isRemove) return remove(workspace, options);
    return list(workspace, options.json);
}

}  // namespace

void addExperiments(CLI::App& app, Program& program) {
    CLI::App* command =
        app.add_subcommand("experiments", "List the experiments of a workspace, rename, note or delete one");
    auto options = std::make_shared<Options>();
    command->add_option("--workspace", options->workspace, "workspace folder")->required();
    CLI::Option* json = command->add_flag("--json", options->json, "an array of objects");
    CLI::Option* rename =
        command->add_option("--rename", options->rename, "the experiment of this name, with --to");
    CLI::Option* to = command->add_option("--to", options->to, "its new name");
    CLI::Option* note =
        command->add_option("--note", options->note, "the experiment of this name, with --text");
    CLI::Option* text =
        command->add_option("--text", options->text, "its new note; empty takes the old one away");
    CLI::Option* remove = command->add_option(
        "--delete", options->remove, "the experiment of this name, with the results that no other one uses");
    CLI::Option* yes = command->add_flag("--yes", options->yes, "delete without a question");
    command->footer(
        "Names are whole and exact. What a running experiment has so far is listed; it can be renamed, not "
        "deleted.\n"
        "Examples:\n"
        "  strata-cli experiments --workspace results\n"
        "  strata-cli experiments --workspace results --rename \"POS (2)\" --to \"POS, five epochs\"\n"
        "  strata-cli experiments --workspace results --delete \"first try\" --yes");
    rename->needs(to)->excludes(note)->excludes(remove)->excludes(json);
    to->needs(rename);
    note->needs(text)->excludes(remove)->excludes(json);
    text->needs(note);
    remove->excludes(json);
    yes->needs(remove);
    command->callback([=, &program] {
        options->isRename = rename->count() > 0;
        options->isNote = note->count() > 0;
        options->isRemove = remove->count() > 0;
        program.command = [options] { return lookAfter(*options); };
    });
}

}  // namespace strata::cli
