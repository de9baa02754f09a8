// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/welcomepage.h"

#include "base/system.h"
#include "widgets/pieces.h"

#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QScrollArea>

namespace strata {

namespace {

QFrame* way(const QString& title, const QString& text, QPushButton* button, QWidget* parent) {
    auto* card = makeCard(parent);
    card->setMinimumHeight(190);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(18, 16, 18, 16);
    layout->addWidget(makeHeading(title, card));
    layout->addWidget(makeMuted(text, card));
    layout->addStretch();
    if (button) layout->addWidget(button);
    return card;
}

QWidget* command(const QString& what, const QString& text, QWidget* parent) {
    auto* row = new QWidget(parent);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* words = new QVBoxLayout;
    words->addWidget(makeMuted(what, row));
    auto* line = new QLabel(text, row);
    line->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    line->setTextInteractionFlags(Qt::TextSelectableByMouse);
    line->setWordWrap(true);
    words->addWidget(line);
    layout->addLayout(words, 1);
    auto* copy = makeButton(QStringLiteral("copyCommand"), WelcomePage::tr("Copy"),
                            WelcomePage::tr("Put the command onto the clipboard"), row);
    QObject::connect(copy, &QPushButton::clicked, row, [text] { QApplication::clipboard()->setText(text); });
    layout->addWidget(copy, 0, Qt::AlignBottom);
    return row;
}

}  // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("welcomePage"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    auto* content = new QWidget(scroll);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(32, 28, 32, 20);
    layout->setSpacing(14);
    layout->addWidget(makeTitle(tr("How does a language model learn?"), content));
    layout->addWidget(makeMuted(tr("Point Strata at a folder of BERT checkpoints, choose what to measure, "
                                   "and watch accuracy fill a picture of layer × training step."),
                                content));
    auto* slow = new Notice(content);
    layout->addWidget(slow);
    if (isBlasSlow())
        slow->setMessage(
            tr("Libtorch runs on the reference BLAS here, up to fifty times slower than on an optimised one: "
               "install libopenblas0-pthread. strata-cli doctor tells more."));
    if (!processorInfo().avx2)
        slow->setMessage(
            tr("This processor has no AVX2: computing will be slow. Runs on another machine with "
               "strata-cli fill the same workspace; strata-cli doctor says what this one "
               "reaches."));
    auto* ways = new QHBoxLayout;
    ways->setSpacing(14);
    auto* open = makeButton(QStringLiteral("welcomeOpen"), tr("Open a folder…"),
                            tr("A folder with checkpoints anywhere below it; a Hugging Face cache will do"),
                            content, true);
    auto* demo = makeButton(
        QStringLiteral("welcomeDemo"), tr("Try the demo"),
        tr("About two minutes: a small BERT is pretrained here, then probed. Nothing is downloaded."),
        content);
    ways->addWidget(way(tr("Open a folder of checkpoints"),
                        tr("Every format that published BERTs come in is read: safetensors, shards, "
                           "pytorch_model.bin old and new. Folders can be dropped here, too."),
                        open, content),
                    1);
    ways->addWidget(
        way(tr("Try the demo"),
            tr("A small BERT learns a small language before your eyes, two seeds, seven steps each; then "
               "probes show which layer knows what, and when. Takes about two minutes."),
            demo, content),
        1);
    auto* recent = makeCard(content);
    recent->setMinimumHeight(190);
    m_recent = new QVBoxLayout(recent);
    m_recent->setContentsMargins(18, 16, 18, 16);
    ways->addWidget(recent, 1);
    layout->addLayout(ways);
    layout->addSpacing(10);
    layout->addWidget(makeHeading(tr("Where models and data can be had"), content));
    layout->addWidget(
        command(tr("MultiBERTs (Sellam et al. 2021), one seed and step; 5 seeds × 28 steps are published"),
                QStringLiteral("huggingface-cli download google/multiberts-seed_0-step_20k --local-dir "
                               "multiberts-seed_0-step_20k"),
                content));
    layout->addWidget(command(
        tr("English Web Treebank (Universal Dependencies), with part-of-speech tags"),
        QStringLiteral("git clone https://github.com/UniversalDependencies/UD_English-EWT"), content));
    layout->addStretch();
    scroll->setWidget(content);
    outer->addWidget(scroll);
    connect(open, &QPushButton::clicked, this, &WelcomePage::openFolderRequested);
    connect(demo, &QPushButton::clicked, this, &WelcomePage::demoRequested);
    setFocusProxy(open);
    setRecent({});
}

void WelcomePage::setRecent(const QStringList& folders) {
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;  // a layout item is no QObject child
    }
    QWidget* card = m_recent->parentWidget();
    m_recent->addWidget(makeHeading(tr("Recent workspaces"), card));
    if (folders.isEmpty())
        m_recent->addWidget(makeMuted(
            tr("None yet. A workspace is a folder that keeps results, plans and figures; this one is new."),
            card));
    for (const QString& folder : folders.mid(0, 4)) {
        auto* button =
            makeButton(QStringLiteral("recentWorkspace"), QFileInfo(folder).fileName(), folder, card);
        connect(button, &QPushButton::clicked, this, [this, folder] { Q_EMIT workspaceRequested(folder); });
        m_recent->addWidget(button);
    }
    m_recent->addStretch();
}

}  // namespace strata
