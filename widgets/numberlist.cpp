// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/numberlist.h"

#include <QStringList>

#include <algorithm>

namespace strata {

namespace {

std::optional<std::uint64_t> numberOf(const QString& text, std::uint64_t most) {
    const QString trimmed = text.trimmed();
    const bool isDigits = !trimmed.isEmpty() && std::all_of(trimmed.begin(), trimmed.end(), [](QChar c) {
        return c >= QLatin1Char('0') && c <= QLatin1Char('9');
    });
    bool isNumber = false;
    const std::uint64_t value = trimmed.toULongLong(&isNumber);
    return isDigits && isNumber && value <= most ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::vector<std::uint64_t>> numberList(const QString& text, std::uint64_t most,
                                                     std::size_t mostCount) {
    std::vector<std::uint64_t> numbers;
    QString plain = text;
    plain.replace(QChar(0x2013), QLatin1Char('-'));  // an en dash, as in print
    const QStringList parts = plain.split(QLatin1Char(','));
    for (const QString& part : parts) {
        const QStringList ends = part.split(QLatin1Char('-'));
        const auto first = numberOf(ends.front(), most), last = numberOf(ends.back(), most);
        if (ends.size() > 2 || !first || !last || *last < *first || *last - *first >= mostCount)
            return std::nullopt;
        for (std::uint64_t number = *first; number <= *last; ++number)
            if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) numbers.push_back(number);
    }
    if (numbers.size() > mostCount) return std::nullopt;
    return numbers;
}

QString numberListText(const std::vector<std::uint64_t>& numbers) {
    QStringList parts;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t end = i + 1;
        while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1)
            ++end;
        if (end - i >= 3) {
            parts << QStringLiteral("%1-%2").arg(numbers[i]).arg(numbers[end - 1]);
            i = end;
        } else {
            parts << QString::number(numbers[i++]);
        }
    }
    return parts.join(QLatin1String(", "));
}

}  // namespace strata
