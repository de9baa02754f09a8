// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as a safetensors file: every tensor found is also read.
#include "base/error.h"
#include "checkpoint/weightfiles.h"

#include <map>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace strata;
    try {
        std::map<std::string, std::string> metadata;
        for (const StoredTensor& tensor :
             parseSafetensors({reinterpret_cast<const std::byte*>(data), size}, "input", &metadata)) {
            if (isFloating(tensor.kind))
                (void)toFloat(tensor);
            else
                (void)toInt(tensor);
            forEachFloatBlock(tensor, [](std::span<const std::byte>) {});
        }
    } catch (const Error&) {
        return 0;
    }
    return 0;
}
