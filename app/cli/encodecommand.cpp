// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/encodeinput.h"
#include "app/cli/encodeoutput.h"
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "base/system.h"
#include "base/wording.h"
#include "checkpoint/bertweights.h"

#include <memory>

namespace strata::cli {

namespace {

struct Options {
    std::string checkpoint, text, ids, out, dtype = "fp32", device = "cpu";
    bool withLogits = false;
    int threads = 0;
};

constexpr std::int64_t kPiecesPerBatch = 4096;

EncoderOptions encoderOptions(const Options& options) {
    EncoderOptions result;
    result.numberType = options.dtype == "bf16" ? NumberType::BFloat16 : NumberType::Float32;
    result.device = options.device == "cuda" ? Device::Cuda : Device::Cpu;
    result.threads = options.threads;
    return result;
}

void encodeAll(const EncodeInput& input, Encoder& encoder, EncodeOutput& output,
               const std::stop_token& stop) {
    StatusLine status;
    const ProgressSink progress = status.sink();
    for (std::size_t first = 0; first < input.rows.size();) {
        throwIfStopped(stop);
        std::vector<EncoderInput> batch;
        std::int64_t pieces = 0;
        while (first + batch.size() < input.rows.size() && (batch.empty() || pieces < kPiecesPerBatch)) {
            batch.push_back(input.input(first + batch.size()));
            pieces += static_cast<std::int64_t>(batch.back().ids.size());
        }
        encoder.encode(
            batch,
            [&](int layer, std::span<const float> states) {
                output.writeStates(layer, first, batch.size(), states);
            },
            stop);
        first += batch.size();
        report(progress, {"encode", static_cast<std::int64_t>(first),
                          static_cast<std::int64_t>(input.rows.size()), "sentences"});
    }
}

int encode(const Options& options, Program& program) {
    const std::stop_token stop = program.stop.get_token();
    if (options.threads > 0) setComputeThreads(options.threads);
    const BertConfig config = readBertConfig(options.checkpoint);
    const EncodeInput input =
        options.ids.empty()
            ? readSentences(options.text, Tokenizer::fromFolder(options.checkpoint), config.positions)
            : readIds(options.ids);
    if (input.cutRows > 0)
        say("Cut " + counted(input.cutRows, "sentence") + " to the model's " +
            std::to_string(config.positions) + " positions; " + counted(input.cutPieces, "piece") +
            " left out");
    const BertWeights weights = readBertWeights(options.checkpoint, stop);
    for (const std::string& warning : weights.warnings)
        say("warning: " + warning);
    if (options.withLogits && !weights.hasMlmHead)
        throw Error("Cannot write mlm_logits for '" + options.checkpoint + "'",
                    weights.mlmHeadProblem.empty() ? "it has no MLM head" : weights.mlmHeadProblem,
                    "Leave out --mlm-logits.");
    const std::unique_ptr<Encoder> encoder = Encoder::create(weights, encoderOptions(options));
    say(encoder->note());
    program.endsCleanly = true;  // from here on a file is begun; before, standard input may be waited for
    EncodeOutput output(options.out, input, *encoder, options.withLogits);
    encodeAll(input, *encoder, output, stop);
    output.commit();
    say("Wrote " + options.out);
    return kOk;
}

}  // namespace

void addEncode(CLI::App& app, Program& program) {
    CLI::App* command =
        app.add_subcommand("encode", "Write the hidden states of every layer to a safetensors file");
    auto options = std::make_shared<Options>();
    command->add_option("--checkpoint", options->checkpoint, "checkpoint folder")->required();
    auto* source = command->add_option_group("input");
    source->add_option("--text", options->text,
                       "text file, one sentence a line; no pipe or device, but - is standard input");
    source->add_option(
        "--ids", options->ids,
        "safetensors file with input_ids, attention_mask and token_type_ids [sentences, longest]");
    source->require_option(1);
    command->add_option("--out", options->out, "safetensors file to write")->required();
    command->add_option("--dtype", options->dtype, "numbers to compute with: fp32 or bf16 (default fp32)")
        ->check(CLI::IsMember({"fp32", "bf16"}));
    command->add_option("--device", options->device, "cpu or cuda (default cpu)")
        ->check(CLI::IsMember({"cpu", "cuda"}));
    command->add_flag("--mlm-logits", options->withLogits, "also the MLM head's scores for every position");
    command->add_option("--threads", options->threads, "threads to compute with (default: all cores)")
        ->check(CLI::Range(0, 1024));
    command->footer(
        "Writes float32 tensors hidden_0 (embedding output) … hidden_L of shape [sentences, longest, "
        "hidden],\n"
        "mlm_logits [sentences, longest, vocabulary] if asked for, and input_ids and attention_mask as I64.\n"
        "Rows of shorter sentences are followed by zeros; with --ids all given positions are computed.\n"
        "Examples:\n"
        "  strata-cli encode --checkpoint multiberts-seed_0-step_20k --text sentences.txt --out "
        "states.safetensors\n"
        "  strata-cli encode --checkpoint DIR --ids ids.safetensors --out out.safetensors --mlm-logits "
        "--dtype bf16");
    command->callback(
        [options, &program] { program.command = [options, &program] { return encode(*options, program); }; });
}

}  // namespace strata::cli
