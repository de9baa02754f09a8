// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/queuepage.h"

#include "widgets/logwindow.h"
#include "widgets/pieces.h"
#include "widgets/queuecard.h"

#include <QHBoxLayout>
#include <QUndoCommand>

#include <algorithm>

namespace strata {

namespace {

/// Gives an experiment a name and a note, and the old ones back with Ctrl+Z.
class RenameExperiment : public QUndoCommand {
  public:
    struct Words {
        QString name, note;
    };
    RenameExperiment(Backend* backend, std::int64_t id, Words before, Words after)
        : QUndoCommand(before.name == after.name
                           ? QObject::tr("change of the note of %1").arg(before.name)
                           : QObject::tr("renaming of %1 to %2").arg(before.name, after.name)),
          m_backend(backend),
          m_id(id),
          m_before(std::move(before)),
          m_after(std::move(after)) {}
    void redo() override { m_backend->renameExperiment(m_id, m_after.name, m_after.note); }
    void undo() override { m_backend->renameExperiment(m_id, m_before.name, m_before.note); }

  private:
    Backend* m_backend;
    std::int64_t m_id;
    Words m_before, m_after;
};

}  // namespace

QueuePage::QueuePage(Backend* backend, QUndoStack* undo, QWidget* parent)
    : QWidget(parent), m_backend(backend), m_undo(undo) {
    setObjectName(QStringLiteral("queuePage"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 14, 20, 14);
    auto* top = new QHBoxLayout;
    top->addWidget(makeTitle(tr("Queue"), this), 1);
    m_pause = makeButton(QStringLiteral("pauseQueue"), tr("Pause"),
                         tr("Stop after the present batch; going on loses at most the run at work"), this);
    m_pause->setCheckable(true);
    top->addWidget(m_pause);
    layout->addLayout(top);
    m_empty = makeMuted(tr("Nothing here yet. Compose an experiment and press Run: it appears here with its "
                           "progress, and its results fill the Explore page while it works."),
                        this);
    layout->addWidget(m_empty);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    auto* content = new QWidget(scroll);
    m_list = new QVBoxLayout(content);
    m_list->setContentsMargins(0, 4, 6, 4);
    m_list->setSpacing(10);
    m_list->addStretch();
    scroll->setWidget(content);
    setFocusProxy(scroll);  // keys scroll; no button is pressed by one that was meant for another page
    layout->addWidget(scroll, 1);
    connect(m_pause, &QPushButton::toggled, this, [this](bool paused) {
        m_pause->setText(paused ? tr("Go on") : tr("Pause"));
        m_backend->pauseQueue(paused);
        Q_EMIT pausedChanged(paused);
    });
    connect(m_backend, &Backend::runnerEvent, this, [this](const RunnerEvent& event) {
        const auto found = m_cards.find(event.experimentId);
        if (found != m_cards.end() && event.kind != RunnerEvent::Kind::Finished)
            found->second->setEvent(event);
    });
}

QueueCard* QueuePage::addCard(const ExperimentRow& row) {
    auto* card = new QueueCard(row, this);
    const std::int64_t id = row.id;
    connect(card, &QueueCard::exploreRequested, this, [this, id] { Q_EMIT exploreRequested(id); });
    connect(card, &QueueCard::cancelRequested, this, [this, id] { m_backend->cancelExperiment(id); });
    connect(card, &QueueCard::resumeRequested, this, [this, id] { m_backend->retryExperiment(id); });
    connect(card, &QueueCard::upRequested, this, [this, id] { move(id, -1); });
    connect(card, &QueueCard::downRequested, this, [this, id] { move(id, 1); });
    connect(card, &QueueCard::deleteRequested, this, [this, id] { m_backend->deleteExperiment(id); });
    connect(card, &QueueCard::edited, this,
            [this, card](const QString& name, const QString& note) { rename(card->row(), name, note); });
    connect(card, &QueueCard::logRequested, this, [this, id] { showLog(id); });
    return card;
}

void QueuePage::showLog(std::int64_t id) {
    for (const ExperimentRow& one : m_snapshot->experiments)
        if (one.id == id) (new LogWindow(m_backend, one, this))->show();
}

std::vector<QueuePage::Command> QueuePage::commands() {
    std::vector<Command> commands;
    static const std::vector<ExperimentRow> kNone;
    const std::vector<ExperimentRow>& rows = m_snapshot ? m_snapshot->experiments : kNone;
    const auto add = [&](const QString& what, const auto& fits, const auto& action) {
        const std::size_t before = commands.size();
        for (const ExperimentRow& row : rows) {
            const auto card = m_cards.find(row.id);
            if (card == m_cards.end() || !fits(*card->second)) continue;
            commands.push_back({what + QStringLiteral(": ") + QString::fromStdString(row.name),
                                [action, id = row.id] { action(id); }});
        }
        if (commands.size() == before) commands.push_back({what, {}});
    };
    const auto isRunning = [](const QueueCard& card) { return card.row().state == ExperimentState::Running; };
    const auto cancel = [this](std::int64_t id) { m_backend->cancelExperiment(id); };
    const auto resume = [this](std::int64_t id) { m_backend->retryExperiment(id); };
    add(tr("Cancel the running experiment"), isRunning, cancel);
    add(
        tr("Cancel a waiting experiment"),
        [](const QueueCard& card) { return card.row().state == ExperimentState::Waiting; }, cancel);
    add(
        tr("Resume an experiment"),
        [](const QueueCard& card) { return card.canBeResumed() && !card.isRetry(); }, resume);
    add(
        tr("Retry what failed or was left out"),
        [](const QueueCard& card) { return card.canBeResumed() && card.isRetry(); }, resume);
    add(tr("Log of the running experiment"), isRunning, [this](std::int64_t id) { showLog(id); });
    return commands;
}

void QueuePage::rename(const ExperimentRow& row, const QString& name, const QString& note) {
    const RenameExperiment::Words before{QString::fromStdString(row.name), QString::fromStdString(row.note)};
    if (name != before.name || note != before.note)
        m_undo->push(new RenameExperiment(m_backend, row.id, before, {name, note}));
}

/// Past the next waiting one before or after it.
void QueuePage::move(std::int64_t id, int by) {
    std::vector<const ExperimentRow*> waiting;
    std::ptrdiff_t own = -1;
    for (const ExperimentRow& row : m_snapshot->experiments) {
        if (row.state != ExperimentState::Waiting) continue;
        if (row.id == id) own = static_cast<std::ptrdiff_t>(waiting.size());
        waiting.push_back(&row);
    }
    const std::ptrdiff_t other = own + by;
    if (own < 0 || other < 0 || other >= static_cast<std::ptrdiff_t>(waiting.size())) return;
    // Whoever is moved takes the place of the one before it, which moves down by one.
    const ExperimentRow *before = waiting[static_cast<std::size_t>(std::min(own, other))],
                        *after = waiting[static_cast<std::size_t>(std::max(own, other))];
    m_backend->moveExperiment(after->id, before->position);
}

void QueuePage::setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    if (m_snapshot && m_snapshot->folder != snapshot->folder) {
        // The same ids mean other experiments in another workspace.
        for (const auto& [id, card] : m_cards)
            card->deleteLater();
        m_cards.clear();
    }
    m_snapshot = std::move(snapshot);
    std::map<std::int64_t, QueueCard*> kept;
    QueueCard* lastWaiting = nullptr;
    bool isLastFirst = false;
    int at = 0;
    for (const ExperimentRow& row : m_snapshot->experiments) {
        const auto found = m_cards.find(row.id);
        QueueCard* card = found != m_cards.end() ? found->second : addCard(row);
        card->setRow(row);
        if (row.state == ExperimentState::Waiting) {
            if (lastWaiting) lastWaiting->setMoves(!isLastFirst, true);
            isLastFirst = !lastWaiting;
            card->setMoves(!isLastFirst, false);
            lastWaiting = card;
        }
        m_list->removeWidget(card);
        m_list->insertWidget(at++, card);
        kept[row.id] = card;
        m_cards.erase(row.id);
    }
    for (const auto& [id, card] : m_cards)
        card->deleteLater();
    m_cards = std::move(kept);
    m_empty->setVisible(m_cards.empty());
    m_pause->setVisible(!m_cards.empty());
}

}  // namespace strata
