// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/plots/labels.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace strata {
namespace {

constexpr std::int64_t kShortened = 10'000;  // smaller steps are written out

/// Three figures at most: "12.3k", "123k", "1.1M".
QString shortened(std::int64_t value) {
    auto rounded = static_cast<double>(value);
    const double place = std::pow(10, std::floor(std::log10(rounded)) - 2);
    rounded = std::round(rounded / place) * place;
    QChar unit;
    for (const char letter : {'k', 'M', 'G', 'T'}) {
        if (rounded < 1000) break;
        rounded /= 1000;
        unit = QLatin1Char(letter);
    }
    return QString::number(rounded, 'g', 3) + unit;
}

}  // namespace

QString stepLabel(const std::optional<std::int64_t>& step) {
    if (!step) return QStringLiteral("–");
    const bool isShort = *step >= kShortened || (*step >= 1000 && *step % 1000 == 0);
    return isShort ? shortened(*step) : QString::number(*step);
}

QString stepText(const std::optional<std::int64_t>& step) {
    if (!step || *step < kShortened || (*step % 1000 == 0 && *step < 1'000'000) ||
        (*step % 10'000 == 0 && *step < 10'000'000))
        return stepLabel(step);
    return QLocale().toString(static_cast<qlonglong>(*step));
}

QString seedText(const Heatmap& heatmap, std::size_t column) {
    if (column >= heatmap.seeds.size()) return {};
    const auto& seed = heatmap.seeds[column];
    return seed ? QCoreApplication::translate("Heatmap", "seed %1").arg(*seed)
                : QCoreApplication::translate("Heatmap", "no seed");
}

bool isShownAsPercent(const std::string& metric) {
    static constexpr std::array<std::string_view, 6> plain = {"loss",          "centre_of_gravity", "gamma",
                                                              "mixing_weight", "seconds",           "n"};
    return std::find(plain.begin(), plain.end(), metric) == plain.end();
}

QString valueText(double value, const std::string& metric) {
    if (!std::isfinite(value)) return {};
    return isShownAsPercent(metric) ? QString::number(value * 100, 'f', 1) : QString::number(value, 'f', 2);
}

QString tickText(double tick, const std::vector<double>& ticks, const std::string& metric) {
    const double factor = isShownAsPercent(metric) ? 100 : 1;
    const bool areWhole = std::all_of(ticks.begin(), ticks.end(), [&](double value) {
        return std::abs(value * factor - std::round(value * factor)) < 1e-6;
    });
    return areWhole ? QString::number(tick * factor, 'f', 0) : valueText(tick, metric);
}

QString hatchText(const Heatmap& heatmap) {
    const auto words = [](const char* text) { return QCoreApplication::translate("Heatmap", text); };
    bool hasLone = false, hasEmpty = false;
    for (const HeatmapCell& cell : heatmap.cells)
        if (!cell.isMeasured()) (cell.runs > 0 ? hasLone : hasEmpty) = true;
    if (!hasLone) return hasEmpty ? words("not measured") : QString();
    return hasEmpty ? words("one run or none") : words("only one run");
}

QString metricText(const std::string& metric) {
    if (metric == "micro_f1") return QStringLiteral("micro-F1");
    if (metric == "macro_f1") return QStringLiteral("macro-F1");
    if (metric == "f1") return QStringLiteral("F1");
    return QString::fromStdString(metric).replace(QLatin1Char('_'), QLatin1Char(' '));
}

QString taskText(const std::string& task) {
    return QString::fromStdString(taskTitle(task));
}

QString layerText(const std::string& layer) {
    return QString::fromStdString(layer);
}

std::vector<std::size_t> thinnedLabels(std::size_t count, double pitch, double needed) {
    std::vector<std::size_t> chosen;
    if (count == 0) return chosen;
    std::size_t stride = 1;
    const std::array<std::size_t, 3> factors = {1, 2, 5};
    for (std::size_t i = 0; static_cast<double>(stride) * pitch < needed && stride < count; ++i)
        stride =
            factors[(i + 1) % 3] * static_cast<std::size_t>(std::pow(10, static_cast<double>((i + 1) / 3)));
    for (std::size_t i = 0; i < count; i += stride)
        chosen.push_back(i);
    const std::size_t last = count - 1;
    if (chosen.back() != last && static_cast<double>(last - chosen.back()) * pitch >= needed)
        chosen.push_back(last);
    return chosen;
}

}  // namespace strata
