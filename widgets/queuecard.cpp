// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/queuecard.h"

#include "widgets/pieces.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QVBoxLayout>

namespace strata {

namespace {

QString phaseText(const std::string& phase) {
    if (phase == "scan") return QueueCard::tr("looking for checkpoints");
    if (phase == "hash") return QueueCard::tr("identifying weights");
    if (phase == "load") return QueueCard::tr("reading weights");
    if (phase == "encode") return QueueCard::tr("encoding");
    if (phase == "train") return QueueCard::tr("training probes");
    if (phase == "score") return QueueCard::tr("scoring");
    if (phase == "pretrain") return QueueCard::tr("pretraining");
    return QString::fromStdString(phase);
}

/// The time of day here, from ISO 8601 in UTC; whatever cannot be read as that stays as it is.
QString localTime(const std::string& utc) {
    const QString text = QString::fromStdString(utc);
    QDateTime time = QDateTime::fromString(text, Qt::ISODate);
    if (!time.isValid()) return text;
    time.setTimeSpec(Qt::UTC);
    return time.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

}  // namespace

QString stateText(ExperimentState state) {
    switch (state) {
        case ExperimentState::Waiting:
            return QueueCard::tr("waiting");
        case ExperimentState::Running:
            return QueueCard::tr("running");
        case ExperimentState::Paused:
            return QueueCard::tr("paused");
        case ExperimentState::Interrupted:
            return QueueCard::tr("interrupted: resume goes on where it stopped");
        case ExperimentState::Done:
            return QueueCard::tr("done");
        case ExperimentState::Failed:
            return QueueCard::tr("failed");
        case ExperimentState::Cancelled:
            return QueueCard::tr("cancelled");
    }
    return {};
}

QString progressText(const RunnerEvent& event) {
    QStringList parts;
    if (!event.checkpointName.empty()) parts << QString::fromStdString(event.checkpointName);
    if (!event.progress.phase.empty()) {
        parts << phaseText(event.progress.phase);
        if (event.progress.total > 0)
            parts.back() += QStringLiteral(" ") +
                            QueueCard::tr("%1 %").arg(100 * event.progress.done / event.progress.total);
        if (event.progress.loss >= 0) parts << QueueCard::tr("loss %1").arg(event.progress.loss, 0, 'f', 4);
    }
    if (event.runsTotal > 0)
        parts << (event.runsTotal == 1 ? QueueCard::tr("%1 of %2 run") : QueueCard::tr("%1 of %2 runs"))
                     .arg(countText(event.runsDone + event.runsFailed), countText(event.runsTotal));
    if (event.runsFailed > 0) parts << QueueCard::tr("%1 failed").arg(countText(event.runsFailed));
    if (event.secondsLeft >= 1) parts << QueueCard::tr("about %1 left").arg(durationText(event.secondsLeft));
    return parts.join(QStringLiteral(" · "));
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
    m_note = makeMuted({}, card);
    m_state = makeMuted({}, card);
    top->addWidget(m_name, 1);
    const auto button = [&](const char* name, const QString& text, const QString& explanation, auto slot) {
        auto* made = makeButton(QString::fromLatin1(name), text, explanation, card);
        connect(made, &QPushButton::clicked, this, slot);
        top->addWidget(made);
        return made;
    };
    m_explore = button("queueExplore", tr("Explore"), tr("Show its results"), &QueueCard::exploreRequested);
    m_up = button("queueUp", tr("Earlier"), tr("Move up in the queue"), &QueueCard::upRequested);
    m_down = button("queueDown", tr("Later"), tr("Move down in the queue"), &QueueCard::downRequested);
    m_cancel = button("queueCancel", tr("Cancel"), tr("Stop within a second; what is finished stays"),
                      &QueueCard::cancelRequested);
    m_resume = button("queueResume", tr("Resume"), tr("Go on with the runs that are not there yet"),
                      &QueueCard::resumeRequested);
    button("queueLog", tr("Log"), tr("What it did and when, and what failed"), &QueueCard::logRequested);
    m_rename = button("queueRename", tr("Rename"), tr("Change the name and the note"), &QueueCard::edit);
    m_delete =
        button("queueDelete", tr("Delete"),
               tr("Delete the experiment and the results that no other one uses"), &QueueCard::askToDelete);
    m_deleteAsked.setSingleShot(true);
    m_deleteAsked.setInterval(4000);
    connect(&m_deleteAsked, &QTimer::timeout, this, [this] { sayDelete(tr("Delete")); });
    layout->addLayout(top);
    m_editor = makeEditor(card);
    layout->addWidget(m_editor);
    layout->addWidget(m_note);
    layout->addWidget(m_state);
    m_progress = new QProgressBar(card);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Runs done"));
    layout->addWidget(m_progress);
    m_details = makeMuted({}, card);
    layout->addWidget(m_details);
    m_leftOut = new Notice(card);
    m_leftOut->setObjectName(QStringLiteral("queueLeftOut"));
    layout->addWidget(m_leftOut);
    m_moreLeftOut = makeButton(QStringLiteral("queueMoreLeftOut"), {},
                               tr("What this experiment goes without, and why; the log has it, too"), card);
    connect(m_moreLeftOut, &QPushButton::clicked, this, [this] {
        m_showsAllLeftOut = !m_showsAllLeftOut;
        showLeftOut();
    });
    layout->addWidget(m_moreLeftOut, 0, Qt::AlignLeft);
    m_failure = new Notice(card);
    layout->addWidget(m_failure);
    setRow(row);
}

QWidget* QueueCard::makeEditor(QWidget* parent) {
    auto* editor = new QWidget(parent);
    auto* line = new QHBoxLayout(editor);
    line->setContentsMargins(0, 0, 0, 0);
    const auto field = [&](const char* name, const QString& text, int stretch) {
        auto* edit = new QLineEdit(editor);
        edit->setObjectName(QString::fromLatin1(name));
        edit->setAccessibleName(text);
        edit->setPlaceholderText(text);
        teachManners(edit);
        connect(edit, &QLineEdit::returnPressed, this, &QueueCard::acceptEdit);
        line->addWidget(edit, stretch);
        return edit;
    };
    m_nameEdit = field("queueNameEdit", tr("Name"), 2);
    m_noteEdit = field("queueNoteEdit", tr("Note: what it is for, what was found"), 3);
    auto* save = makeButton(QStringLiteral("queueSaveEdit"), tr("Save"),
                            tr("Keep name and note (Enter); Escape leaves them as they were"), editor);
    connect(save, &QPushButton::clicked, this, &QueueCard::acceptEdit);
    line->addWidget(save);
    editor->hide();
    return editor;
}

void QueueCard::edit() {
    if (m_editor->isVisible()) return m_editor->hide();
    m_nameEdit->setText(QString::fromStdString(m_row.name));
    m_noteEdit->setText(QString::fromStdString(m_row.note));
    m_editor->show();
    m_nameEdit->setFocus();
    m_nameEdit->selectAll();
}

void QueueCard::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Escape || !m_editor->isVisible()) return QWidget::keyPressEvent(event);
    m_editor->hide();
    m_rename->setFocus();
}

