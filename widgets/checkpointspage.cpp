// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/checkpointspage.h"

#include "base/json.h"
#include "widgets/checkpointgrid.h"
#include "widgets/checkpointinspector.h"
#include "widgets/checkpointmodel.h"
#include "widgets/pieces.h"
#include "widgets/scannotice.h"

#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QUndoCommand>
#include <QVBoxLayout>

#include <algorithm>

namespace strata {

namespace {

/// Takes checkpoints off the list; with Ctrl+Z they are back, and what was known of them.
class ForgetCheckpoints : public QUndoCommand {
  public:
    ForgetCheckpoints(Backend* backend, std::vector<std::int64_t> ids)
        : QUndoCommand(countedText(static_cast<qint64>(ids.size()),
                                   QObject::tr("taking %1 checkpoint off the list"),
                                   QObject::tr("taking %1 checkpoints off the list"))),
          m_backend(backend),
          m_ids(std::move(ids)) {}
    void redo() override { m_backend->forgetCheckpoints(m_ids); }
    void undo() override { m_backend->recallCheckpoints(m_ids); }

  private:
    Backend* m_backend;
    std::vector<std::int64_t> m_ids;
};

/// Holds the grid. QScrollArea would bring the widget that Tab leaves into sight: a long grid would jump.
class GridScroll : public QScrollArea {
  public:
    using QScrollArea::QScrollArea;

  protected:
    bool focusNextPrevChild(bool next) override { return QWidget::focusNextPrevChild(next); }
};

}  // namespace

CheckpointsPage::CheckpointsPage(Backend* backend, QUndoStack* undo, QWidget* parent)
    : QWidget(parent), m_backend(backend), m_undo(undo) {
    setObjectName(QStringLiteral("checkpointsPage"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);  // Tab stops only where there is something to do
    auto* content = new QWidget(scroll);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(20, 14, 20, 14);
    layout->setSpacing(10);
    layout->addWidget(makeHeader());
    m_scanNotice = new ScanNotice(m_backend, content);
    layout->addWidget(m_scanNotice);
    m_grid = new CheckpointGrid(content);
    m_model = new CheckpointModel(this);
    auto* proxy = new QSortFilterProxyModel(this);
    proxy->setSourceModel(m_model);
    proxy->setSortRole(CheckpointModel::SortRole);
    m_list = new QTableView(content);
    m_list->setObjectName(QStringLiteral("checkpointList"));
    m_list->setAccessibleName(tr("Checkpoints as a list"));
    m_list->setModel(proxy);
    m_list->sortByColumn(CheckpointModel::Family, Qt::AscendingOrder);
    m_list->setSortingEnabled(true);
    m_list->setWordWrap(false);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->verticalHeader()->hide();
    m_list->horizontalHeader()->setStretchLastSection(true);
    auto* gridScroll = new GridScroll(content);
    gridScroll->setWidget(m_grid);
    gridScroll->setWidgetResizable(true);
    gridScroll->setFocusPolicy(Qt::NoFocus);
    m_views = new QStackedWidget(content);
    m_views->addWidget(gridScroll);
    m_views->addWidget(m_list);
    layout->addWidget(m_views);
    m_legend = makeMuted({}, content);
    layout->addWidget(m_legend);
    m_selectionBar = makeSelectionBar();
    m_action = makeAction();
    layout->addWidget(m_selectionBar);
    layout->addWidget(m_action);
    m_inspector = new CheckpointInspector(m_backend, m_undo, content);
    layout->addWidget(m_inspector);
    layout->addStretch();
    scroll->setWidget(content);
    outer->addWidget(scroll);
    connect(m_grid, &CheckpointGrid::selectionChanged, this,
            [this](const std::set<std::int64_t>& ids) { setSelection(ids); });
    connect(m_grid, &CheckpointGrid::currentChanged, this, &CheckpointsPage::inspect);
    connect(m_grid, &CheckpointGrid::currentMoved, this, [this, gridScroll, scroll] {
        gridScroll->ensureWidgetVisible(m_grid);
        scroll->ensureWidgetVisible(m_grid);
    });
    connect(m_inspector, &CheckpointInspector::forgetRequested, this, [this](qint64 id) { forget({id}); });
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (m_isFilling) return;
        std::set<std::int64_t> ids;
        for (const QModelIndex& index : m_list->selectionModel()->selectedRows()) {
            const CheckpointRow* chosen = rowOf(index.data(CheckpointModel::IdRole).toLongLong());
            if (chosen && m_snapshot->isUsable(*chosen)) ids.insert(chosen->id);
        }
        setSelection(ids);
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (!m_isFilling && index.isValid())
                    inspect(index.data(CheckpointModel::IdRole).toLongLong());
            });
    m_store.setSingleShot(true);
    m_store.setInterval(500);
    connect(&m_store, &QTimer::timeout, this, &CheckpointsPage::storeState);
    setFocusProxy(m_grid);
}

