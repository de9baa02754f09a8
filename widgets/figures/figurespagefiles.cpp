// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/figures/figurebatch.h"
#include "widgets/figures/figurelist.h"
#include "widgets/figures/figurespage.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

namespace strata {

// Where the page's figures are written.

QString FiguresPage::figuresFolder() const {
    return m_snapshot ? m_snapshot->folder + QStringLiteral("/figures") : QDir::homePath();
}

void FiguresPage::suggestPath() {
    if (m_hasOwnPath) return;
    const QString name =
        m_index ? m_list->fileNames().value(static_cast<qsizetype>(*m_index)) : m_list->fileNameOf(m_figure);
    m_path->setText(
        QDir::toNativeSeparators(figuresFolder() + QLatin1Char('/') + name + QStringLiteral(".pdf")));
}

void FiguresPage::choosePath() {
    auto* dialog = new QFileDialog(this, tr("Write the figure"), QFileInfo(m_path->text()).path(),
                                   tr("Figures (*.pdf *.svg *.png *.csv)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(QFileInfo(m_path->text()).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        m_hasOwnPath = true;
        m_path->setText(QDir::toNativeSeparators(file));
    });
    dialog->open();
}

void FiguresPage::exportAll(const QString& ending) {
    if (!m_snapshot || m_batch->isRunning() || m_list->figures().empty()) return;
    m_batchFolder = figuresFolder();
    m_batchFormat = ending;
    m_batchHadFocus = m_exportAll->hasFocus();
    QStringList files;
    for (const QString& name : m_list->fileNames())
        files << m_batchFolder + QLatin1Char('/') + name + QLatin1Char('.') + ending;
    m_batch->start(m_list->figures(), files);
    updateState();
}

void FiguresPage::allExported(int written, const QStringList& problems) {
    const int total = written + static_cast<int>(problems.size());
    const QString folder = QDir::toNativeSeparators(m_batchFolder);
    const bool isTable = m_batchFormat == QLatin1String("csv");
    QString text =
        (total == 1 ? tr("Written: %1 of %2 figure as %3, in %4")
                    : tr("Written: %1 of %2 figures as %3, in %4"))
            .arg(locale().toString(written), locale().toString(total), m_batchFormat.toUpper(), folder);
    if (!isTable && written > 0) text += tr(", the numbers of each beside it as CSV");
    for (const QString& problem : problems)
        text += QStringLiteral("\n") + tr("Not written: %1").arg(problem);
    say(text, !problems.isEmpty());
    updateState();
    const QWidget* focused = window()->focusWidget();
    if (m_batchHadFocus && (!focused || !isAncestorOf(focused))) m_exportAll->setFocus();
}

}  // namespace strata
