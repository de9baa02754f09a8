// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/plots/colourmap.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace strata {
namespace {

// Eleven stops, 0, 0.1 … 1, as 0xRRGGBB; between them linear in sRGB, which stays within two just noticeable
// differences of the published tables. Sources: Cividis: Nuñez, Anderton & Renslow 2018 (PLoS ONE 13(7)),
// readable with every common colour vision; Viridis, Inferno, Plasma: Smith & van der Walt 2015 (published as
// CC0); Greys: equal steps of CIE L* from 97 to 10; Difference: two hues of falling L* on both sides of a
// near white, for signed numbers.
struct Map {
    const char* name;
    std::array<unsigned, 11> stops;
};
constexpr std::array kMaps = {
    Map{"Cividis",
        {0x002051, 0x0a326a, 0x2b446e, 0x4d566d, 0x696970, 0x7f7c75, 0x948f78, 0xada476, 0xcaba6a, 0xead156,
         0xfdea45}},
    Map{"Viridis",
        {0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26,
         0xfde725}},
    Map{"Inferno",
        {0x000004, 0x160b39, 0x420a68, 0x6a176e, 0x932667, 0xbc3754, 0xdd513a, 0xf37819, 0xfca50a, 0xf6d746,
         0xfcffa4}},
    Map{"Plasma",
        {0x0d0887, 0x41049d, 0x6a00a8, 0x8f0da4, 0xb12a90, 0xcc4778, 0xe16462, 0xf2844b, 0xfca636, 0xfcce25,
         0xf0f921}},
    Map{"Greys",
        {0xf6f6f6, 0xdedede, 0xc5c5c5, 0xadadad, 0x969696, 0x808080, 0x6a6a6a, 0x555555, 0x414141, 0x2d2d2d,
         0x1b1b1b}},
    Map{"Difference",
        {0x1f3b73, 0x2f62a3, 0x5b8bc2, 0x93b5da, 0xc9dbec, 0xf4f3f1, 0xf3d6b8, 0xe5ac78, 0xcf7f43, 0xa95420,
         0x74310c}},
};

const Map& mapNamed(const QString& name) {
    const auto found = std::find_if(kMaps.begin(), kMaps.end(),
                                    [&](const Map& map) { return name == QLatin1String(map.name); });
    return found == kMaps.end() ? kMaps.front() : *found;
}

}  // namespace

QStringList colourMapNames() {
    QStringList names;
    for (const Map& map : kMaps)
        names << QLatin1String(map.name);
    return names;
}

QColor colourAt(const QString& colourMap, double position) {
    const Map& map = mapNamed(colourMap);
    const double scaled = std::isnan(position) ? 0 : std::clamp(position, 0.0, 1.0) * 10;
    const auto lower = std::min<std::size_t>(9, static_cast<std::size_t>(scaled));
    return blend(QColor(map.stops[lower]), QColor(map.stops[lower + 1]), scaled - static_cast<double>(lower));
}

double luminance(const QColor& colour) {
    const auto linear = [](double value) {
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

QColor textColourOn(const QColor& background) {
    const double light = luminance(background);
    // Contrast is (brighter + 0.05) / (darker + 0.05); the two inks are white and a near black.
    const QColor ink(0x14, 0x17, 0x1c);
    return 1.05 / (light + 0.05) >= (light + 0.05) / (luminance(ink) + 0.05) ? QColor(Qt::white) : ink;
}

QColor blend(const QColor& first, const QColor& second, double share) {
    const auto mixed = [&](int from, int to) {
        return static_cast<int>(std::lround(from + (to - from) * share));
    };
    return {mixed(first.red(), second.red()), mixed(first.green(), second.green()),
            mixed(first.blue(), second.blue())};
}

}  // namespace strata
