// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/checkpointspage.h"

#include "widgets/checkpointgrid.h"
#include "widgets/checkpointmodel.h"
#include "widgets/pieces.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QIntValidator>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QUndoCommand>
#include <QVBoxLayout>

#include <algorithm>

namespace strata {

namespace {

/// Puts a name right, and back again with Ctrl+Z.
class CorrectName : public QUndoCommand {
  public:
    struct Name {
        QString family;
        std::optional<int> seed;
        std::optional<std::int64_t> step;
    };
    CorrectName(Backend* backend, std::int64_t id, Name before, Name after)
        : QUndoCommand(QObject::tr("Correct a checkpoint's name")),
          m_backend(backend),
          m_id(id),
          m_before(std::move(before)),
          m_after(std::move(after)) {}
    void redo() override {
        m_backend->correctCheckpointName(m_id, m_after.family, m_after.seed, m_after.step);
    }
    void undo() override {
        m_backend->correctCheckpointName(m_id, m_before.family, m_before.seed, m_before.step);
    }

  private:
    Backend* m_backend;
    std::int64_t m_id;
    Name m_before, m_after;
};

template <typename T>
std::optional<T> numberOf(const QLineEdit* edit) {
    bool isNumber = false;
    const qint64 value = edit->text().trimmed().toLongLong(&isNumber);
    return isNumber ? std::optional<T>(static_cast<T>(value)) : std::nullopt;
}

}  // namespace

CheckpointsPage::CheckpointsPage(Backend* backend, QUndoStack* undo, QWidget* parent)
    : QWidget(parent), m_backend(backend), m_undo(undo) {
    setObjectName(QStringLiteral("checkpointsPage"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    auto* content = new QWidget(scroll);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(20, 14, 20, 14);
    layout->setSpacing(10);
    layout->addWidget(makeHeader());
    m_scanNotice = new Notice(content);
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
    m_list->setSortingEnabled(true);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->verticalHeader()->hide();
    m_list->horizontalHeader()->setStretchLastSection(true);
    auto* gridScroll = new QScrollArea(content);
    gridScroll->setWidget(m_grid);
    gridScroll->setWidgetResizable(true);
    m_views = new QStackedWidget(content);
    m_views->addWidget(gridScroll);
    m_views->addWidget(m_list);
    layout->addWidget(m_views);
    m_legend = makeMuted(tr("● probed · ▲ something is wrong or worth knowing (see below) · hatched: not "
                            "there. Click, drag over several, or click a seed or a step."),
                         content);
    layout->addWidget(m_legend);
    m_selectionBar = makeSelectionBar();
    m_action = makeAction();
    layout->addWidget(m_selectionBar);
    layout->addWidget(m_action);
    layout->addWidget(makeInspector());
    layout->addStretch();
    scroll->setWidget(content);
    outer->addWidget(scroll);
    connect(m_grid, &CheckpointGrid::selectionChanged, this,
            [this](const std::set<std::int64_t>& ids) { setSelection(ids); });
    connect(m_grid, &CheckpointGrid::currentChanged, this, &CheckpointsPage::inspect);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        std::set<std::int64_t> ids;
        for (const QModelIndex& index : m_list->selectionModel()->selectedRows())
            ids.insert(index.data(CheckpointModel::IdRole).toLongLong());
        if (!ids.empty()) inspect(*ids.begin());
        setSelection(ids);
    });
    connect(m_backend, &Backend::scanFinished, this,
            [this](const QString&, int, const QString& problem) { m_scanNotice->setMessage(problem); });
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
    auto* views = new QButtonGroup(this);
    for (const auto& [index, name, text, explanation] :
         {std::tuple(0, "gridView", tr("Grid"), tr("Seeds × steps")),
          std::tuple(1, "listView", tr("List"), tr("A table with size, format, shape and hash"))}) {
        auto* chip = makeChip(QString::fromLatin1(name), text, explanation, header);
        chip->setCheckable(true);
        chip->setChecked(index == 0);
        views->addButton(chip, index);
        layout->addWidget(chip);
    }
    connect(views, &QButtonGroup::idClicked, this, [this](int index) {
        m_views->setCurrentIndex(index);
        fitViews();
    });
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
    chip("selectEverySecond", tr("Every 2nd"), tr("Every second step of every seed"),
         [this] { selectEvery(2); });
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
    row->addStretch();
    layout->addLayout(row);
    return card;
}

QWidget* CheckpointsPage::makeInspector() {
    m_inspector = new QWidget(this);
    auto* layout = new QVBoxLayout(m_inspector);
    layout->setContentsMargins(0, 4, 0, 0);
    m_name = makeHeading({}, m_inspector);
    m_origin = makeMuted({}, m_inspector);
    m_origin->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem = new Notice(m_inspector);
    layout->addWidget(m_name);
    layout->addWidget(m_origin);
    layout->addWidget(m_problem);
    auto* names = new QHBoxLayout;
    const auto field = [&](const char* name, const QString& label, const QString& explanation, int width) {
        auto* edit = new QLineEdit(m_inspector);
        edit->setObjectName(QString::fromLatin1(name));
        edit->setAccessibleName(label);
        edit->setToolTip(explanation);
        edit->setMaximumWidth(width);
        names->addWidget(makeMuted(label, m_inspector));
        names->addWidget(edit);
        connect(edit, &QLineEdit::editingFinished, this, &CheckpointsPage::storeName);
        return edit;
    };
    m_family = field("familyEdit", tr("family"),
                     tr("Runs that differ only in seed and step belong to one family. Read from the folder's "
                        "name; correct it here, Ctrl+Z takes it back."),
                     220);
    m_seed = field("seedEdit", tr("seed"), tr("Random seed of the pretraining run"), 70);
    m_step = field("stepEdit", tr("step"), tr("Training step at which the model was saved"), 110);
    m_seed->setValidator(new QIntValidator(0, 2'000'000'000, m_seed));
    names->addStretch();
    layout->addLayout(names);
    m_facts = makeMuted({}, m_inspector);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_facts);
    m_inspector->hide();
    return m_inspector;
}

void CheckpointsPage::setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    m_snapshot = std::move(snapshot);
    m_grid->setCheckpoints(m_snapshot->checkpoints, m_snapshot->probedTasks);
    fitViews();
    const std::set<std::int64_t> kept = m_selection;
    m_model->setSnapshot(m_snapshot->checkpoints);
    m_list->resizeColumnsToContents();
    std::set<std::int64_t> valid;
    std::set<std::string> families;
    int unusable = 0;
    for (const CheckpointRow& row : m_snapshot->checkpoints) {
        families.insert(row.family);
        if (!row.problem.empty()) ++unusable;
        if (row.problem.empty() && kept.contains(row.id)) valid.insert(row.id);
    }
    const auto count = static_cast<qint64>(m_snapshot->checkpoints.size());
    QString text = tr("%1 checkpoints · %2 families").arg(countText(count)).arg(families.size());
    if (families.size() == 1) text = tr("%1 checkpoints · 1 family").arg(countText(count));
    if (count == 0) text = tr("None yet. Add a folder, or drop one here.");
    if (unusable > 0) text += QStringLiteral(" · ") + tr("%1 cannot be used").arg(unusable);
    m_subtitle->setText(text);
    for (QWidget* part : std::initializer_list<QWidget*>{m_legend, m_selectionBar, m_action})
        part->setVisible(count > 0);  // nothing to choose yet
    updateSeedChips();
    setSelection(valid);
    if (m_inspected != 0) inspect(m_inspected);
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
    auto* layout = m_seedChips->layout();
    if (layout->count() == static_cast<int>(std::min<std::size_t>(seeds.size(), 6))) return;
    while (QLayoutItem* item = layout->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;  // a layout item is no QObject child
    }
    int shown = 0;
    for (const int seed : seeds) {
        if (++shown > 6) break;
        auto* chip = makeChip(QStringLiteral("seedChip%1").arg(seed), tr("Seed %1").arg(seed),
                              tr("Choose every step of seed %1").arg(seed), m_seedChips);
        connect(chip, &QToolButton::clicked, this, [this, seed] { selectSeed(seed); });
        layout->addWidget(chip);
    }
}

void CheckpointsPage::setSelection(std::set<std::int64_t> ids) {
    m_selection = std::move(ids);
    m_grid->setSelection(m_selection);
    updateSelection();
}

void CheckpointsPage::updateSelection() {
    const auto total = m_snapshot ? m_snapshot->checkpoints.size() : 0;
    m_selectionText->setText(tr("Selected: %1 of %2").arg(m_selection.size()).arg(total));
    m_newExperiment->setEnabled(!m_selection.empty());
    m_actionText->setText(
        m_selection.empty()
            ? tr("Choose checkpoints above, then say what to measure on them.")
            : tr("%n checkpoint(s) → what would you like to know?", nullptr,
                 static_cast<int>(m_selection.size()))
                  .replace(QLatin1String("(s)"), m_selection.size() == 1 ? QString() : QStringLiteral("s")));
}

void CheckpointsPage::chooseFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder of checkpoints"));
    if (!folder.isEmpty()) m_backend->scanFolder(folder);
}

