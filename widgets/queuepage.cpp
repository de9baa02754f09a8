// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/queuepage.h"

#include "widgets/pieces.h"

#include <QHBoxLayout>
#include <QInputDialog>
#include <QScrollArea>

namespace strata {

namespace {

QString phaseText(const std::string& phase) {
    if (phase == "scan") return QueuePage::tr("looking for checkpoints");
    if (phase == "hash") return QueuePage::tr("identifying weights");
    if (phase == "load") return QueuePage::tr("reading weights");
    if (phase == "encode") return QueuePage::tr("encoding");
    if (phase == "train") return QueuePage::tr("training probes");
    if (phase == "score") return QueuePage::tr("scoring");
    if (phase == "pretrain") return QueuePage::tr("pretraining");
    return QString::fromStdString(phase);
}

}  // namespace

QString stateText(ExperimentState state) {
    switch (state) {
        case ExperimentState::Waiting:
            return QueuePage::tr("waiting");
        case ExperimentState::Running:
            return QueuePage::tr("running");
        case ExperimentState::Paused:
            return QueuePage::tr("paused");
        case ExperimentState::Interrupted:
            return QueuePage::tr("interrupted: resume goes on where it stopped");
        case ExperimentState::Done:
            return QueuePage::tr("done");
        case ExperimentState::Failed:
            return QueuePage::tr("failed");
        case ExperimentState::Cancelled:
            return QueuePage::tr("cancelled");
    }
    return {};
}

QString progressText(const RunnerEvent& event) {
    QString text = QString::fromStdString(event.checkpointName);
    if (!event.progress.phase.empty()) {
        text += (text.isEmpty() ? QString() : QStringLiteral(" · ")) + phaseText(event.progress.phase);
        if (event.progress.total > 0)
            text += QStringLiteral(" ") +
                    QueuePage::tr("%1 %").arg(100 * event.progress.done / event.progress.total);
        if (event.progress.loss >= 0)
            text += QStringLiteral(" · ") + QueuePage::tr("loss %1").arg(event.progress.loss, 0, 'f', 4);
    }
    if (event.runsTotal > 0)
        text += QStringLiteral(" · ") +
                QueuePage::tr("%1 of %2 runs").arg(event.runsDone + event.runsFailed).arg(event.runsTotal);
    if (event.secondsLeft >= 1)
        text += QStringLiteral(" · ") + QueuePage::tr("about %1 left").arg(durationText(event.secondsLeft));
    return text;
}

QueueCard::QueueCard(const ExperimentRow& row, QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("queueCard%1").arg(row.id));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* card = makeCard(this);
    outer->addWidget(card);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(16, 12, 16, 12);
    auto* top = new QHBoxLayout;
    m_name = makeHeading({}, card);
    m_state = makeMuted({}, card);
    top->addWidget(m_name, 1);
    const auto button = [&](const char* name, const QString& text, const QString& explanation, auto signal) {
        auto* made = makeButton(QString::fromLatin1(name), text, explanation, card);
        connect(made, &QPushButton::clicked, this, signal);
        top->addWidget(made);
        return made;
    };
    m_explore = button("queueExplore", tr("Explore"), tr("Show its results"), &QueueCard::exploreRequested);
    m_up = button("queueUp", tr("Earlier"), tr("Move up in the queue"), &QueueCard::upRequested);
    m_cancel = button("queueCancel", tr("Cancel"), tr("Stop within a second; what is finished stays"),
                      &QueueCard::cancelRequested);
    m_resume = button("queueResume", tr("Resume"), tr("Go on with the runs that are not there yet"),
                      &QueueCard::resumeRequested);
    button("queueRename", tr("Rename…"), tr("Change the name"), &QueueCard::renameRequested);
    m_delete = button("queueDelete", tr("Delete"),
                      tr("Delete the experiment and the results that no other one uses"),
                      &QueueCard::deleteRequested);
    layout->addLayout(top);
    layout->addWidget(m_state);
    m_progress = new QProgressBar(card);
    m_progress->setTextVisible(false);
    layout->addWidget(m_progress);
    m_details = makeMuted({}, card);
    layout->addWidget(m_details);
    m_leftOut = new Notice(card);
    layout->addWidget(m_leftOut);
    m_failure = new Notice(card);
    layout->addWidget(m_failure);
    setRow(row);
}

