// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/storedtensor.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// One entry of a safetensors header, its bytes not yet compared with the file.
struct SafetensorsEntry {
    std::string name;
    StoredKind kind = StoredKind::F32;
    std::vector<std::int64_t> shape;  ///< checkedCount(shape) has a value
    std::uint64_t begin = 0, end = 0;
};

/// Reads the JSON header as it streams by, without a document in memory: 10,000 folders are scanned in
/// seconds, and hostile JSON cannot grow. Strict: no unknown or repeated field. @throws Error
std::vector<SafetensorsEntry> parseSafetensorsHeader(std::string_view json, const std::string& where,
                                                     std::map<std::string, std::string>* metadata);

}  // namespace strata
