// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as a pytorch_model.bin: the zip form, the one before 1.6, and the bare pickle machine.
#include "base/error.h"
#include "checkpoint/pickle.h"
#include "checkpoint/torchfile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace strata;
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
    // A checksum would stop nearly every mutation: the pickle machine also gets the bytes as they are.
    try {
        (void)parsePickle(bytes, "input");
    } catch (const Error&) {
    }
    for (const bool checkData : {false, true}) {
        try {
            for (const StoredTensor& tensor : parseTorchFile(bytes, "input", checkData).tensors)
                // Readers compare shapes with the config before they take memory; so does this one.
                if (tensor.count() <= 1 << 16) (void)toFloat(tensor);
        } catch (const Error&) {
        }
    }
    return 0;
}
