// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/confusionwindow.h"

#include "widgets/explore/confusionview.h"
#include "widgets/explore/inspectormodels.h"
#include "widgets/pieces.h"

#include <QScreen>
#include <QVBoxLayout>

namespace strata {

ConfusionWindow::ConfusionWindow(ConfusionModel* model, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("confusionWindow"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Confusion matrix"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(4);
    m_title = makeHeading({}, this);
    m_title->setObjectName(QStringLiteral("confusionTitle"));
    m_origin = makeMuted({}, this);
    m_origin->setObjectName(QStringLiteral("confusionOrigin"));
    m_view = new ConfusionView(ConfusionView::Rows::Filling, this);
    m_view->setObjectName(QStringLiteral("largeConfusionMatrix"));
    m_view->setToolTip(tr("Gold labels as rows, the most probable ones as columns"));
    m_view->setModel(model);
    m_cell = makeMuted({}, this);
    m_cell->setObjectName(QStringLiteral("confusionCell"));
    column->addWidget(m_title);
    column->addWidget(m_origin);
    column->addSpacing(4);
    column->addWidget(m_view, 1);
    column->addWidget(m_cell);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &ConfusionWindow::showCell);
    connect(model, &QAbstractItemModel::modelReset, this, &ConfusionWindow::showCell);
    showCell();
    m_view->setFocus();

    QSize wanted = m_view->wholeSize() * 1.25 + QSize(40, 110);
    wanted = wanted.expandedTo({480, 320}).boundedTo(screen()->availableSize() * 0.9);
    resize(wanted);
}

void ConfusionWindow::setHeading(const QString& title, const QString& origin) {
    m_title->setText(title);
    const QString rule =
        tr("Gold labels as rows, the most probable label as columns; the shade is the share of the row");
    m_origin->setText(origin.isEmpty() ? rule : QStringLiteral("%1 · %2").arg(rule, origin));
    setWindowTitle(tr("Confusion: %1").arg(title));
}

void ConfusionWindow::showCell() {
    const QModelIndex index = m_view->currentIndex();
    m_cell->setText(index.isValid()
                        ? index.data(Qt::AccessibleTextRole).toString()
                        : tr("Arrow keys walk; the counts of the cell stand here in words. Esc closes."));
}

}  // namespace strata
