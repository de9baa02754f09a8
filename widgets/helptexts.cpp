// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/helptexts.h"

#include <QCoreApplication>
#include <QHash>

namespace strata {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("strata::helpText", source);
}

}  // namespace

QString helpText(const QString& page) {
    static const QHash<QString, const char*> texts{
        {QStringLiteral("welcomePage"),
         "<p><b>Begin</b></p><p>Open a folder of checkpoints, or try the demo. Everything that is measured "
         "is kept in the workspace, a folder of yours.</p>"},
        {QStringLiteral("checkpointsPage"),
         "<p><b>Checkpoints</b></p><p>A cell is one saved model: a random seed at a training step. Click or "
         "drag to choose; a click on a seed or a step takes the row or the column. Arrow keys walk, Space "
         "chooses. Below stands what is known of the one you are at, with its tensors. A wrong seed or step "
         "is put right there; Ctrl+Z takes it back. Crossed out: the folder is gone from disk. Its results "
         "stay, and when it is back it can be chosen again.</p>"},
        {QStringLiteral("dataPage"),
         "<p><b>Data</b></p><p>Give the train and dev files of an annotated text (CoNLL-U, or jiant's JSON "
         "lines). Files that are not there are told below the form. The preview shows each word's tag above "
         "it. Probes are trained on train and scored on dev unless you say otherwise.</p>"},
        {QStringLiteral("experimentPage"),
         "<p><b>Experiment</b></p><p>One probe is trained on each layer, and one on a learnt mix of all "
         "layers. A preset is a published protocol; what you change is marked, and Ctrl+Z takes it back. The "
         "plan below says what it costs before anything runs, and what is there already.</p>"},
        {QStringLiteral("queuePage"),
         "<p><b>Queue</b></p><p>Experiments run one after the other. Cancelling stops within a second and "
         "loses at most the run at work; Resume goes on with what is missing. Checkpoints that cannot be "
         "used are left out, and the card says why: once they are mended, Retry computes what they "
         "lack.</p>"},
        {QStringLiteral("explorePage"),
         "<p><b>Explore</b></p><p>Layers upward, training steps to the right. Arrow keys walk over the "
         "cells, Enter opens the examples, Space pins a cell to compare with, E exports. Hatched: not "
         "measured. The centre of gravity is the mean layer of the mix, weighted by its learnt weights "
         "(Tenney et al. 2019).</p>"},
        {QStringLiteral("figuresPage"),
         "<p><b>Figures</b></p><p>What you see is what is printed: size in millimetres, type in points. PDF "
         "and SVG hold no raster picture; the CSV beside them holds every number shown and the settings that "
         "made them.</p>"},
        {QStringLiteral("settingsPage"),
         "<p><b>Settings</b></p><p>Budgets belong to the workspace, the look belongs to you.</p>"}};
    return text(texts.value(page, "<p>Ctrl+K shows all commands.</p>"));
}

}  // namespace strata
