// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"
#include "base/json.h"
#include "widgets/plots/figure.h"

#include <algorithm>
#include <cmath>

namespace strata {
namespace {

// In the order of HeatmapQuery::Seeds.
constexpr const char* kSeeds[] = {"one", "mean", "spread", "each"};

Json toObject(const HeatmapQuery& query) {
    return {{"experiment", query.experimentId},
            {"task", query.task},
            {"split", query.split},
            {"preset", query.preset},
            {"metric", query.metric},
            {"label", query.label},
            {"family", query.family},
            {"adapted_from", query.adaptedFrom},
            {"seeds", kSeeds[static_cast<int>(query.seeds)]},
            {"seed", query.seed}};
}

HeatmapQuery queryFrom(const Json& json) {
    HeatmapQuery query;
    query.experimentId = json.value("experiment", std::int64_t{0});
    query.task = json.value("task", query.task);
    query.split = json.value("split", query.split);
    query.preset = json.value("preset", query.preset);
    query.metric = json.value("metric", query.metric);
    query.label = json.value("label", query.label);
    query.family = json.value("family", query.family);
    query.adaptedFrom = json.value("adapted_from", query.adaptedFrom);
    query.seed = json.value("seed", 0);
    const auto seeds = json.value("seeds", std::string("mean"));
    query.seeds = seeds == "one"      ? HeatmapQuery::Seeds::One
                  : seeds == "spread" ? HeatmapQuery::Seeds::Spread
                  : seeds == "each"   ? HeatmapQuery::Seeds::Each
                                      : HeatmapQuery::Seeds::Mean;
    return query;
}

double bounded(double value, double low, double high, double otherwise) {
    return std::isfinite(value) ? std::clamp(value, low, high) : otherwise;
}

}  // namespace

QByteArray toJson(const FigureDescription& figure) {
    const Json json = {{"format", "strata-figure"},
                       {"version", 1},
                       {"name", figure.name.toStdString()},
                       {"caption", figure.caption.toStdString()},
                       {"query", toObject(figure.query)},
                       {"width_mm", figure.widthMm},
                       {"height_mm", figure.heightMm},
                       {"font_family", figure.fontFamily.toStdString()},
                       {"font_size_pt", figure.fontSizePt},
                       {"colour_map", figure.colourMap.toStdString()},
                       {"automatic_range", figure.automaticRange},
                       {"low", figure.low},
                       {"high", figure.high},
                       {"numbers", figure.showNumbers},
                       {"mix", figure.showMix},
                       {"colour_bar", figure.showColourBar},
                       {"title", figure.showTitle},
                       {"logarithmic_steps", figure.logarithmicSteps},
                       {"linear_steps", figure.linearSteps}};
    return QByteArray::fromStdString(json.dump(2));
}

FigureDescription figureFromJson(const QByteArray& text) {
    const std::string attempted = "Cannot read the figure description";
    const Json json = parseJson(text.toStdString(), "the figure description");
    try {
        if (!json.is_object() || json.value("format", std::string()) != "strata-figure")
            throw Error(attempted, "it is not one (\"format\" is not \"strata-figure\")");
        FigureDescription figure;
        figure.name = QString::fromStdString(json.value("name", std::string()));
        figure.caption = QString::fromStdString(json.value("caption", std::string()));
        if (json.contains("query")) figure.query = queryFrom(json.at("query"));
        figure.widthMm = bounded(json.value("width_mm", 170.0), 20, 1000, 170);
        figure.heightMm = bounded(json.value("height_mm", 90.0), 20, 1000, 90);
        figure.fontFamily = QString::fromStdString(json.value("font_family", std::string()));
        figure.fontSizePt = bounded(json.value("font_size_pt", 8.0), 4, 48, 8);
        figure.colourMap = QString::fromStdString(json.value("colour_map", std::string("Cividis")));
        figure.automaticRange = json.value("automatic_range", true);
        figure.low = bounded(json.value("low", 0.0), -1e6, 1e6, 0);
        figure.high = bounded(json.value("high", 1.0), -1e6, 1e6, 1);
        figure.showNumbers = json.value("numbers", true);
        figure.showMix = json.value("mix", true);
        figure.showColourBar = json.value("colour_bar", true);
        figure.showTitle = json.value("title", true);
        figure.logarithmicSteps = json.value("logarithmic_steps", false);
        figure.linearSteps = json.value("linear_steps", false);
        return figure;
    } catch (const Json::exception& failure) {
        throw Error(attempted, failure.what());
    }
}

}  // namespace strata
