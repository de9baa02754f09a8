// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/json.h"
#include "base/progress.h"
#include "bert/encoder.h"
#include "bert/matrixrate.h"

#include <filesystem>
#include <optional>
#include <stop_token>

namespace strata {

struct BenchOptions {
    int threads = 0;           ///< 0 = as set by setComputeThreads
    bool bfloat16 = true;      ///< also bf16, where the processor multiplies it in hardware
    int repeats = 5;           ///< pairs of (rate, encode) of which medians are taken
    BertConfig model;          ///< shape; random weights. BERT-base as default
    bool sweep = true;         ///< also a POS sweep: all layers + mix, preset zertuche-liu-2021
    int sweepSentences = 512;  ///< training sentences of the sweep; 0 = all of `corpus`
    int sweepEpochs = 5;
    std::filesystem::path
        corpus;  ///< CoNLL-U of real sentences; empty = lengths as in English EWT, random pieces
    std::filesystem::path tokenizer;  ///< folder with vocab.txt or tokenizer.json, for `corpus`
    std::filesystem::path
        scratch;  ///< folder for the sweep's activations, removed afterwards; empty = the system's
};

/// One batch encoded again and again, each time between two measurements of the matrix rate.
struct EncoderBench {
    std::string batch;       ///< "32 x 128" or "real sentence lengths"
    std::string numberType;  ///< "fp32", "bf16"
    std::string note;        ///< the encoder's own
    std::int64_t sentences = 0, pieces = 0;
    double operations = 0;  ///< of one pass: matrix products and attention
    double gflops = 0;      ///< median
    double rateGflops = 0;  ///< median of the matrix rate beside it
    double ratio = 0;       ///< median of the paired ratios
    double lowestRatio = 0, highestRatio = 0;
};

/// A whole POS sweep on one checkpoint of random weights.
struct SweepBench {
    std::string numberType;
    std::int64_t sentences = 0, pieces = 0, targets = 0;
    int probes = 0, epochs = 0;
    double secondsEncoding = 0, secondsStoring = 0, secondsReading = 0, secondsTraining = 0,
           secondsScoring = 0;
    double encodingPasses = 0;      ///< sentences encoded / sentences of the texts: 1 = each once
    double trainingOperations = 0;  ///< the probes' products, forward and backward
    double trainingRatio = 0;       ///< of the matrix rate measured before and after
    double encodingRatio = 0;
    std::uint64_t peakPrivateBytes = 0;  ///< RssAnon, as seen at each batch
};

struct BenchReport {
    std::string processor, instructionSet, blas;
    int threads = 0;
    MatrixRate fp32;
    std::optional<MatrixRate> bf16;  ///< none = not multiplied in hardware, or not asked for
    std::string lengthsFrom;         ///< where the real sentence lengths come from
    std::vector<EncoderBench> encoder;
    std::vector<SweepBench> sweeps;
    double loadAverage = 0;  ///< of the last minute, at the start: others at work make the figures lower
};

/// Measures this machine. @throws Error (unreadable corpus, disk full), Cancelled
BenchReport runBenchmark(const BenchOptions& options, const std::stop_token& stop = {},
                         const ProgressSink& progress = {});
Json toJson(const BenchReport& report);
/// The same as a table for a person.
std::string benchText(const BenchReport& report);

}  // namespace strata
