// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/bertweights.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace strata {

/// A tensor of integers (I64, I32, U8, BOOL widened).
struct IntTensor {
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> values;
};

/// Everything in a safetensors file, floats widened to float32 and integers to int64. Fully checked before
/// memory is taken. For inputs of `encode --ids`, outputs and tests; checkpoints are read by readBertWeights.
/// @throws Error
struct SafetensorsContent {
    std::map<std::string, FloatTensor> floats;
    std::map<std::string, IntTensor> ints;
    std::map<std::string, std::vector<double>>
        doubles;  ///< F64 tensors unrounded, beside their copy in floats
    std::map<std::string, std::string> metadata;
};
SafetensorsContent readSafetensors(const std::filesystem::path& file);

/// Writes tensors one by one, so that outputs larger than memory are possible: declare all, then write data
/// in order.
class SafetensorsWriter {
  public:
    struct Entry {
        std::string name;
        std::string dtype;  ///< "F32", "F16", "BF16", "I64", …
        std::vector<std::int64_t> shape;
    };
    SafetensorsWriter(const std::filesystem::path& file, std::vector<Entry> entries,
                      const std::map<std::string, std::string>& metadata = {});
    ~SafetensorsWriter();
    SafetensorsWriter(const SafetensorsWriter&) = delete;
    SafetensorsWriter& operator=(const SafetensorsWriter&) = delete;
    /// Bytes of an entry at an offset inside it (any order).
    void write(std::size_t entryIndex, std::uint64_t byteOffset, std::span<const std::byte> bytes);
    /// Syncs and renames into place; without it the file is discarded.
    void commit();

  private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

}  // namespace strata