void QueueCard::setMoves(bool canGoUp, bool canGoDown) {
    m_up->setVisible(canGoUp);
    m_down->setVisible(canGoDown);
}

void QueueCard::acceptEdit() {
    const QString name = m_nameEdit->text().trimmed();
    if (name.isEmpty()) return m_nameEdit->setFocus();  // a note that was typed beside no name is not lost
    m_editor->hide();
    m_rename->setFocus();
    Q_EMIT edited(name, m_noteEdit->text().trimmed());
}

void QueueCard::sayDelete(const QString& text) {
    m_delete->setText(text);
    m_delete->setAccessibleName(text);
}

void QueueCard::askToDelete() {
    if (!m_deleteAsked.isActive()) {
        sayDelete(tr("Really delete?"));
        return m_deleteAsked.start();
    }
    m_deleteAsked.stop();
    sayDelete(tr("Delete"));
    Q_EMIT deleteRequested();
}

void QueueCard::setRow(const ExperimentRow& row) {
    m_row = row;
    m_name->setText(QString::fromStdString(row.name));
    m_note->setText(QString::fromStdString(row.note));
    m_note->setVisible(!row.note.empty());
    QString text = stateText(row.state);
    if (!row.leftOut.empty() && !canBeCancelled())  // the plan that is coming may find them mended
        text +=
            QStringLiteral(", ") + countedText(static_cast<qint64>(row.leftOut.size()),
                                               tr("%1 checkpoint left out"), tr("%1 checkpoints left out"));
    if (row.runsPlanned > 0)
        text += QStringLiteral(" · ") +
                (row.runsPlanned == 1 ? tr("%1 of %2 run done") : tr("%1 of %2 runs done"))
                    .arg(countText(row.runsDone), countText(row.runsPlanned));
    if (row.runsFailed > 0) text += QStringLiteral(" · ") + tr("%1 failed").arg(countText(row.runsFailed));
    text += QStringLiteral(" · ") + tr("created %1").arg(localTime(row.created));
    m_state->setText(text);
    const bool isRunning = row.state == ExperimentState::Running;
    m_progress->setVisible(row.state != ExperimentState::Done && row.runsPlanned > 0);
    m_progress->setRange(0, static_cast<int>(std::max<std::int64_t>(1, row.runsPlanned)));
    m_progress->setValue(static_cast<int>(row.runsDone + row.runsFailed));
    m_details->setVisible(isRunning && !m_details->text().isEmpty());
    m_explore->setEnabled(row.runsDone > 0);
    if (row.state != ExperimentState::Waiting) setMoves(false, false);
    m_cancel->setVisible(canBeCancelled());
    m_resume->setVisible(canBeResumed());
    m_resume->setText(isRetry() ? tr("Retry") : tr("Resume"));
    m_resume->setAccessibleName(m_resume->text());
    m_resume->setToolTip(isRetry() ? tr("Run once more what failed or was left out; what is there stays")
                                   : tr("Go on with the runs that are not there yet"));
    m_failure->setMessage(row.state == ExperimentState::Failed ? QString::fromStdString(row.failure)
                                                               : QString());
    showLeftOut();
}

