// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "analysis/heatmap.h"

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

std::vector<LabelScore> labelScores(const Workspace& workspace, std::int64_t runId,
                                    const std::string& layer) {
    std::vector<LabelScore> scores;
    for (const Measurement& m : workspace.measurements(runId))
        if (m.metric == "f1" && m.layer == layer && m.n > 0) scores.push_back({m.label, m.value, m.n});
    std::stable_sort(scores.begin(), scores.end(),
                     [](const LabelScore& a, const LabelScore& b) { return a.f1 < b.f1; });
    return scores;
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
        if (wanted) chosen.push_back(prediction);
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

}  // namespace strata