void QueueCard::setRow(const ExperimentRow& row) {
    m_row = row;
    m_name->setText(QString::fromStdString(row.name));
    QString text = stateText(row.state);
    if (row.runsPlanned > 0)
        text += QStringLiteral(" · ") + tr("%1 of %2 runs done").arg(row.runsDone).arg(row.runsPlanned);
    if (row.runsFailed > 0) text += QStringLiteral(" · ") + tr("%1 failed").arg(row.runsFailed);
    text += QStringLiteral(" · ") + tr("created %1")
                                        .arg(QString::fromStdString(row.created)
                                                 .replace(QLatin1Char('T'), QLatin1Char(' '))
                                                 .remove(QLatin1Char('Z')));
    m_state->setText(text);
    const bool isRunning = row.state == ExperimentState::Running,
               isWaiting = row.state == ExperimentState::Waiting, isDone = row.state == ExperimentState::Done;
    m_progress->setVisible(!isDone && row.runsPlanned > 0);
    m_progress->setRange(0, static_cast<int>(std::max<std::int64_t>(1, row.runsPlanned)));
    m_progress->setValue(static_cast<int>(row.runsDone + row.runsFailed));
    m_details->setVisible(isRunning && !m_details->text().isEmpty());
    m_explore->setEnabled(row.runsDone > 0);
    m_up->setVisible(isWaiting);
    m_cancel->setVisible(isRunning || isWaiting);
    m_resume->setVisible(!isRunning && !isWaiting && !isDone);
    m_delete->setText(tr("Delete"));
    m_failure->setMessage(row.state == ExperimentState::Failed ? QString::fromStdString(row.failure)
                                                               : QString());
}

void QueueCard::setEvent(const RunnerEvent& event) {
    if (event.kind == RunnerEvent::Kind::Started)
        m_leftOut->setMessage(QString::fromStdString(event.message));
    m_details->setVisible(true);
    m_details->setText(progressText(event));
    if (event.runsTotal > 0) {
        m_progress->setVisible(true);
        m_progress->setRange(0, static_cast<int>(event.runsTotal));
        m_progress->setValue(static_cast<int>(event.runsDone + event.runsFailed));
    }
}

QueuePage::QueuePage(Backend* backend, QWidget* parent) : QWidget(parent), m_backend(backend) {
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
    layout->addWidget(scroll, 1);
    connect(m_pause, &QPushButton::toggled, this, [this](bool paused) {
        m_pause->setText(paused ? tr("Go on") : tr("Pause"));
        m_backend->pauseQueue(paused);
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
    connect(card, &QueueCard::upRequested, this, [this, id] {
        std::int64_t before = 0, own = 0;
        for (const ExperimentRow& other : m_snapshot->experiments) {
            if (other.id == id) own = other.position;
            if (own == 0) before = other.position;
        }
        if (before > 0) m_backend->moveExperiment(id, before);
    });
    connect(card, &QueueCard::deleteRequested, this, [this, id, card] {
        // Asked in place, not in a box: the second press deletes.
        auto* button = card->findChild<QPushButton*>(QStringLiteral("queueDelete"));
        if (m_deleteAsked == id) {
            m_deleteAsked = 0;
            m_backend->deleteExperiment(id);
            return;
        }
        m_deleteAsked = id;
        button->setText(tr("Really delete?"));
    });
    connect(card, &QueueCard::renameRequested, this, [this, id] {
        for (const ExperimentRow& other : m_snapshot->experiments) {
            if (other.id != id) continue;
            bool isAccepted = false;
            const QString name =
                QInputDialog::getText(this, tr("Rename"), tr("Name of the experiment"), QLineEdit::Normal,
                                      QString::fromStdString(other.name), &isAccepted);
            if (isAccepted && !name.trimmed().isEmpty())
                m_backend->renameExperiment(id, name.trimmed(), QString::fromStdString(other.note));
        }
    });
    return card;
}

void QueuePage::setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    m_snapshot = std::move(snapshot);
    std::map<std::int64_t, QueueCard*> kept;
    int at = 0;
    for (const ExperimentRow& row : m_snapshot->experiments) {
        const auto found = m_cards.find(row.id);
        QueueCard* card = found != m_cards.end() ? found->second : addCard(row);
        card->setRow(row);
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