void CheckpointsPage::selectAll() {
    std::set<std::int64_t> ids;
    if (m_snapshot)
        for (const CheckpointRow& row : m_snapshot->checkpoints)
            if (row.problem.empty()) ids.insert(row.id);
    setSelection(ids);
}

void CheckpointsPage::selectNone() {
    setSelection({});
}

void CheckpointsPage::selectEvery(int n) {
    std::map<std::tuple<std::string, std::string, int>, int> counts;
    std::set<std::int64_t> ids;
    for (const CheckpointRow& row : m_snapshot->checkpoints)
        if (row.problem.empty() && counts[{row.family, row.adaptedFrom, row.seed.value_or(-1)}]++ % n == 0)
            ids.insert(row.id);
    setSelection(ids);
}

void CheckpointsPage::selectSeed(int seed) {
    std::set<std::int64_t> ids;
    for (const CheckpointRow& row : m_snapshot->checkpoints)
        if (row.problem.empty() && row.seed == seed) ids.insert(row.id);
    setSelection(ids);
}

void CheckpointsPage::selectFirstMiddleLast() {
    if (!m_snapshot) return;
    std::map<std::tuple<std::string, std::string, int>, std::vector<std::int64_t>> lines;
    for (const CheckpointRow& row : m_snapshot->checkpoints)
        if (row.problem.empty())
            lines[{row.family, row.adaptedFrom, row.seed.value_or(-1)}].push_back(row.id);
    std::set<std::int64_t> ids;
    for (const auto& [key, line] : lines)
        for (const std::size_t index : {std::size_t{0}, (line.size() - 1) / 2, line.size() - 1})
            ids.insert(line[index]);
    setSelection(ids);
}

