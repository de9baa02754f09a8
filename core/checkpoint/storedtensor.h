// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/bertweights.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

enum class StoredKind { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

std::size_t itemSize(StoredKind kind);
const char* nameOf(StoredKind kind);  ///< as safetensors names it
std::optional<StoredKind> storedKind(std::string_view safetensorsName);
bool isFloating(StoredKind kind);

/// A tensor as it lies in a mapped file: a strided view into a storage, checked to stay inside it.
struct StoredTensor {
    std::string name;
    StoredKind kind = StoredKind::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;   ///< in items; row-major when empty
    std::int64_t offset = 0;             ///< in items
    std::span<const std::byte> storage;  ///< of the mapped file; need not be aligned

    std::int64_t count() const;
    bool isContiguous() const;
};

/// "768x3072"
std::string shapeText(const std::vector<std::int64_t>& shape);
/// Product of a shape; nullopt for negative sizes or above 2^40 items.
std::optional<std::int64_t> checkedCount(const std::vector<std::int64_t>& shape);

/// Copies, widened or narrowed to float32 (F64 is rounded).
std::vector<float> toFloat(const StoredTensor& tensor);
/// The same values as bytes of float32, block by block, without a copy where the file holds them so already.
void forEachFloatBlock(const StoredTensor& tensor,
                       const std::function<void(std::span<const std::byte>)>& use);
/// True when both have the same float32 bits.
bool haveEqualFloats(const StoredTensor& a, const StoredTensor& b);
std::vector<double> toDouble(const StoredTensor& tensor);
std::vector<std::int64_t> toInt(const StoredTensor& tensor);

}  // namespace strata
