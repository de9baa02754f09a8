// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/mainwindow.h"

#include "base/system.h"
#include "base/wording.h"
#include "widgets/checkpointspage.h"
#include "widgets/commandpalette.h"
#include "widgets/datapage.h"
#include "widgets/experimentpage.h"
#include "widgets/explore/explorepage.h"
#include "widgets/explore/heatmapview.h"
#include "widgets/figures/figurespage.h"
#include "widgets/helptexts.h"
#include "widgets/pieces.h"
#include "widgets/queuecard.h"
#include "widgets/queuepage.h"
#include "widgets/settingspage.h"
#include "widgets/theme.h"
#include "widgets/welcomepage.h"

#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QScreen>
#include <QSettings>
#include <QStatusBar>
#include <QWhatsThis>

#include <array>
#include <utility>

namespace strata {

namespace {

constexpr std::array kPages{PageKind::Welcome, PageKind::Checkpoints, PageKind::Data,    PageKind::Experiment,
                            PageKind::Queue,   PageKind::Explore,     PageKind::Figures, PageKind::Settings};

}  // namespace

MainWindow::MainWindow(Backend* backend, QWidget* parent)
    : QMainWindow(parent), m_backend(backend), m_undo(new QUndoStack(this)) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Strata"));
    setAcceptDrops(true);
    // A small screen must not cut the window's lower edge off.
    resize(QSize(1280, 800).boundedTo(screen()->availableSize()));
    makePages();
    makeStatusLine();
    makeActions();
    connectBackend();
    for (QLineEdit* edit : findChildren<QLineEdit*>())
        if (!edit->property("takesFiles").toBool()) teachManners(edit);
    restoreGeometry(QSettings().value(QStringLiteral("window/geometry")).toByteArray());
    present(PageKind::Checkpoints);
}

MainWindow::~MainWindow() = default;

void MainWindow::makePages() {
    auto* centre = new QWidget(this);
    auto* layout = new QHBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_rail = new NavigationRail(centre);
    layout->addWidget(m_rail);
    m_pages = new QStackedWidget(centre);
    layout->addWidget(m_pages, 1);
    m_welcome = new WelcomePage(m_pages);
    m_checkpoints = new CheckpointsPage(m_backend, m_undo, m_pages);
    m_data = new DataPage(m_backend, m_undo, m_pages);
    m_experiment = new ExperimentPage(m_backend, m_undo, m_pages);
    m_queue = new QueuePage(m_backend, m_undo, m_pages);
    m_explore = new ExplorePage(m_backend, m_pages);
    m_figures = new FiguresPage(m_backend, m_pages);
    m_settings = new SettingsPage(m_backend, m_pages);
    for (QWidget* page : std::initializer_list<QWidget*>{m_welcome, m_checkpoints, m_data, m_experiment,
                                                         m_queue, m_explore, m_figures, m_settings})
        m_pages->addWidget(page);
    setCentralWidget(centre);
    connect(m_rail, &NavigationRail::pageChosen, this,
            [this](PageKind page) { page == PageKind::Help ? showHelp() : showPage(page); });
    connect(m_welcome, &WelcomePage::openFolderRequested, m_checkpoints, &CheckpointsPage::chooseFolder);
    connect(m_welcome, &WelcomePage::demoRequested, this, &MainWindow::startDemo);
    connect(m_welcome, &WelcomePage::workspaceRequested, this, &MainWindow::openWorkspace);
    connect(m_checkpoints, &CheckpointsPage::scanBegun, this, [this] { showPage(PageKind::Checkpoints); });
    connect(m_checkpoints, &CheckpointsPage::newExperimentRequested, this,
            [this](const std::vector<std::int64_t>& ids) {
                m_experiment->setCheckpoints(ids);
                showPage(PageKind::Experiment);
            });
    connect(m_experiment, &ExperimentPage::dataRequested, this, [this] { showPage(PageKind::Data); });
    connect(m_experiment, &ExperimentPage::checkpointsRequested, this,
            [this] { showPage(PageKind::Checkpoints); });
    connect(m_queue, &QueuePage::exploreRequested, this, [this](qint64 id) {
        m_explore->showExperiment(id);
        showPage(PageKind::Explore);
    });
    connect(m_queue, &QueuePage::pausedChanged, this, [this](bool isPaused) {
        m_isPaused = isPaused;
        say(idleText());
    });
    connect(m_explore, &ExplorePage::figureRequested, this, [this](const FigureDescription& figure) {
        m_figures->openFigure(figure);
        showPage(PageKind::Figures);
    });
    connect(m_settings, &SettingsPage::themeChosen, this, [](const QString& theme) {
        QSettings().setValue(QStringLiteral("theme"), theme);
        applyTheme(*qApp, themeModeOf(theme));
    });
}

