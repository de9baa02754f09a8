// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "analysis/heatmap.h"

#include "analysis/overruns.h"
#include "base/json.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

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

/// What a query chooses runs by.
struct Kind {
    const std::string &task, &split, &preset, &probe, &family, &adaptedFrom;
    std::optional<int> seed;
};

bool matches(const HeatmapQuery& query, const Kind& kind) {
    const auto fits = [](const std::string& wish, const std::string& value) {
        return wish.empty() || wish == value;
    };
    return fits(query.task, kind.task) && fits(query.split, kind.split) && fits(query.family, kind.family) &&
           query.adaptedFrom == kind.adaptedFrom &&
           (query.seeds != HeatmapQuery::Seeds::One || kind.seed.value_or(-1) == query.seed) &&
           (query.preset.empty() || query.preset == presetText(kind.preset, kind.probe));
}

/// The rows of one metric that a query means. Whether a run is meant is asked once for all its layers.
void forEachMatch(const Workspace& workspace, const HeatmapQuery& query, const std::string& metric,
                  const std::string& label, const std::function<void(const Workspace::GridRow&)>& give) {
    std::pair<std::int64_t, std::int64_t> last;
    bool isMeant = false;
    workspace.forEachGridRow(query.experimentId, metric, label, [&](const Workspace::GridRow& row) {
        if (const std::pair run(row.runId, row.checkpointId); run != last) {
            last = run;
            isMeant = matches(
                query, {row.task, row.split, row.preset, row.probe, row.family, row.adaptedFrom, row.seed});
        }
        if (isMeant) give(row);
    });
}

/// The runs that a cell's number is made of.
class Group {
  public:
    /// Rows come run by run: one whose weights lie on disk twice, as the same seed and step, is still one
    /// run.
    void add(const Workspace::GridRow& row) {
        if (!m_runs.empty() && m_runs.back().id == row.runId && m_runs.back().seed == row.seed) return;
        m_n = m_runs.empty() ? row.n : std::min(m_n, row.n);
        m_mostN = std::max(m_mostN, row.n);
        m_runs.push_back({row.seed, row.probeSeed, row.runId, row.value});
    }
    std::vector<double> values() const {
        std::vector<double> values;
        for (const Run& run : m_runs)
            values.push_back(run.value);
        return values;
    }
    /// In the order of their seeds: the first runs of two cells are of the same seeds wherever both have
    /// them.
    void nameRuns(HeatmapCell& cell) const {
        std::vector<Run> runs = m_runs;
        std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) {
            return std::tie(a.seed, a.probeSeed, a.id) < std::tie(b.seed, b.probeSeed, b.id);
        });
        for (const Run& run : runs)
            cell.runIds.push_back(run.id);
        if (runs.empty()) return;
        cell.firstSeed = runs.front().seed;
        cell.firstProbeSeed = runs.front().probeSeed;
    }
    std::int64_t n() const { return m_n; }
    std::int64_t mostN() const { return m_mostN; }

  private:
    struct Run {
        std::optional<int> seed;
        std::int64_t probeSeed, id;
        double value;
    };
    std::vector<Run> m_runs;
    std::int64_t m_n = 0, m_mostN = 0;
};

using Step = std::optional<std::int64_t>;
/// Seed (with Seeds::Each, otherwise nothing) and step: ordered as columns stand.
using Column = std::pair<std::optional<int>, Step>;

bool hasSeedColumns(const HeatmapQuery& query) {
    return query.seeds == HeatmapQuery::Seeds::Each;
}

Column columnOf(const HeatmapQuery& query, const std::optional<int>& seed, const Step& step) {
    return {hasSeedColumns(query) ? seed : std::nullopt, step};
}

/// Mean per column of a metric that is of the run and not of its layers: the mix alone has it, or all layers
/// have the same.
std::vector<double> perColumn(const Workspace& workspace, const HeatmapQuery& query,
                              const std::string& metric, const std::vector<Column>& columns) {
    std::map<Column, std::map<std::string, Group>> groups;
    forEachMatch(workspace, query, metric, {}, [&](const Workspace::GridRow& row) {
        groups[columnOf(query, row.seed, row.step)][row.layer].add(row);
    });
    std::vector<double> values;
    for (const Column& column : columns) {
        std::vector<double> all;
        for (const auto& [layer, group] : groups[column])
            for (const double value : group.values())
                all.push_back(value);
        values.push_back(meanOf(all));
    }
    return values;
}

std::string grouped(std::int64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3)
        text.insert(at - 3, ",");
    return text;
}

std::string counted(std::int64_t number, const std::string& what) {
    return grouped(number) + " " + what + (number == 1 ? "" : "s");
}