void CheckpointsPage::inspect(qint64 id) {
    m_inspected = id;
    const auto& rows = m_snapshot->checkpoints;
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const CheckpointRow& row) { return row.id == id; });
    m_inspector->setVisible(found != rows.end());
    if (found == rows.end()) return;
    const CheckpointRow& row = *found;
    m_name->setText(QString::fromStdString(std::filesystem::path(row.path).filename().string()));
    m_origin->setText(QString::fromStdString(row.path));
    QStringList problems;
    if (!row.problem.empty()) problems << QString::fromStdString(row.problem);
    for (const std::string& warning : row.warnings)
        problems << QString::fromStdString(warning);
    m_problem->setMessage(problems.join(QLatin1Char('\n')));
    if (!m_family->hasFocus()) m_family->setText(QString::fromStdString(row.family));
    if (!m_seed->hasFocus()) m_seed->setText(row.seed ? QString::number(*row.seed) : QString());
    if (!m_step->hasFocus()) m_step->setText(row.step ? QString::number(*row.step) : QString());
    m_facts->setText(
        tr("%1 · %2 · %3 · %4 layers × %5, %6 heads · vocabulary %7, %8 · MLM head: %9")
            .arg(QString::fromStdString(row.format), QString::fromStdString(row.dtype),
                 sizeText(static_cast<double>(row.bytes)))
            .arg(row.layers)
            .arg(row.hidden)
            .arg(row.heads)
            .arg(countText(row.vocabulary), row.isUncased ? tr("uncased") : tr("cased"),
                 row.hasMlmHead ? tr("yes") : tr("no")) +
        QStringLiteral("\n") +
        (row.contentHash.empty() ? tr("content hash: being computed")
                                 : tr("content hash: %1").arg(QString::fromStdString(row.contentHash))) +
        (row.nameCorrected ? QStringLiteral("\n") + tr("Family, seed and step were corrected by hand.")
                           : QString()));
}

void CheckpointsPage::storeName() {
    const auto& rows = m_snapshot->checkpoints;
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&](const CheckpointRow& row) { return row.id == m_inspected; });
    if (found == rows.end() || m_family->text().trimmed().isEmpty()) return;
    const CorrectName::Name before{QString::fromStdString(found->family), found->seed, found->step};
    const CorrectName::Name after{m_family->text().trimmed(), numberOf<int>(m_seed),
                                  numberOf<std::int64_t>(m_step)};
    if (before.family == after.family && before.seed == after.seed && before.step == after.step) return;
    m_undo->push(new CorrectName(m_backend, m_inspected, before, after));
}

}  // namespace strata
