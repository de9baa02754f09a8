// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/file.h"
#include "checkpoint/storedtensor.h"

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// The weight files of one checkpoint folder, mapped, with an index of their tensors.
struct WeightFiles {
    std::vector<MappedFile> files;
    std::vector<StoredTensor> tensors;   ///< names as stored
    std::vector<std::string> fileNames;  ///< per tensor: the file it stands in
    std::string mainName;                ///< of the one file, or of the index of the shards
    std::string format;  ///< "safetensors", "safetensors, 2 shards", "bin (zip)", "bin (pre-1.6)"
    std::uint64_t bytes = 0;
};

/// Opens what the folder has; model.safetensors goes before pytorch_model.bin.
/// @param checkData also verifies checksums over tensor data where the format carries them. @throws Error
WeightFiles openWeightFiles(const std::filesystem::path& folder, bool checkData);
/// True when the folder holds a weight file or index under one of the known names.
bool hasWeightFile(const std::filesystem::path& folder);

/// Index of a safetensors file. @throws Error
std::vector<StoredTensor> parseSafetensors(std::span<const std::byte> file, const std::string& where,
                                           std::map<std::string, std::string>* metadata = nullptr);

/// Tensor name -> file name of the index of a sharded checkpoint; file names never leave the folder. @throws
/// Error
std::map<std::string, std::string> parseShardIndex(std::string_view json, const std::string& where);

/// Refuses what is often found in place of a weight file (Git LFS pointer, web page, nothing) with helpful
/// words.
void refuseForeignText(std::span<const std::byte> file, const std::string& where);

}  // namespace strata
