// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "analysis/heatmap.h"
#include "app/cli/experimentchoice.h"
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "base/error.h"
#include "base/json.h"
#include "store/workspace.h"
#include "widgets/plots/figure.h"

#include <QFontDatabase>
#include <QGuiApplication>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace strata::cli {

namespace {

struct Options {
    std::string workspace, out, experiment;
    std::string task, split, preset, metric, family, adaptedFrom, label, seeds = "mean";
    int seed = 0;
    double widthMm = 170, heightMm = 90, fontSize = 8, dpi = 300;
    std::optional<double> low, high;
    std::string colourMap = "Cividis", font, caption;
    bool noNumbers = false, noTitle = false, noMix = false, logarithmic = false;
};

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "nothing" : text;
}

/// The named experiment, or the newest that has results.
ExperimentRow chooseExperiment(const Workspace& workspace, const std::string& name) {
    const std::string attempted = "Cannot draw a figure of '" + workspace.folder().string() + "'";
    if (!name.empty()) return experimentNamed(workspace, name, attempted);
    std::vector<std::string> names;
    std::optional<ExperimentRow> chosen;
    for (const ExperimentRow& row : workspace.experiments()) {
        names.push_back(row.name);
        if (row.runsDone > 0 && (!chosen || row.id > chosen->id)) chosen = row;
    }
    if (chosen) return *chosen;
    throw Error(attempted, "no experiment there has results", "Experiments there: " + listed(names) + ".");
}

/// What was asked for, or the first choice when nothing was.
std::string choose(const std::string& what, const std::string& asked, const std::vector<std::string>& choices,
                   const std::string& preferred = {}) {
    const auto has = [&](const std::string& name) {
        return std::find(choices.begin(), choices.end(), name) != choices.end();
    };
    if (!asked.empty() && !has(asked))
        throw Error("Cannot draw the " + what + " '" + asked + "'", "there are no results of it",
                    "Results are of: " + listed(choices) + ".");
    if (!asked.empty()) return asked;
    if (has(preferred)) return preferred;
    return choices.empty() ? std::string() : choices.front();
}

HeatmapQuery query(const Options& options, const Workspace& workspace) {
    const ExperimentRow experiment = chooseExperiment(workspace, options.experiment);
    const HeatmapChoices choices = heatmapChoices(workspace, experiment.id);
    HeatmapQuery query;
    query.experimentId = experiment.id;
    query.task = choose("task", options.task, choices.tasks, "pos");
    query.split = choose("split", options.split, choices.splits, "dev");
    query.preset = choose("preset", options.preset, choices.presets);
    // One label has scores of its own; the totals have none by label.
    query.metric =
        choose("metric", options.metric, choices.metrics, options.label.empty() ? "micro_f1" : "f1");
    query.family = choose("family", options.family, choices.families);
    query.adaptedFrom = options.adaptedFrom;
    query.label = options.label.empty() ? "" : choose("label", options.label, choices.labels);
    query.seeds = options.seeds == "spread" ? HeatmapQuery::Seeds::Spread
                  : options.seeds == "one"  ? HeatmapQuery::Seeds::One
                  : options.seeds == "each" ? HeatmapQuery::Seeds::Each
                                            : HeatmapQuery::Seeds::Mean;
    query.seed = options.seed;
    return query;
}

std::string shortest(double number) {
    return Json(number).dump();
}

FigureDescription description(const Options& options, const HeatmapQuery& query, const Heatmap& heatmap) {
    FigureDescription figure;
    figure.query = query;
    figure.widthMm = options.widthMm;
    figure.heightMm = options.heightMm;
    figure.fontSizePt = options.fontSize;
    figure.fontFamily = QString::fromStdString(options.font);
    figure.caption = QString::fromStdString(options.caption);
    figure.colourMap = QString::fromStdString(options.colourMap);
    figure.automaticRange = !options.low && !options.high;
    if (!figure.automaticRange) {
        figure.low = options.low.value_or(heatmap.low);
        figure.high = options.high.value_or(heatmap.high);
        if (!std::isfinite(figure.low) || !std::isfinite(figure.high))
            throw Error("Cannot draw with these ends of the colours", "an end is no finite number",
                        "Give --low and --high as numbers, e.g. 0.5.");
        if (!(figure.low < figure.high))
            throw Error(
                "Cannot draw with colours from " + shortest(figure.low) + " to " + shortest(figure.high),
                "the scale must rise", "Give --low and --high as numbers, the lower one first.");
    }
    figure.showNumbers = !options.noNumbers;
    figure.showTitle = !options.noTitle;
    figure.showMix = !options.noMix;
    figure.logarithmicSteps = options.logarithmic;
    return figure;
}

