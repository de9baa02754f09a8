// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// How the Explore page is put together and what it says when there is nothing to show.
#include "widgets/explore/cellinspector.h"
#include "widgets/explore/explorepage.h"
#include "widgets/explore/heatmapview.h"
#include "widgets/explore/tones.h"
#include "widgets/explore/viewchoices.h"
#include "widgets/plots/labels.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace strata {

namespace {

/// What is said above a map of which no cell is measured yet.
QString planText(const ExperimentRow& row) {
    switch (row.state) {
        case ExperimentState::Running:
            return ExplorePage::tr(
                "No results yet: the planned cells are hatched. They fill as each run is scored; the first, "
                "middle and last checkpoint come first.");
        case ExperimentState::Failed:
            return row.failure.empty()
                       ? ExplorePage::tr("It failed before its first result; the Queue page has its log.")
                       : ExplorePage::tr("It failed before its first result: %1")
                             .arg(QString::fromStdString(row.failure));
        case ExperimentState::Waiting:
        case ExperimentState::Paused:
            return ExplorePage::tr(
                "This experiment waits in the queue. The planned cells are hatched until their "
                "results arrive.");
        default:
            return ExplorePage::tr(
                "This experiment has no results; the planned cells are hatched. Run it again on "
                "the Queue page.");
    }
}

}  // namespace

void ExplorePage::build() {
    const auto label = [this](const char* name, double scale, QFont::Weight weight) {
        auto* made = new QLabel(this);
        made->setObjectName(QLatin1String(name));
        QFont font = made->font();
        font.setPointSizeF(font.pointSizeF() * scale);
        font.setWeight(weight);
        made->setFont(font);
        made->setTextFormat(Qt::PlainText);
        return made;
    };
    m_title = label("exploreTitle", 1.45, QFont::DemiBold);
    m_subtitle = label("exploreSubtitle", 0.95, QFont::Normal);
    m_subtitle->setWordWrap(true);
    m_notice = label("exploreNotice", 0.9, QFont::Normal);
    m_emptyTitle = label("exploreEmptyTitle", 1.3, QFont::DemiBold);
    m_emptyText = label("exploreEmptyText", 1.0, QFont::Normal);
    for (QLabel* each : {m_title, m_emptyTitle, m_emptyText})
        each->setWordWrap(true);
    for (QLabel* each : {m_emptyTitle, m_emptyText})
        each->setAlignment(Qt::AlignHCenter);
    for (QLabel* each : {m_subtitle, m_emptyText, m_notice})
        each->setForegroundRole(QPalette::PlaceholderText);
    m_choices = new ViewChoices(this);
    m_view = new HeatmapView(this);
    m_inspector = new CellInspector(this);

    auto* empty = new QWidget(this);
    auto* emptyColumn = new QVBoxLayout(empty);
    emptyColumn->setContentsMargins(60, 0, 60, 40);
    emptyColumn->addStretch(2);
    emptyColumn->addWidget(m_emptyTitle);
    emptyColumn->addSpacing(6);
    emptyColumn->addWidget(m_emptyText);
    emptyColumn->addStretch(3);

    m_stack = new QStackedWidget(this);
    m_stack->setObjectName(QStringLiteral("exploreStack"));
    m_stack->addWidget(m_view);
    m_stack->addWidget(empty);

    auto* left = new QWidget(this);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(20, 14, 12, 8);
    column->setSpacing(3);
    column->addWidget(m_title);
    column->addWidget(m_subtitle);
    column->addSpacing(8);
    column->addWidget(m_choices);
    column->addSpacing(8);
    column->addWidget(m_stack, 1);
    column->addWidget(m_notice);
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setObjectName(QStringLiteral("exploreSplitter"));
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->addWidget(left);
    m_splitter->addWidget(m_inspector);
    m_splitter->setStretchFactor(0, 5);
    m_splitter->setStretchFactor(1, 3);
    m_splitter->setSizes({720, 400});
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_splitter);

    connect(m_choices, &ViewChoices::experimentChanged, this, &ExplorePage::experimentChanged);
    connect(m_choices, &ViewChoices::queryChanged, this, [this] {
        m_store.start(500);
        askForHeatmap();
    });
    connect(m_choices, &ViewChoices::looksChanged, this, [this] {
        m_store.start(500);
        m_view->setStepScale(m_choices->stepScale());
        m_view->setColourMap(m_choices->colourMap());
        updateInspectorColours();
    });
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] { m_store.start(500); });
    connect(m_view, &HeatmapView::selectionChanged, this, [this] {
        updateCellHeading();
        updatePinnedName();
        updateInspectorColours();
        // Walking with a held key asks once, at its end.
        m_cellDelay.start(60);
    });
    connect(m_view, &HeatmapView::pinChanged, this, [this] {
        updatePinnedName();
        updateCellHeading();
        m_cellDelay.start(60);
    });
    connect(m_view, &HeatmapView::rangeChanged, this, [this] { updateInspectorColours(); });
    connect(m_view, &HeatmapView::cellActivated, m_inspector, &CellInspector::focusExamples);
    connect(m_view, &HeatmapView::exportRequested, this, [this] { Q_EMIT figureRequested(figure()); });
    connect(m_inspector, &CellInspector::exportRequested, this, [this] { Q_EMIT figureRequested(figure()); });
    connect(m_inspector, &CellInspector::saveRequested, this, &ExplorePage::saveView);
    connect(m_inspector, &CellInspector::filterChanged, this, &ExplorePage::askForCell);
    connect(m_inspector, &CellInspector::leaveRequested, this,
            [this] { m_view->setFocus(Qt::OtherFocusReason); });
}

