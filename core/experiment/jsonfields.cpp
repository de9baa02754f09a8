// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/jsonfields.h"

#include "base/editdistance.h"
#include "base/error.h"

#include <algorithm>
#include <numeric>

namespace strata {

JsonFields::JsonFields(const Json& json, std::string where, const std::vector<std::string>& known)
    : m_json(json), m_where(std::move(where)) {
    if (!json.is_object()) throw Error("Cannot use " + m_where, "it is not a JSON object");
    for (const auto& [key, value] : json.items()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        const std::string shown = key.substr(0, 60);
        const auto nearest =
            std::min_element(known.begin(), known.end(), [&](const std::string& a, const std::string& b) {
                return editDistance(shown, a) < editDistance(shown, b);
            });
        throw Error("Cannot use " + m_where, "the key \"" + shown + "\" is not known",
                    "Did you mean \"" + *nearest + "\"?");
    }
}

void JsonFields::refuse(const std::string& key, const std::string& why) const {
    throw Error("Cannot use " + m_where, "\"" + key + "\": " + why);
}

std::string JsonFields::text(const char* key, const std::optional<std::string>& fallback) const {
    const auto found = m_json.find(key);
    if (found == m_json.end() || found->is_null()) {
        if (!fallback) refuse(key, "it is missing");
        return *fallback;
    }
    if (!found->is_string()) refuse(key, "expected a text, found " + found->dump().substr(0, 60));
    return found->get<std::string>();
}

std::int64_t JsonFields::whole(const char* key, std::int64_t fallback, std::int64_t low,
                               std::int64_t high) const {
    const auto found = m_json.find(key);
    if (found == m_json.end() || found->is_null()) return fallback;
    if (!found->is_number_integer())
        refuse(key, "expected a whole number, found " + found->dump().substr(0, 60));
    const auto value = found->get<std::int64_t>();
    if (value < low || value > high)
        refuse(key, std::to_string(value) + " is out of range, expected " + std::to_string(low) + " to " +
                        std::to_string(high));
    return value;
}

bool JsonFields::flag(const char* key, bool fallback) const {
    const auto found = m_json.find(key);
    if (found == m_json.end() || found->is_null()) return fallback;
    if (!found->is_boolean()) refuse(key, "expected true or false, found " + found->dump().substr(0, 60));
    return found->get<bool>();
}

}  // namespace strata