bool QueueCard::canBeCancelled() const {
    return m_row.state == ExperimentState::Running || m_row.state == ExperimentState::Waiting;
}

bool QueueCard::isRetry() const {
    return m_row.state == ExperimentState::Failed ||
           (m_row.state == ExperimentState::Done && (m_row.runsFailed > 0 || !m_row.leftOut.empty()));
}

bool QueueCard::canBeResumed() const {
    return !canBeCancelled() && (m_row.state != ExperimentState::Done || isRetry());
}

/// While it runs, what its runner told; afterwards what is stored, also at the next start of the program.
void QueueCard::showLeftOut() {
    constexpr qsizetype kFewLines = 3, kMostLines = 200;
    QStringList lines;
    if (m_row.state == ExperimentState::Running || m_row.leftOut.empty())
        lines = m_told;
    else
        for (const std::string& one : m_row.leftOut)
            lines << tr("Left out: %1").arg(QString::fromStdString(one));
    if (m_row.state == ExperimentState::Waiting) lines.clear();  // its next plan may be another
    const QString button =
        m_showsAllLeftOut ? tr("Show fewer") : tr("Show all %1").arg(countText(lines.size()));
    m_moreLeftOut->setText(button);
    m_moreLeftOut->setAccessibleName(button);
    m_moreLeftOut->setVisible(lines.size() > kFewLines);
    const qsizetype shown = m_showsAllLeftOut ? kMostLines : kFewLines;
    if (const qsizetype more = lines.size() - shown; more > 0)
        lines =
            lines.mid(0, shown) << (m_showsAllLeftOut ? tr("… and %1 more, see the log").arg(countText(more))
                                                      : tr("… and %1 more").arg(countText(more)));
    m_leftOut->setMessage(lines.join(QLatin1Char('\n')));
}

void QueueCard::setEvent(const RunnerEvent& event) {
    if (event.kind == RunnerEvent::Kind::Started) {
        m_told = QString::fromStdString(event.message).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        showLeftOut();
    }
    m_details->setVisible(true);
    m_details->setText(progressText(event));
    if (event.runsTotal > 0) {
        m_progress->setVisible(true);
        m_progress->setRange(0, static_cast<int>(event.runsTotal));
        m_progress->setValue(static_cast<int>(event.runsDone + event.runsFailed));
    }
}

}  // namespace strata
