// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "store/workspace.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strata {

/// Which numbers of an experiment a heatmap shows.
struct HeatmapQuery {
    enum class Seeds { One, Mean, Spread, Each };  ///< Each: every pretraining seed's columns side by side
    std::int64_t experimentId = 0;
    std::string task, split, metric = "micro_f1", label;
    std::string preset;  ///< with what differs from it, as HeatmapChoices names it: "jiant-1.3 (epochs=5)"
    std::string family, adaptedFrom;
    Seeds seeds = Seeds::Mean;
    int seed = 0;  ///< with Seeds::One
    bool operator==(const HeatmapQuery&) const = default;
};

struct HeatmapCell {
    double value = std::numeric_limits<double>::quiet_NaN();  ///< what is shown; NaN = nothing is
    double mean = std::numeric_limits<double>::quiet_NaN();   ///< over the runs
    double spread =
        std::numeric_limits<double>::quiet_NaN();  ///< standard deviation over (seed × probe seed), NaN for 1
    std::int64_t n = 0;                            ///< targets; of the run with the fewest
    std::int64_t mostN = 0;                        ///< of the run with the most
    int runs = 0;                                  ///< how many runs the value is a mean of
    std::vector<std::int64_t> runIds;              ///< in the order of seed and probe seed
    std::optional<int> firstSeed;                  ///< of the first of these runs
    std::int64_t firstProbeSeed = 0;
    bool isMeasured() const { return !std::isnan(value); }
};

/// Layers upward from 0, the mix as a row of its own; steps as columns ascending, with Seeds::Each once for
/// every seed, seed by seed. Before the first run is done the layers are the planned ones and no cell is
/// measured. Immutable snapshot.
struct Heatmap {
    HeatmapQuery query;
    std::string title, subtitle;      ///< "Part of speech: micro-F1 on dev", "… n = 25,147 targets …"
    std::vector<std::string> layers;  ///< "0", …, "L", then "mix" when there
    std::vector<std::optional<std::int64_t>> steps;
    std::vector<std::optional<int>> seeds;  ///< of each column with Seeds::Each, otherwise empty
    std::vector<HeatmapCell> cells;         ///< [layer][step]
    std::vector<double> centreOfGravity;    ///< per step, NaN = none
    std::vector<double> majority;           ///< per step, NaN = none; empty but for micro-F1 and accuracy
    double low = 0, high = 1;               ///< range of the values
    std::string settingsText;               ///< the settings that made the numbers, for caption and CSV
    const HeatmapCell& at(std::size_t layer, std::size_t step) const {
        return cells[layer * steps.size() + step];
    }
    bool hasNumbers() const {
        return std::any_of(cells.begin(), cells.end(), [](const HeatmapCell& c) { return c.isMeasured(); });
    }
    /// Whether a column is the first of its seed's, with Seeds::Each.
    bool startsSeed(std::size_t step) const {
        return step < seeds.size() && (step == 0 || seeds[step] != seeds[step - 1]);
    }
};

struct HeatmapChoices {  ///< what can be asked of an experiment
    std::vector<std::string> tasks, splits, presets, metrics, families, labels;
    std::vector<int> seeds;
};
/// The preset with what a run's probe differs in: "zertuche-liu-2021 (epochs=5)" from "edge (epochs=5)".
std::string presetText(const std::string& preset, const std::string& probe);
/// Whether the numbers of a run on a checkpoint go into the heatmap that is asked for.
bool isMeant(const HeatmapQuery& query, const RunRow& run, const CheckpointRow& checkpoint);
/// Whether a metric has a value for each label and no total: a query for it names the label.
bool isOfOneLabel(const std::string& metric);
/// Words for people: "Part of speech", "micro-F1".
std::string taskTitle(const std::string& task);
std::string metricTitle(const std::string& metric);

HeatmapChoices heatmapChoices(const Workspace& workspace, std::int64_t experimentId);
Heatmap makeHeatmap(const Workspace& workspace, const HeatmapQuery& query);
/// Numbers shown and the settings that made them (comment lines with #, then long format).
std::string heatmapCsv(const Heatmap& heatmap);

/// Inspector of one cell. What is not measured is NaN.
struct ScoreOverRuns {
    double mean = std::numeric_limits<double>::quiet_NaN();
    double spread = std::numeric_limits<double>::quiet_NaN();  ///< standard deviation, NaN for one run
    int runs = 0;                                              ///< that have the score
    bool operator==(const ScoreOverRuns&) const = default;
};
struct LabelScore {
    std::string label;
    double f1 = 0;  ///< mean over the runs
    std::int64_t gold = 0;
    double f1Spread = std::numeric_limits<double>::quiet_NaN();
    int runs = 1;
    ScoreOverRuns precision{}, recall{};  ///< precision has no value in a run that never says the label
};
struct Example {
    std::string sentenceId;
    std::vector<std::string> words;
    StoredTarget target;
    std::string gold, predicted;
    std::string otherPredicted;  ///< what the cell compared with said; empty = none, or it has no such target
    double probability = 0;      ///< of the predicted label
    bool isRight = false;
};
enum class ExampleFilter { Wrong, Right, Changed };  ///< Changed: right in one of two cells only
struct CellDetails {
    std::vector<LabelScore> labels;  ///< worst first
    std::vector<std::string> confusionLabels;
    std::vector<std::vector<std::int64_t>> confusion;  ///< [gold][predicted], summed over the runs
    int runs = 1;                                      ///< that scores and confusion are of
    // Counts and examples are of one run: the first.
    std::int64_t right = 0, wrong = 0, changed = 0;
    std::vector<Example> examples;  ///< at most `limit`, most confident first
};
/// Of one run. @param other run and layer to compare with for Changed; runId 0 = none
CellDetails cellDetails(const Workspace& workspace, std::int64_t runId, const std::string& layer,
                        ExampleFilter filter, std::int64_t otherRunId, const std::string& otherLayer,
                        std::size_t limit);
/// A cell of several runs, from the details of each: mean and spread of the scores, sum of the confusions;
/// counts and examples of the first.
CellDetails cellOfRuns(const std::vector<std::shared_ptr<const CellDetails>>& runs);

}  // namespace strata
