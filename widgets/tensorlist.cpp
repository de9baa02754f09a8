// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/tensorlist.h"

#include "widgets/pieces.h"
#include "widgets/tensormodel.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QRegularExpression>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace strata {

namespace {

constexpr int kRowsShown = 10, kFewTensors = 15;

}  // namespace

TensorList::TensorList(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    m_problem = new Notice(this);
    m_problem->setObjectName(QStringLiteral("tensorProblem"));
    layout->addWidget(m_problem);
    auto* head = new QHBoxLayout;
    m_count = makeHeading({}, this);
    m_count->setObjectName(QStringLiteral("tensorCount"));
    m_count->setTextInteractionFlags(Qt::TextSelectableByMouse);
    head->addWidget(m_count, 1);
    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("tensorSearch"));
    m_search->setAccessibleName(tr("Search the tensors"));
    m_search->setPlaceholderText(tr("Search: layer.3 query"));
    m_search->setToolTip(
        tr("Shows the tensors whose name, shape, number type or file holds all these words"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(260);
    teachManners(m_search);
    head->addWidget(m_search, 1);
    layout->addLayout(head);
    m_model = new TensorModel(this);
    m_proxy = new QSortFilterProxyModel(this);
    m_proxy->setSourceModel(m_model);
    m_proxy->setSortRole(TensorModel::SortRole);
    m_proxy->setFilterRole(TensorModel::SearchRole);
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("tensorTable"));
    m_table->setAccessibleName(tr("Tensors of this checkpoint"));
    m_table->setModel(m_proxy);
    m_table->sortByColumn(TensorModel::Name, Qt::AscendingOrder);
    m_table->setSortingEnabled(true);
    m_table->setWordWrap(false);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setMinimumSectionSize(1);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->viewport()->installEventFilter(this);
    layout->addWidget(m_table);
    connect(m_search, &QLineEdit::textChanged, this, &TensorList::search);
    setProblem({});
}

void TensorList::setReading() {
    m_model->setTensors({});
    m_problem->setMessage({});
    m_count->setText(tr("Tensors: being read…"));
    m_count->show();
    show();
}

void TensorList::setProblem(const QString& problem) {
    m_model->setTensors({});
    m_problem->setMessage(problem);
    m_count->hide();
    m_search->hide();
    m_table->hide();
    setVisible(!problem.isEmpty());
}

void TensorList::setTensors(const std::vector<TensorRow>& tensors) {
    m_model->setTensors(tensors);
    std::set<std::string> files;
    for (const TensorRow& row : tensors)
        files.insert(row.file);
    m_table->setColumnHidden(TensorModel::File, files.size() < 2);
    const bool isLong = tensors.size() > kFewTensors;
    // The words stay from one checkpoint to the next: the same tensor is often looked up in several.
    if (!isLong) m_search->clear();
    m_search->setVisible(isLong);
    m_problem->setMessage({});
    m_count->show();
    m_table->setVisible(!tensors.empty());
    search();
    m_table->resizeColumnsToContents();
    for (const int column : {TensorModel::Name, TensorModel::Shape})
        m_table->setColumnWidth(column, m_table->columnWidth(column) + 2 * fontMetrics().averageCharWidth());
    fit();
    show();
}

/// Every word must be found somewhere in a row.
void TensorList::search() {
    QString pattern = QStringLiteral("^");
    for (const QString& word : m_search->text().split(QLatin1Char(' '), Qt::SkipEmptyParts))
        pattern += QStringLiteral("(?=.*%1)").arg(QRegularExpression::escape(word));
    m_proxy->setFilterRegularExpression(QRegularExpression(
        pattern, QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption));
    qint64 numbers = 0;
    for (const TensorRow& row : m_model->tensors())
        numbers += numberCount(row.shape);
    const int all = m_model->rowCount(), shown = m_proxy->rowCount();
    m_count->setText(shown == all ? tr("Tensors: %1, with %2 numbers").arg(countText(all), countText(numbers))
                                  : tr("Tensors: %1 of %2").arg(countText(shown), countText(all)));
}

/// As high as its rows, up to a few of them; the rest scrolls.
void TensorList::fit() {
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 7);
    const int rows = std::clamp(m_model->rowCount(), 1, kRowsShown);
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                            rows * m_table->verticalHeader()->defaultSectionSize() +
                            2 * m_table->frameWidth() + style()->pixelMetric(QStyle::PM_ScrollBarExtent));
}

/// Who scrolls down the page is not caught by the table on the way: it scrolls once it has the focus.
bool TensorList::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::Wheel || m_table->hasFocus()) return QWidget::eventFilter(watched, event);
    event->ignore();
    return true;
}

void TensorList::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) fit();
}

}  // namespace strata
