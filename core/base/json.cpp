// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/json.h"

#include "base/error.h"
#include "base/file.h"

#include <set>
#include <vector>

namespace strata {

namespace {

constexpr int kMaxDepth = 256;

}  // namespace

Json parseJson(std::string_view text, const std::string& where) {
    const std::string attempt = "Cannot read " + where;
    std::vector<std::set<std::string>> keysOfOpenObjects;
    const auto check = [&](int depth, Json::parse_event_t event, Json& value) {
        if (depth > kMaxDepth) throw Error(attempt, "the JSON is nested more than 256 levels deep");
        if (event == Json::parse_event_t::object_start) keysOfOpenObjects.emplace_back();
        if (event == Json::parse_event_t::object_end) keysOfOpenObjects.pop_back();
        if (event == Json::parse_event_t::key &&
            !keysOfOpenObjects.back().insert(value.get<std::string>()).second)
            throw Error(attempt,
                        "the JSON key \"" + value.get<std::string>() + "\" stands twice in one object");
        return true;
    };
    try {
        return Json::parse(text, check);
    } catch (const Json::exception& problem) {
        throw Error(attempt, std::string("it is not valid JSON: ") + problem.what());
    }
}

Json readJsonFile(const std::filesystem::path& path, std::uint64_t maxBytes) {
    return parseJson(readTextFile(path, maxBytes), "'" + path.string() + "'");
}

}  // namespace strata
