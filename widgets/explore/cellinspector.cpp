// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/cellinspector.h"

#include "widgets/explore/confusionview.h"
#include "widgets/explore/confusionwindow.h"
#include "widgets/explore/flowlayout.h"
#include "widgets/explore/inspectordelegates.h"
#include "widgets/explore/inspectormodels.h"
#include "widgets/explore/tones.h"
#include "widgets/pieces.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace strata {

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
    m_hint = makeSmall(QStringLiteral("cellHint"));
    m_hint->setText(
        tr("Space pins this cell to compare · Enter goes to the examples (the chosen one is shown "
           "whole), Esc back · E exports the figure"));
    m_hint->setWordWrap(true);
    column->addWidget(m_hint);
    column->addSpacing(6);
    column->addWidget(makeButtons());
    for (QLabel* label : {m_subtitle, m_reason})
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

QLabel* CellInspector::makeSmall(const QString& name) {
    auto* label = new QLabel(this);
    label->setObjectName(name);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    label->setFont(small);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
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
    m_origin = makeSmall(QStringLiteral("scoresOrigin"));
    m_origin->setIndent(4);
    m_origin->setToolTip(
        tr("Scores are the mean over the cell's runs with one standard deviation; the counts "
           "of the confusion matrix are their sum"));
    tabs->addWidget(m_origin, 1);
    m_larger = makeChoice(QStringLiteral("largerConfusion"), tr("Larger"),
                          tr("Opens the confusion matrix in a window of its own; so does Enter in it"));
    m_larger->setCheckable(false);
    m_larger->hide();
    tabs->addWidget(m_larger);
    column->addLayout(tabs);

    m_labelModel = new LabelModel(this);
    m_labelDelegate = new LabelDelegate(this);
    m_labelList = new QListView(box);
    m_labelList->setObjectName(QStringLiteral("labelScores"));
    m_labelList->setAccessibleName(tr("Scores by label, worst first"));
    m_labelList->setToolTip(
        tr("F1 of each label and how many gold targets it has, worst first: every label that gets a "
           "probability of ½ or more counts as said. The chosen one stands below with its precision and "
           "recall."));
    m_labelList->setModel(m_labelModel);
    m_labelList->setItemDelegate(m_labelDelegate);
    m_labelList->setUniformItemSizes(true);
    m_confusionModel = new ConfusionModel(this);
    m_confusion = new ConfusionView(ConfusionView::Rows::Low, box);
    m_confusion->setObjectName(QStringLiteral("confusionMatrix"));
    m_confusion->setToolTip(
        tr("Gold labels as rows, the most probable ones as columns (scores by label count every label from "
           "p = ½ on); Enter or a double click opens it larger"));
    m_confusion->setModel(m_confusionModel);
    for (QAbstractItemView* view :
         {static_cast<QAbstractItemView*>(m_labelList), static_cast<QAbstractItemView*>(m_confusion)}) {
        view->setFrameShape(QFrame::NoFrame);
        view->setMinimumHeight(fontMetrics().height() * 5);
        connect(view->selectionModel(), &QItemSelectionModel::currentChanged, this,
                &CellInspector::updateScoreText);
    }
    m_labelList->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_scores = new QStackedWidget(box);
    m_scores->addWidget(m_labelList);
    m_scores->addWidget(m_confusion);
    column->addWidget(m_scores, 1);
    m_scoreText = makeSmall(QStringLiteral("scoreText"));
    m_scoreText->setWordWrap(true);
    column->addWidget(m_scoreText);
    m_labelsTab->setChecked(true);
    connect(group, &QButtonGroup::idClicked, this, &CellInspector::showScores);
    connect(m_larger, &QToolButton::clicked, this, &CellInspector::openConfusion);
    connect(m_confusion, &ConfusionView::openRequested, this, &CellInspector::openConfusion);
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
        tr("Sentences with the target boxed; gold label in green, what was said in red. The chosen one is "
           "shown whole."));
    m_exampleList->setModel(m_exampleModel);
    m_exampleList->setItemDelegate(new ExampleDelegate(this));
    m_exampleList->setFrameShape(QFrame::NoFrame);
    m_exampleList->setResizeMode(QListView::Adjust);
    m_exampleList->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_note = new QLabel(box);
    m_note->setObjectName(QStringLiteral("exampleNote"));
    m_note->setWordWrap(true);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_note);
    column->addWidget(m_exampleList, 1);
    column->addStretch();
    connect(m_exampleList->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &CellInspector::unfold);
    auto* back = new QShortcut(QKeySequence(Qt::Key_Escape), box);
    back->setContext(Qt::WidgetWithChildrenShortcut);
    connect(back, &QShortcut::activated, this, &CellInspector::leaveRequested);
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
    updateOrigin();
}

void CellInspector::setRunName(const QString& runName) {
    m_runName = runName;
    updateNote();
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
    m_exampleModel->setExamples(shown.examples);
    updateOrigin();
    updateScoreText();
    updateChips();
    updateNote();
}

/// A matrix wants the height that a list of bars can do without.
void CellInspector::showScores(int tab) {
    m_scores->setCurrentIndex(tab);
    const bool isConfusion = tab == 1;
    m_larger->setVisible(isConfusion);
    auto* column = qobject_cast<QVBoxLayout*>(layout());
    column->setStretchFactor(m_scoresBox, isConfusion ? 7 : 4);
    column->setStretchFactor(m_examplesBox, isConfusion ? 5 : 7);
    updateOrigin();
    updateScoreText();
}

void CellInspector::openConfusion() {
    if (!m_window) m_window = new ConfusionWindow(m_confusionModel, this);
    updateOrigin();
    m_window->show();
    m_window->raise();
    m_window->activateWindow();
}

/// The rows that the current example leaves and comes to change their height.
void CellInspector::unfold(const QModelIndex& current, const QModelIndex& previous) {
    QAbstractItemDelegate* delegate = m_exampleList->itemDelegate();
    for (const QModelIndex& index : {previous, current})
        if (index.isValid()) Q_EMIT delegate->sizeHintChanged(index);
    QStyleOptionViewItem option;
    option.initFrom(m_exampleList);
    option.widget = m_exampleList;
    if (!current.isValid() || !ExampleDelegate::isUnfolded(option, current)) return;
    // The list lays itself out later: only then is it known where the whole sentence ends.
    QMetaObject::invokeMethod(
        m_exampleList, [list = m_exampleList] { list->scrollTo(list->currentIndex()); },
        Qt::QueuedConnection);
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
    for (QToolButton* chip : {m_labelsTab, m_confusionTab, m_larger, m_wrong, m_right, m_changed})
        if (chip->styleSheet() != chips) chip->setStyleSheet(chips);
    // Cards stand on the page itself; a frame around them would be a second one.
    const QString frameless = QStringLiteral("QAbstractItemView { border: none; background: transparent; }");
    for (QAbstractItemView* list :
         {static_cast<QAbstractItemView*>(m_labelList), static_cast<QAbstractItemView*>(m_exampleList)})
        if (list->styleSheet() != frameless) list->setStyleSheet(frameless);
}

}  // namespace strata
