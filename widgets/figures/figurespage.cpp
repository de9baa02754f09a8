// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/figures/figurespage.h"

#include "widgets/figures/figurebatch.h"
#include "widgets/figures/figurecontrols.h"
#include "widgets/figures/figurelist.h"
#include "widgets/figures/figurepane.h"
#include "widgets/figures/figurepreview.h"
#include "widgets/pieces.h"
#include "widgets/plots/labels.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>

namespace strata {
namespace {

constexpr const char* kFormats[] = {"pdf", "svg", "png", "csv"};

QString formatName(const char* format) {
    return QString::fromLatin1(format).toUpper();
}

/// "exportPdfButton"
QString objectNameOf(const char* format, const char* before, const char* after) {
    QString name = QString::fromLatin1(format);
    name[0] = name[0].toUpper();
    return QLatin1String(before) + name + QLatin1String(after);
}

/// A button whose text alone does not say what it does.
QPushButton* makeNamedButton(QWidget* parent, const QString& name, const QString& text, const QString& title,
                             const QString& explanation) {
    auto* button = makeButton(name, text, explanation, parent);
    button->setAccessibleName(title);
    button->setAccessibleDescription(explanation);
    return button;
}

}  // namespace

FiguresPage::FiguresPage(Backend* backend, QWidget* parent)
    : QWidget(parent),
      m_backend(backend),
      m_list(FigureList::of(backend)),
      m_batch(new FigureBatch(backend, this)) {
    setObjectName(QStringLiteral("figuresPage"));
    setAccessibleName(tr("Figures"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(20, 14, 16, 12);
    row->setSpacing(14);
    row->addWidget(makeListSide());
    m_stack = new QStackedWidget(this);
    m_stack->setObjectName(QStringLiteral("figuresStack"));
    m_empty = new QLabel(this);
    m_empty->setObjectName(QStringLiteral("figuresEmpty"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setForegroundRole(QPalette::PlaceholderText);
    m_empty->setText(
        tr("No figure is open.\nOn the Explore page, “Export figure…” brings a heatmap here, and “Save view” "
           "keeps it in the list at the left."));
    m_stack->addWidget(makePreviewSide());
    m_stack->addWidget(m_empty);
    row->addWidget(m_stack, 1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    m_refresh.setSingleShot(true);
    connect(&m_refresh, &QTimer::timeout, this, &FiguresPage::askForHeatmap);
    connect(m_list, &FigureList::changed, this, &FiguresPage::refillList);
    connect(m_controls, &FigureControls::figureChanged, this, &FiguresPage::figureEdited);
    connect(m_backend, &Backend::heatmapReady, this,
            [this](quint64 id, const std::shared_ptr<const Heatmap>& heatmap) {
                if (id == m_heatmapId && heatmap) showHeatmap(heatmap);
            });
    connect(m_backend, &Backend::requestFailed, this, [this](quint64 id, const QString& message) {
        if (id == m_heatmapId) say(message, true);
    });
    connect(m_backend, &Backend::figureExported, this,
            [this](quint64 id, const QString& file, const QString& problem) {
                if (id != m_exportId) return;
                m_exportId = 0;
                updateState();
                if (!problem.isEmpty()) return say(problem, true);
                const QFileInfo info(file);
                const bool isTable = info.suffix().compare(QLatin1String("csv"), Qt::CaseInsensitive) == 0;
                say(isTable ? tr("Written: %1").arg(QDir::toNativeSeparators(file))
                            : tr("Written: %1, and its numbers beside it as %2")
                                  .arg(QDir::toNativeSeparators(file),
                                       info.completeBaseName() + QStringLiteral(".csv")));
            });
    connect(m_batch, &FigureBatch::progressed, this,
            [this](int done, int total) { say(tr("Writing figure %1 of %2 …").arg(done + 1).arg(total)); });
    connect(m_batch, &FigureBatch::finished, this, &FiguresPage::allExported);
    updateState();
}

QWidget* FiguresPage::makeListSide() {
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(makeTitle(tr("Figures"), side));
    m_names = new QListWidget(side);
    m_names->setObjectName(QStringLiteral("figureList"));
    m_names->setAccessibleName(tr("Saved figures"));
    m_names->setToolTip(tr("Figures of this workspace; each is kept with its looks"));
    m_names->setTextElideMode(Qt::ElideRight);
    m_names->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_names->setAlternatingRowColors(false);
    column->addWidget(m_names, 1);
    auto* buttons = new QHBoxLayout;
    m_save = makeNamedButton(side, QStringLiteral("saveFigureButton"), tr("Save view"), tr("Save view"),
                             tr("Keeps the figure shown in this list; writes no file"));
    m_remove =
        makeNamedButton(side, QStringLiteral("removeFigureButton"), tr("Remove"), tr("Remove from the list"),
                        tr("Takes the figure out of this list; written files stay"));
    buttons->addWidget(m_save);
    buttons->addWidget(m_remove);
    column->addLayout(buttons);
    m_exportAll =
        makeNamedButton(side, QStringLiteral("exportAllButton"), tr("Export all ▾"), tr("Export all figures"),
                        tr("Writes every figure of this list into the workspace's folder “figures”, each "
                           "under its name; a file that is there under this name is replaced"));
    auto* formats = new QMenu(m_exportAll);
    for (const char* format : kFormats) {
        QAction* action = formats->addAction(tr("as %1").arg(formatName(format)));
        action->setObjectName(objectNameOf(format, "exportAll", {}));
        connect(action, &QAction::triggered, this,
                [this, format] { exportAll(QString::fromLatin1(format)); });
    }
    m_exportAll->setMenu(formats);
    m_exportAll->setStyleSheet(QStringLiteral("QPushButton::menu-indicator { image: none; width: 0px; }"));
    column->addWidget(m_exportAll);
    side->setFixedWidth(fontMetrics().averageCharWidth() * 30);
    // Not the current row: a list that is given the focus makes its first row current, and a figure that was
    // just handed on and is not saved would be gone.
    connect(m_names, &QListWidget::itemSelectionChanged, this, [this] {
        const auto chosen = m_names->selectedItems();
        if (!chosen.isEmpty()) openRow(m_names->row(chosen.front()));
    });
    connect(m_save, &QPushButton::clicked, this, [this] {
        const std::size_t index = m_list->add(m_figure);
        showFigure(m_list->figures()[index], index);
        say(tr("Saved as “%1”").arg(m_figure.name));
    });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (!m_index) return;
        const std::size_t index = *m_index;
        m_index.reset();  // what is shown stays open, unsaved: Save brings it back
        m_list->remove(index);
        say(tr("Removed from the list; “Save view” brings it back"));
        updateState();
    });
    return side;
}

QWidget* FiguresPage::makePreviewSide() {
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(8);
    m_pane = new FigurePane(side);
    upper->addWidget(m_pane, 1);
    m_controls = new FigureControls(side);
    auto* scroll = new QScrollArea(side);
    scroll->setWidget(m_controls);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFixedWidth(
        std::max(fontMetrics().averageCharWidth() * 40, m_controls->minimumSizeHint().width() + 20));
    scroll->setBackgroundRole(QPalette::Base);
    upper->addWidget(scroll);
    column->addLayout(upper, 1);

    auto* exportRow = new QHBoxLayout;
    auto* label = new QLabel(tr("File"), side);
    m_path = new QLineEdit(side);
    m_path->setObjectName(QStringLiteral("figurePath"));
    m_path->setAccessibleName(tr("File to write"));
    m_path->setToolTip(
        tr("Where the figure is written; the button pressed gives the ending, a missing folder is made"));
    label->setBuddy(m_path);
    auto* choose =
        makeNamedButton(side, QStringLiteral("figurePathButton"), QStringLiteral("…"),
                        tr("Choose the file to write"), tr("Choose folder and name of the file to write"));
    exportRow->addWidget(label);
    exportRow->addWidget(m_path, 1);
    exportRow->addWidget(choose);
    exportRow->addSpacing(6);
    exportRow->addWidget(new QLabel(tr("Export as"), side));
    const QString explanations[] = {
        tr("Writes a vector PDF of exactly this size, fonts embedded, and the numbers beside it as CSV"),
        tr("Writes an SVG of exactly this size, and the numbers beside it as CSV"),
        tr("Writes a picture with 300 dots per inch, and the numbers beside it as CSV"),
        tr("Writes the numbers and the settings that made them")};
    for (std::size_t i = 0; i < std::size(kFormats); ++i) {
        const char* format = kFormats[i];
        auto* button = makeNamedButton(side, objectNameOf(format, "export", "Button"), formatName(format),
                                       tr("Export as %1").arg(formatName(format)), explanations[i]);
        m_exports.push_back(button);
        exportRow->addWidget(button);
        connect(button, &QPushButton::clicked, this,
                [this, format] { exportAs(QString::fromLatin1(format)); });
    }
    column->addLayout(exportRow);
    m_message = new QLabel(side);
    m_message->setObjectName(QStringLiteral("figureMessage"));
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_message->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    // Room for three lines whatever is said: the buttons stay where the pointer is. Longer texts scroll.
    auto* messageRoom = new QScrollArea(side);
    messageRoom->setObjectName(QStringLiteral("figureMessageRoom"));
    messageRoom->setWidget(m_message);
    messageRoom->setWidgetResizable(true);
    messageRoom->setFrameShape(QFrame::NoFrame);
    messageRoom->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    messageRoom->setFocusPolicy(Qt::NoFocus);
    messageRoom->setBackgroundRole(QPalette::Base);
    messageRoom->setFixedHeight(fontMetrics().lineSpacing() * 3 + 4);
    column->addWidget(messageRoom);
    connect(choose, &QPushButton::clicked, this, &FiguresPage::choosePath);
    connect(m_path, &QLineEdit::textEdited, this, [this] { m_hasOwnPath = true; });
    return side;
}

void FiguresPage::setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    const bool isOther = !m_snapshot || !snapshot || m_snapshot->folder != snapshot->folder;
    m_snapshot = std::move(snapshot);
    if (!m_snapshot) return;
    if (isOther) {
        m_hasFigure = false;
        m_index.reset();
        m_heatmap.reset();
        m_hasOwnPath = false;
        // Answers of the other workspace may never come.
        m_batch->stop();
        m_exportId = m_heatmapId = 0;
        say({});
    }
    m_list->setSnapshot(m_snapshot);
    if (isOther) {
        refillList();
        if (!m_list->figures().empty()) openRow(0);
    } else if (m_hasFigure && !m_refresh.isActive()) {
        m_refresh.start(500);  // results may have come in
    }
    updateState();
}

void FiguresPage::openFigure(const FigureDescription& figure) {
    showFigure(figure, std::nullopt);
}

void FiguresPage::openRow(int row) {
    if (row < 0 || static_cast<std::size_t>(row) >= m_list->figures().size()) return;
    const auto index = static_cast<std::size_t>(row);
    showFigure(m_list->figures()[index], index);
}

void FiguresPage::showFigure(const FigureDescription& figure, std::optional<std::size_t> index) {
    const bool isSameData =
        m_hasFigure && m_heatmap && m_heatmap->hasNumbers() && m_figure.query == figure.query;
    m_figure = figure;
    m_index = index;
    m_hasFigure = true;
    m_hasOwnPath = false;
    if (!isSameData) m_heatmap.reset();
    m_controls->setFigure(figure);
    showPreview();
    if (!m_batch->isRunning()) say({});
    suggestPath();
    refillList();
    updateState();
    askForHeatmap();
}

void FiguresPage::figureEdited(const FigureDescription& figure) {
    m_figure = figure;
    updateDataRange();
    showPreview();
    if (m_index) m_list->replace(*m_index, figure);
    suggestPath();
}

void FiguresPage::showPreview() {
    m_pane->preview()->setFigure(m_figure, m_heatmap);
    m_controls->setFit(m_heatmap ? fitOf(m_figure, *m_heatmap) : FigureFit{});
}

void FiguresPage::showHeatmap(std::shared_ptr<const Heatmap> heatmap) {
    const bool wasGone = isOfDeletedExperiment() && m_heatmap && !m_heatmap->hasNumbers();
    m_heatmap = std::move(heatmap);
    updateDataRange();
    showPreview();
    updateState();
    if (isOfDeletedExperiment() && !m_heatmap->hasNumbers() && !wasGone)
        say(tr("The experiment of this figure is no longer in this workspace: there are no numbers to draw."),
            true);
}

/// What “from the numbers shown” means for the figure as it is now.
void FiguresPage::updateDataRange() {
    if (!m_heatmap) return;
    FigureDescription automatic = m_figure;
    automatic.automaticRange = true;
    m_controls->setDataRange(rangeOf(automatic, *m_heatmap), isShownAsPercent(m_heatmap->query.metric));
}

bool FiguresPage::isOfDeletedExperiment() const {
    return m_snapshot &&
           std::none_of(m_snapshot->experiments.begin(), m_snapshot->experiments.end(),
                        [&](const ExperimentRow& row) { return row.id == m_figure.query.experimentId; });
}

void FiguresPage::askForHeatmap() {
    if (m_hasFigure) m_heatmapId = m_backend->requestHeatmap(m_figure.query);
}

void FiguresPage::refillList() {
    const QSignalBlocker blocker(m_names);
    const auto& figures = m_list->figures();
    while (m_names->count() > static_cast<int>(figures.size()))
        delete m_names->takeItem(m_names->count() - 1);
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const int row = static_cast<int>(i);
        if (row >= m_names->count()) m_names->addItem(QString());
        m_names->item(row)->setText(figures[i].name.isEmpty() ? tr("(no name)") : figures[i].name);
        m_names->item(row)->setToolTip(figures[i].name);
    }
    if (m_index)
        m_names->setCurrentRow(static_cast<int>(*m_index));
    else
        m_names->clearSelection();
    updateState();
}

void FiguresPage::exportAs(const QString& ending) {
    if (!m_heatmap || m_exportId != 0) return;
    const QFileInfo info(QDir::fromNativeSeparators(m_path->text().trimmed()));
    if (info.fileName().isEmpty()) return say(tr("Give the file a name first."), true);
    const bool isKnown = std::any_of(std::begin(kFormats), std::end(kFormats), [&](const char* format) {
        return info.suffix().toLower() == QLatin1String(format);
    });
    const QString base = isKnown ? info.completeBaseName() : info.fileName();
    const QString file = info.path() + QLatin1Char('/') + base + QLatin1Char('.') + ending;
    say(tr("Writing %1 …").arg(QDir::toNativeSeparators(file)));
    m_exportId = m_backend->exportFigure(m_figure, m_heatmap, file);
    updateState();
}

void FiguresPage::say(const QString& text, bool isProblem) {
    m_message->setText(text);
    m_message->setForegroundRole(isProblem ? QPalette::Text : QPalette::PlaceholderText);
    m_message->setAccessibleName(text);
}

void FiguresPage::updateState() {
    m_stack->setCurrentIndex(m_hasFigure ? 0 : 1);
    m_save->setEnabled(m_hasFigure && !m_index);
    m_remove->setEnabled(m_index.has_value());
    // A button that writes stays enabled meanwhile: a disabled one would give the keyboard's focus away.
    const bool canExport = m_heatmap != nullptr && m_heatmap->hasNumbers() && !m_batch->isRunning();
    m_exportAll->setEnabled(m_snapshot && !m_list->figures().empty() && m_exportId == 0 &&
                            !m_batch->isRunning());
    for (QPushButton* button : m_exports)
        button->setEnabled(canExport);
}

}  // namespace strata
