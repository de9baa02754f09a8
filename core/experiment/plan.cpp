// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/plan.h"

#include "activations/activationcache.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "base/system.h"
#include "base/wording.h"
#include "experiment/estimate.h"
#include "experiment/material.h"
#include "experiment/registry.h"
#include "experiment/runner.h"
#include "experiment/runresult.h"

#include <fmt/format.h>

#include <algorithm>
#include <fnmatch.h>
#include <map>
#include <set>
#include <tuple>

namespace strata {

namespace {

namespace fs = std::filesystem;

bool isPattern(const std::string& text) {
    return text.find_first_of("*?[") != std::string::npos;
}

/// Folders that an absolute path with *, ? or [] in its parts names, sorted.
std::vector<fs::path> expand(const fs::path& pattern, const std::stop_token& stop) {
    std::vector<fs::path> found{"/"};
    for (const fs::path& part : pattern.relative_path()) {
        std::vector<fs::path> next;
        for (const fs::path& base : found) {
            throwIfStopped(stop);
            std::error_code problem;
            if (fs::exists(base / part, problem)) {  // also a folder whose name holds such signs
                next.push_back(base / part);
                continue;
            }
            if (!isPattern(part.string())) continue;
            for (fs::directory_iterator it(base, fs::directory_options::skip_permission_denied, problem), end;
                 !problem && it != end; it.increment(problem)) {
                throwIfStopped(stop);
                std::error_code ignored;
                if (it->is_directory(ignored) &&
                    ::fnmatch(part.c_str(), it->path().filename().c_str(), 0) == 0)
                    next.push_back(it->path());
            }
        }
        std::sort(next.begin(), next.end());
        found = std::move(next);
    }
    return found;
}

/// @param missing entries of the spec that name nothing
std::vector<CheckpointInfo> findCheckpoints(const ExperimentSpec& spec, const std::stop_token& stop,
                                            const ProgressSink& progress, std::vector<std::string>& missing) {
    std::vector<CheckpointInfo> all;
    std::set<std::string> seen;
    for (const std::string& entry : spec.checkpoints) {
        const auto folders = isPattern(entry) ? expand(entry, stop) : std::vector<fs::path>{entry};
        bool isNamed = false;
        for (const fs::path& folder : folders) {
            throwIfStopped(stop);
            std::error_code ignored;
            if (!fs::exists(folder, ignored)) continue;
            std::vector<CheckpointInfo> here;
            if (auto one = describeCheckpoint(folder)) {
                here.push_back(std::move(*one));
            } else if (fs::is_directory(folder, ignored)) {
                here = scanCheckpoints(folder, stop, progress);
            }
            isNamed = isNamed || !here.empty();
            for (CheckpointInfo& info : here)
                if (seen.insert(fs::weakly_canonical(info.path, ignored).string()).second)
                    all.push_back(std::move(info));
        }
        if (!isNamed) missing.push_back(entry);
    }
    if (all.empty())
        throw Error(
            "Cannot find the checkpoints",
            missing.empty() ? "none is named" : "'" + missing.front() + "' names no checkpoint folder",
            "Paths in a spec are relative to the spec file");
    return all;
}

/// Checkpoint indices, coarse picture first, families and seeds taking turns.
/// @param coarse how many of them make the coarse picture: first, middle and last of every seed
std::vector<std::size_t> checkpointOrder(const std::vector<CheckpointInfo>& checkpoints,
                                         std::size_t& coarse) {
    std::map<std::tuple<std::string, std::string, int>, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < checkpoints.size(); ++i)
        groups[{checkpoints[i].name.family, checkpoints[i].name.adaptedFrom,
                checkpoints[i].name.seed.value_or(-1)}]
            .push_back(i);
    std::vector<std::vector<std::size_t>> queues;
    std::size_t longest = 0;
    for (auto& [key, members] : groups) {
        std::stable_sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
            return checkpoints[a].name.step < checkpoints[b].name.step;
        });
        std::vector<std::size_t> queue;
        for (const std::size_t position : coarseOrder(members.size()))
            queue.push_back(members[position]);
        longest = std::max(longest, queue.size());
        coarse += std::min<std::size_t>(3, queue.size());
        queues.push_back(std::move(queue));
    }
    std::vector<std::size_t> order;
    for (std::size_t rank = 0; rank < longest; ++rank)
        for (const auto& queue : queues)
            if (rank < queue.size()) order.push_back(queue[rank]);
    return order;
}

