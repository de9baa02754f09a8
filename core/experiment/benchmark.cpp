// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/benchmark.h"

#include "activations/activationcache.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/randomstream.h"
#include "base/system.h"
#include "base/wording.h"
#include "probing/probesweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <unistd.h>

namespace strata {

namespace {

using Clock = std::chrono::steady_clock;
constexpr double kRateSeconds = 0.4;  ///< of each measurement of the matrix rate
constexpr std::int64_t kBatchPieces = 4096;

/// Pieces of a sentence with [CLS] and [SEP]: means of 64 equal parts of the training split of UD English
/// EWT, sorted by length, words counted as 1.137 pieces (what BERT's uncased vocabulary of 30,522 gives
/// there).
constexpr int kEnglishLengths[] = {3,  3,  4,  4,  4,  4,  5,  5,  6,  7,  7,  8,  8,  9,  9,  10,
                                   10, 11, 11, 12, 12, 13, 13, 14, 15, 15, 15, 16, 16, 17, 17, 18,
                                   18, 19, 19, 20, 20, 21, 21, 22, 22, 23, 24, 25, 25, 26, 27, 27,
                                   28, 29, 29, 30, 32, 33, 34, 35, 37, 38, 40, 43, 46, 49, 56, 75};

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

const char* nameOf(NumberType type) {
    return type == NumberType::BFloat16 ? "bf16" : "fp32";
}

/// Products and attention of one sentence through the whole encoder (a multiplication and an addition count
/// 2).
double operationsOf(const BertConfig& config, double pieces) {
    const double h = config.hidden, m = config.intermediate;
    return config.layers * (2 * pieces * (4 * h * h + 2 * h * m) + 4 * pieces * pieces * h);
}

/// Passes everything on and notes how long the encoder itself took.
class TimedEncoder final : public Encoder {
  public:
    explicit TimedEncoder(Encoder& encoder) : m_encoder(encoder) {}
    void encode(std::span<const EncoderInput> batch, const LayerSink& sink,
                const std::stop_token& stop) override {
        double inSink = 0;
        const auto begin = Clock::now();
        m_encoder.encode(
            batch,
            [&](int layer, std::span<const float> states) {
                const auto start = Clock::now();
                sink(layer, states);
                inSink += secondsSince(start);
            },
            stop);
        seconds += secondsSince(begin) - inSink;
        sentences += static_cast<std::int64_t>(batch.size());
        for (const EncoderInput& input : batch)
            operations += operationsOf(config(), static_cast<double>(input.ids.size()));
    }
    void mlmLogits(std::span<const float> states, std::span<float> logits) override {
        m_encoder.mlmLogits(states, logits);
    }
    const BertConfig& config() const override { return m_encoder.config(); }
    std::string note() const override { return m_encoder.note(); }
    NumberType numberType() const override { return m_encoder.numberType(); }

    double seconds = 0, operations = 0;
    std::int64_t sentences = 0;