void MainWindow::makeStatusLine() {
    m_progress = new QProgressBar(this);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(160);
    m_progress->hide();
    m_status = new QToolButton(this);
    m_status->setObjectName(QStringLiteral("statusLine"));
    m_status->setAccessibleName(tr("What runs now"));
    m_status->setToolTip(tr("What runs, how far, how long still. Click for the queue."));
    m_status->setAutoRaise(true);
    m_status->setToolButtonStyle(Qt::ToolButtonTextOnly);
    connect(m_status, &QToolButton::clicked, this, [this] { showPage(PageKind::Queue); });
    const ProcessorInfo& processor = processorInfo();
    m_machine = new QLabel(countedText(processor.cores, tr("%1 thread · %2"), tr("%1 threads · %2"))
                               .arg(QString::fromStdString(instructionSetText(processor))),
                           this);
    m_machine->setForegroundRole(QPalette::PlaceholderText);
    m_machine->setToolTip(tr("What this processor offers; runs use it by themselves"));
    statusBar()->addWidget(m_progress);
    statusBar()->addWidget(m_status, 1);
    statusBar()->addPermanentWidget(m_machine);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(8, 0, 14, 0);
    m_telling.setSingleShot(true);
    m_telling.setInterval(3000);
    connect(&m_telling, &QTimer::timeout, this, [this] { showStatus(m_said); });
    say(tr("Ready"));
}

QAction* MainWindow::addCommand(const QString& text, const QKeySequence& keys,
                                const std::function<void()>& run) {
    auto* action = new QAction(text, this);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, run);
    addAction(action);
    return action;
}

void MainWindow::makeActions() {
    const std::initializer_list<std::pair<PageKind, QString>> pages{
        {PageKind::Checkpoints, tr("Go to Checkpoints")}, {PageKind::Data, tr("Go to Data")},
        {PageKind::Experiment, tr("Go to Experiment")},   {PageKind::Queue, tr("Go to Queue")},
        {PageKind::Explore, tr("Go to Explore")},         {PageKind::Figures, tr("Go to Figures")}};
    int number = 1;
    for (const auto& [page, text] : pages)
        addCommand(text, QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + number++)),
                   [this, page = page] { showPage(page); });
    addCommand(tr("Go to Settings"), {}, [this] {
        showPage(PageKind::Settings);
    })->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_7), QKeySequence(Qt::CTRL | Qt::Key_Comma)});
    addCommand(tr("Welcome"), {}, [this] { showPage(PageKind::Welcome); });
    addCommand(tr("Open a folder of checkpoints…"), QKeySequence::Open,
               [this] { m_checkpoints->chooseFolder(); });
    addCommand(tr("Open or make a workspace…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O),
               [this] { chooseWorkspace(); });
    addCommand(tr("Choose all checkpoints"), QKeySequence(), [this] { m_checkpoints->selectAll(); });
    addCommand(tr("Choose first, middle and last checkpoints"), QKeySequence(),
               [this] { m_checkpoints->selectFirstMiddleLast(); });
    makeButtonCommands();
    for (const auto& [theme, text] : {std::pair("light", tr("Light look")),
                                      {"dark", tr("Dark look")},
                                      {"system", tr("Look of the system")}})
        addCommand(text, {}, [this, theme = theme] { m_settings->chooseTheme(QLatin1String(theme)); });
    addCommand(tr("Try the demo"), QKeySequence(), [this] { startDemo(); });
    addCommand(tr("Help on what is in focus"), QKeySequence::HelpContents, [this] { showHelp(); });
    auto* undo = m_undo->createUndoAction(this, tr("Undo"));
    undo->setShortcut(QKeySequence::Undo);
    addAction(undo);
    connect(undo, &QAction::triggered, this, [this] { tell(tr("Undone: %1").arg(m_undo->redoText())); });
    auto* redo = m_undo->createRedoAction(this, tr("Redo"));
    redo->setShortcut(QKeySequence::Redo);
    addAction(redo);
    connect(redo, &QAction::triggered, this, [this] { tell(tr("Done again: %1").arg(m_undo->undoText())); });
    addCommand(tr("Quit"), QKeySequence::Quit, [this] { close(); });
    addCommand(tr("All commands"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] { showPalette(); });
    m_rail->workspaceButton()->setMenu(new QMenu(this));
    connect(m_rail->workspaceButton()->menu(), &QMenu::aboutToShow, this, &MainWindow::updateWorkspaceMenu);
}