std::string gigabytes(std::uint64_t bytes) {
    return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

/// Counts what the runs of one checkpoint still need.
class Cost {
  public:
    Cost(Plan& plan, Workspace& workspace, Material& material)
        : m_plan(plan),
          m_material(material),
          m_cache(workspace.activationsFolder(), runnerSettings(workspace).diskBudgetBytes),
          m_estimator(workspace, runnerSettings(workspace).threads) {}

    void addRun(const PlannedRun& run) {
        const CheckpointInfo& checkpoint = m_plan.checkpoints[run.checkpoint];
        const TaskSpec& task = m_plan.spec.tasks[run.task];
        const ProbeSpec& probe = m_plan.spec.probes[run.probe];
        const Tokenizer& tokenizer = m_material.tokenizer(checkpoint.path);
        const BertConfig config = readBertConfig(checkpoint.path);
        const Material::Texts& texts = m_material.texts(task, tokenizer, config.positions);
        const NumberType type = numberTypeOf(probe);
        const bool hasCheck = choosesOnDev(probe) && texts.dev;
        for (const PieceCorpus* text : {&texts.train, &texts.scored, hasCheck ? &*texts.dev : nullptr}) {
            if (!text) continue;
            if (!m_seen.insert({checkpoint.contentHash, text->textHash, probe.dtype}).second) continue;
            ++m_plan.encodingPasses;
            if (m_cache.contains({checkpoint.contentHash, text->textHash, type})) {
                ++m_plan.encodingPassesCached;
                continue;
            }
            const std::uint64_t bytes = m_cache.sizeFor(config, *text, type);
            m_plan.diskBytes += bytes;
            m_largest = std::max(m_largest, bytes);
            m_plan.secondsExpected += m_estimator.encodingSeconds(checkpoint, text->pieceCount);
        }
        m_plan.secondsExpected += m_estimator.trainingSeconds(
            checkpoint, settingsOf(probe), static_cast<int>(inputsOf(probe, checkpoint.layers).size()),
            texts.train.targetCount, texts.scored.targetCount);
    }

    /// Whether the states of so many pairs of training and scored text fit the disk budget.
    bool mayKeep(std::size_t pairs) const {
        return m_plan.diskBytes <= m_cache.budgetBytes() || 2 * pairs * m_largest <= m_cache.budgetBytes();
    }

    void finish() {
        const std::uint64_t budget = m_cache.budgetBytes();
        if (m_largest > budget)
            m_plan.warnings.push_back(
                fmt::format("The hidden states of one text take {}, the disk budget is {}: "
                            "runs on it will fail. Raise the budget in the settings (or "
                            "with --disk-budget), or limit the sentences.",
                            gigabytes(m_largest), gigabytes(budget)));
        std::error_code ignored;
        const auto space = std::filesystem::space(m_cache.folder(), ignored);
        if (!ignored && std::min(m_plan.diskBytes, std::max(m_largest, budget / 2)) > space.available)
            m_plan.warnings.push_back(
                fmt::format("{} of hidden states are to be written, the disk has room for {}.",
                            gigabytes(m_plan.diskBytes), gigabytes(space.available)));
        const int runs = m_estimator.runsLearntFrom();
        const double spread = runs >= 3 ? 1.3 : runs > 0 ? 1.6 : 3.0;
        m_plan.secondsLow = m_plan.secondsExpected / spread;
        m_plan.secondsHigh = m_plan.secondsExpected * spread;
        m_plan.estimateBasis = runs > 0 ? "learnt from " + counted(runs, "earlier run") + " in this workspace"
                                        : "counted operations at an assumed rate; no run was timed yet";
    }

  private:
    Plan& m_plan;
    Material& m_material;
    ActivationCache m_cache;
    std::uint64_t m_largest = 0;  ///< bytes of a checkpoint's states of one text
    Estimator m_estimator;
    std::set<std::tuple<std::string, std::string, std::string>> m_seen;
};

/// A result must carry the number type that it was computed in: the same run on a processor with bf16 has
/// other numbers, and another key. @return whether anything changed
bool fallBackToFloat32(ExperimentSpec& spec) {
    bool isChanged = false;
    for (ProbeSpec& probe : spec.probes) {
        if (probe.dtype != "bf16" || processorInfo().multipliesBf16()) continue;
        probe.dtype = "fp32";
        isChanged = true;
    }
    return isChanged;
}

/// The coarse picture with one probe seed comes before its other seeds. Their states stay on the disk
/// meanwhile.
void firstSeedsFirst(Plan& plan, const std::set<std::size_t>& coarseCheckpoints) {
    const auto end = std::find_if(plan.runs.begin(), plan.runs.end(), [&](const PlannedRun& run) {
        return !coarseCheckpoints.contains(run.checkpoint);
    });
    std::stable_partition(plan.runs.begin(), end, [&](const PlannedRun& run) {
        return run.seed == plan.spec.probes[run.probe].seeds.front();
    });
}

void noteLayers(Plan& plan, const ProbeSpec& probe, const CheckpointInfo& checkpoint,
                std::set<std::string>& said) {
    for (const int layer : probe.layers) {
        if (layer <= checkpoint.layers) continue;
        const std::string line = "Layer " + std::to_string(layer) + " will fail: " + checkpoint.name.family +
                                 " has layers 0 to " + std::to_string(checkpoint.layers) + ".";
        if (said.insert(line).second) plan.warnings.push_back(line);
    }
}

void noteChoice(Plan& plan, const TaskSpec& task, const ProbeSpec& probe, std::set<std::string>& said) {
    if (task.score == "dev" || !task.dev.empty() || !choosesOnDev(probe)) return;
    const std::string line =
        task.name + ": " + probe.preset +
        " chooses the learning rate and the best epoch on dev, but none is given: they are "
        "chosen on the scored split, whose scores are too good then.";
    if (said.insert(line).second) plan.warnings.push_back(line);
}

/// Counts and lists what a text goes without: once for each task, split and way of cutting it into pieces.
void noteOmissions(Plan& plan, const TaskSpec& task, const std::string& split, const Corpus& corpus,
                   const PieceCorpus& text, std::set<std::string>& said) {
    if (!said.insert(task.name + "|" + split + "|" + text.textHash).second) return;
    const std::size_t first = plan.omissions.size();
    for (const auto* list : {&corpus.omissions, &text.omissions})
        for (const Omission& omission : *list)
            plan.omissions.push_back({task.name, split, omission.where, omission.what});
    if (plan.omissions.size() == first) return;
    std::string counts;
    const auto add = [&](std::size_t count, const char* what) {
        if (count > 0)
            counts += (counts.empty() ? "" : ", ") + counted(static_cast<std::int64_t>(count), what);
    };
    add(static_cast<std::size_t>(text.sentencesLeftOut), "sentence");
    add(static_cast<std::size_t>(text.targetsLeftOut), "target");
    add(corpus.omissions.size(), "word");
    if (!corpus.omissions.empty()) counts += " without a tag";
    plan.warnings.push_back(fmt::format("{}, {}: {} left out; first: {} ({}).", task.name, split, counts,
                                        plan.omissions[first].where, plan.omissions[first].what));
}

}  // namespace