  private:
    Encoder& m_encoder;
};

/// A folder for the sweep's activations that goes away with this object.
class ScratchFolder {
  public:
    explicit ScratchFolder(const std::filesystem::path& parent) {
        std::string pattern =
            ((parent.empty() ? std::filesystem::temp_directory_path() : parent) / "strata-bench-XXXXXX")
                .string();
        if (!::mkdtemp(pattern.data()))
            throw Error("Cannot make a folder for the benchmark", "'" + pattern + "' cannot be made",
                        "Choose another folder");
        m_path = pattern;
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    const std::filesystem::path& path() const { return m_path; }

  private:
    std::filesystem::path m_path;
};

/// Sentences of random pieces with the lengths of English text; one target a word, 17 labels.
PieceCorpus inventedCorpus(const BertConfig& config, std::int64_t sentences, std::uint64_t seed) {
    PieceCorpus corpus;
    RandomStream random(seed);
    for (std::int64_t i = 0; i < sentences; ++i) {
        PieceSentence sentence;
        sentence.sentence = static_cast<std::int32_t>(i);
        const int wanted = kEnglishLengths[random.below(std::size(kEnglishLengths))];
        const int length = std::min(wanted, config.positions);
        for (int t = 0; t < length; ++t) {
            sentence.ids.push_back(
                static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(config.vocabulary))));
            // Every eighth word goes on into a second piece, as in English.
            if (t == 0 || t + 1 >= length || random.below(8) == 0) continue;
            const auto label = static_cast<std::int32_t>(random.below(17));
            sentence.targets.push_back({{t, t},
                                        {t, t},
                                        {label},
                                        sentence.sentence,
                                        static_cast<std::int32_t>(sentence.targets.size())});
        }
        corpus.pieceCount += length;
        corpus.targetCount += static_cast<std::int64_t>(sentence.targets.size());
        corpus.sentences.push_back(std::move(sentence));
    }
    corpus.textHash = fmt::format("{:016x}", seed) + std::to_string(sentences);
    return corpus;
}

struct Texts {
    PieceCorpus train, score;
    std::vector<std::string> labels;
    std::string lengthsFrom;
};

Texts textsOf(const BenchOptions& options) {
    Texts texts;
    if (options.corpus.empty()) {
        const int count = std::max(options.sweepSentences, 256);
        texts.train = inventedCorpus(options.model, count, 1);
        texts.score = inventedCorpus(options.model, std::max(32, count / 6), 2);
        for (int i = 0; i < 17; ++i)
            texts.labels.push_back(fmt::format("label {:02}", i));
        texts.lengthsFrom = "built-in lengths of English sentences (UD English EWT, train), random pieces";
        return texts;
    }
    if (options.tokenizer.empty())
        throw Error("Cannot read the sentences of the benchmark", "a corpus needs a tokenizer",
                    "Give a folder with a vocab.txt");
    const Corpus corpus = readPosCorpus(options.corpus, TagSet::Upos);
    const Tokenizer tokenizer = Tokenizer::fromFolder(options.tokenizer);
    if (tokenizer.vocabularySize() > options.model.vocabulary)
        throw Error("Cannot read the sentences of the benchmark",
                    "the tokenizer has more pieces than the model");
    texts.labels = labelsOf({&corpus});
    PieceOptions pieces;
    pieces.maxPieces = options.model.positions;
    pieces.sentenceLimit = options.sweepSentences;
    texts.train = toPieces(corpus, tokenizer, texts.labels, pieces);
    pieces.sentenceLimit =
        std::max<std::int64_t>(32, static_cast<std::int64_t>(texts.train.sentences.size()) / 6);
    texts.score = toPieces(corpus, tokenizer, texts.labels, pieces);
    texts.lengthsFrom = options.corpus.filename().string();
    return texts;
}

/// Sentences in random order up to about one inner batch of the encoder.
std::vector<std::vector<std::int32_t>> realBatch(const PieceCorpus& corpus) {
    std::vector<std::size_t> order(corpus.sentences.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    RandomStream(5).shuffle(order);
    std::vector<std::vector<std::int32_t>> batch;
    std::int64_t pieces = 0;
    for (const std::size_t index : order) {
        const auto& ids = corpus.sentences[index].ids;
        if (!batch.empty() && pieces + static_cast<std::int64_t>(ids.size()) > kBatchPieces) break;
        pieces += static_cast<std::int64_t>(ids.size());
        batch.push_back(ids);
    }
    return batch;
}

std::vector<std::vector<std::int32_t>> squareBatch(const BertConfig& config) {
    RandomStream random(6);
    std::vector<std::vector<std::int32_t>> batch(
        32, std::vector<std::int32_t>(static_cast<std::size_t>(std::min(128, config.positions))));
    for (auto& ids : batch)
        for (std::int32_t& id : ids)
            id = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(config.vocabulary)));
    return batch;
}

class Bench {
  public:
    Bench(const BenchOptions& options, const std::stop_token& stop, const ProgressSink& progress)
        : m_options(options),
          m_stop(stop),
          m_progress(progress),
          m_weights(randomBertWeights(options.model, 1)) {}

    BenchReport run() {
        BenchReport report;
        if (m_options.sweep) const ScratchFolder tried(m_options.scratch);  // before minutes are spent
        const ProcessorInfo& processor = processorInfo();
        report.processor = processor.name;
        report.instructionSet = instructionSetText(processor);
        report.blas = blasName();
        report.threads = computeThreads();
        if (double load = 0; ::getloadavg(&load, 1) == 1) report.loadAverage = load;
        const Texts texts = textsOf(m_options);
        report.lengthsFrom = texts.lengthsFrom;
        const bool both = m_options.bfloat16 && processor.multipliesBf16();
        m_total = (both ? 2 : 1) * (2 * m_options.repeats + (m_options.sweep ? 3 : 0));
        for (const NumberType type : {NumberType::Float32, NumberType::BFloat16})
            if (type == NumberType::Float32 || both) measure(type, texts, report);
        return report;
    }

  private:
    void step(const std::string& text) {
        throwIfStopped(m_stop);
        report(m_progress, {"bench", m_done++, m_total, text, -1});
    }

    void measure(NumberType type, const Texts& texts, BenchReport& report) {
        step(fmt::format("matrix rate, {}", nameOf(type)));
        MatrixRateMeter meter(type);
        m_rates.clear();
        m_fastest.clear();
        m_blas = 0;
        const auto encoder = Encoder::create(m_weights, {type, Device::Cpu, 0});
        report.encoder.push_back(encoderBench(*encoder, meter, squareBatch(m_options.model), "32 x 128"));
        report.encoder.push_back(
            encoderBench(*encoder, meter, realBatch(texts.train), "real sentence lengths"));
        if (m_options.sweep) report.sweeps.push_back(sweepBench(*encoder, meter, texts));
        MatrixRate& rate = type == NumberType::Float32 ? report.fp32 : report.bf16.emplace();
        rate = {median(m_rates), m_fastest, m_blas};
    }

    double rateNow(MatrixRateMeter& meter) {
        const MatrixRate rate = meter.sample(kRateSeconds);
        m_rates.push_back(rate.gflops);
        m_fastest = rate.fastest;
        m_blas = std::max(m_blas, rate.blasGflops);
        return rate.gflops;
    }

