// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace strata::test {

struct CliOutcome {
    int code = -1;  ///< -1 = crashed or never ended
    QByteArray out, err;
};

/// The built strata-cli.
QString cliProgram();
CliOutcome runCli(const QStringList& arguments, const QByteArray& input = {}, int timeoutMs = 300'000);

}  // namespace strata::test