/// What the cells of a heatmap are made of, for the words above it.
struct Origin {
    std::set<int> seeds;
    std::set<std::int64_t> probeSeeds;
    std::int64_t n = 0, mostN = 0, someRun = 0;
};

void describe(Heatmap& map, const Origin& origin) {
    using Seeds = HeatmapQuery::Seeds;
    const HeatmapQuery& query = map.query;
    map.title = taskTitle(query.task) + ": " + metricTitle(query.metric) +
                (query.label.empty() ? "" : " of " + query.label) +
                (query.split.empty() ? "" : " on " + query.split);
    const bool isOfOneSeed = query.seeds == Seeds::One || query.seeds == Seeds::Each;
    const std::size_t most = (isOfOneSeed ? 1 : origin.seeds.size()) * origin.probeSeeds.size();
    const bool isUneven = std::any_of(map.cells.begin(), map.cells.end(), [&](const HeatmapCell& cell) {
        return cell.runs > 0 && static_cast<std::size_t>(cell.runs) < most;
    });
    const std::string upTo = isUneven ? "up to " : "";
    const std::string seeds = counted(std::ssize(origin.seeds), "seed"),
                      probeSeeds = counted(std::ssize(origin.probeSeeds), "probe seed");
    std::string& text = map.subtitle;
    text = query.family;
    if (!query.adaptedFrom.empty()) text += " adapted to " + query.adaptedFrom;
    if (query.seeds == Seeds::One)
        text += " · seed " + std::to_string(query.seed) + " × " + upTo + probeSeeds;
    else if (query.seeds == Seeds::Each)
        text += " · each of " + seeds + ", mean of " + upTo + probeSeeds;
    else
        text += (query.seeds == Seeds::Spread ? " · standard deviation over " : " · mean of ") + upTo +
                seeds + " × " + probeSeeds;
    if (isUneven) text += " (some cells have fewer)";
    if (!query.preset.empty()) text += " · " + query.preset;
    if (origin.mostN > 0)
        text += " · n = " + (origin.n < origin.mostN ? grouped(origin.n) + " to " : "") +
                counted(origin.mostN, "target") + " a cell";
}

/// The experiment as it was planned, of its tasks the one shown: data files, limits, checkpoints. What the
/// plan leaves out as usual is filled in, so that no reader needs to know what is usual.
std::string plannedText(const std::string& specJson, const std::string& shownTask) {
    Json spec = Json::parse(specJson, nullptr, false);
    if (!spec.is_object() || !spec.contains("tasks") || !spec["tasks"].is_array()) return specJson;
    Json tasks = Json::array();
    for (Json& task : spec["tasks"]) {
        if (!task.is_object() || (!shownTask.empty() && task.value("name", Json()) != Json(shownTask)))
            continue;
        task.emplace("train_limit", 0);
        task.emplace("max_pieces", 0);
        tasks.push_back(std::move(task));
    }
    spec["tasks"] = std::move(tasks);
    return spec.dump();
}

/// What made the numbers, a line each; one run stands for those that differ in seed and checkpoint.
std::string settingsTextOf(const Workspace& workspace, const HeatmapQuery& query, std::int64_t someRun) {
    std::string text;
    if (const auto run = workspace.run(someRun))
        text = "Settings: " + run->fields.settingsJson + "\nData: hash " + run->fields.dataHash +
               ", probing version " + std::to_string(run->fields.protocolVersion) +
               "; beta1, beta2 and epsilon of Adam where the settings do not name them: 0.9, 0.999, 1e-8\n";
    if (const auto experiment = workspace.experiment(query.experimentId))
        text += "Experiment (train_limit 0 = all, max_pieces 0 = the model's own limit): " +
                plannedText(experiment->specJson, query.task);
    return text;
}

/// Runs of an experiment that may still come, with their checkpoints, as far as they fit the query.
std::vector<std::pair<RunRow, CheckpointRow>> plannedRuns(const Workspace& workspace,
                                                          const HeatmapQuery& query) {
    std::map<std::int64_t, CheckpointRow> checkpoints;
    for (CheckpointRow& row : workspace.checkpoints())
        if ((query.family.empty() || row.family == query.family) && row.adaptedFrom == query.adaptedFrom)
            checkpoints.emplace(row.id, std::move(row));
    std::vector<std::pair<RunRow, CheckpointRow>> planned;
    for (RunRow& run : workspace.runs(query.experimentId)) {
        const auto checkpoint = checkpoints.find(run.checkpointId);
        if (checkpoint == checkpoints.end() || (!query.task.empty() && query.task != run.fields.task))
            continue;
        planned.emplace_back(std::move(run), checkpoint->second);
    }
    return planned;
}

