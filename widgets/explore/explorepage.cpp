// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/explorepage.h"

#include "widgets/explore/cellinspector.h"
#include "widgets/explore/heatmapview.h"
#include "widgets/explore/tones.h"
#include "widgets/explore/viewchoices.h"
#include "widgets/figures/figurelist.h"
#include "widgets/plots/labels.h"

#include <QEvent>
#include <QJsonDocument>
#include <QJsonObject>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <map>

namespace strata {
namespace {

constexpr int kExampleLimit = 200;
constexpr int kRefreshMs = 400, kStoreMs = 500, kNoticeMs = 6000;

}  // namespace

ExplorePage::ExplorePage(Backend* backend, QWidget* parent) : QWidget(parent), m_backend(backend) {
    setObjectName(QStringLiteral("explorePage"));
    setAccessibleName(tr("Explore"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    build();
    for (QTimer* timer : {&m_refresh, &m_store, &m_cellDelay, &m_noticeEnd})
        timer->setSingleShot(true);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        // Questions that nobody waits for any more are answered all the same: a slow answer is waited for.
        m_isWaiting ? m_refresh.start(kRefreshMs) : askForEverything();
    });
    connect(&m_noticeEnd, &QTimer::timeout, m_notice, &QLabel::clear);
    connect(&m_store, &QTimer::timeout, this, &ExplorePage::storeState);
    connect(&m_cellDelay, &QTimer::timeout, this, &ExplorePage::askForCell);
    connectBackend();
    applyTones();
    updateEmptyState();
}

void ExplorePage::connectBackend() {
    connect(m_backend, &Backend::choicesReady, this,
            [this](quint64 id, qint64, const HeatmapChoices& choices) {
                if (id != m_choicesId) return;
                m_choices->setChoices(choices);
                askForHeatmap();
            });
    connect(m_backend, &Backend::runsReady, this,
            [this](quint64 id, qint64, const std::vector<RunRow>& runs) {
                if (id == m_runsId) noteRuns(runs);
            });
    connect(m_backend, &Backend::heatmapReady, this,
            [this](quint64 id, const std::shared_ptr<const Heatmap>& heatmap) {
                if (id == m_heatmapId) showHeatmap(heatmap);
            });
    connect(m_backend, &Backend::cellReady, this,
            [this](quint64 id, const std::shared_ptr<const CellDetails>& details) {
                if (id != m_cellId || !m_cell) return;
                m_ofRuns[m_askedRun] = details;
                askForNextRun();
            });
    connect(m_backend, &Backend::requestFailed, this, [this](quint64 id, const QString& message) {
        if (id == m_cellId) showNoCell(message);
        if (id != m_choicesId && id != m_heatmapId) return;
        m_isWaiting = false;
        m_problem = message.toStdString();
        m_hasAnswer = true;
        updateEmptyState();
    });
    connect(m_backend, &Backend::runnerEvent, this, &ExplorePage::noteEvent);
}

const ExperimentRow* ExplorePage::experiment() const {
    if (!m_snapshot) return nullptr;
    const auto row =
        std::find_if(m_snapshot->experiments.begin(), m_snapshot->experiments.end(),
                     [&](const ExperimentRow& other) { return other.id == m_choices->experimentId(); });
    return row == m_snapshot->experiments.end() ? nullptr : &*row;
}

void ExplorePage::setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    const bool isOther = !m_snapshot || !snapshot || m_snapshot->folder != snapshot->folder;
    m_snapshot = std::move(snapshot);
    if (!m_snapshot) return;
    FigureList::of(m_backend)->setSnapshot(m_snapshot);
    const std::int64_t before = m_choices->experimentId();
    if (isOther) {
        const auto state = m_snapshot->settings.find("page.explore");
        const QJsonObject json =
            state == m_snapshot->settings.end()
                ? QJsonObject()
                : QJsonDocument::fromJson(QByteArray::fromStdString(state->second)).object();
        m_choices->restore(json.value(QStringLiteral("choices")).toObject());
        m_splitter->restoreState(
            QByteArray::fromBase64(json.value(QStringLiteral("splitter")).toString().toLatin1()));
    }
    m_choices->setExperiments(m_snapshot->experiments);
    if (isOther || m_choices->experimentId() != before)
        experimentChanged();
    else if (!m_refresh.isActive())
        m_refresh.start(kRefreshMs);
    updateEmptyState();
}

void ExplorePage::showExperiment(qint64 id) {
    if (m_choices->experimentId() != id) m_choices->showExperiment(id);
    m_view->setFocus(Qt::OtherFocusReason);
}

void ExplorePage::experimentChanged() {
    // What was asked of the other experiment may still be answered, and what runs there does not run here.
    m_choicesId = m_runsId = m_heatmapId = 0;
    m_isWaiting = false;
    m_runningRun = 0;
    m_runningCheckpoint.clear();
    m_runs.clear();
    m_problem.clear();
    m_hasAnswer = false;
    m_view->setHeatmap(nullptr);
    m_view->setRange(std::nullopt);
    showNoCell();
    m_store.start(kStoreMs);
    askForEverything();
    updateEmptyState();
}