    EncoderBench encoderBench(Encoder& encoder, MatrixRateMeter& meter,
                              const std::vector<std::vector<std::int32_t>>& batch, const std::string& name) {
        EncoderBench bench;
        bench.batch = name;
        bench.numberType = nameOf(encoder.numberType());
        bench.note = encoder.note();
        std::vector<EncoderInput> inputs;
        for (const auto& ids : batch) {
            inputs.push_back({ids, {}, {}});
            bench.pieces += static_cast<std::int64_t>(ids.size());
            bench.operations += operationsOf(m_options.model, static_cast<double>(ids.size()));
        }
        bench.sentences = static_cast<std::int64_t>(batch.size());
        const LayerSink nowhere = [](int, std::span<const float>) {};
        encoder.encode(inputs, nowhere, m_stop);  // makes the primitives and the scratch memory
        std::vector<double> speeds, rates, ratios;
        double before = rateNow(meter);
        for (int i = 0; i < std::max(1, m_options.repeats); ++i) {
            step(fmt::format("encoder, {}, {}", bench.numberType, name));
            const auto begin = Clock::now();
            encoder.encode(inputs, nowhere, m_stop);
            const double speed = bench.operations / secondsSince(begin) * 1e-9;
            const double after = rateNow(meter);
            speeds.push_back(speed);
            rates.push_back((before + after) / 2);
            ratios.push_back(speed / rates.back());
            before = after;
        }
        bench.gflops = median(speeds);
        bench.rateGflops = median(rates);
        bench.ratio = median(ratios);
        bench.lowestRatio = *std::min_element(ratios.begin(), ratios.end());
        bench.highestRatio = *std::max_element(ratios.begin(), ratios.end());
        return bench;
    }

    SweepBench sweepBench(Encoder& encoder, MatrixRateMeter& meter, const Texts& texts) {
        const NumberType type = encoder.numberType();
        SweepBench bench;
        bench.numberType = nameOf(type);
        const auto watch = [&] {
            bench.peakPrivateBytes = std::max(bench.peakPrivateBytes, memoryInfo().ownPrivateBytes);
        };
        const ProgressSink progress = [&](const Progress& p) {
            watch();
            report(
                m_progress,
                {"bench", m_done, m_total,
                 fmt::format("sweep, {}: {} {} of {}", bench.numberType, p.phase, p.done, p.total), p.loss});
        };
        const ScratchFolder folder(m_options.scratch);
        ActivationCache cache(folder.path(), std::uint64_t{1} << 50);
        TimedEncoder timed(encoder);
        const auto split = [&](const PieceCorpus& text) {
            ProbeSplit made{&text, cache.get(
                                       {"bench", text.textHash, type}, text, m_options.model,
                                       [&]() -> Encoder& { return timed; }, m_stop, progress)};
            bench.sentences += static_cast<std::int64_t>(text.sentences.size());
            bench.pieces += text.pieceCount;
            return made;
        };
        step("sweep: encode");
        double rate = rateNow(meter);
        auto begin = Clock::now();
        const ProbeSplit train = split(texts.train), score = split(texts.score);
        bench.secondsEncoding = timed.seconds;
        bench.secondsStoring = secondsSince(begin) - timed.seconds;
        bench.encodingPasses = static_cast<double>(timed.sentences) / static_cast<double>(bench.sentences);
        step("sweep: train");
        const double between = rateNow(meter);
        bench.encodingRatio = timed.operations / timed.seconds * 1e-9 / ((rate + between) / 2);

        std::vector<ProbeInput> inputs;
        for (int layer = 0; layer <= m_options.model.layers; ++layer)
            inputs.push_back({false, layer});
        inputs.push_back({true, m_options.model.layers});
        ProbeSettings settings = probePreset("zertuche-liu-2021");
        settings.epochs = m_options.sweepEpochs;
        const SweepResult result =
            trainProbes(settings, 0, inputs, train, score, texts.labels, type, m_stop, progress);
        watch();
        const double after = rateNow(meter);
        bench.targets = result.trainTargets;
        bench.probes = static_cast<int>(inputs.size());
        bench.epochs = settings.epochs;
        bench.secondsReading = result.secondsReading;
        bench.secondsTraining = result.secondsTraining;
        bench.secondsScoring = result.secondsScoring;
        bench.trainingOperations = result.productOperations;
        if (result.secondsTraining > 0)
            bench.trainingRatio =
                result.productOperations / result.secondsTraining * 1e-9 / ((between + after) / 2);
        return bench;
    }

    const BenchOptions& m_options;
    const std::stop_token& m_stop;
    const ProgressSink& m_progress;
    BertWeights m_weights;
    std::vector<double> m_rates;
    std::string m_fastest;
    double m_blas = 0;
    std::int64_t m_done = 0, m_total = 0;
};

}  // namespace

BenchReport runBenchmark(const BenchOptions& options, const std::stop_token& stop,
                         const ProgressSink& progress) {
    if (options.threads > 0) setComputeThreads(options.threads);
    return Bench(options, stop, progress).run();
}

}  // namespace strata
