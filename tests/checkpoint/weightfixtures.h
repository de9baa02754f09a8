// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/bertweights.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace strata::test {

/// One tensor to be saved, already as bytes of its number type.
struct SavedTensor {
    std::string name;
    std::string dtype;  ///< "F32", "F16", …
    std::vector<std::int64_t> shape;
    std::string bytes;
};

/// A small BERT whose values are all exact in every number type, so that each file form must give the same
/// hash.
BertWeights tinyBert();
/// The same as saved tensors, bert. prefix; @param dtype F64, F32, F16 or BF16
std::vector<SavedTensor> savedTensors(const BertWeights& weights, const std::string& dtype = "F32");

std::string safetensorsFile(const std::string& headerJson, const std::string& data);
std::string safetensorsFile(const std::vector<SavedTensor>& tensors);
/// The header alone.
std::string safetensorsHeader(const std::vector<SavedTensor>& tensors);

/// Writes pickles of protocol 2, instruction by instruction.
class PickleWriter {
  public:
    PickleWriter& raw(const std::string& bytes);
    PickleWriter& text(const std::string& value);  ///< BINUNICODE
    PickleWriter& integer(std::int64_t value);
    PickleWriter& tuple(const std::vector<std::int64_t>& values);
    PickleWriter& global(const std::string& module, const std::string& name);
    const std::string& bytes() const { return m_bytes; }

  private:
    std::string m_bytes;
};

/// How a state dict is written; the defaults are what torch.save does.
struct TorchOptions {
    bool asParameters = false;
    bool isTransposedView = false;  ///< 2-d tensors are saved as transposed views of a transposed storage
    std::string device = "cpu";
    std::string extraInstructions{};  ///< before the final STOP
    std::int64_t claimMoreItems = 0;
};
std::string statePickle(const std::vector<SavedTensor>& tensors, const TorchOptions& options = {});
/// Data of a tensor as the options lay it out in its storage.
std::string storageBytes(const SavedTensor& tensor, const TorchOptions& options);

std::string zipFile(const std::vector<std::pair<std::string, std::string>>& entries);
std::string torchZip(const std::vector<SavedTensor>& tensors, const TorchOptions& options = {});
std::string torchLegacy(const std::vector<SavedTensor>& tensors, const TorchOptions& options = {});

/// Writes a file, replacing what is there; folders are made.
void putFile(const std::filesystem::path& path, const std::string& content);

}  // namespace strata::test
