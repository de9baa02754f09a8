// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace strata::test {

/// The project's own files, as paths below its root; build folders and .git are left out.
QStringList projectFiles();
QString projectPath(const QString& relative);
QByteArray contentOf(const QString& relative);

}  // namespace strata::test
