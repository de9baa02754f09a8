// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as the predictions and sentences that a workspace's database holds: as they are, and as what their
// compressed form unfolds to.
#include "base/error.h"
#include "store/blobs.h"

#include <zstd.h>

#include <cstdlib>

namespace {

using namespace strata;

std::string compressed(std::string_view plain) {
    std::string out(ZSTD_compressBound(plain.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 1));
    return out;
}

void readPredictions(const std::string& blob) {
    for (const char* layer : {"0", "mix"}) {
        try {
            const std::vector<StoredPrediction> rows = unpackPredictions(blob, layer);
            if (unpackPredictions(packPredictions({{layer, rows}}), layer) != rows) std::abort();
        } catch (const Error&) {
        }
    }
}

void readSentences(const std::string& blob) {
    std::vector<StoredSentence> sentences;
    try {
        sentences = unpackSentences(blob);
    } catch (const Error&) {
        return;
    }
    const std::string packed = packSentences(sentences);
    if (packSentences(unpackSentences(packed)) != packed) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    // A compressed byte unfolds to 32 KiB at most; more of them would only measure the memory.
    const std::string asIs(bytes.substr(0, 1024)), unfolding = compressed(bytes);
    for (const std::string& blob : {asIs, unfolding}) {
        readPredictions(blob);
        readSentences(blob);
    }
    return 0;
}
