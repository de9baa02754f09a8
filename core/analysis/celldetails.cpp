// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "analysis/heatmap.h"
#include "analysis/overruns.h"

#include <algorithm>
#include <map>

namespace strata {

namespace {

using Place = std::pair<std::int32_t, std::int32_t>;

Place placeOf(const StoredPrediction& prediction) {
    return {prediction.sentence, prediction.target};
}

bool isRight(const StoredPrediction& prediction) {
    return prediction.gold >= 0 && prediction.gold == prediction.best;
}

std::string labelAt(const std::vector<std::string>& labels, std::int32_t index) {
    return index >= 0 && static_cast<std::size_t>(index) < labels.size()
               ? labels[static_cast<std::size_t>(index)]
               : "(none)";
}

void sortWorstFirst(std::vector<LabelScore>& scores) {
    std::stable_sort(scores.begin(), scores.end(),
                     [](const LabelScore& a, const LabelScore& b) { return a.f1 < b.f1; });
}

std::vector<LabelScore> labelScores(const Workspace& workspace, std::int64_t runId,
                                    const std::string& layer) {
    std::vector<LabelScore> scores;
    std::map<std::string, double> precisions, recalls;
    for (const Measurement& m : workspace.measurements(runId)) {
        if (m.layer != layer || m.n == 0) continue;  // a share of nothing, as earlier versions stored it
        if (m.metric == "f1")
            scores.push_back({.label = m.label, .f1 = m.value, .gold = m.n});
        else if (m.metric == "label_precision")
            precisions[m.label] = m.value;
        else if (m.metric == "label_recall")
            recalls[m.label] = m.value;
    }
    const auto scoreIn = [](const std::map<std::string, double>& values, const std::string& label) {
        const auto found = values.find(label);
        return found == values.end() ? ScoreOverRuns{} : ScoreOverRuns{.mean = found->second, .runs = 1};
    };
    for (LabelScore& score : scores) {
        score.precision = scoreIn(precisions, score.label);
        score.recall = scoreIn(recalls, score.label);
    }
    sortWorstFirst(scores);
    return scores;
}

ScoreOverRuns overRuns(const std::vector<double>& values) {
    return {meanOf(values), spreadOf(values), static_cast<int>(values.size())};
}

/// The scores that runs give one label.
struct LabelValues {
    std::vector<double> f1, precision, recall;
    std::int64_t gold = 0;

    void add(const LabelScore& score) {
        f1.push_back(score.f1);
        for (const auto& [one, all] : {std::pair(score.precision, &precision), {score.recall, &recall}})
            if (one.runs > 0) all->push_back(one.mean);
        gold = std::max(gold, score.gold);
    }
};

/// Adds counts by the labels' names: runs need not list them alike.
void addConfusion(CellDetails& sum, const CellDetails& run) {
    std::vector<std::size_t> places;
    for (const std::string& label : run.confusionLabels) {
        const auto found = std::find(sum.confusionLabels.begin(), sum.confusionLabels.end(), label);
        places.push_back(static_cast<std::size_t>(found - sum.confusionLabels.begin()));
        if (found == sum.confusionLabels.end()) sum.confusionLabels.push_back(label);
    }
    sum.confusion.resize(sum.confusionLabels.size());
    for (auto& row : sum.confusion)
        row.resize(sum.confusionLabels.size(), 0);
    for (std::size_t gold = 0; gold < run.confusion.size(); ++gold)
        for (std::size_t said = 0; said < run.confusion[gold].size(); ++said)
            sum.confusion[places[gold]][places[said]] += run.confusion[gold][said];
}

}  // namespace

CellDetails cellDetails(const Workspace& workspace, std::int64_t runId, const std::string& layer,
                        ExampleFilter filter, std::int64_t otherRunId, const std::string& otherLayer,
                        std::size_t limit) {
    CellDetails details;
    details.labels = labelScores(workspace, runId, layer);
    const std::vector<std::string> labels = workspace.labels(runId);
    const auto run = workspace.run(runId);
    if (!run) return details;
    std::map<Place, StoredPrediction> others;
    std::vector<std::string> otherLabels;
    if (otherRunId > 0) {
        otherLabels = workspace.labels(otherRunId);
        for (const StoredPrediction& prediction : workspace.predictions(otherRunId, otherLayer))
            others[placeOf(prediction)] = prediction;
    }
    details.confusionLabels = labels;
    details.confusion.assign(labels.size(), std::vector<std::int64_t>(labels.size(), 0));
    std::vector<StoredPrediction> chosen;
    for (const StoredPrediction& prediction : workspace.predictions(runId, layer)) {
        const bool right = isRight(prediction);
        ++(right ? details.right : details.wrong);
        const auto other = others.find(placeOf(prediction));
        const bool changed = other != others.end() && isRight(other->second) != right;
        details.changed += changed ? 1 : 0;
        const auto gold = static_cast<std::size_t>(prediction.gold),
                   best = static_cast<std::size_t>(prediction.best);
        if (prediction.gold >= 0 && prediction.best >= 0 && gold < labels.size() && best < labels.size())
            ++details.confusion[gold][best];
        const bool wanted = filter == ExampleFilter::Wrong   ? !right
                            : filter == ExampleFilter::Right ? right
                                                             : changed;
        if (wanted && limit > 0) chosen.push_back(prediction);
    }
    std::stable_sort(chosen.begin(), chosen.end(), [](const StoredPrediction& a, const StoredPrediction& b) {
        return a.probabilityOfBest > b.probabilityOfBest;
    });
    if (chosen.size() > limit) chosen.resize(limit);
    if (chosen.empty()) return details;
    const std::vector<StoredSentence> sentences =
        workspace.sentences(run->fields.dataHash, run->fields.split);
    for (const StoredPrediction& prediction : chosen) {
        const auto sentence = static_cast<std::size_t>(prediction.sentence),
                   target = static_cast<std::size_t>(prediction.target);
        if (sentence >= sentences.size() || target >= sentences[sentence].targets.size()) continue;
        Example example;
        example.sentenceId = sentences[sentence].id;
        example.words = sentences[sentence].words;
        example.target = sentences[sentence].targets[target];
        example.gold = labelAt(labels, prediction.gold);
        example.predicted = labelAt(labels, prediction.best);
        if (const auto other = others.find(placeOf(prediction)); other != others.end())
            example.otherPredicted = labelAt(otherLabels, other->second.best);
        example.probability = static_cast<double>(prediction.probabilityOfBest);
        example.isRight = isRight(prediction);
        details.examples.push_back(std::move(example));
    }
    return details;
}

CellDetails cellOfRuns(const std::vector<std::shared_ptr<const CellDetails>>& runs) {
    if (runs.empty()) return {};
    CellDetails cell = *runs.front();
    if (runs.size() == 1) return cell;
    cell.runs = static_cast<int>(runs.size());
    cell.confusionLabels.clear();
    cell.confusion.clear();
    std::map<std::string, LabelValues> values;
    for (const auto& run : runs) {
        addConfusion(cell, *run);
        for (const LabelScore& score : run->labels)
            values[score.label].add(score);
    }
    cell.labels.clear();
    for (const auto& [label, all] : values) {
        const ScoreOverRuns f1 = overRuns(all.f1);
        cell.labels.push_back(
            {label, f1.mean, all.gold, f1.spread, f1.runs, overRuns(all.precision), overRuns(all.recall)});
    }
    sortWorstFirst(cell.labels);
    return cell;
}

}  // namespace strata