/// Qt would take another font without a word. @pre there is an application
void checkFont(const std::string& name) {
    if (name.empty()) return;
    const QString wanted = QString::fromStdString(name);
    std::vector<std::string> families;
    for (const QString& family : QFontDatabase::families()) {
        if (family.compare(wanted, Qt::CaseInsensitive) == 0) return;
        families.push_back(family.toStdString());
    }
    throw Error("Cannot draw with the font '" + name + "'", "it is not installed",
                "Fonts here: " + listed(families) + ".");
}

int drawFigure(const Options& options) {
    if (!colourMapNames().contains(QString::fromStdString(options.colourMap)))
        throw Error("Cannot draw with the colour map '" + options.colourMap + "'",
                    "there is none of this name",
                    "Colour maps: " + colourMapNames().join(", ").toStdString() + ".");
    const Workspace workspace(options.workspace, Workspace::Mode::MustExist);
    const HeatmapQuery wanted = query(options, workspace);
    const Heatmap heatmap = makeHeatmap(workspace, wanted);
    if (std::none_of(heatmap.cells.begin(), heatmap.cells.end(),
                     [](const HeatmapCell& cell) { return cell.isMeasured(); }))
        throw Error(
            "Cannot draw '" + heatmap.title + "'", "nothing is measured that fits what was asked for",
            "Single labels have the metrics f1, label_precision and label_recall; --seeds one wants a "
            "--seed that was probed; adapted checkpoints want --adapted-from.");

    // Fonts and painters need an application, but no screen: whatever the session is, draw off it.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    int argc = 1;
    char name[] = "strata-cli";
    char* argv[] = {name, nullptr};
    const QGuiApplication application(argc, argv);
    checkFont(options.font);
    writeFigure(QString::fromStdString(options.out), description(options, wanted, heatmap), heatmap,
                options.dpi);
    say("Wrote " + options.out + ": " + heatmap.title);
    return kOk;
}

}  // namespace

void addFigure(CLI::App& app, Program& program) {
    CLI::App* command = app.add_subcommand("figure", "Draw the heatmap of layers and steps into a file");
    auto options = std::make_shared<Options>();
    command->add_option("--workspace", options->workspace, "workspace folder")->required();
    command
        ->add_option("-o,--out", options->out,
                     "file to write: .pdf, .svg, .png or .csv; a missing folder is made")
        ->required();
    command->add_option("--experiment", options->experiment, "by name (default: the newest with results)");
    command->add_option("--task", options->task, "task (default: the first)");
    command->add_option("--split", options->split, "split that was scored (default: the first)");
    command->add_option("--preset", options->preset, "preset (default: the first)");
    command->add_option("--metric", options->metric, "metric (default micro_f1)");
    command->add_option("--label", options->label, "a single label (default: all together)");
    command->add_option("--family", options->family, "family of checkpoints (default: the first)");
    command->add_option("--adapted-from", options->adaptedFrom,
                        "adapted checkpoints, by what they were adapted to, e.g. chemprot (default: base "
                        "checkpoints)");
    command
        ->add_option("--seeds", options->seeds, "mean, spread, one, or each beside the other (default mean)")
        ->check(CLI::IsMember({"mean", "spread", "one", "each"}));
    command->add_option("--seed", options->seed, "the model's seed, with --seeds one");
    command->add_option("--width-mm", options->widthMm, "width (default 170, two columns; one column: 84)")
        ->check(CLI::Range(20.0, 2000.0));
    command->add_option("--height-mm", options->heightMm, "height (default 90)")
        ->check(CLI::Range(20.0, 2000.0));
    command->add_option("--font", options->font, "font family (default: the system's sans)");
    command->add_option("--font-size", options->fontSize, "in points (default 8)")
        ->check(CLI::Range(3.0, 72.0));
    command->add_option("--colour-map,--color-map", options->colourMap,
                        "Cividis (default), Viridis, Inferno, Greys, …");
    command->add_option("--low", options->low,
                        "value at the lower end of the colours (default: of the data)");
    command->add_option("--high", options->high, "value at the upper end");
    command->add_option("--dpi", options->dpi, "for PNG (default 300)")->check(CLI::Range(30.0, 2400.0));
    command->add_option("--caption", options->caption, "text below the heatmap");
    command->add_flag("--no-numbers", options->noNumbers, "no numbers in the cells");
    command->add_flag("--no-title", options->noTitle, "no title");
    command->add_flag("--no-mix", options->noMix, "without the row of the scalar mix");
    command->add_flag("--logarithmic", options->logarithmic, "steps on a logarithmic scale");
    command->footer(
        "Needs no screen. A picture gets a .csv beside it with every number shown and the settings behind "
        "them.\n"
        "Examples:\n"
        "  strata-cli figure --workspace results -o pos.pdf\n"
        "  strata-cli figure --workspace results -o pos.svg --width-mm 84 --height-mm 60 --font-size 7\n"
        "  strata-cli figure --workspace results -o noun.csv --label NOUN --metric f1");
    command->callback([options, &program] { program.command = [options] { return drawFigure(*options); }; });
}

}  // namespace strata::cli
