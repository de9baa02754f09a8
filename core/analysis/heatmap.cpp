// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "analysis/heatmap.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace strata {

namespace {

bool isMix(const std::string& layer) {
    return layer == "mix";
}

/// Layers by number, the mix last.
bool layerBefore(const std::string& a, const std::string& b) {
    if (isMix(a) != isMix(b)) return isMix(b);
    return isMix(a) ? false : std::atoi(a.c_str()) < std::atoi(b.c_str());
}

/// "zertuche-liu-2021 (epochs=5)" from the preset and "edge (epochs=5)".
std::string presetText(const std::string& preset, const std::string& probe) {
    return preset + probe.substr(std::min<std::size_t>(4, probe.size()));
}

bool matches(const HeatmapQuery& query, const Workspace::GridRow& row) {
    const auto fits = [](const std::string& wish, const std::string& value) {
        return wish.empty() || wish == value;
    };
    if (!fits(query.task, row.task) || !fits(query.split, row.split) || !fits(query.family, row.family))
        return false;
    if (query.adaptedFrom != row.adaptedFrom) return false;
    if (!fits(query.preset, presetText(row.preset, row.probe))) return false;
    return query.seeds != HeatmapQuery::Seeds::One || row.seed.value_or(-1) == query.seed;
}

/// The rows of one metric that a query means. Whether a run is meant is asked once for all its layers.
void forEachMatch(const Workspace& workspace, const HeatmapQuery& query, const std::string& metric,
                  const std::string& label, const std::function<void(const Workspace::GridRow&)>& give) {
    std::pair<std::int64_t, std::int64_t> last;
    bool isMeant = false;
    workspace.forEachGridRow(query.experimentId, metric, label, [&](const Workspace::GridRow& row) {
        if (const std::pair run(row.runId, row.checkpointId); run != last) {
            last = run;
            isMeant = matches(query, row);
        }
        if (isMeant) give(row);
    });
}

struct Group {
    std::vector<double> values;
    std::vector<std::int64_t> runIds;
    std::int64_t n = 0;
};

double meanOf(const std::vector<double>& values) {
    double total = 0;
    for (const double value : values)
        total += value;
    return values.empty() ? std::nan("") : total / static_cast<double>(values.size());
}

/// Sample standard deviation; NaN for fewer than two values.
double spreadOf(const std::vector<double>& values) {
    if (values.size() < 2) return std::nan("");
    const double mean = meanOf(values);
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

using Step = std::optional<std::int64_t>;

/// Mean per step of a metric that has one value a run (its mix row).
std::vector<double> perStep(const Workspace& workspace, const HeatmapQuery& query, const std::string& metric,
                            const std::vector<Step>& steps) {
    std::map<Step, std::vector<double>> groups;
    forEachMatch(workspace, query, metric, {},
                 [&](const Workspace::GridRow& row) { groups[row.step].push_back(row.value); });
    std::vector<double> values;
    for (const Step& step : steps)
        values.push_back(meanOf(groups[step]));
    return values;
}

std::string grouped(std::int64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3)
        text.insert(at - 3, ",");
    return text;
}

void describe(Heatmap& map, std::size_t seeds, std::size_t probeSeeds, std::int64_t n) {
    const HeatmapQuery& query = map.query;
    map.title = taskTitle(query.task) + ": " + metricTitle(query.metric) +
                (query.label.empty() ? "" : " of " + query.label) +
                (query.split.empty() ? "" : " on " + query.split);
    std::string& text = map.subtitle;
    text = query.family;
    if (!query.adaptedFrom.empty()) text += " adapted to " + query.adaptedFrom;
    if (query.seeds == HeatmapQuery::Seeds::One) {
        text += " · seed " + std::to_string(query.seed);
    } else {
        text += query.seeds == HeatmapQuery::Seeds::Spread ? " · standard deviation over " : " · mean of ";
        text += std::to_string(seeds) + (seeds == 1 ? " seed" : " seeds");
    }
    text += " × " + std::to_string(probeSeeds) + (probeSeeds == 1 ? " probe seed" : " probe seeds");
    if (!query.preset.empty()) text += " · " + query.preset;
    if (n > 0) text += " · n = " + grouped(n) + " targets a cell";
}

/// Steps whose runs are planned but not finished stand as columns too, hatched until their numbers arrive.
void addPlanned(const Workspace& workspace, const HeatmapQuery& query, Heatmap& map) {
    std::set<Step> steps(map.steps.begin(), map.steps.end());
    for (const Step& step : workspace.plannedSteps(query.experimentId, query.family, query.adaptedFrom))
        steps.insert(step);
    map.steps.assign(steps.begin(), steps.end());
}

}  // namespace

std::string taskTitle(const std::string& task) {
    return task == "pos" ? "Part of speech" : task.empty() ? "All tasks" : task;
}

