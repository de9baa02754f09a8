// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata {

/// Strict access to the keys of one JSON object of a spec: every message names the key and what was expected,
/// an unknown key names the nearest known one.
class JsonFields {
  public:
    /// @throws Error when it is no object or holds an unknown key
    JsonFields(const Json& json, std::string where, const std::vector<std::string>& known);

    /// @param fallback none: the key is needed
    std::string text(const char* key, const std::optional<std::string>& fallback = std::nullopt) const;
    std::int64_t whole(const char* key, std::int64_t fallback, std::int64_t low, std::int64_t high) const;
    bool flag(const char* key, bool fallback) const;
    [[noreturn]] void refuse(const std::string& key, const std::string& why) const;

  private:
    const Json& m_json;
    std::string m_where;
};

}  // namespace strata