QWidget* CheckpointsPage::makeHeader() {
    auto* header = new QWidget(this);
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* words = new QVBoxLayout;
    words->addWidget(makeTitle(tr("Checkpoints"), header));
    m_subtitle = makeMuted({}, header);
    words->addWidget(m_subtitle);
    layout->addLayout(words, 1);
    m_viewChips = new QButtonGroup(this);
    for (const auto& [index, name, text, explanation] :
         {std::tuple(0, "gridView", tr("Grid"), tr("Seeds × steps")),
          std::tuple(1, "listView", tr("List"), tr("A table with size, format, shape and hash"))}) {
        auto* chip = makeChip(QString::fromLatin1(name), text, explanation, header);
        chip->setCheckable(true);
        chip->setChecked(index == 0);
        chip->setFocusPolicy(Qt::StrongFocus);
        m_viewChips->addButton(chip, index);
        layout->addWidget(chip);
    }
    connect(m_viewChips, &QButtonGroup::idClicked, this, &CheckpointsPage::showView);
    auto* add = makeButton(QStringLiteral("addFolder"), tr("Add folder…"),
                           tr("Look for checkpoints in a folder and everything below it. A folder can be "
                              "dropped anywhere, too."),
                           header);
    connect(add, &QPushButton::clicked, this, &CheckpointsPage::chooseFolder);
    layout->addWidget(add);
    return header;
}

QWidget* CheckpointsPage::makeSelectionBar() {
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    m_selectionText = makeHeading({}, bar);
    m_selectionText->setWordWrap(false);
    layout->addWidget(m_selectionText);
    layout->addSpacing(10);
    const auto chip = [&](const char* name, const QString& text, const QString& explanation, auto action) {
        auto* button = makeChip(QString::fromLatin1(name), text, explanation, bar);
        connect(button, &QToolButton::clicked, this, action);
        layout->addWidget(button);
    };
    chip("selectAll", tr("All"), tr("Choose every usable checkpoint"), [this] { selectAll(); });
    chip("selectNone", tr("None"), tr("Choose none"), [this] { selectNone(); });
    chip("selectFirstMiddleLast", tr("First, middle, last"),
         tr("The three that show the coarse picture, of every seed"), [this] { selectFirstMiddleLast(); });
    chip("selectEveryNth", tr("Every n-th"), tr("Every second, third, … step of every seed"),
         [this] { selectEveryNth(); });
    m_every = new QSpinBox(bar);
    m_every->setObjectName(QStringLiteral("everyNth"));
    m_every->setAccessibleName(tr("n of every n-th"));
    m_every->setToolTip(tr("The n of \"every n-th\""));
    m_every->setRange(2, 999);
    m_every->setKeyboardTracking(false);
    connect(m_every, &QSpinBox::valueChanged, this, [this] {
        if (!m_isFilling) selectEveryNth();
    });
    layout->addWidget(m_every);
    m_seedChips = new QWidget(bar);
    auto* seeds = new QHBoxLayout(m_seedChips);
    seeds->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_seedChips);
    layout->addStretch();
    return bar;
}

