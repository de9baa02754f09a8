// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/benchmark.h"

#include <fmt/format.h>

#include <algorithm>

namespace strata {

namespace {

Json toJson(const MatrixRate& rate) {
    return {{"gflops", rate.gflops}, {"fastest", rate.fastest}, {"blas_gflops", rate.blasGflops}};
}

}  // namespace

Json toJson(const BenchReport& report) {
    Json json = {{"processor", report.processor},
                 {"instruction_set", report.instructionSet},
                 {"blas", report.blas},
                 {"threads", report.threads},
                 {"load_average", report.loadAverage},
                 {"matrix_rate", {{"fp32", toJson(report.fp32)}}},
                 {"sentence_lengths_from", report.lengthsFrom},
                 {"encoder", Json::array()},
                 {"sweep", Json::array()}};
    if (report.bf16) json["matrix_rate"]["bf16"] = toJson(*report.bf16);
    for (const EncoderBench& bench : report.encoder)
        json["encoder"].push_back({{"batch", bench.batch},
                                   {"dtype", bench.numberType},
                                   {"note", bench.note},
                                   {"sentences", bench.sentences},
                                   {"pieces", bench.pieces},
                                   {"operations", bench.operations},
                                   {"gflops", bench.gflops},
                                   {"matrix_rate_gflops", bench.rateGflops},
                                   {"ratio", bench.ratio},
                                   {"lowest_ratio", bench.lowestRatio},
                                   {"highest_ratio", bench.highestRatio}});
    for (const SweepBench& bench : report.sweeps) {
        const double total = bench.secondsEncoding + bench.secondsStoring + bench.secondsReading +
                             bench.secondsTraining + bench.secondsScoring;
        const auto part = [&](double seconds) {
            return Json{{"seconds", seconds}, {"share", total > 0 ? seconds / total : 0}};
        };
        json["sweep"].push_back({{"dtype", bench.numberType},
                                 {"sentences", bench.sentences},
                                 {"pieces", bench.pieces},
                                 {"targets", bench.targets},
                                 {"probes", bench.probes},
                                 {"epochs", bench.epochs},
                                 {"encoding", part(bench.secondsEncoding)},
                                 {"storing", part(bench.secondsStoring)},
                                 {"reading", part(bench.secondsReading)},
                                 {"training", part(bench.secondsTraining)},
                                 {"scoring", part(bench.secondsScoring)},
                                 {"encoding_passes", bench.encodingPasses},
                                 {"training_operations", bench.trainingOperations},
                                 {"training_ratio", bench.trainingRatio},
                                 {"encoding_ratio", bench.encodingRatio},
                                 {"peak_rss_anon_bytes", bench.peakPrivateBytes}});
    }
    return json;
}

std::string benchText(const BenchReport& report) {
    std::string text = fmt::format("{}, {}, {} threads, {}; load {:.2f}\n", report.processor,
                                   report.instructionSet, report.threads, report.blas, report.loadAverage);
    const auto rateLine = [&](const char* type, const MatrixRate& rate) {
        text += fmt::format("matrix rate {}: {:.0f} GFLOP/s ({})", type, rate.gflops, rate.fastest);
        if (rate.blasGflops > 0) text += fmt::format(", plain BLAS {:.0f}", rate.blasGflops);
        text += "\n";
    };
    rateLine("fp32", report.fp32);
    if (report.bf16) rateLine("bf16", *report.bf16);
    text += fmt::format("\nencoder ({})\n{:<6}{:<24}{:>8}{:>10}{:>10}{:>8}{:>16}\n", report.lengthsFrom,
                        "type", "batch", "pieces", "GFLOP/s", "rate", "ratio", "lowest–highest");
    for (const EncoderBench& b : report.encoder)
        text += fmt::format("{:<6}{:<24}{:>8}{:>10.0f}{:>10.0f}{:>7.0f}%{:>11.0f}–{:.0f}%\n", b.numberType,
                            b.batch, b.pieces, b.gflops, b.rateGflops, 100 * b.ratio, 100 * b.lowestRatio,
                            100 * b.highestRatio);
    for (const SweepBench& b : report.sweeps) {
        const double total = std::max(1e-9, b.secondsEncoding + b.secondsStoring + b.secondsReading +
                                                b.secondsTraining + b.secondsScoring);
        text += fmt::format("\nPOS sweep, {}: {} sentences, {} pieces, {} probes, {} epochs, {:.1f} s\n",
                            b.numberType, b.sentences, b.pieces, b.probes, b.epochs, total);
        for (const auto& [name, seconds] : {std::pair{"encoding", b.secondsEncoding},
                                            {"storing", b.secondsStoring},
                                            {"reading", b.secondsReading},
                                            {"training", b.secondsTraining},
                                            {"scoring", b.secondsScoring}})
            text += fmt::format("  {:<10}{:>8.1f} s{:>6.0f}%\n", name, seconds, 100 * seconds / total);
        text += fmt::format(
            "  encoded {:.2f} times; encoder at {:.0f}%, training at {:.0f}% of the matrix rate; at most "
            "{:.0f} MiB private memory\n",
            b.encodingPasses, 100 * b.encodingRatio, 100 * b.trainingRatio,
            static_cast<double>(b.peakPrivateBytes) / (1 << 20));
    }
    return text;
}

}  // namespace strata
