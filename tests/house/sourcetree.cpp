// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "sourcetree.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>

namespace strata::test {

QString projectPath(const QString& relative) {
    return QStringLiteral(STRATA_SOURCE_DIR "/") + relative;
}

QStringList projectFiles() {
    const QDir root(QStringLiteral(STRATA_SOURCE_DIR));
    QStringList files;
    for (const QFileInfo& top : root.entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)) {
        const QString name = top.fileName();
        if (name == QLatin1String(".git") || name == QLatin1String(".cache") ||
            name.startsWith(QLatin1String("build")))
            continue;
        if (top.isFile()) files << name;
        QDirIterator below(top.filePath(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (top.isDir() && below.hasNext())
            files << root.relativeFilePath(below.next());
    }
    files.sort();
    return files;
}

QByteArray contentOf(const QString& relative) {
    QFile file(projectPath(relative));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace strata::test
