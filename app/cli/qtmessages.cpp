// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/qtmessages.h"

#include <QString>
#include <QtGlobal>

namespace strata::cli {

namespace {

QtMessageHandler handlerBefore = nullptr;  // set once, before there is a second thread

/// Of the folder for sockets of the session: unset, with wrong permissions, of somebody else.
bool isAboutSessionFolder(const QString& text) {
    return text.startsWith(QLatin1String("QStandardPaths:")) &&
           (text.contains(QLatin1String("XDG_RUNTIME_DIR")) ||
            text.contains(QLatin1String("runtime directory")));
}

void tell(QtMsgType type, const QMessageLogContext& context, const QString& text) {
    if (type == QtWarningMsg && isAboutSessionFolder(text)) return;
    if (handlerBefore) handlerBefore(type, context, text);
}

}  // namespace

void keepQtToTheMatter() {
    handlerBefore = qInstallMessageHandler(tell);
}

}  // namespace strata::cli