/// What buttons of the pages do, by name, from anywhere.
void MainWindow::makeButtonCommands() {
    struct ButtonCommand {
        PageKind page;
        const char* button;
        QString text;
    };
    const std::initializer_list<ButtonCommand> commands{
        {PageKind::Checkpoints, "selectNone", tr("Choose no checkpoint")},
        {PageKind::Checkpoints, "selectEveryNth", tr("Choose every n-th checkpoint")},
        {PageKind::Checkpoints, "gridView", tr("Checkpoints as a grid")},
        {PageKind::Checkpoints, "listView", tr("Checkpoints as a list")},
        {PageKind::Checkpoints, "forgetCheckpoints", tr("Take the chosen checkpoints off the list")},
        {PageKind::Checkpoints, "forgetGone", tr("Take checkpoints that are gone from disk off the list")},
        {PageKind::Checkpoints, "forgetUnusable", tr("Take checkpoints that cannot be used off the list")},
        {PageKind::Checkpoints, "newExperiment", tr("New experiment with the chosen checkpoints")},
        {PageKind::Data, "newDataset", tr("Describe a new data set")},
        {PageKind::Data, "deleteDataset", tr("Remove the data set")},
        {PageKind::Experiment, "loadSpec", tr("Open a spec…")},
        {PageKind::Experiment, "saveSpec", tr("Save the experiment as a spec…")},
        {PageKind::Experiment, "runExperiment", tr("Run the experiment")},
        {PageKind::Queue, "pauseQueue", tr("Pause the queue, or go on")},
        {PageKind::Explore, "saveViewButton", tr("Save the view as a figure")},
        {PageKind::Explore, "exportFigureButton", tr("Make a figure of the view")},
        {PageKind::Figures, "saveFigureButton", tr("Keep the figure in the list")},
        {PageKind::Figures, "removeFigureButton", tr("Remove the figure from the list")},
        {PageKind::Figures, "exportPdfButton", tr("Export the figure as PDF")},
        {PageKind::Figures, "exportSvgButton", tr("Export the figure as SVG")},
        {PageKind::Figures, "exportPngButton", tr("Export the figure as PNG")},
        {PageKind::Figures, "exportCsvButton", tr("Export the figure's numbers as CSV")},
        {PageKind::Settings, "clearCache", tr("Delete kept hidden states")}};
    for (const ButtonCommand& command : commands) {
        auto* button = pageOf(command.page)->findChild<QAbstractButton*>(QLatin1String(command.button));
        if (!button) continue;
        QAction* action = addCommand(command.text, {}, [this, page = command.page, button] {
            showPage(page);
            button->click();
        });
        m_buttonCommands.emplace_back(action, button);
    }
}