std::vector<std::size_t> coarseOrder(std::size_t count) {
    std::vector<std::size_t> order;
    if (count > 0) order.push_back(0);
    if (count > 1) order.push_back(count - 1);
    std::vector<std::pair<std::size_t, std::size_t>> gaps;
    if (count > 2) gaps.emplace_back(0, count - 1);
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        const auto [low, high] = gaps[i];
        const std::size_t middle = (low + high) / 2;
        if (middle == low) continue;
        order.push_back(middle);
        gaps.emplace_back(low, middle);
        gaps.emplace_back(middle, high);
    }
    return order;
}

Plan makePlan(const ExperimentSpec& spec, Workspace& workspace, const std::stop_token& stop,
              const ProgressSink& progress) {
    Material material;
    return makePlan(spec, workspace, material, stop, progress);
}

Plan makePlan(const ExperimentSpec& spec, Workspace& workspace, Material& material,
              const std::stop_token& stop, const ProgressSink& progress) {
    Plan plan;
    plan.spec = spec;
    std::vector<CheckpointRow> rows;
    auto found = findCheckpoints(spec, stop, progress, plan.missing);
    std::int64_t done = 0;
    for (CheckpointInfo& info : found) {
        throwIfStopped(stop);
        report(progress,
               {"hash", done++, static_cast<std::int64_t>(found.size()), info.path.filename().string(), -1});
        CheckpointRow row = rememberCheckpoint(workspace, info);
        if (info.isUsable()) {
            try {
                row.contentHash = ensureContentHash(workspace, row, stop);
                material.tokenizer(info.path);
            } catch (const Error& error) {
                info.problem = error.what();
            }
        }
        if (!info.isUsable()) {
            plan.unusable.push_back(std::move(info));
            continue;
        }
        info.contentHash = row.contentHash;
        info.name = {row.family, row.seed, row.step, row.adaptedFrom};
        plan.checkpoints.push_back(std::move(info));
        plan.checkpointIds.push_back(row.id);
        rows.push_back(std::move(row));
    }
    if (plan.checkpoints.empty())
        throw Error("Cannot plan the experiment",
                    plan.unusable.empty()
                        ? "no checkpoint was found"
                        : "no checkpoint can be used; the first: " + plan.unusable.front().problem);
    plan.warnings = equalWeightWarnings(rows);
    for (const std::string& entry : plan.missing)
        plan.warnings.push_back("'" + entry + "' names no checkpoint folder.");
    if (fallBackToFloat32(plan.spec))
        plan.warnings.push_back(
            "bf16 was asked for, but this processor does not multiply it in hardware: computed, and stored, "
            "as "
            "fp32.");
    Cost cost(plan, workspace, material);
    std::set<std::string> said;
    std::set<std::pair<std::size_t, std::string>> planned;
    std::size_t coarse = 0;
    std::set<std::size_t> coarseCheckpoints;
    const std::vector<std::size_t> order = checkpointOrder(plan.checkpoints, coarse);
    for (const std::size_t checkpoint : order) {
        if (coarseCheckpoints.size() < coarse) coarseCheckpoints.insert(checkpoint);
        const CheckpointInfo& info = plan.checkpoints[checkpoint];
        const Tokenizer& tokenizer = material.tokenizer(info.path);
        const int positions = readBertConfig(info.path).positions;
        for (std::size_t t = 0; t < spec.tasks.size(); ++t) {
            throwIfStopped(stop);
            const TaskMaterial& task = material.task(spec.tasks[t]);
            const Material::Texts& texts = material.texts(spec.tasks[t], tokenizer, positions);
            noteOmissions(plan, spec.tasks[t], "train", task.train, texts.train, said);
            noteOmissions(plan, spec.tasks[t], spec.tasks[t].score, task.scored, texts.scored, said);
            for (std::size_t p = 0; p < spec.probes.size(); ++p) {
                const ProbeSpec& probe = plan.spec.probes[p];
                noteLayers(plan, probe, info, said);
                noteChoice(plan, spec.tasks[t], probe, said);
                for (const std::uint64_t seed : probe.seeds) {
                    PlannedRun run{checkpoint, t, p, seed, false, {}};
                    run.key = runFields(info, spec.tasks[t], task, probe, seed, tokenizer.hash()).key();
                    if (!planned.insert({checkpoint, run.key}).second) continue;  // asked for twice
                    const auto there = workspace.runByKey(run.key);
                    run.isThere = there && there->state == RunState::Done;
                    plan.runsThere += run.isThere ? 1 : 0;
                    if (!run.isThere) cost.addRun(run);
                    plan.runs.push_back(std::move(run));
                }
            }
        }
    }
    cost.finish();
    if (cost.mayKeep(coarseCheckpoints.size() * spec.tasks.size())) firstSeedsFirst(plan, coarseCheckpoints);
    return plan;
}