/// The rows that a run will fill, as its settings say.
std::vector<std::string> plannedLayers(const RunRow& run, const CheckpointRow& checkpoint) {
    std::vector<std::string> layers;
    const Json settings = parseJson(run.fields.settingsJson, "the settings of a planned run");
    const auto value = [&](const char* key) {
        return settings.is_object() ? settings.value(key, Json()) : Json();
    };
    const Json chosen = value("layers");
    for (int layer = 0; layer <= checkpoint.layers; ++layer)
        if (!chosen.is_array() || std::find(chosen.begin(), chosen.end(), Json(layer)) != chosen.end())
            layers.push_back(std::to_string(layer));
    if (value("mix") == Json(true)) layers.emplace_back("mix");
    return layers;
}

}  // namespace

std::string presetText(const std::string& preset, const std::string& probe) {
    return preset + probe.substr(std::min<std::size_t>(4, probe.size()));
}

bool isMeant(const HeatmapQuery& query, const RunRow& run, const CheckpointRow& checkpoint) {
    return matches(query, {run.fields.task, run.fields.split, run.fields.preset, run.probe, checkpoint.family,
                           checkpoint.adaptedFrom, checkpoint.seed});
}

bool isOfOneLabel(const std::string& metric) {
    return metric == "f1" || metric == "label_precision" || metric == "label_recall";
}

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
    std::map<std::pair<std::string, Column>, Group> groups;
    std::set<std::string, decltype(&layerBefore)> layers(&layerBefore);
    std::set<std::optional<int>> columnSeeds;
    std::set<Step> steps;
    Origin origin;
    forEachMatch(workspace, query, query.metric, query.label, [&](const Workspace::GridRow& row) {
        // A share of nothing, as earlier versions stored it: the precision of a label that was never said.
        if (row.n == 0 && !query.label.empty()) return;
        const Column column = columnOf(query, row.seed, row.step);
        groups[{row.layer, column}].add(row);
        layers.insert(row.layer);
        columnSeeds.insert(column.first);
        steps.insert(column.second);
        origin.n = origin.mostN == 0 ? row.n : std::min(origin.n, row.n);
        origin.mostN = std::max(origin.mostN, row.n);
        origin.seeds.insert(row.seed.value_or(-1));
        origin.probeSeeds.insert(row.probeSeed);
        origin.someRun = row.runId;
    });
    // Steps whose runs are planned but not finished stand as columns too, hatched until their numbers arrive.
    for (const Step& step : workspace.plannedSteps(query.experimentId, query.family, query.adaptedFrom))
        steps.insert(step);
    const bool isAllAhead = layers.empty() && workspace.runKinds(query.experimentId).empty();
    if (hasSeedColumns(query) || isAllAhead)
        for (const auto& [run, checkpoint] : plannedRuns(workspace, query)) {
            columnSeeds.insert(columnOf(query, checkpoint.seed, {}).first);
            if (!isAllAhead) continue;
            for (std::string& layer : plannedLayers(run, checkpoint))
                layers.insert(std::move(layer));
        }
    map.layers.assign(layers.begin(), layers.end());
    if (columnSeeds.empty()) columnSeeds.insert(std::nullopt);
    std::vector<Column> columns;
    for (const std::optional<int>& seed : columnSeeds)
        for (const Step& step : steps) {
            columns.emplace_back(seed, step);
            map.steps.push_back(step);
            if (hasSeedColumns(query)) map.seeds.push_back(seed);
        }
    map.cells.resize(map.layers.size() * columns.size());
    bool isFirst = true;
    for (std::size_t l = 0; l < map.layers.size(); ++l) {
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const auto found = groups.find({map.layers[l], columns[c]});
            if (found == groups.end()) continue;
            HeatmapCell& cell = map.cells[l * columns.size() + c];
            const std::vector<double> values = found->second.values();
            cell.spread = spreadOf(values);
            cell.mean = meanOf(values);
            cell.value = query.seeds == HeatmapQuery::Seeds::Spread ? cell.spread : cell.mean;
            cell.n = found->second.n();
            cell.mostN = found->second.mostN();
            cell.runs = static_cast<int>(values.size());
            found->second.nameRuns(cell);
            if (!cell.isMeasured()) continue;
            map.low = isFirst ? cell.value : std::min(map.low, cell.value);
            map.high = isFirst ? cell.value : std::max(map.high, cell.value);
            isFirst = false;
        }
    }
    map.centreOfGravity = perColumn(workspace, query, "centre_of_gravity", columns);
    // The share of the most frequent label: nothing to hold the score of a single label, or a loss, against.
    if (query.label.empty() && (query.metric == "micro_f1" || query.metric == "accuracy"))
        map.majority = perColumn(workspace, query, "majority", columns);
    if (origin.someRun > 0) map.settingsText = settingsTextOf(workspace, query, origin.someRun);
    describe(map, origin);
    return map;
}

}  // namespace strata
