// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "analysis/heatmap.h"

#include <charconv>

namespace strata {

namespace {

/// A field of RFC 4180.
std::string field(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text)
        out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

std::string number(double value) {
    if (std::isnan(value)) return "";
    // The shortest text that reads back as the same number, with a point in every locale.
    char text[40];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

/// Each line of the text as a comment line of its own.
void comment(std::string& out, const std::string& text) {
    out += "# ";
    for (const char c : text) {
        out += c == '\r' ? ' ' : c;
        if (c == '\n') out += "# ";
    }
    out += "\n";
}

}  // namespace

std::string heatmapCsv(const Heatmap& map) {
    std::string out;
    comment(out, map.title);
    comment(out, map.subtitle);
    if (!map.settingsText.empty()) comment(out, map.settingsText);
    const bool hasSeeds = map.seeds.size() == map.steps.size() && !map.seeds.empty();
    out += std::string("family,adapted_from,task,split,preset,metric,label,") + (hasSeeds ? "seed," : "") +
           "layer,step,value,spread,runs,n,centre_of_gravity,majority\n";
    const HeatmapQuery& query = map.query;
    for (std::size_t l = 0; l < map.layers.size(); ++l) {
        for (std::size_t s = 0; s < map.steps.size(); ++s) {
            const HeatmapCell& cell = map.at(l, s);
            for (const std::string& text : {query.family, query.adaptedFrom, query.task, query.split,
                                            query.preset, query.metric, query.label})
                out += field(text) + ",";
            if (hasSeeds) out += (map.seeds[s] ? std::to_string(*map.seeds[s]) : "") + ",";
            out += field(map.layers[l]) + ",";
            out += (map.steps[s] ? std::to_string(*map.steps[s]) : "") + "," + number(cell.mean) + "," +
                   number(cell.spread) + "," + std::to_string(cell.runs) + "," +
                   (cell.runs > 0 ? std::to_string(cell.n) : "") + "," +
                   number(s < map.centreOfGravity.size() ? map.centreOfGravity[s] : NAN) + "," +
                   number(s < map.majority.size() ? map.majority[s] : NAN) + "\n";
        }
    }
    return out;
}

}  // namespace strata