/// What can be done in the queue depends on what is in it.
void MainWindow::makeQueueCommands() {
    for (QAction* action : std::exchange(m_queueCommands, {})) {
        removeAction(action);
        action->deleteLater();
    }
    for (const QueuePage::Command& command : m_queue->commands()) {
        QAction* action = addCommand(command.text, {}, [this, run = command.run] {
            showPage(PageKind::Queue);
            run();
        });
        action->setEnabled(static_cast<bool>(command.run));
        m_queueCommands.push_back(action);
    }
}

void MainWindow::showPalette() {
    for (const auto& [action, button] : m_buttonCommands)
        action->setEnabled(button->isEnabled());
    makeQueueCommands();
    auto* palette = new CommandPalette(actions(), this);
    palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, 80)));
    palette->show();
}

void MainWindow::chooseWorkspace() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Workspace folder"));
    if (!folder.isEmpty()) openWorkspace(folder);
}

void MainWindow::updateWorkspaceMenu() {
    QMenu* menu = m_rail->workspaceButton()->menu();
    menu->clear();
    for (const QString& folder : QSettings().value(QStringLiteral("recent")).toStringList()) {
        QAction* action = menu->addAction(QFileInfo(folder).fileName() + QStringLiteral("  –  ") + folder);
        connect(action, &QAction::triggered, this, [this, folder] { openWorkspace(folder); });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("Open or make a workspace…")), &QAction::triggered, this,
            &MainWindow::chooseWorkspace);
    connect(menu->addAction(tr("Welcome")), &QAction::triggered, this,
            [this] { showPage(PageKind::Welcome); });
}

void MainWindow::connectBackend() {
    connect(m_backend, &Backend::workspaceChanged, this, &MainWindow::applySnapshot);
    connect(m_backend, &Backend::workspaceFailed, this, [this](const QString& message) {
        endOpening();
        m_waitingPaths.clear();
        m_telling.stop();
        say(message);
    });
    connect(m_backend, &Backend::scanProgress, this, [this](const Progress& progress) {
        const QString text = progress.phase == "hash"
                                 ? tr("Identifying weights: %1 of %2").arg(progress.done).arg(progress.total)
                                 : countedText(progress.done, tr("Looking for checkpoints: %1 folder"),
                                               tr("Looking for checkpoints: %1 folders"));
        say(progress.phase == "hash" && progress.done == progress.total ? idleText() : text,
            static_cast<int>(progress.done),
            progress.done == progress.total ? 0 : static_cast<int>(progress.total));
    });
    connect(m_backend, &Backend::scanFinished, this,
            [this](const QString& folder, int found, const QString&) {
                say(countedText(found, tr("%1 checkpoint in %2"), tr("%1 checkpoints in %2")).arg(folder));
            });
    connect(m_backend, &Backend::experimentEnqueued, this, [this](qint64 id) {
        m_explore->showExperiment(id);
        showPage(PageKind::Explore);
    });
    connect(m_backend, &Backend::enqueueFailed, this, [this](const QString& message) { say(message); });
    connect(m_backend, &Backend::demoProgress, this, [this](const Progress& progress) {
        say(tr("Demo: pretraining a small BERT, %1 (loss %2)")
                .arg(QString::fromStdString(progress.text))
                .arg(progress.loss, 0, 'f', 2),
            static_cast<int>(progress.done), static_cast<int>(progress.total));
    });
    connect(m_backend, &Backend::runnerEvent, this, &MainWindow::noteRun);
}

void MainWindow::noteRun(const RunnerEvent& event) {
    if (event.kind != RunnerEvent::Kind::Finished) {
        m_failure.clear();
        return say(progressText(event), static_cast<int>(event.runsDone + event.runsFailed),
                   static_cast<int>(event.runsTotal));
    }
    QString name = tr("the experiment");
    if (m_snapshot)
        for (const ExperimentRow& row : m_snapshot->experiments)
            if (row.id == event.experimentId) name = QString::fromStdString(row.name);
    if (event.runsFailed > 0)
        m_failure = (event.runsTotal == 1 ? tr("%1 of %2 run failed in %3; click for the queue")
                                          : tr("%1 of %2 runs failed in %3; click for the queue"))
                        .arg(countText(event.runsFailed), countText(event.runsTotal), name);
    else if (!event.message.empty())
        m_failure = tr("%1 failed: %2").arg(name, QString::fromStdString(event.message));
    else if (event.checkpointsLeftOut > 0)
        m_failure =
            countedText(event.checkpointsLeftOut, tr("%1 checkpoint was left out of %2; click for the queue"),
                        tr("%1 checkpoints were left out of %2; click for the queue"))
                .arg(name);
    say(idleText());
}

