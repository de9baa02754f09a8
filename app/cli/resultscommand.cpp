// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/experimentchoice.h"
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "store/workspace.h"

#include <cmath>
#include <cstdio>
#include <memory>

namespace strata::cli {

namespace {

struct Options {
    std::string workspace, format = "csv", experiment;
};

std::string orEmpty(const std::optional<std::int64_t>& number) {
    return number ? std::to_string(*number) : "";
}
Json orNull(const std::optional<std::int64_t>& number) {
    return number ? Json(*number) : Json();
}

constexpr const char* kHead =
    "experiment,family,seed,step,adapted_from,task,split,preset,probe,probe_seed,layer,metric,label,value,n";

std::string csvLine(const TidyRow& row) {
    return csvField(row.experiment) + ',' + csvField(row.family) + ',' + orEmpty(row.seed) + ',' +
           orEmpty(row.step) + ',' + csvField(row.adaptedFrom) + ',' + csvField(row.task) + ',' +
           csvField(row.split) + ',' + csvField(row.preset) + ',' + csvField(row.probe) + ',' +
           std::to_string(row.probeSeed) + ',' + csvField(row.layer) + ',' + csvField(row.metric) + ',' +
           csvField(row.label) + ',' + numberText(row.value) + ',' + std::to_string(row.n);
}

/// A layer is a number, or "mix".
Json layerJson(const std::string& layer) {
    const bool isNumber =
        !layer.empty() && layer.size() < 10 && layer.find_first_not_of("0123456789") == std::string::npos;
    return isNumber ? Json(std::stoi(layer)) : Json(layer);
}

std::string jsonLine(const TidyRow& row) {
    const nlohmann::ordered_json json = {{"experiment", row.experiment},
                                         {"family", row.family},
                                         {"seed", orNull(row.seed)},
                                         {"step", orNull(row.step)},
                                         {"adapted_from", row.adaptedFrom},
                                         {"task", row.task},
                                         {"split", row.split},
                                         {"preset", row.preset},
                                         {"probe", row.probe},
                                         {"probe_seed", row.probeSeed},
                                         {"layer", layerJson(row.layer)},
                                         {"metric", row.metric},
                                         {"label", row.label},
                                         {"value", std::isnan(row.value) ? Json() : Json(row.value)},
                                         {"n", row.n}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int printResults(const Options& options) {
    const Workspace workspace(options.workspace, Workspace::Mode::MustExist);
    if (!options.experiment.empty())
        experimentNamed(workspace, options.experiment,
                        "Cannot print the results of \"" + oneLine(options.experiment) + "\"");
    const bool isCsv = options.format == "csv";
    std::int64_t count = 0;
    if (isCsv) printLine(kHead);
    workspace.forEachTidyRow([&](const TidyRow& row) {
        if (!options.experiment.empty() && row.experiment != options.experiment) return;
        if (isCsv)
            printLine(csvLine(row));
        else  // row by row, so that any number of results fits
            std::fputs(((count == 0 ? "[\n" : ",\n") + jsonLine(row)).c_str(), stdout);
        ++count;
    });
    if (!isCsv) printLine(count == 0 ? "[]" : "\n]");
    if (count == 0) say("No results in " + options.workspace);
    return kOk;
}

}  // namespace

void addResults(CLI::App& app, Program& program) {
    CLI::App* command = app.add_subcommand("results", "Print the measurements of a workspace, one a row");
    auto options = std::make_shared<Options>();
    command->add_option("--workspace", options->workspace, "workspace folder")->required();
    command->add_option("--format", options->format, "csv or json (default csv)")
        ->check(CLI::IsMember({"csv", "json"}));
    command->add_option("--experiment", options->experiment, "only the experiment of this name");
    command->footer(
        "Scores lie between 0 and 1; the columns are those of the view tidy (docs/workspace.md).\n"
        "Examples:\n"
        "  strata-cli results --workspace results > results.csv\n"
        "  strata-cli results --workspace results --format json | jq '.[] | select(.metric == "
        "\"micro_f1\")'");
    command->callback(
        [options, &program] { program.command = [options] { return printResults(*options); }; });
}

}  // namespace strata::cli
