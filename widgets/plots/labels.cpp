// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/plots/labels.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace strata {
namespace {

QString shortened(double value, QChar unit) {
    QString text = QString::number(value, 'f', 2);
    while (text.endsWith(QLatin1Char('0')))
        text.chop(1);
    if (text.endsWith(QLatin1Char('.'))) text.chop(1);
    return text + unit;
}

}  // namespace

QString stepLabel(const std::optional<std::int64_t>& step) {
    if (!step) return QStringLiteral("–");
    const std::int64_t value = *step;
    if (value >= 1'000'000 && value % 10'000 == 0)
        return shortened(static_cast<double>(value) / 1e6, QLatin1Char('M'));
    if ((value >= 10'000 && value % 10 == 0) || (value >= 1000 && value % 1000 == 0))
        return shortened(static_cast<double>(value) / 1e3, QLatin1Char('k'));
    return QString::number(value);
}

QStringList stepLabels(const Heatmap& heatmap) {
    QStringList texts;
    for (const auto& step : heatmap.steps)
        texts << stepLabel(step);
    return texts;
}

bool isShownAsPercent(const std::string& metric) {
    static const std::array<std::string, 6> plain = {"loss",          "centre_of_gravity", "gamma",
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

QString metricText(const std::string& metric) {
    if (metric == "micro_f1") return QStringLiteral("micro-F1");
    if (metric == "macro_f1") return QStringLiteral("macro-F1");
    if (metric == "f1") return QStringLiteral("F1");
    QString text = QString::fromStdString(metric).replace(QLatin1Char('_'), QLatin1Char(' '));
    return text;
}

QString taskText(const std::string& task) {
    return task == "pos" ? QStringLiteral("Part of speech") : QString::fromStdString(task);
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
