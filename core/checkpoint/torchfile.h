// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/storedtensor.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace strata {

/// Index of a pytorch_model.bin: the zip container of torch 1.6 and later, or the pickle stream before it.
struct TorchFile {
    std::vector<StoredTensor> tensors;
    bool isZip = false;
};

/// @param checkData verify the CRC of every storage too (the directory and the pickle always are). @throws
/// Error
TorchFile parseTorchFile(std::span<const std::byte> file, const std::string& where, bool checkData);

}  // namespace strata
