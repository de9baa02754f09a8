// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/scannotice.h"

#include "widgets/backend.h"
#include "widgets/pieces.h"

#include <QDir>
#include <QHBoxLayout>
#include <QPushButton>

namespace strata {

ScanNotice::ScanNotice(Backend* backend, QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    m_notice = new Notice(this);
    layout->addWidget(m_notice, 1);
    m_stop = makeButton(QStringLiteral("stopScan"), tr("Stop the search"),
                        tr("What was found up to then is listed"), this);
    layout->addWidget(m_stop);
    connect(m_stop, &QPushButton::clicked, backend, &Backend::cancelScan);
    connect(backend, &Backend::scanProgress, this, [this](const Progress& progress) {
        if (progress.phase == "hash" || m_folder.isEmpty()) return;
        say(progress.done == 1 ? tr("Looking for checkpoints in %1: one folder so far.").arg(m_folder)
                               : tr("Looking for checkpoints in %1: %2 folders so far.")
                                     .arg(m_folder, countText(progress.done)),
            true);
    });
    connect(backend, &Backend::scanFinished, this, [this](const QString&, int, const QString& problem) {
        m_folder.clear();
        say(problem, false);
    });
    clear();
}

void ScanNotice::begin(const QString& folder) {
    m_folder = QDir::toNativeSeparators(folder);
    say(tr("Looking for checkpoints in %1…").arg(m_folder), true);
}

void ScanNotice::clear() {
    m_folder.clear();
    say({}, false);
}

void ScanNotice::say(const QString& text, bool isSearching) {
    m_notice->setMessage(text);
    m_stop->setVisible(isSearching);
    setVisible(!text.isEmpty());
}

}  // namespace strata
