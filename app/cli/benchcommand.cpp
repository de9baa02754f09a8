// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "base/system.h"
#include "experiment/benchmark.h"

#include <cstdio>
#include <memory>

namespace strata::cli {

namespace {

struct Options {
    BenchOptions bench;
    std::string corpus, tokenizer, scratch;
    bool json = false, encoderOnly = false, fp32Only = false;
};

int bench(Options options, Program& program) {
    program.endsCleanly = true;
    if (options.bench.threads > 0) setComputeThreads(options.bench.threads);
    options.bench.corpus = options.corpus;
    options.bench.tokenizer = options.tokenizer;
    options.bench.scratch = options.scratch;
    options.bench.sweep = !options.encoderOnly;
    options.bench.bfloat16 = !options.fp32Only;
    BenchReport report;
    {
        StatusLine status;
        report = runBenchmark(options.bench, program.stop.get_token(), status.sink());
    }
    if (options.json)
        printJson(toJson(report));
    else
        std::fputs(benchText(report).c_str(), stdout);
    return kOk;
}

}  // namespace

void addBench(CLI::App& app, Program& program) {
    CLI::App* command =
        app.add_subcommand("bench", "Measure the encoder and the probes against the machine's rate");
    auto options = std::make_shared<Options>();
    command->add_flag("--json", options->json, "one object");
    command->add_option("--threads", options->bench.threads, "threads to compute with (default: all cores)")
        ->check(CLI::Range(0, 1024));
    command
        ->add_option("--repeats", options->bench.repeats, "pairs of measurements, of which medians are taken")
        ->check(CLI::Range(1, 1000));
    command->add_flag("--encoder-only", options->encoderOnly, "without the sweep of probes");
    command->add_flag("--fp32-only", options->fp32Only, "without bf16");
    command->add_option("--corpus", options->corpus,
                        "CoNLL-U file of real sentences (default: lengths as in EWT)");
    command->add_option("--tokenizer", options->tokenizer, "folder with vocab.txt, for --corpus");
    command->add_option("--sweep-sentences", options->bench.sweepSentences, "sentences of the sweep; 0 = all")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--sweep-epochs", options->bench.sweepEpochs, "epochs of the sweep (default 5)")
        ->check(CLI::Range(1, 1000));
    command->add_option("--scratch", options->scratch,
                        "folder for the sweep's activations, removed afterwards");
    command->footer(
        "Takes some minutes. The rate is measured in turn with what is held against it, so that a noisy "
        "machine\n"
        "slows both.\n"
        "Examples:\n"
        "  strata-cli bench --threads 2\n"
        "  strata-cli bench --json --encoder-only | jq '.encoder[] | {batch, ratio}'");
    command->callback(
        [options, &program] { program.command = [options, &program] { return bench(*options, program); }; });
}

}  // namespace strata::cli