/// The pinned cell's name is what it differs in from the selected one: step, seed or layer.
void ExplorePage::updatePinnedName() {
    const auto heatmap = m_view->heatmap();
    const auto pinned = m_view->pinned(), selected = m_view->selected();
    if (!heatmap || !pinned) return m_inspector->setPinnedName({});
    QStringList words;
    const bool hasSelection = selected && selected != pinned;
    if (!hasSelection || heatmap->steps[selected->step] != heatmap->steps[pinned->step])
        words << (heatmap->steps[pinned->step] ? tr("step %1").arg(stepText(heatmap->steps[pinned->step]))
                                               : stepText({}));
    if (const QString seed = seedText(*heatmap, pinned->step);
        !seed.isEmpty() && (!hasSelection || seed != seedText(*heatmap, selected->step)))
        words << seed;
    if (words.isEmpty()) words << tr("layer %1").arg(layerText(heatmap->layers[pinned->layer]));
    m_inspector->setPinnedName(words.join(QStringLiteral(", ")));
}

/// The bars of the labels' scores are coloured as the map's cells, but for a map of spreads or of losses,
/// which is of another scale.
void ExplorePage::updateInspectorColours() {
    const auto heatmap = m_view->heatmap();
    const bool isOfScores = heatmap && heatmap->query.seeds != HeatmapQuery::Seeds::Spread &&
                            isShownAsPercent(heatmap->query.metric);
    const auto [low, high] = isOfScores ? m_view->range() : std::pair(0.0, 1.0);
    m_inspector->setColours(m_view->colourMap(), low, high);
}

void ExplorePage::updateEmptyState() {
    const auto heatmap = m_view->heatmap();
    const bool hasHeatmap = heatmap && !heatmap->cells.empty() && m_problem.empty();
    const ExperimentRow* row = experiment();
    m_choices->setVisible(row != nullptr);
    m_stack->setCurrentIndex(hasHeatmap ? 0 : 1);
    m_inspector->setVisible(hasHeatmap);
    if (hasHeatmap) {
        // Before the first run is done the map is the plan: its task and measure are not chosen yet.
        const bool isPlan = !heatmap->hasNumbers() && heatmap->query.task.empty() && row;
        m_title->setText(QString::fromStdString(isPlan ? row->name : heatmap->title));
        m_subtitle->setText(isPlan ? planText(*row) : QString::fromStdString(heatmap->subtitle));
        m_subtitle->setVisible(!m_subtitle->text().isEmpty());
        return;
    }
    m_title->setText(row ? QString::fromStdString(row->name) : tr("Explore"));
    m_subtitle->setVisible(false);
    m_emptyTitle->setText(tr("No results yet"));
    if (!m_problem.empty()) {
        m_emptyTitle->setText(tr("These results cannot be shown"));
        m_emptyText->setText(QString::fromStdString(m_problem));
    } else if (!row) {
        m_emptyText->setText(
            tr("Choose checkpoints and data, then press Run on the Experiment page. The heatmap of layer "
               "by training step fills here, cell by cell, while it runs."));
    } else if (!m_hasAnswer) {
        m_emptyTitle->setText(tr("Looking up the results…"));
        m_emptyText->clear();
    } else if (row->runsDone > 0) {
        m_emptyTitle->setText(tr("No results for these choices"));
        m_emptyText->setText(
            tr("This experiment has results, but none for these choices together. Choose others above."));
    } else if (row->state == ExperimentState::Running) {
        m_emptyText->setText(
            tr("The first cells appear here as soon as the first run has been scored: the first, middle "
               "and last checkpoint come first."));
    } else if (row->state == ExperimentState::Failed) {
        m_emptyTitle->setText(tr("The experiment failed before its first result"));
        m_emptyText->setText(row->failure.empty() ? tr("The Queue page has its log.")
                                                  : QString::fromStdString(row->failure));
    } else if (row->state == ExperimentState::Waiting || row->state == ExperimentState::Paused) {
        m_emptyText->setText(
            tr("This experiment waits in the queue. Cells fill here as its results arrive."));
    } else {
        m_emptyText->setText(tr("This experiment has no results. Run it again on the Queue page."));
    }
}

void ExplorePage::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_splitter) applyTones();
    QWidget::changeEvent(event);
}

void ExplorePage::applyTones() {
    const Tones tones(palette());
    const QString handle = QStringLiteral("QSplitter::handle { background: %1; }").arg(tones.border.name());
    if (m_splitter->styleSheet() != handle) m_splitter->setStyleSheet(handle);
}

}  // namespace strata