QWidget* CheckpointsPage::makeAction() {
    auto* card = makeCard(this);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(18, 14, 18, 14);
    m_actionText = makeHeading({}, card);
    layout->addWidget(m_actionText);
    auto* row = new QHBoxLayout;
    m_newExperiment = makeButton(
        QStringLiteral("newExperiment"), tr("New experiment"),
        tr("Choose what to measure on these checkpoints; nothing runs before you have seen what it costs"),
        card, true);
    m_newExperiment->setMinimumWidth(160);
    connect(m_newExperiment, &QPushButton::clicked, this, [this] {
        Q_EMIT newExperimentRequested({m_selection.begin(), m_selection.end()});
    });
    row->addWidget(m_newExperiment);
    m_forget = makeButton(QStringLiteral("forgetCheckpoints"), tr("Take off the list"),
                          tr("The chosen checkpoints are no longer listed; files and results stay. Ctrl+Z "
                             "brings them back."),
                          card);
    connect(m_forget, &QPushButton::clicked, this, &CheckpointsPage::forgetSelected);
    row->addWidget(m_forget);
    m_forgetGone = makeButton(QStringLiteral("forgetGone"), {},
                              tr("Checkpoints whose folders are gone from disk are no longer listed; results "
                                 "stay. Ctrl+Z brings them back."),
                              card);
    connect(m_forgetGone, &QPushButton::clicked, this, &CheckpointsPage::forgetGone);
    row->addWidget(m_forgetGone);
    m_forgetUnusable = makeButton(QStringLiteral("forgetUnusable"), {},
                                  tr("Damaged ones and those that are no BERT can not be chosen: this takes "
                                     "them off the list. Files and results stay. Ctrl+Z brings them "
                                     "back."),
                                  card);
    connect(m_forgetUnusable, &QPushButton::clicked, this, &CheckpointsPage::forgetUnusable);
    row->addWidget(m_forgetUnusable);
    row->addStretch();
    layout->addLayout(row);
    return card;
}

void CheckpointsPage::setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    const bool isOther = !m_snapshot || m_snapshot->folder != snapshot->folder;
    m_snapshot = std::move(snapshot);
    if (isOther) {
        // Ids of another workspace mean other checkpoints here.
        m_store.stop();
        m_selection.clear();
        m_inspected = 0;
        m_inspector->clear();
        m_grid->clearCurrent();
        m_scanNotice->clear();
        restore();
    }
    m_isFilling = true;
    m_grid->setCheckpoints(m_snapshot->checkpoints, m_snapshot->probedTasks, m_snapshot->gone);
    fitViews();
    const std::set<std::int64_t> kept = m_selection;
    if (m_model->setSnapshot(m_snapshot->checkpoints, m_snapshot->gone)) {
        m_list->setColumnHidden(CheckpointModel::Revision, !m_model->hasRevisions());
        m_list->resizeColumnsToContents();
    }
    m_isFilling = false;
    std::set<std::int64_t> valid;
    std::set<std::string> families;
    qint64 unusable = 0, gone = 0;
    for (const CheckpointRow& row : m_snapshot->checkpoints) {
        families.insert(row.family);
        if (m_snapshot->gone.contains(row.id))
            ++gone;
        else if (!row.problem.empty())
            ++unusable;
        if (m_snapshot->isUsable(row) && kept.contains(row.id)) valid.insert(row.id);
    }
    const auto count = static_cast<qint64>(m_snapshot->checkpoints.size());
    QString text = countedText(count, tr("%1 checkpoint"), tr("%1 checkpoints")) + QStringLiteral(" · ") +
                   countedText(static_cast<qint64>(families.size()), tr("%1 family"), tr("%1 families"));
    if (count == 0) text = tr("None yet. Add a folder, or drop one here.");
    if (unusable > 0) text += QStringLiteral(" · ") + tr("%1 cannot be used").arg(countText(unusable));
    if (gone > 0) text += QStringLiteral(" · ") + tr("%1 gone from disk").arg(countText(gone));
    m_subtitle->setText(text);
    offer(m_forgetGone, gone,
          countedText(gone, tr("Take the one that is gone off the list"),
                      tr("Take the %1 that are gone off the list")));
    offer(m_forgetUnusable, unusable,
          countedText(unusable, tr("Take the one that cannot be used off the list"),
                      tr("Take the %1 that cannot be used off the list")));
    m_legend->setText(
        tr("● probed · ▲ something is wrong or worth knowing (see below) · hatched: not there") +
        (gone > 0 ? tr(" · crossed out: gone from disk") : QString()) +
        tr(". Click, drag over several, or click a seed or a step."));
    for (QWidget* part : std::initializer_list<QWidget*>{m_selectionBar, m_action})
        part->setVisible(count > 0);  // nothing to choose yet
    m_legend->setVisible(count > 0 && m_views->currentWidget() != m_list);
    updateSeedChips();
    setSelection(valid);
    if (m_inspected != 0) inspect(m_inspected);
}

/// A button for checkpoints that can not be chosen; shown while there are any.
void CheckpointsPage::offer(QPushButton* button, qint64 count, const QString& text) {
    button->setText(text);
    button->setAccessibleName(text);
    button->setVisible(count > 0);
    button->setEnabled(count > 0);  // the palette goes by that
}

