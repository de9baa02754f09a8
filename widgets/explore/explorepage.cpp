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
constexpr int kRefreshMs = 400, kStoreMs = 500;

}  // namespace

ExplorePage::ExplorePage(Backend* backend, QWidget* parent) : QWidget(parent), m_backend(backend) {
    setObjectName(QStringLiteral("explorePage"));
    setAccessibleName(tr("Explore"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    build();
    for (QTimer* timer : {&m_refresh, &m_store, &m_cellDelay})
        timer->setSingleShot(true);
    connect(&m_refresh, &QTimer::timeout, this, &ExplorePage::askForEverything);
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
                if (id == m_cellId) m_inspector->setDetails(details);
            });
    connect(m_backend, &Backend::requestFailed, this, [this](quint64 id, const QString& message) {
        if (id == m_cellId) m_inspector->setDetails(nullptr, message);
        if (id != m_choicesId && id != m_heatmapId) return;
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
        if (state != m_snapshot->settings.end()) {
            const QJsonObject json =
                QJsonDocument::fromJson(QByteArray::fromStdString(state->second)).object();
            m_choices->restore(json.value(QStringLiteral("choices")).toObject());
            m_splitter->restoreState(
                QByteArray::fromBase64(json.value(QStringLiteral("splitter")).toString().toLatin1()));
        }
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
    m_runs.clear();
    m_problem.clear();
    m_hasAnswer = false;
    m_view->setHeatmap(nullptr);
    m_view->setRange(std::nullopt);
    m_inspector->setDetails(nullptr);
    m_store.start(kStoreMs);
    askForEverything();
    updateEmptyState();
}

void ExplorePage::askForEverything() {
    const std::int64_t id = m_choices->experimentId();
    if (id <= 0) return;
    m_choicesId = m_backend->requestChoices(id);
    m_runsId = m_backend->requestRuns(id);
}

void ExplorePage::askForHeatmap() {
    if (m_choices->experimentId() > 0) m_heatmapId = m_backend->requestHeatmap(m_choices->query());
}

void ExplorePage::showHeatmap(std::shared_ptr<const Heatmap> heatmap) {
    m_hasAnswer = true;
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

/// Whether the numbers of a run go into the heatmap that is shown.
bool ExplorePage::isShown(const RunRow& run, const CheckpointRow& checkpoint) const {
    const HeatmapQuery& query = m_view->heatmap()->query;
    const auto fits = [](const std::string& wish, const std::string& value) {
        return wish.empty() || wish == value;
    };
    return fits(query.task, run.fields.task) && fits(query.split, run.fields.split) &&
           fits(query.preset, presetText(run.fields.preset, run.probe)) &&
           fits(query.family, checkpoint.family) && checkpoint.adaptedFrom == query.adaptedFrom &&
           (query.seeds != HeatmapQuery::Seeds::One || checkpoint.seed.value_or(-1) == query.seed);
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
        const auto checkpoint = checkpoints.find(run.checkpointId);
        if (checkpoint == checkpoints.end()) continue;
        const bool isNow = m_runningRun > 0 && run.id == m_runningRun;
        isRunningKnown = isRunningKnown || isNow;
        if (!isShown(run, *checkpoint->second)) continue;
        if (run.state == RunState::Failed && !isNow) markColumn(*checkpoint->second, marks.failed);
        if (run.state == RunState::Running || isNow) markColumn(*checkpoint->second, marks.running);
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
            if ((path == name || path.endsWith(QLatin1Char('/') + name)) && isShown(running, checkpoint))
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
    const HeatmapCell& cell = heatmap->at(selected->layer, selected->step);
    const std::string& metric = heatmap->query.metric;
    QString title = m_view->cellName(*selected);
    if (heatmap->query.seeds == HeatmapQuery::Seeds::One) title += tr(" · seed %1").arg(heatmap->query.seed);
    QString words = m_view->cellNumbers(*selected);
    if (cell.isMeasured() && pinned && pinned != selected &&
        heatmap->at(pinned->layer, pinned->step).isMeasured()) {
        const double change = cell.value - heatmap->at(pinned->layer, pinned->step).value;
        words += tr(" · %1%2 against %3")
                     .arg(change >= 0 ? QStringLiteral("+") : QString(), valueText(change, metric),
                          m_view->cellName(*pinned));
    }
    if (cell.isMeasured() && cell.runIds.size() > 1) words += tr(" · examples of the first run");
    m_inspector->setHeading(title, words);
}

void ExplorePage::askForCell() {
    const auto heatmap = m_view->heatmap();
    const auto selected = m_view->selected();
    if (!heatmap || !selected) return m_inspector->setDetails(nullptr);
    const HeatmapCell& cell = heatmap->at(selected->layer, selected->step);
    if (!cell.isMeasured() || cell.runIds.empty()) {
        m_cellId = 0;
        m_inspector->setDetails(
            nullptr, tr("Scores by label and examples appear here once this cell has been measured."));
        return;
    }
    std::int64_t otherRun = 0;
    std::string otherLayer;
    if (const auto pinned = m_view->pinned(); pinned && pinned != selected) {
        const HeatmapCell& other = heatmap->at(pinned->layer, pinned->step);
        if (!other.runIds.empty()) {
            otherRun = other.runIds.front();
            otherLayer = heatmap->layers[pinned->layer];
        }
    }
    m_cellId = m_backend->requestCell(cell.runIds.front(), heatmap->layers[selected->layer],
                                      m_inspector->filter(), otherRun, otherLayer, kExampleLimit);
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
    QTimer::singleShot(6000, m_notice, &QLabel::clear);
}

void ExplorePage::storeState() {
    const QJsonObject json{
        {QStringLiteral("choices"), m_choices->state()},
        {QStringLiteral("splitter"), QString::fromLatin1(m_splitter->saveState().toBase64())}};
    m_backend->setSetting(QStringLiteral("page.explore"),
                          QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact)));
}

}  // namespace strata
