// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/figures/figurelist.h"

#include "base/error.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace strata {
namespace {

/// "part-of-speech-micro-f1-on-dev"
QString plainFileName(const QString& title) {
    QString text = title.toLower();
    text.replace(
        QRegularExpression(QStringLiteral("[^\\w]+"), QRegularExpression::UseUnicodePropertiesOption),
        QStringLiteral("-"));
    // A file's name has at most 255 bytes, and its number and ending need a few.
    text.truncate(60);
    while (text.startsWith(QLatin1Char('-')))
        text.remove(0, 1);
    while (text.endsWith(QLatin1Char('-')))
        text.chop(1);
    return text.isEmpty() ? QStringLiteral("figure") : text;
}

QString freeFileName(const QString& title, const QStringList& taken) {
    const QString plain = plainFileName(title);
    QString name = plain;
    for (int i = 2; taken.contains(name); ++i)
        name = QStringLiteral("%1-%2").arg(plain).arg(i);
    return name;
}

}  // namespace

FigureList* FigureList::of(Backend* backend) {
    auto* list = backend->findChild<FigureList*>(QString(), Qt::FindDirectChildrenOnly);
    return list ? list : new FigureList(backend);
}

FigureList::FigureList(Backend* backend) : QObject(backend), m_backend(backend) {}

void FigureList::setSnapshot(const std::shared_ptr<const WorkspaceSnapshot>& snapshot) {
    if (!snapshot || snapshot->folder == m_folder) return;
    m_folder = snapshot->folder;
    m_figures.clear();
    const auto stored = snapshot->settings.find("figures");
    if (stored != snapshot->settings.end()) {
        const QJsonArray array = QJsonDocument::fromJson(QByteArray::fromStdString(stored->second)).array();
        for (const QJsonValue& value : array) {
            try {
                m_figures.push_back(figureFromJson(QJsonDocument(value.toObject()).toJson()));
            } catch (const Error&) {
                // One entry written by hand or by a newer program does not cost the others.
            }
        }
    }
    Q_EMIT changed();
}

QStringList FigureList::fileNames() const {
    QStringList names;
    for (const FigureDescription& figure : m_figures)
        names << freeFileName(figure.name, names);
    return names;
}

QString FigureList::fileNameOf(const FigureDescription& figure) const {
    return freeFileName(figure.name, fileNames());
}

std::size_t FigureList::add(FigureDescription figure) {
    const QString wanted = figure.name.isEmpty() ? tr("Figure") : figure.name;
    const auto isTaken = [&](const QString& name) {
        return std::any_of(m_figures.begin(), m_figures.end(),
                           [&](const FigureDescription& other) { return other.name == name; });
    };
    figure.name = wanted;
    for (int i = 2; isTaken(figure.name); ++i)
        figure.name = QStringLiteral("%1 (%2)").arg(wanted).arg(i);
    m_figures.push_back(std::move(figure));
    store();
    return m_figures.size() - 1;
}

void FigureList::replace(std::size_t index, const FigureDescription& figure) {
    if (index >= m_figures.size() || m_figures[index] == figure) return;
    m_figures[index] = figure;
    store();
}

void FigureList::remove(std::size_t index) {
    if (index >= m_figures.size()) return;
    m_figures.erase(m_figures.begin() + static_cast<std::ptrdiff_t>(index));
    store();
}

void FigureList::store() {
    QJsonArray array;
    for (const FigureDescription& figure : m_figures)
        array.append(QJsonDocument::fromJson(toJson(figure)).object());
    m_backend->setSetting(QStringLiteral("figures"),
                          QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact)));
    Q_EMIT changed();
}

}  // namespace strata