void ExplorePage::askForEverything() {
    const std::int64_t id = m_choices->experimentId();
    if (id <= 0) return;
    m_isWaiting = true;
    m_choicesId = m_backend->requestChoices(id);
    m_runsId = m_backend->requestRuns(id);
}

void ExplorePage::askForHeatmap() {
    if (m_choices->experimentId() <= 0) return;
    m_isWaiting = true;
    m_heatmapId = m_backend->requestHeatmap(m_choices->query());
}

void ExplorePage::showHeatmap(std::shared_ptr<const Heatmap> heatmap) {
    m_hasAnswer = true;
    m_isWaiting = false;
    m_problem.clear();
    const auto before = m_view->heatmap();
    // A range chosen for one measure means nothing for another.
    if (before && heatmap && !(before->query == heatmap->query)) m_view->setRange(std::nullopt);
    m_view->setHeatmap(std::move(heatmap));
    updateMarks();
    updateEmptyState();
}

void ExplorePage::noteRuns(const std::vector<RunRow>& runs) {
    m_runs = runs;
    updateMarks();
    updateEmptyState();
}

void ExplorePage::noteEvent(const RunnerEvent& event) {
    if (event.experimentId != m_choices->experimentId()) return;
    using Kind = RunnerEvent::Kind;
    if (event.kind == Kind::RunStarted || event.kind == Kind::Progress) {
        if (event.runId == m_runningRun && event.checkpointName == m_runningCheckpoint) return;
        m_runningRun = event.runId;
        m_runningCheckpoint = event.checkpointName;
        m_runningTask = event.task;
        updateMarks();
        return;
    }
    if (event.kind != Kind::Started) {
        m_runningRun = 0;
        m_runningCheckpoint.clear();
    }
    // Many runs may end within a moment; the picture follows at a pace that leaves the window free.
    if (!m_refresh.isActive()) m_refresh.start(kRefreshMs);
    updateMarks();
}

void ExplorePage::updateMarks() {
    const auto heatmap = m_view->heatmap();
    if (!heatmap || !m_snapshot) return m_view->setMarks({});
    CellMarks marks;
    const auto markColumn = [&](const CheckpointRow& checkpoint, std::set<CellIndex>& set) {
        for (std::size_t step = 0; step < heatmap->steps.size(); ++step) {
            if (heatmap->steps[step] != checkpoint.step) continue;
            if (!heatmap->seeds.empty() && heatmap->seeds[step] != checkpoint.seed) continue;
            for (std::size_t layer = 0; layer < heatmap->layers.size(); ++layer)
                set.insert({layer, step});
        }
    };
    std::map<std::int64_t, const CheckpointRow*> checkpoints;
    for (const CheckpointRow& row : m_snapshot->checkpoints)
        checkpoints[row.id] = &row;
    bool isRunningKnown = false;
    for (const RunRow& run : m_runs) {
        const bool isNow = m_runningRun > 0 && run.id == m_runningRun;
        if (!isNow && run.state != RunState::Failed && run.state != RunState::Running) continue;
        const auto checkpoint = checkpoints.find(run.checkpointId);
        if (checkpoint == checkpoints.end()) continue;
        isRunningKnown = isRunningKnown || isNow;
        if (!isMeant(heatmap->query, run, *checkpoint->second)) continue;
        const bool isFailed = run.state == RunState::Failed && !isNow;
        markColumn(*checkpoint->second, isFailed ? marks.failed : marks.running);
    }
    // A run that was planned after the list was read is found by its checkpoint's name.
    RunRow running;
    running.fields.task = m_runningTask.empty() ? heatmap->query.task : m_runningTask;
    running.fields.split = heatmap->query.split;
    running.fields.preset = heatmap->query.preset;
    running.probe.clear();
    if (!isRunningKnown && !m_runningCheckpoint.empty())
        for (const CheckpointRow& checkpoint : m_snapshot->checkpoints) {
            const QString path = QString::fromStdString(checkpoint.path);
            const QString name = QString::fromStdString(m_runningCheckpoint);
            if ((path == name || path.endsWith(QLatin1Char('/') + name)) &&
                isMeant(heatmap->query, running, checkpoint))
                markColumn(checkpoint, marks.running);
        }
    m_view->setMarks(marks);
    updateCellHeading();
}