/// The grid is as high as its rows, so that what to do with them stands right below; a long one scrolls.
void CheckpointsPage::fitViews() {
    const int bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent) + 2;
    m_views->setFixedHeight(
        m_views->currentWidget() == m_list ? 380 : std::clamp(m_grid->minimumHeight() + bar, 100, 380));
}

void CheckpointsPage::updateSeedChips() {
    std::set<int> seeds;
    for (const CheckpointRow& row : m_snapshot->checkpoints)
        if (row.seed) seeds.insert(*row.seed);
    if (seeds == m_seedsShown) return;
    m_seedsShown = seeds;
    auto* layout = m_seedChips->layout();
    while (QLayoutItem* item = layout->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;  // a layout item is no QObject child
    }
    int shown = 0;
    QWidget* before = m_every;
    for (const int seed : seeds) {
        if (++shown > 6) break;
        auto* chip = makeChip(QStringLiteral("seedChip%1").arg(seed), tr("Seed %1").arg(seed),
                              tr("Choose every step of seed %1").arg(seed), m_seedChips);
        connect(chip, &QToolButton::clicked, this, [this, seed] { selectSeed(seed); });
        layout->addWidget(chip);
        setTabOrder(before, chip);  // made late, but beside the others
        before = chip;
    }
}

void CheckpointsPage::setSelection(std::set<std::int64_t> ids) {
    const bool isNew = m_selection != ids;
    m_selection = std::move(ids);
    m_grid->setSelection(m_selection);
    showSelectionInList();
    updateSelection();
    if (isNew) m_store.start();
}

/// The list marks what is chosen, whoever chose it.
void CheckpointsPage::showSelectionInList() {
    if (m_views->currentWidget() != m_list) return;
    const QAbstractItemModel* model = m_list->model();
    QItemSelection wanted;
    std::set<std::int64_t> marked;
    for (int i = 0; i < model->rowCount(); ++i) {
        const QModelIndex first = model->index(i, 0);
        const std::int64_t id = first.data(CheckpointModel::IdRole).toLongLong();
        if (m_list->selectionModel()->isRowSelected(i)) marked.insert(id);
        if (m_selection.contains(id)) wanted.select(first, model->index(i, model->columnCount() - 1));
    }
    if (marked == m_selection) return;
    m_isFilling = true;
    m_list->selectionModel()->select(wanted, QItemSelectionModel::ClearAndSelect);
    m_isFilling = false;
}

void CheckpointsPage::showView(int index) {
    m_viewChips->button(index)->setChecked(true);
    m_views->setCurrentIndex(index);
    setFocusProxy(index == 0 ? static_cast<QWidget*>(m_grid) : m_list);
    m_legend->setVisible(index == 0 && m_snapshot && !m_snapshot->checkpoints.empty());
    showSelectionInList();
    fitViews();
    m_store.start();
}

void CheckpointsPage::restore() {
    const auto stored = m_snapshot->settings.find("page.checkpoints");
    const Json json =
        stored == m_snapshot->settings.end() ? Json() : Json::parse(stored->second, nullptr, false);
    const auto chosen = json.is_object() ? json.find("chosen") : json.end();
    if (json.is_object() && chosen != json.end() && chosen->is_array())
        for (const Json& path : *chosen)
            for (const CheckpointRow& one : m_snapshot->checkpoints)
                if (path == one.path) m_selection.insert(one.id);
    showView(json.is_object() && json.value("view", Json()) == Json("list") ? 1 : 0);
    m_storedState = stored == m_snapshot->settings.end() ? std::string() : stored->second;
}

void CheckpointsPage::flush() {
    m_inspector->flush();
    storeState();
}

void CheckpointsPage::storeState() {
    m_store.stop();
    if (!m_snapshot) return;
    Json chosen = Json::array();
    for (const CheckpointRow& one : m_snapshot->checkpoints)
        if (m_selection.contains(one.id)) chosen.push_back(one.path);
    const bool isList = m_views->currentWidget() == m_list;
    if (m_storedState.empty() && chosen.empty() && !isList) return;  // as every workspace begins
    std::string now = Json{{"chosen", chosen}, {"view", isList ? "list" : "grid"}}.dump();
    if (now == m_storedState) return;
    m_storedState = std::move(now);
    m_backend->setSetting(QStringLiteral("page.checkpoints"), QString::fromStdString(m_storedState));
}

const CheckpointRow* CheckpointsPage::rowOf(std::int64_t id) const {
    if (!m_snapshot) return nullptr;
    const auto& rows = m_snapshot->checkpoints;
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const CheckpointRow& one) { return one.id == id; });
    return found == rows.end() ? nullptr : &*found;
}

