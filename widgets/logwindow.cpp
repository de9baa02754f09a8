// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/logwindow.h"

#include <QFontDatabase>
#include <QScrollBar>
#include <QTextCursor>
#include <QVBoxLayout>

#include <algorithm>

namespace strata {

LogWindow::LogWindow(Backend* backend, const ExperimentRow& experiment, QWidget* parent)
    : QDialog(parent),
      m_backend(backend),
      m_experiment(experiment.id),
      m_created(experiment.created),
      m_hasRun(experiment.runsDone + experiment.runsFailed > 0) {
    setObjectName(QStringLiteral("logWindow"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Log of %1").arg(QString::fromStdString(experiment.name)));
    resize(860, 420);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    m_text = new QPlainTextEdit(this);
    m_text->setObjectName(QStringLiteral("logText"));
    m_text->setAccessibleName(windowTitle());
    m_text->setReadOnly(true);
    m_text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_text->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);  // paths are long
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    layout->addWidget(m_text);
    connect(m_backend, &Backend::logReady, this, [this](quint64 id, const QString& text) {
        if (id == m_answer) showText(text);
    });
    connect(m_backend, &Backend::requestFailed, this, [this](quint64 id, const QString& message) {
        if (id == m_answer) showText(message);
    });
    connect(m_backend, &Backend::runnerEvent, this, [this](const RunnerEvent& event) {
        if (event.experimentId == m_experiment && event.kind != RunnerEvent::Kind::Progress) ask();
    });
    connect(m_backend, &Backend::workspaceChanged, this, &LogWindow::noteWorkspace);
    ask();
}

/// Another workspace may have an experiment of the same number: its log does not belong under this title.
void LogWindow::noteWorkspace(const std::shared_ptr<const WorkspaceSnapshot>& snapshot) {
    if (!snapshot) return;
    const auto row = std::find_if(
        snapshot->experiments.begin(), snapshot->experiments.end(),
        [&](const ExperimentRow& each) { return each.id == m_experiment && each.created == m_created; });
    if (row == snapshot->experiments.end()) {
        close();
        return;
    }
    m_hasRun = row->runsDone + row->runsFailed > 0;
    setWindowTitle(tr("Log of %1").arg(QString::fromStdString(row->name)));
    m_text->setAccessibleName(windowTitle());
}

void LogWindow::ask() {
    m_answer = m_backend->requestLog(m_experiment);
}

void LogWindow::showText(const QString& text) {
    const QString shown = !text.isEmpty() ? text
                          : m_hasRun      ? tr("No log was kept of it.")
                                          : tr("It has not run yet.");
    const QString before = m_text->toPlainText();
    if (shown == before) return;
    QScrollBar* bar = m_text->verticalScrollBar();
    const bool follows = bar->value() == bar->maximum();
    const int at = bar->value();
    if (!before.isEmpty() && shown.startsWith(before)) {
        // Lines that are added leave what the reader has selected as it is.
        QTextCursor end(m_text->document());
        end.movePosition(QTextCursor::End);
        end.insertText(shown.mid(before.size()));
    } else {
        m_text->setPlainText(shown);
    }
    bar->setValue(follows ? bar->maximum() : at);
}

}  // namespace strata
