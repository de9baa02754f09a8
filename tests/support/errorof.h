// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/error.h"

#include <QString>

namespace strata::test {

/// The text of the Error that some work throws; empty when it throws none. Other exceptions pass, and fail
/// the test.
template <typename Work>
QString errorOf(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

}  // namespace strata::test

/// Fails unless the work throws an Error whose text holds the part.
#define VERIFY_ERROR(part, ...)                                                               \
    do {                                                                                      \
        const QString text = strata::test::errorOf([&] { __VA_ARGS__; });                     \
        QVERIFY2(!text.isEmpty(), "no Error was thrown");                                     \
        QVERIFY2(text.contains(QStringLiteral(part), Qt::CaseInsensitive), qPrintable(text)); \
    } while (false)