void CheckpointsPage::forgetSelected() {
    forget({m_selection.begin(), m_selection.end()});
}

/// They can not be chosen, and a drive that will not come back may have held a hundred of them.
void CheckpointsPage::forgetGone() {
    std::vector<std::int64_t> ids;
    if (m_snapshot)
        for (const auto& [id, why] : m_snapshot->gone)
            if (rowOf(id)) ids.push_back(id);
    forget(std::move(ids));
}

void CheckpointsPage::forgetUnusable() {
    std::vector<std::int64_t> ids;
    if (m_snapshot)
        for (const CheckpointRow& row : m_snapshot->checkpoints)
            if (!row.problem.empty() && !m_snapshot->gone.contains(row.id)) ids.push_back(row.id);
    forget(std::move(ids));
}

void CheckpointsPage::forget(std::vector<std::int64_t> ids) {
    if (!ids.empty()) m_undo->push(new ForgetCheckpoints(m_backend, std::move(ids)));
}

/// Folders come and go while one looks elsewhere: another page, or the file manager.
bool CheckpointsPage::event(QEvent* event) {
    const bool isSeenAgain = event->type() == QEvent::Show || event->type() == QEvent::WindowActivate;
    if (isSeenAgain && isVisible() && m_snapshot) m_backend->lookForFolders();
    return QWidget::event(event);
}

void CheckpointsPage::updateSelection() {
    const auto total = m_snapshot ? m_snapshot->checkpoints.size() : 0;
    m_selectionText->setText(tr("Selected: %1 of %2").arg(m_selection.size()).arg(total));
    m_newExperiment->setEnabled(!m_selection.empty());
    m_forget->setEnabled(!m_selection.empty());
    m_actionText->setText(m_selection.empty()
                              ? tr("Choose checkpoints above, then say what to measure on them.")
                              : countedText(static_cast<qint64>(m_selection.size()),
                                            tr("%1 checkpoint → what would you like to know?"),
                                            tr("%1 checkpoints → what would you like to know?")));
}

void CheckpointsPage::chooseFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder of checkpoints"));
    if (!folder.isEmpty()) scan(folder);
}

void CheckpointsPage::scan(const QString& folder) {
    m_scanNotice->begin(folder);
    m_backend->scanFolder(folder);
    Q_EMIT scanBegun();
}

void CheckpointsPage::selectAll() {
    std::set<std::int64_t> ids;
    if (m_snapshot)
        for (const CheckpointRow& row : m_snapshot->checkpoints)
            if (m_snapshot->isUsable(row)) ids.insert(row.id);
    setSelection(ids);
}

void CheckpointsPage::selectNone() {
    setSelection({});
}

void CheckpointsPage::selectEveryNth() {
    if (m_snapshot) selectEvery(m_every->value());
}

void CheckpointsPage::selectEvery(int n) {
    std::map<std::tuple<std::string, std::string, int>, int> counts;
    std::set<std::int64_t> ids;
    for (const CheckpointRow& row : m_snapshot->checkpoints)
        if (m_snapshot->isUsable(row) &&
            counts[{row.family, row.adaptedFrom, row.seed.value_or(-1)}]++ % n == 0)
            ids.insert(row.id);
    setSelection(ids);
}

void CheckpointsPage::selectSeed(int seed) {
    std::set<std::int64_t> ids;
    for (const CheckpointRow& row : m_snapshot->checkpoints)
        if (m_snapshot->isUsable(row) && row.seed == seed) ids.insert(row.id);
    setSelection(ids);
}

void CheckpointsPage::selectFirstMiddleLast() {
    if (!m_snapshot) return;
    std::map<std::tuple<std::string, std::string, int>, std::vector<std::int64_t>> lines;
    for (const CheckpointRow& row : m_snapshot->checkpoints)
        if (m_snapshot->isUsable(row))
            lines[{row.family, row.adaptedFrom, row.seed.value_or(-1)}].push_back(row.id);
    std::set<std::int64_t> ids;
    for (const auto& [key, line] : lines)
        for (const std::size_t index : {std::size_t{0}, (line.size() - 1) / 2, line.size() - 1})
            ids.insert(line[index]);
    setSelection(ids);
}

void CheckpointsPage::inspect(qint64 id) {
    m_inspected = id;
    if (m_snapshot) m_inspector->inspect(id, *m_snapshot);
}

}  // namespace strata