/// What the status line says while nothing runs: what failed last stays until something runs again.
QString MainWindow::idleText() const {
    QStringList parts;
    if (m_isPaused) parts << tr("Queue paused");
    if (!m_failure.isEmpty()) parts << m_failure;
    return parts.isEmpty() ? tr("Ready") : parts.join(QLatin1String(" · "));
}

void MainWindow::say(const QString& text, int done, int total) {
    m_said = text;
    if (!m_telling.isActive()) showStatus(text);
    m_progress->setVisible(total > 0);
    if (total > 0) {
        m_progress->setRange(0, total);
        m_progress->setValue(done);
    }
}

/// For some seconds, also while a run reports twenty times a second.
void MainWindow::tell(const QString& text) {
    showStatus(text);
    m_telling.start();
}

void MainWindow::showStatus(const QString& text) {
    m_status->setText(text.size() > 160 ? text.left(157) + QStringLiteral("…") : text);
    m_status->setToolTip(text + QStringLiteral("\n") + tr("Click for the queue."));
}

void MainWindow::applySnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    const bool isOther = !m_snapshot || m_snapshot->folder != snapshot->folder;
    m_snapshot = std::move(snapshot);
    if (isOther) m_undo->clear();
    m_rail->setWorkspace(QFileInfo(m_snapshot->folder).fileName());
    setWindowTitle(tr("%1 – Strata").arg(QFileInfo(m_snapshot->folder).fileName()));
    m_checkpoints->setSnapshot(m_snapshot);
    m_data->setSnapshot(m_snapshot);
    m_experiment->setSnapshot(m_snapshot);
    m_queue->setSnapshot(m_snapshot);
    m_explore->setSnapshot(m_snapshot);
    m_figures->setSnapshot(m_snapshot);
    m_settings->setSnapshot(m_snapshot);
    const bool wasOpening = m_isOpening;
    endOpening();
    if (!isOther) {
        if (wasOpening) takeWaitingPaths();
        return;
    }
    m_failure.clear();
    say(idleText());
    QStringList recent = QSettings().value(QStringLiteral("recent")).toStringList();
    recent.removeAll(m_snapshot->folder);
    m_welcome->setRecent(recent);
    recent.prepend(m_snapshot->folder);
    QSettings().setValue(QStringLiteral("recent"), QStringList(recent.mid(0, 8)));
    const auto last = m_snapshot->settings.find("page.last");
    m_lastPage = last == m_snapshot->settings.end() ? QString() : QString::fromStdString(last->second);
    const bool isEmpty = m_snapshot->checkpoints.empty() && m_snapshot->experiments.empty();
    PageKind page = isEmpty                           ? PageKind::Welcome
                    : m_snapshot->experiments.empty() ? PageKind::Checkpoints
                                                      : PageKind::Explore;
    if (!isEmpty || !m_snapshot->datasets.empty())
        for (const PageKind other : kPages)
            if (pageOf(other)->objectName() == m_lastPage) page = other;
    present(page);
    takeWaitingPaths();
}

void MainWindow::takeWaitingPaths() {
    for (const QString& path : std::exchange(m_waitingPaths, {}))
        takePath(path);
}

bool MainWindow::isShowingWelcome() const {
    return m_pages->currentWidget() == m_welcome;
}

void MainWindow::openWorkspace(const QString& folder) {
    const QString path = QDir(folder).absolutePath();
    flushPages();
    // What is pressed or undone from here on would be meant for this workspace and happen in the other.
    if (m_snapshot && m_snapshot->folder != path) m_undo->clear();
    m_isOpening = true;
    centralWidget()->setEnabled(false);
    m_backend->openWorkspace(path);
}

