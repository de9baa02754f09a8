// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/cellinspector.h"

#include "widgets/explore/flowlayout.h"
#include "widgets/explore/inspectordelegates.h"
#include "widgets/explore/inspectormodels.h"
#include "widgets/explore/tones.h"
#include "widgets/pieces.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace strata {
namespace {

constexpr int kHeaderPadding = 24;  // of a header's section, both sides, with the style sheet's

}  // namespace

CellInspector::CellInspector(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("cellInspector"));
    setAccessibleName(tr("Inspector of the selected cell"));
    setMinimumWidth(300);
    m_title = new QLabel(this);
    m_title->setObjectName(QStringLiteral("cellTitle"));
    QFont big = font();
    big.setPointSizeF(big.pointSizeF() * 1.2);
    big.setWeight(QFont::DemiBold);
    m_title->setFont(big);
    m_title->setWordWrap(true);
    m_subtitle = new QLabel(this);
    m_subtitle->setObjectName(QStringLiteral("cellSubtitle"));
    m_subtitle->setWordWrap(true);
    m_reason = new QLabel(this);
    m_reason->setObjectName(QStringLiteral("cellReason"));
    m_reason->setWordWrap(true);
    m_reason->setAlignment(Qt::AlignTop | Qt::AlignLeft);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 16, 16, 14);
    column->setSpacing(4);
    column->addWidget(m_title);
    column->addWidget(m_subtitle);
    column->addSpacing(8);
    column->addWidget(m_reason, 1);
    m_scoresBox = makeScores();
    m_examplesBox = makeExamples();
    column->addWidget(m_scoresBox, 4);
    column->addSpacing(6);
    column->addWidget(m_examplesBox, 7);
    m_hint = new QLabel(
        tr("Space pins this cell to compare · Enter goes to the examples · E exports the figure"), this);
    m_hint->setWordWrap(true);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    m_hint->setFont(small);
    column->addWidget(m_hint);
    column->addSpacing(6);
    column->addWidget(makeButtons());
    for (QLabel* label : {m_subtitle, m_hint, m_reason})
        label->setForegroundRole(QPalette::PlaceholderText);
    applyTones();
    setDetails(nullptr);
}

QToolButton* CellInspector::makeChoice(const QString& name, const QString& text, const QString& explanation) {
    auto* chip = makeChip(name, text, explanation, this);
    chip->setCheckable(true);
    chip->setAutoRaise(true);
    chip->setFocusPolicy(Qt::StrongFocus);
    return chip;
}

QWidget* CellInspector::makeScores() {
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* tabs = new QHBoxLayout;
    m_labelsTab =
        makeChoice(QStringLiteral("labelsTab"), tr("By label"), tr("F1 of each label, worst first"));
    m_confusionTab =
        makeChoice(QStringLiteral("confusionTab"), tr("Confusion"),
                   tr("Gold labels as rows, what was said as columns; the shade is the share of the row"));
    auto* group = new QButtonGroup(this);
    group->addButton(m_labelsTab, 0);
    group->addButton(m_confusionTab, 1);
    tabs->setSpacing(4);
    tabs->addWidget(m_labelsTab);
    tabs->addWidget(m_confusionTab);
    tabs->addStretch();
    column->addLayout(tabs);

    m_labelModel = new LabelModel(this);
    m_labelDelegate = new LabelDelegate(this);
    m_labelList = new QListView(box);
    m_labelList->setObjectName(QStringLiteral("labelScores"));
    m_labelList->setAccessibleName(tr("Scores by label, worst first"));
    m_labelList->setToolTip(tr("F1 of each label and how many gold targets it has, worst first"));
    m_labelList->setModel(m_labelModel);
    m_labelList->setItemDelegate(m_labelDelegate);
    m_labelList->setUniformItemSizes(true);
    m_confusionModel = new ConfusionModel(this);
    m_confusion = new QTableView(box);
    m_confusion->setObjectName(QStringLiteral("confusionMatrix"));
    m_confusion->setAccessibleName(tr("Confusion matrix, gold labels as rows"));
    m_confusion->setToolTip(tr("Gold labels as rows, predicted ones as columns"));
    m_confusion->setModel(m_confusionModel);
    m_confusion->setShowGrid(false);
    for (QHeaderView* header : {m_confusion->horizontalHeader(), m_confusion->verticalHeader()}) {
        header->setTextElideMode(Qt::ElideRight);
        header->setDefaultAlignment(Qt::AlignCenter);
    }
    m_confusion->horizontalHeader()->setMinimumSectionSize(24);
    // The window's padding of headers is more than a row of numbers has: it would cut the letters' feet off.
    m_confusion->verticalHeader()->setStyleSheet(
        QStringLiteral("QHeaderView::section { padding: 0px 8px; }"));
    m_confusion->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    for (QAbstractItemView* view :
         {static_cast<QAbstractItemView*>(m_labelList), static_cast<QAbstractItemView*>(m_confusion)}) {
        view->setFrameShape(QFrame::NoFrame);
        view->setMinimumHeight(fontMetrics().height() * 5);
        view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
        view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    }
    m_scores = new QStackedWidget(box);
    m_scores->addWidget(m_labelList);
    m_scores->addWidget(m_confusion);
    column->addWidget(m_scores, 1);
    m_labelsTab->setChecked(true);
    connect(group, &QButtonGroup::idClicked, m_scores, &QStackedWidget::setCurrentIndex);
    return box;
}

