// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as config.json, as an index of shards, and as the name of a checkpoint folder.
#include "base/error.h"
#include "base/printable.h"
#include "checkpoint/bertconfig.h"
#include "checkpoint/discovery.h"
#include "checkpoint/weightfiles.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace strata;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const BertConfig config = parseBertConfig(text, "input");
        if (parseBertConfig(bertConfigJson(config), "written") != config) std::abort();
    } catch (const Error& error) {
        if (printable(error.what(), 1u << 20u) != error.what()) std::abort();
    }
    try {
        (void)parseShardIndex(text, "input");
    } catch (const Error&) {
    }
    (void)parseCheckpointName(std::filesystem::path(std::string(text.substr(0, 4096))));
    return 0;
}
