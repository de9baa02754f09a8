// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// What a pickle of weights may hold. Values live in an arena and name each other by index, so that nesting
/// costs no stack and shared values are not copied.
struct PickleValue {
    enum class Kind { None, Bool, Int, Float, Text, Bytes, Tuple, List, Dict, Global, Storage, Tensor, Mark };
    Kind kind = Kind::None;
    std::int64_t integer = 0;      ///< Bool, Int; Storage: items; Tensor: offset in items
    std::string text;              ///< Text, Bytes; Global "module name"; Storage: key; Tensor: storage key
    std::string_view storageType;  ///< Storage, Tensor: "FloatStorage" … (static text)
    std::vector<std::int32_t> items;         ///< Tuple, List; Dict: key, value, key, value …
    std::vector<std::int64_t> size, stride;  ///< Tensor
    std::int64_t storageItems = 0;           ///< Tensor
};

struct Pickle {
    std::vector<PickleValue> arena;
    std::int32_t top = -1;
    std::size_t bytesUsed = 0;  ///< up to and with STOP

    const PickleValue& topValue() const { return arena[static_cast<std::size_t>(top)]; }
    const PickleValue& at(std::int32_t index) const { return arena[static_cast<std::size_t>(index)]; }
    /// Value of a text key in a dict; nullptr when missing.
    const PickleValue* find(const PickleValue& dict, const std::string& key) const;
};

/// Reads one pickle with a machine that knows only the rebuilding of tensors: nothing is imported or called.
/// Bounded in steps, values and text, far above what any BERT needs (a BERT-large has about 8,000 values): a
/// hostile pickle costs at most about 150 MB and half a second. @throws Error naming the foreign global or
/// the damaged place
Pickle parsePickle(std::span<const std::byte> bytes, const std::string& where);

}  // namespace strata