std::string metricTitle(const std::string& metric) {
    static const std::map<std::string, std::string> titles{{"micro_f1", "micro-F1"},
                                                           {"f1", "F1"},
                                                           {"accuracy", "accuracy"},
                                                           {"precision", "precision"},
                                                           {"recall", "recall"},
                                                           {"loss", "loss"},
                                                           {"majority", "majority baseline"},
                                                           {"gamma", "gamma"},
                                                           {"centre_of_gravity", "centre of gravity"},
                                                           {"mixing_weight", "mixing weight"},
                                                           {"label_precision", "precision"},
                                                           {"label_recall", "recall"}};
    const auto found = titles.find(metric);
    return found == titles.end() ? metric : found->second;
}

HeatmapChoices heatmapChoices(const Workspace& workspace, std::int64_t experimentId) {
    HeatmapChoices choices;
    std::set<std::string> splits, presets, families, labels;
    std::map<std::string, std::int64_t> tasks;  // with one of its runs
    std::set<int> seeds;
    for (const auto& kind : workspace.runKinds(experimentId)) {
        tasks.emplace(kind.task, kind.someRunId);
        splits.insert(kind.split);
        presets.insert(presetText(kind.preset, kind.probe));
        families.insert(kind.family);
        if (kind.seed) seeds.insert(*kind.seed);
    }
    // What makes a heatmap over layers: the metrics with a value in every cell, in this order.
    const auto stored = workspace.metricsOf(experimentId);
    for (const char* metric : {"micro_f1", "accuracy", "f1", "precision", "recall", "label_precision",
                               "label_recall", "loss", "majority"})
        if (std::find(stored.begin(), stored.end(), metric) != stored.end())
            choices.metrics.emplace_back(metric);
    for (const auto& [task, run] : tasks) {
        choices.tasks.push_back(task);
        for (std::string& label : workspace.labels(run))
            labels.insert(std::move(label));
    }
    choices.labels.assign(labels.begin(), labels.end());
    choices.splits.assign(splits.begin(), splits.end());
    choices.presets.assign(presets.begin(), presets.end());
    choices.families.assign(families.begin(), families.end());
    choices.seeds.assign(seeds.begin(), seeds.end());
    return choices;
}

Heatmap makeHeatmap(const Workspace& workspace, const HeatmapQuery& query) {
    Heatmap map;
    map.query = query;
    std::map<std::pair<std::string, Step>, Group> groups;
    std::set<std::string, decltype(&layerBefore)> layers(&layerBefore);
    std::set<Step> steps;
    std::set<int> seeds;
    std::set<std::int64_t> probeSeeds;
    std::int64_t n = 0, someRun = 0;
    forEachMatch(workspace, query, query.metric, query.label, [&](const Workspace::GridRow& row) {
        Group& group = groups[{row.layer, row.step}];
        group.values.push_back(row.value);
        group.runIds.push_back(row.runId);
        group.n = row.n;
        n = std::max(n, row.n);
        layers.insert(row.layer);
        steps.insert(row.step);
        seeds.insert(row.seed.value_or(-1));
        probeSeeds.insert(row.probeSeed);
        someRun = row.runId;
    });
    map.layers.assign(layers.begin(), layers.end());
    map.steps.assign(steps.begin(), steps.end());
    addPlanned(workspace, query, map);
    map.cells.resize(map.layers.size() * map.steps.size());
    bool isFirst = true;
    for (std::size_t l = 0; l < map.layers.size(); ++l) {
        for (std::size_t s = 0; s < map.steps.size(); ++s) {
            const auto found = groups.find({map.layers[l], map.steps[s]});
            if (found == groups.end()) continue;
            HeatmapCell& cell = map.cells[l * map.steps.size() + s];
            std::sort(found->second.runIds.begin(), found->second.runIds.end());
            cell.spread = spreadOf(found->second.values);
            cell.value =
                query.seeds == HeatmapQuery::Seeds::Spread ? cell.spread : meanOf(found->second.values);
            cell.n = found->second.n;
            cell.runs = static_cast<int>(found->second.values.size());
            cell.runIds = found->second.runIds;
            if (!cell.isMeasured()) continue;
            map.low = isFirst ? cell.value : std::min(map.low, cell.value);
            map.high = isFirst ? cell.value : std::max(map.high, cell.value);
            isFirst = false;
        }
    }
    map.centreOfGravity = perStep(workspace, query, "centre_of_gravity", map.steps);
    map.majority = perStep(workspace, query, "majority", map.steps);
    if (someRun > 0)
        if (const auto run = workspace.run(someRun))
            map.settingsText = "Settings: " + run->fields.settingsJson;
    describe(map, seeds.size(), probeSeeds.size(), n);
    return map;
}

}  // namespace strata
