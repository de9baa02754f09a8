// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// What the cell inspector says beside its lists: of which runs, how many, and why there are none.
#include "widgets/explore/cellinspector.h"
#include "widgets/explore/confusionview.h"
#include "widgets/explore/confusionwindow.h"
#include "widgets/explore/inspectormodels.h"
#include "widgets/pieces.h"

namespace strata {

std::int64_t CellInspector::countOf(ExampleFilter filter) const {
    if (!m_details) return 0;
    return filter == ExampleFilter::Wrong   ? m_details->wrong
           : filter == ExampleFilter::Right ? m_details->right
                                            : m_details->changed;
}

/// Of which of several runs the examples are, and why there are none or fewer than the number on the chip.
void CellInspector::updateNote() {
    const int listed = m_exampleModel->rowCount();
    const std::int64_t all = countOf(filter());
    QString text;
    if (m_details && m_details->right + m_details->wrong == 0)
        text = tr("No predictions are kept of this cell.");
    else if (m_details && all == 0)
        text = filter() == ExampleFilter::Wrong   ? tr("This cell gets every target right.")
               : filter() == ExampleFilter::Right ? tr("This cell gets every target wrong.")
                                                  : tr("Both cells get the same targets right.");
    else if (m_details && listed == 0)
        text = tr("The sentences of these targets are not kept in this workspace.");
    else if (listed < all)
        text = listed == 1 ? tr("The most confident of %1").arg(countText(all))
                           : tr("The %1 most confident of %2").arg(countText(listed), countText(all));
    if (m_details && m_details->runs > 1 && !m_runName.isEmpty()) {
        const QString run = tr("Run of %1").arg(m_runName);
        text = text.isEmpty() ? run : QStringLiteral("%1 · %2").arg(run, text);
    }
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
    m_exampleList->setVisible(listed > 0 || !m_details);
}

/// What scores or confusion are made of, where the cell has several runs.
QString CellInspector::originText(bool isConfusion) const {
    if (!m_details || m_details->runs < 2) return {};
    return (isConfusion ? tr("sum of %1 runs") : tr("mean ± sd of %1 runs")).arg(m_details->runs);
}

void CellInspector::updateOrigin() {
    m_origin->setText(originText(m_scores->currentWidget() == m_confusion));
    if (m_window) m_window->setHeading(m_title->text(), originText(true));
}

/// The chosen label or pair of labels in words: what a tooltip says to the mouse.
void CellInspector::updateScoreText() {
    const auto* view = qobject_cast<QAbstractItemView*>(m_scores->currentWidget());
    const QModelIndex current = view ? view->currentIndex() : QModelIndex();
    m_scoreText->setText(current.data(Qt::AccessibleTextRole).toString());
    m_scoreText->setVisible(!m_scoreText->text().isEmpty());
}

void CellInspector::updateChips() {
    const auto set = [](QToolButton* chip, const QString& text) {
        chip->setText(text);
        chip->setAccessibleName(text);
    };
    const bool hasCounts = m_details && m_details->right + m_details->wrong > 0;
    set(m_wrong, hasCounts ? tr("wrong %1").arg(countText(m_details->wrong)) : tr("wrong"));
    set(m_right, hasCounts ? tr("right %1").arg(countText(m_details->right)) : tr("right"));
    const bool hasPin = !m_pinnedName.isEmpty();
    m_changed->setEnabled(hasPin);
    const bool hasCount = hasPin && m_details && filter() == ExampleFilter::Changed;
    // A row of its own is room enough for a cell's name; whatever is longer ends in an ellipsis.
    const QString name =
        fontMetrics().elidedText(m_pinnedName, Qt::ElideRight, fontMetrics().averageCharWidth() * 22);
    set(m_changed, !hasPin    ? tr("changed")
                   : hasCount ? tr("changed since %1: %2").arg(name, countText(m_details->changed))
                              : tr("changed since %1").arg(name));
    if (hasPin) m_changed->setAccessibleName(tr("changed since %1").arg(m_pinnedName));
    m_changed->setToolTip(hasPin
                              ? tr("Targets that are right in one of the two cells only: in this one or in "
                                   "the pinned one, %1")
                                    .arg(m_pinnedName)
                              : tr("Pin a cell with Space to see which targets are right in one of the two "
                                   "cells only"));
    if (!hasPin && filter() == ExampleFilter::Changed) {
        m_wrong->setChecked(true);
        Q_EMIT filterChanged();
    }
}

}  // namespace strata
