// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/demo.h"

#include "adaptation/mlmtraining.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "base/file.h"
#include "base/system.h"
#include "bert/encoder.h"
#include "corpora/grammar.h"
#include "experiment/queue.h"
#include "experiment/registry.h"
#include "text/tokenizer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <future>

namespace strata {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kPretrainingSentences = 12'000, kTrainSentences = 1'200, kDevSentences = 500;
constexpr std::uint64_t kTextSeed = 2021;
const std::vector<std::int64_t> kSteps{0, 30, 100, 250, 500, 900, 1500};
constexpr int kSeeds = 2;

BertConfig demoConfig() {
    BertConfig config;
    config.layers = 4;
    config.hidden = 64;
    config.heads = 4;
    config.intermediate = 256;
    config.vocabulary = static_cast<int>(DemoLanguage::vocabulary().size());
    config.positions = 64;
    // BERT's 0.02 leaves a model this small on the bag-of-words plateau for the whole of the demo.
    config.initializerRange = 0.08;
    return config;
}

fs::path checkpointFolder(const fs::path& demo, int seed, std::int64_t step) {
    return demo / "checkpoints" / ("demobert-seed_" + std::to_string(seed) + "-step_" + std::to_string(step));
}

/// The config is the last file of a checkpoint that is written.
bool isComplete(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / "config.json", ignored);
}

std::string vocabularyText() {
    std::string text;
    for (const std::string& piece : DemoLanguage::vocabulary())
        text += piece + "\n";
    return text;
}

void writeCheckpoint(const fs::path& folder, const BertWeights& weights) {
    fs::create_directories(folder);
    writeFileAtomically(folder / "vocab.txt", vocabularyText());
    writeFileAtomically(
        folder / "tokenizer_config.json",
        "{\"do_lower_case\": true, \"model_max_length\": 64, \"tokenizer_class\": \"BertTokenizer\"}\n");
    writeBertCheckpoint(folder, weights);
}

std::vector<std::vector<std::int32_t>> pretrainingSequences() {
    const Tokenizer tokenizer = Tokenizer::fromVocabText(vocabularyText(), {}, "the demo's vocabulary");
    std::vector<std::vector<std::int32_t>> sequences;
    for (const Sentence& sentence : DemoLanguage(kTextSeed).sentences(0, kPretrainingSentences).sentences) {
        std::vector<std::int32_t> ids{tokenizer.clsId()};
        const WordPieces pieces = tokenizer.tokenizeWords(sentence.words);
        ids.insert(ids.end(), pieces.ids.begin(), pieces.ids.end());
        if (ids.size() > 62) ids.resize(62);
        ids.push_back(tokenizer.sepId());
        sequences.push_back(std::move(ids));
    }
    return sequences;
}

/// How far one seed is, for who watches from another thread.
struct PretrainingState {
    std::atomic<std::int64_t> step{0};
    std::atomic<double> loss{-1};
};

void pretrain(const fs::path& demo, int seed, const std::vector<std::vector<std::int32_t>>& sequences,
              const std::stop_token& stop, PretrainingState& now) {
    const bool isThere = std::all_of(kSteps.begin(), kSteps.end(), [&](std::int64_t step) {
        return isComplete(checkpointFolder(demo, seed, step));
    });
    now.step = isThere ? kSteps.back() : 0;
    if (isThere) return;
    MlmSettings settings;
    settings.steps = kSteps.back();
    settings.seed = static_cast<std::uint64_t>(seed);
    settings.keepSteps = kSteps;
    settings.peakLearningRate = 3e-3;
    settings.warmUpSteps = 60;
    trainMlm(
        randomBertWeights(demoConfig(), static_cast<std::uint64_t>(seed) + 1), sequences, settings,
        [&](const MlmStep& step, const BertWeights& weights) {
            const fs::path folder = checkpointFolder(demo, seed, step.step);
            if (!isComplete(folder)) writeCheckpoint(folder, weights);
        },
        stop,
        [&](const Progress& progress) {
            now.step = progress.done;
            now.loss = progress.loss;
        });
    now.step = kSteps.back();
}