QWidget* CellInspector::makeExamples() {
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* chips = new QWidget(box);
    auto* row = new FlowLayout(chips, 6, 4);  // what does not fit beside the others stands below them
    auto* name = new QLabel(tr("Examples"), box);
    QFont bold = name->font();
    bold.setWeight(QFont::DemiBold);
    name->setFont(bold);
    m_wrong = makeChoice(QStringLiteral("wrongChip"), tr("wrong"),
                         tr("Targets whose most probable label is wrong, most confident first"));
    m_right = makeChoice(
        QStringLiteral("rightChip"), tr("right"),
        tr("Targets whose most probable label is the gold one. F1 counts every label with p of at least ½ "
           "instead, so the two may differ."));
    m_changed = makeChoice(
        QStringLiteral("changedChip"), tr("changed"),
        tr("Targets that are right in one of the two cells only; pin a cell with Space to compare with"));
    // As high as a chip, so that the row of both is even.
    name->setMinimumHeight(m_wrong->sizeHint().height());
    m_filters = new QButtonGroup(this);
    m_filters->addButton(m_wrong, static_cast<int>(ExampleFilter::Wrong));
    m_filters->addButton(m_right, static_cast<int>(ExampleFilter::Right));
    m_filters->addButton(m_changed, static_cast<int>(ExampleFilter::Changed));
    row->addWidget(name);
    for (QToolButton* chip : {m_wrong, m_right, m_changed})
        row->addWidget(chip);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    chips->setSizePolicy(policy);
    column->addWidget(chips);
    m_exampleModel = new ExampleModel(this);
    m_exampleList = new QListView(box);
    m_exampleList->setObjectName(QStringLiteral("exampleList"));
    m_exampleList->setAccessibleName(tr("Examples of the selected cell"));
    m_exampleList->setToolTip(
        tr("Sentences with the target boxed; gold label in green, what was said in red"));
    m_exampleList->setModel(m_exampleModel);
    m_exampleList->setItemDelegate(new ExampleDelegate(this));
    m_exampleList->setFrameShape(QFrame::NoFrame);
    m_exampleList->setUniformItemSizes(true);
    m_exampleList->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_note = new QLabel(box);
    m_note->setObjectName(QStringLiteral("exampleNote"));
    m_note->setWordWrap(true);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_note);
    column->addWidget(m_exampleList, 1);
    column->addStretch();
    m_wrong->setChecked(true);
    connect(m_filters, &QButtonGroup::idClicked, this, &CellInspector::filterChanged);
    return box;
}

QWidget* CellInspector::makeButtons() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    auto* toFigures = makeButton(
        QStringLiteral("exportFigureButton"), tr("Export figure…"),
        tr("Opens this heatmap on the Figures page, to be sized and written as PDF, SVG, PNG or CSV"), box,
        true);
    auto* save = makeButton(QStringLiteral("saveViewButton"), tr("Save view"),
                            tr("Keeps this view in the list of the Figures page"), box);
    row->addWidget(toFigures);
    row->addWidget(save);
    row->addStretch();
    connect(toFigures, &QPushButton::clicked, this, &CellInspector::exportRequested);
    connect(save, &QPushButton::clicked, this, &CellInspector::saveRequested);
    return box;
}

void CellInspector::setHeading(const QString& title, const QString& subtitle) {
    m_title->setText(title);
    m_subtitle->setText(subtitle);
    m_subtitle->setVisible(!subtitle.isEmpty());
}

void CellInspector::setPinnedName(const QString& pinnedName) {
    m_pinnedName = pinnedName;
    updateChips();
}