void ExplorePage::updateCellHeading() {
    const auto heatmap = m_view->heatmap();
    const auto selected = m_view->selected();
    const auto pinned = m_view->pinned();
    if (!heatmap || !selected) return m_inspector->setHeading(tr("No cell selected"), QString());
    QString title = m_view->cellName(*selected);
    if (heatmap->query.seeds == HeatmapQuery::Seeds::One) title += tr(" · seed %1").arg(heatmap->query.seed);
    QString words = m_view->cellNumbers(*selected);
    if (const QString change = m_view->changeText(*selected); pinned && !change.isEmpty())
        words += tr(" · %1 against %2").arg(change, m_view->cellName(*pinned));
    m_inspector->setHeading(title, words);
    const HeatmapCell& cell = heatmap->at(selected->layer, selected->step);
    const QString probeSeed = tr("probe seed %1").arg(cell.firstProbeSeed);
    m_inspector->setRunName(cell.firstSeed ? tr("seed %1, %2").arg(*cell.firstSeed).arg(probeSeed)
                                           : probeSeed);
}

void ExplorePage::askForCell() {
    const auto heatmap = m_view->heatmap();
    const auto selected = m_view->selected();
    if (!heatmap || !selected) return showNoCell();
    const HeatmapCell& cell = heatmap->at(selected->layer, selected->step);
    if (cell.runIds.empty())
        return showNoCell(tr("Scores by label and examples appear here once this cell has been measured."));
    CellRequest wanted;
    wanted.runs = cell.runIds;
    wanted.layer = heatmap->layers[selected->layer];
    wanted.filter = m_inspector->filter();
    if (const auto pinned = m_view->pinned(); pinned && pinned != selected) {
        const HeatmapCell& other = heatmap->at(pinned->layer, pinned->step);
        if (!other.runIds.empty()) {
            wanted.otherRun = other.runIds.front();
            wanted.otherLayer = heatmap->layers[pinned->layer];
        }
    }
    // A run's predictions never change: numbers that arrive elsewhere leave the list where it was scrolled
    // to.
    if (m_cell == wanted) return;
    // Of all runs but the first only scores and confusion are wanted: they stay while the layer does.
    if (!m_cell || m_cell->layer != wanted.layer) m_ofRuns.clear();
    std::erase_if(m_ofRuns, [&](const auto& entry) {
        return entry.first == wanted.runs.front() ||
               std::find(wanted.runs.begin(), wanted.runs.end(), entry.first) == wanted.runs.end();
    });
    m_cell = wanted;
    askForNextRun();
}

/// One run after the other: a cell that is left before all are answered keeps nobody waiting.
void ExplorePage::askForNextRun() {
    std::vector<std::shared_ptr<const CellDetails>> ofRuns;
    for (const std::int64_t run : m_cell->runs) {
        const auto answered = m_ofRuns.find(run);
        if (answered != m_ofRuns.end()) {
            ofRuns.push_back(answered->second);
            continue;
        }
        const bool isFirst = run == m_cell->runs.front();
        m_askedRun = run;
        m_cellId =
            m_backend->requestCell(run, m_cell->layer, m_cell->filter, isFirst ? m_cell->otherRun : 0,
                                   isFirst ? m_cell->otherLayer : std::string(), isFirst ? kExampleLimit : 0);
        return;
    }
    m_cellId = 0;
    m_inspector->setDetails(ofRuns.size() == 1 ? ofRuns.front()
                                               : std::make_shared<const CellDetails>(cellOfRuns(ofRuns)));
}

void ExplorePage::showNoCell(const QString& reason) {
    m_cellId = 0;
    m_cell.reset();
    m_ofRuns.clear();
    m_inspector->setDetails(nullptr, reason);
}

FigureDescription ExplorePage::figure() const {
    FigureDescription figure;
    figure.query = m_choices->query();
    if (const auto heatmap = m_view->heatmap()) {
        figure.query = heatmap->query;
        figure.name = QString::fromStdString(heatmap->title);
        figure.showNumbers = heatmap->steps.size() <= 16;
    }
    if (const ExperimentRow* row = experiment(); row && figure.name.isEmpty())
        figure.name = QString::fromStdString(row->name);
    figure.colourMap = m_view->colourMap();
    figure.automaticRange = !m_view->hasOwnRange();
    std::tie(figure.low, figure.high) = m_view->range();
    // What is seen is what is drawn: around a single number the figure's own range would be another.
    if (m_view->hasOneNumber()) figure.automaticRange = false;
    figure.logarithmicSteps = m_view->stepScale() == StepScale::Logarithmic;
    figure.linearSteps = m_view->stepScale() == StepScale::Linear;
    return figure;
}

void ExplorePage::saveView() {
    FigureList* list = FigureList::of(m_backend);
    const std::size_t index = list->add(figure());
    m_notice->setText(tr("Saved as “%1” on the Figures page").arg(list->figures()[index].name));
    m_noticeEnd.start(kNoticeMs);
}

void ExplorePage::storeState() {
    const QJsonObject json{
        {QStringLiteral("choices"), m_choices->state()},
        {QStringLiteral("splitter"), QString::fromLatin1(m_splitter->saveState().toBase64())}};
    m_backend->setSetting(QStringLiteral("page.explore"),
                          QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact)));
}

}  // namespace strata