/// Trains the seeds side by side, one thread each, and reports from the calling thread.
void pretrainAll(const fs::path& demo, int threads, const std::stop_token& stop,
                 const ProgressSink& progress) {
    const auto sequences = pretrainingSequences();
    std::array<PretrainingState, kSeeds> states;
    std::stop_source source;  // of the person, or of a seed that failed
    const std::stop_callback forward(stop, [&] { source.request_stop(); });
    std::atomic<int> next{0};
    std::vector<std::future<void>> workers;
    for (int worker = 0; worker < std::clamp(threads, 1, kSeeds); ++worker)
        workers.push_back(std::async(std::launch::async, [&] {
            try {
                for (int seed = next++; seed < kSeeds; seed = next++)
                    pretrain(demo, seed, sequences, source.get_token(),
                             states[static_cast<std::size_t>(seed)]);
            } catch (...) {
                source.request_stop();
                throw;
            }
        }));
    for (std::future<void>& worker : workers)
        while (worker.wait_for(std::chrono::milliseconds(200)) != std::future_status::ready) {
            Progress now{"pretrain", 0, kSeeds * kSteps.back(),
                         "steps of " + std::to_string(kSeeds) + " small models"};
            for (const PretrainingState& state : states) {
                now.done += state.step;
                now.loss = std::max(now.loss, state.loss.load());
            }
            report(progress, now);
        }
    std::exception_ptr failure;
    for (std::future<void>& worker : workers) {
        try {
            worker.get();
        } catch (const Cancelled&) {
            if (!failure && stop.stop_requested()) failure = std::current_exception();
        } catch (...) {
            failure = std::current_exception();
        }
    }
    if (failure) std::rethrow_exception(failure);
}

ExperimentSpec demoSpec(const fs::path& demo) {
    ExperimentSpec spec;
    spec.name = "Demo: part of speech";
    spec.note = "A small BERT learns a small language. Made on this machine by the demo.";
    spec.checkpoints = {(demo / "checkpoints").string()};
    TaskSpec task;
    task.train = demo / "train.conllu";
    task.dev = demo / "dev.conllu";
    spec.tasks = {task};
    ProbeSpec probe;
    probe.seeds = {0, 1};
    probe.overrides = {{"epochs", 4}, {"learning_rate", 0.01}};
    spec.probes = {probe};
    return spec;
}

}  // namespace

std::int64_t prepareDemo(Workspace& workspace, const RunnerSettings& settings, const std::stop_token& stop,
                         const ProgressSink& progress) {
    setComputeThreads(settings.threads > 0 ? settings.threads : processorInfo().cores);
    const fs::path demo = workspace.folder() / "demo";
    std::error_code problem;
    fs::create_directories(demo / "checkpoints", problem);
    if (problem) throw Error("Cannot make the demo's folder '" + demo.string() + "'", problem.message());
    const DemoLanguage language(kTextSeed);
    if (!fs::exists(demo / "train.conllu"))
        writeConllu(language.sentences(kPretrainingSentences, kTrainSentences), demo / "train.conllu");
    if (!fs::exists(demo / "dev.conllu"))
        writeConllu(language.sentences(kPretrainingSentences + kTrainSentences, kDevSentences),
                    demo / "dev.conllu");
    pretrainAll(demo, computeThreads(), stop, progress);
    for (const CheckpointInfo& info : scanCheckpoints(demo / "checkpoints", stop))
        rememberCheckpoint(workspace, info);
    DatasetRow dataset;
    dataset.name = "Demo language";
    dataset.trainPath = (demo / "train.conllu").string();
    dataset.devPath = (demo / "dev.conllu").string();
    dataset.note = "Sentences from the demo's own grammar; the tags are right by construction.";
    workspace.upsertDataset(dataset);
    return enqueueExperiment(workspace, demoSpec(demo));
}

RunnerOutcome runDemo(Workspace& workspace, const RunnerSettings& settings, const std::stop_token& stop,
                      const ProgressSink& progress, const RunnerSink& sink) {
    try {
        const std::int64_t id = prepareDemo(workspace, settings, stop, progress);
        return runExperiment(workspace, id, settings, stop, sink);
    } catch (const Cancelled&) {
        return RunnerOutcome::Cancelled;
    }
}

}  // namespace strata