void CellInspector::setDetails(std::shared_ptr<const CellDetails> details, const QString& reason) {
    m_details = std::move(details);
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
    m_scoresBox->setVisible(reason.isEmpty());
    m_examplesBox->setVisible(reason.isEmpty());
    const CellDetails empty;
    const CellDetails& shown = m_details ? *m_details : empty;
    m_labelModel->setLabels(shown.labels);
    m_confusionModel->setConfusion(shown.confusionLabels, shown.confusion);
    fitConfusionHeaders();
    m_exampleModel->setExamples(shown.examples);
    updateChips();
    updateNote();
}

std::int64_t CellInspector::countOf(ExampleFilter filter) const {
    if (!m_details) return 0;
    return filter == ExampleFilter::Wrong   ? m_details->wrong
           : filter == ExampleFilter::Right ? m_details->right
                                            : m_details->changed;
}

/// Why there are no examples, or why there are fewer than the number on the chip.
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
        text = tr("The %1 most confident of %2").arg(countText(listed), countText(all));
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
    m_exampleList->setVisible(listed > 0 || !m_details);
}

/// Rows and columns get the room for the longest label, up to a bound; longer ones end in an ellipsis and are
/// whole in their tooltip.
void CellInspector::fitConfusionHeaders() {
    QHeaderView *columns = m_confusion->horizontalHeader(), *rows = m_confusion->verticalHeader();
    QFont bold = columns->font();
    bold.setWeight(QFont::DemiBold);  // as the style sheet has them
    const QFontMetrics metrics(bold);
    int longest = fontMetrics().horizontalAdvance(QStringLiteral("12,345")) - kHeaderPadding;
    for (int i = 0; i < m_confusionModel->rowCount(); ++i)
        longest =
            std::max(longest, metrics.horizontalAdvance(
                                  m_confusionModel->headerData(i, Qt::Vertical, Qt::DisplayRole).toString()));
    const int width =
        std::min(longest, metrics.horizontalAdvance(QStringLiteral("MMMMMMMMMM"))) + kHeaderPadding;
    columns->setDefaultSectionSize(width);
    for (int i = 0; i < columns->count(); ++i)
        columns->resizeSection(i, width);
    rows->setFixedWidth(width);
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

void CellInspector::setColours(const QString& colourMap, double low, double high) {
    m_labelDelegate->setColours(colourMap, low, high);
    m_labelList->viewport()->update();
}

ExampleFilter CellInspector::filter() const {
    return static_cast<ExampleFilter>(m_filters->checkedId());
}

void CellInspector::setFilter(ExampleFilter filter) {
    m_filters->button(static_cast<int>(filter))->setChecked(true);
}

void CellInspector::focusExamples() {
    if (m_exampleModel->rowCount() == 0) return m_filters->checkedButton()->setFocus(Qt::OtherFocusReason);
    m_exampleList->setFocus(Qt::OtherFocusReason);
    m_exampleList->setCurrentIndex(m_exampleModel->index(0));
}

void CellInspector::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_hint) applyTones();
    QWidget::changeEvent(event);
}

void CellInspector::applyTones() {
    const Tones tones(palette());
    m_confusionModel->setColours(tones.page, tones.good, tones.bad);
    const QString chips =
        QStringLiteral(
            "QToolButton[chip=\"true\"] { border: 1px solid %1; border-radius: %6px; padding: 3px 7px; "
            "color: %2; background: transparent; } "
            "QToolButton[chip=\"true\"]:checked { border-color: %3; background: %4; color: %5; } "
            "QToolButton[chip=\"true\"]:hover { border-color: %3; } "
            "QToolButton[chip=\"true\"]:focus { border: 2px solid %3; padding: 2px 6px; } "
            "QToolButton[chip=\"true\"]:disabled { color: %2; border-style: dashed; }")
            .arg(tones.border.name(), tones.faint.name(), tones.accent.name(), tones.accentSoft.name(),
                 tones.text.name())
            .arg(fontMetrics().height() / 2 + 3);
    for (QToolButton* chip : {m_labelsTab, m_confusionTab, m_wrong, m_right, m_changed})
        if (chip->styleSheet() != chips) chip->setStyleSheet(chips);
    // Cards stand on the page itself; a frame around them would be a second one.
    const QString frameless = QStringLiteral("QAbstractItemView { border: none; background: transparent; }");
    for (QAbstractItemView* list :
         {static_cast<QAbstractItemView*>(m_labelList), static_cast<QAbstractItemView*>(m_exampleList)})
        if (list->styleSheet() != frameless) list->setStyleSheet(frameless);
}

}  // namespace strata
