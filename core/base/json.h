// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace strata {

using Json = nlohmann::json;

/// Parses text from a file that may be hostile: nesting is bounded (256), duplicate keys are refused,
/// invalid UTF-8 is refused. @param where names the source in the message. @throws Error
Json parseJson(std::string_view text, const std::string& where);
Json readJsonFile(const std::filesystem::path& path, std::uint64_t maxBytes = 64ull << 20);

}  // namespace strata