void MainWindow::endOpening() {
    if (!m_isOpening) return;
    m_isOpening = false;
    centralWidget()->setEnabled(true);
    m_pages->currentWidget()->setFocus(Qt::OtherFocusReason);
}

void MainWindow::flushPages() {
    m_checkpoints->flush();
    m_data->flush();
    m_experiment->flush();
}

QWidget* MainWindow::pageOf(PageKind page) const {
    switch (page) {
        case PageKind::Checkpoints:
            return m_checkpoints;
        case PageKind::Data:
            return m_data;
        case PageKind::Experiment:
            return m_experiment;
        case PageKind::Queue:
            return m_queue;
        case PageKind::Explore:
            return m_explore;
        case PageKind::Figures:
            return m_figures;
        case PageKind::Settings:
            return m_settings;
        case PageKind::Welcome:
            return m_welcome;
        case PageKind::Help:
            break;  // no page
    }
    return nullptr;
}

void MainWindow::present(PageKind page) {
    QWidget* shown = pageOf(page);
    if (!shown) return;
    m_pages->setCurrentWidget(shown);
    m_rail->setCurrent(page);
    QWidget* main = nullptr;
    if (page == PageKind::Explore) main = shown->findChild<HeatmapView*>();
    if (page == PageKind::Figures) main = shown->findChild<QListWidget*>(QStringLiteral("figureList"));
    // A page that shows nothing yet takes the keys itself: none reaches a button of another page.
    if (!main || !main->isVisibleTo(shown)) main = shown;
    main->setFocus(Qt::OtherFocusReason);
}

void MainWindow::showPage(PageKind page) {
    if (!pageOf(page)) return;
    present(page);
    const QString name = pageOf(page)->objectName();
    if (!m_snapshot || m_isOpening || name == m_lastPage) return;
    m_lastPage = name;
    m_backend->setSetting(QStringLiteral("page.last"), name);
}

void MainWindow::startDemo() {
    say(tr("Demo: making a small language and a small BERT…"));
    m_backend->runDemo();
    showPage(PageKind::Queue);
}

void MainWindow::showHelp() {
    const QWidget* focused = QApplication::focusWidget();
    QString text;
    if (focused && !focused->toolTip().isEmpty())
        text = QStringLiteral("<p><b>%1</b><br>%2</p>")
                   .arg(focused->accessibleName().toHtmlEscaped(), focused->toolTip().toHtmlEscaped());
    text += helpText(m_pages->currentWidget()->objectName());
    QWhatsThis::showText(mapToGlobal(QPoint(m_rail->width() + 40, 80)), text, this);
}

void MainWindow::takePath(const QString& path) {
    const QFileInfo info(path);
    if (m_isOpening) return m_waitingPaths.append(path);
    if (info.isDir()) {
        if (QFileInfo::exists(path + QStringLiteral("/workspace.sqlite")))
            openWorkspace(path);
        else
            m_checkpoints->scan(info.absoluteFilePath());
        return;
    }
    const QString ending = info.suffix().toLower();
    if (ending == QLatin1String("json") && textFormat(path) != TextFormat::JsonLines) {
        m_experiment->loadSpec(info.absoluteFilePath());
        showPage(PageKind::Experiment);
    } else if (ending == QLatin1String("sqlite")) {
        openWorkspace(info.absolutePath());
    } else if (ending == QLatin1String("safetensors") || ending == QLatin1String("bin")) {
        m_checkpoints->scan(info.absolutePath());
    } else {
        const QString problem = m_data->takeFile(info.absoluteFilePath());
        if (!problem.isEmpty()) return say(problem);
        showPage(PageKind::Data);
    }
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) takePath(url.toLocalFile());
    event->acceptProposedAction();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    flushPages();
    QSettings().setValue(QStringLiteral("window/geometry"), saveGeometry());
    QMainWindow::closeEvent(event);
}

}  // namespace strata