Json toJson(const Plan& plan) {
    Json json = {{"experiment", plan.spec.name},
                 {"checkpoints", Json::array()},
                 {"unusable", Json::array()},
                 {"runs", plan.runs.size()},
                 {"runs_there", plan.runsThere},
                 {"encoding_passes", plan.encodingPasses},
                 {"encoding_passes_cached", plan.encodingPassesCached},
                 {"disk_bytes", plan.diskBytes},
                 {"seconds_expected", plan.secondsExpected},
                 {"seconds_low", plan.secondsLow},
                 {"seconds_high", plan.secondsHigh},
                 {"estimate_basis", plan.estimateBasis},
                 {"warnings", plan.warnings},
                 {"omissions", Json::array()},
                 {"order", Json::array()}};
    for (const CheckpointInfo& info : plan.checkpoints)
        json["checkpoints"].push_back(info.path.string());
    for (const CheckpointInfo& info : plan.unusable)
        json["unusable"].push_back({{"path", info.path.string()}, {"problem", info.problem}});
    for (const PlanOmission& one : plan.omissions)
        json["omissions"].push_back(
            {{"task", one.task}, {"split", one.split}, {"where", one.where}, {"what", one.what}});
    for (const PlannedRun& run : plan.runs)
        json["order"].push_back({{"checkpoint", plan.checkpoints[run.checkpoint].path.string()},
                                 {"task", plan.spec.tasks[run.task].name},
                                 {"preset", plan.spec.probes[run.probe].preset},
                                 {"seed", run.seed},
                                 {"there", run.isThere}});
    return json;
}

}  // namespace strata
