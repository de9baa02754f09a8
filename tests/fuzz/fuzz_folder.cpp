// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as the files of a checkpoint folder, which are read together: config, weights in one file or in
// shards, tokenizer. Each file stands behind a line "==> name".
#include "base/error.h"
#include "checkpoint/bertweights.h"
#include "checkpoint/discovery.h"
#include "fuzz/scratchfolder.h"
#include "text/tokenizer.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace {

using namespace strata;

constexpr std::array<std::string_view, 10> kNames{
    "config.json",         "model.safetensors",    "model.safetensors.index.json", "model-1.safetensors",
    "model-2.safetensors", "pytorch_model.bin",    "pytorch_model.bin.index.json", "vocab.txt",
    "tokenizer.json",      "tokenizer_config.json"};
constexpr std::string_view kMark = "==> ";

void writeFiles(std::string_view bytes, fuzz::ScratchFolder& folder) {
    folder.clear();
    std::size_t at = bytes.find(kMark);
    while (at != std::string_view::npos) {
        const std::size_t nameAt = at + kMark.size(),
                          lineEnd = std::min(bytes.find('\n', nameAt), bytes.size());
        const std::string_view name = bytes.substr(nameAt, lineEnd - nameAt);
        const std::size_t from = std::min(lineEnd + 1, bytes.size());
        at = bytes.find(kMark, from);
        if (std::find(kNames.begin(), kNames.end(), name) == kNames.end()) continue;
        folder.write(std::string(name), bytes.substr(from, at == std::string_view::npos ? at : at - from));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::ScratchFolder folder;
    writeFiles({reinterpret_cast<const char*>(data), size}, folder);
    const std::optional<CheckpointInfo> info = describeCheckpoint(folder.path());
    try {
        const BertWeights weights = readBertWeights(folder.path());
        // What can be read is found, is described as good, and has an identity.
        if (!info || !info->problem.empty() || info->layers != weights.config.layers) std::abort();
        if (checkpointContentHash(folder.path()) != checkpointContentHash(weights)) std::abort();
    } catch (const Error&) {
    }
    try {
        (void)Tokenizer::fromFolder(folder.path());
    } catch (const Error&) {
    }
    return 0;
}
