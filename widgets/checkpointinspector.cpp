// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/checkpointinspector.h"

#include "checkpoint/cacherevisions.h"
#include "widgets/pieces.h"
#include "widgets/plots/labels.h"
#include "widgets/tensorlist.h"

#include <QHBoxLayout>
#include <QRegularExpressionValidator>
#include <QUndoCommand>
#include <QVBoxLayout>

#include <algorithm>
#include <filesystem>

namespace strata {

namespace {

/// Puts a name right, and back again with Ctrl+Z.
class CorrectName : public QUndoCommand {
  public:
    struct Name {
        QString family;
        std::optional<int> seed;
        std::optional<std::int64_t> step;
        bool isByHand = true;  ///< false = as the folder's name says
    };
    CorrectName(Backend* backend, std::int64_t id, Name before, Name after)
        : QUndoCommand(QObject::tr("correction of a checkpoint to %1").arg(text(after))),
          m_backend(backend),
          m_id(id),
          m_before(std::move(before)),
          m_after(std::move(after)) {}
    void redo() override {
        m_backend->correctCheckpointName(m_id, m_after.family, m_after.seed, m_after.step, m_after.isByHand);
    }
    void undo() override {
        m_backend->correctCheckpointName(m_id, m_before.family, m_before.seed, m_before.step,
                                         m_before.isByHand);
    }

  private:
    static QString text(const Name& name) {
        QStringList parts{name.family};
        if (name.seed) parts << QObject::tr("seed %1").arg(*name.seed);
        if (name.step) parts << QObject::tr("step %1").arg(stepText(name.step));
        return parts.join(QStringLiteral(", "));
    }

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

/// Whose model it is, and which state.
/// @param names branches and tags at that commit, as far as they are known
QString cacheText(const std::filesystem::path& folder, const std::vector<std::string>& names) {
    const std::string hub = hubName(folder);
    if (hub.empty()) return {};
    QStringList told;
    for (const std::string& one : names)
        told << QString::fromStdString(one);
    const QString commit = QString::fromStdString(folder.filename().string());
    return CheckpointInspector::tr("downloaded from the Hugging Face hub: %1, revision %2")
        .arg(QString::fromStdString(hub),
             told.empty()
                 ? commit
                 : CheckpointInspector::tr("%1 (commit %2)").arg(told.join(QStringLiteral(", ")), commit));
}

QString activationText(Activation activation) {
    switch (activation) {
        case Activation::Gelu:
            return CheckpointInspector::tr("GELU");
        case Activation::GeluNew:
            return CheckpointInspector::tr("GELU in its tanh form");
        case Activation::Relu:
            return CheckpointInspector::tr("ReLU");
    }
    return {};
}

}  // namespace

CheckpointInspector::CheckpointInspector(Backend* backend, QUndoStack* undo, QWidget* parent)
    : QWidget(parent), m_backend(backend), m_undo(undo) {
    setObjectName(QStringLiteral("checkpointInspector"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    m_name = makeHeading({}, this);
    m_name->setObjectName(QStringLiteral("checkpointHeading"));
    m_name->setWordWrap(true);
    m_origin = makeMuted({}, this);
    m_origin->setObjectName(QStringLiteral("checkpointOrigin"));
    m_origin->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem = new Notice(this);
    m_problem->setObjectName(QStringLiteral("checkpointProblem"));
    layout->addWidget(m_name);
    layout->addWidget(m_origin);
    layout->addWidget(m_problem);
    m_forget =
        makeButton(QStringLiteral("forgetInspected"), tr("Take it off the list"),
                   tr("This checkpoint is no longer listed; results stay. Ctrl+Z brings it back."), this);
    connect(m_forget, &QPushButton::clicked, this, [this] { Q_EMIT forgetRequested(inspected()); });
    layout->addWidget(m_forget, 0, Qt::AlignLeft);
    addNames(layout);
    m_facts = makeMuted({}, this);
    m_facts->setObjectName(QStringLiteral("checkpointFacts"));
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_facts);
    m_tensors = new TensorList(this);
    layout->addWidget(m_tensors);
    // Arrow keys held down walk over many: only where they stop is read.
    m_readSoon.setSingleShot(true);
    m_readSoon.setInterval(120);
    connect(&m_readSoon, &QTimer::timeout, this,
            [this] { m_request = m_backend->inspectCheckpoint(inspected()); });
    connect(m_backend, &Backend::checkpointInspected, this,
            [this](quint64 id, const std::shared_ptr<const CheckpointContent>& content) {
                if (id != m_request || !m_row) return;
                m_content = content;
                showFacts();
                if (content->tensorsProblem.empty())
                    m_tensors->setTensors(content->tensors);
                else
                    m_tensors->setProblem(newProblem(content->tensorsProblem));
            });
    connect(m_backend, &Backend::requestFailed, this, [this](quint64 id, const QString& message) {
        if (id == m_request && m_row) m_tensors->setProblem(message);
    });
    hide();
}

void CheckpointInspector::addNames(QLayout* layout) {
    auto* row = new QWidget(this);
    auto* names = new QHBoxLayout(row);
    names->setContentsMargins(0, 0, 0, 0);
    const auto field = [&](const char* name, const QString& label, const QString& explanation, int width) {
        auto* edit = new QLineEdit(row);
        edit->setObjectName(QString::fromLatin1(name));
        edit->setAccessibleName(label);
        edit->setToolTip(explanation);
        edit->setMaximumWidth(width);
        names->addWidget(makeMuted(label, row));
        names->addWidget(edit);
        teachManners(edit);
        connect(edit, &QLineEdit::editingFinished, this, &CheckpointInspector::flush);
        return edit;
    };
    m_family = field("familyEdit", tr("family"),
                     tr("Runs that differ only in seed and step belong to one family. Read from the folder's "
                        "name; correct it here, Ctrl+Z takes it back."),
                     220);
    m_seed = field("seedEdit", tr("seed"), tr("Random seed of the pretraining run"), 70);
    m_step = field("stepEdit", tr("step"), tr("Training step at which the model was saved"), 110);
    // Also nothing at all: a checkpoint may have no seed or step.
    m_seed->setValidator(
        new QRegularExpressionValidator(QRegularExpression(QStringLiteral("\\d{0,9}")), m_seed));
    m_step->setValidator(
        new QRegularExpressionValidator(QRegularExpression(QStringLiteral("\\d{0,15}")), m_step));
    names->addStretch();
    layout->addWidget(row);
}

void CheckpointInspector::inspect(std::int64_t id, const WorkspaceSnapshot& snapshot) {
    const bool isSame = inspected() == id;
    if (!isSame) flush();  // of the one shown until now
    const auto& rows = snapshot.checkpoints;
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const CheckpointRow& one) { return one.id == id; });
    if (found == rows.end()) return clear();
    const std::optional<CheckpointRow> before = std::exchange(m_row, *found);
    const auto gone = snapshot.gone.find(id);
    const bool wasGone = !m_gone.isEmpty();
    m_gone = gone == snapshot.gone.end() ? QString() : QString::fromStdString(gone->second);
    const auto probed = snapshot.probedTasks.find(id);
    m_probed = probed == snapshot.probedTasks.end() ? std::vector<std::string>() : probed->second;
    m_name->setText(QString::fromStdString(shownName(m_row->path)));
    QStringList problems;
    if (!m_gone.isEmpty())
        problems << m_gone + QLatin1Char(' ') +
                        tr("What is known of it stays, and so do its results. When it is back in its place, "
                           "this page shows it as before the next time it is looked at.");
    if (!m_row->problem.empty()) problems << QString::fromStdString(m_row->problem);
    for (const std::string& warning : m_row->warnings)
        problems << QString::fromStdString(warning);
    m_problem->setMessage(problems.join(QLatin1Char('\n')));
    m_forget->setVisible(!snapshot.isUsable(*m_row));
    // What is being typed stays; all else shows what is stored, also while a field has the focus.
    const auto put = [isSame](QLineEdit* edit, const QString& text) {
        if (!isSame || !edit->isModified()) edit->setText(text);
    };
    put(m_family, QString::fromStdString(m_row->family));
    put(m_seed, m_row->seed ? QString::number(*m_row->seed) : QString());
    put(m_step, m_row->step ? QString::number(*m_row->step) : QString());
    // Snapshots come with every result: the files are read again when there is reason to.
    const bool isOther = !isSame || wasGone != !m_gone.isEmpty() || before->bytes != m_row->bytes ||
                         before->format != m_row->format || before->problem != m_row->problem ||
                         (before->contentHash != m_row->contentHash && !before->contentHash.empty());
    if (isOther) {
        m_content.reset();
        m_request = 0;  // an answer under way is of what was there before
        if (m_gone.isEmpty()) {
            m_tensors->setReading();
            m_readSoon.start();
        } else {
            m_readSoon.stop();
            m_tensors->setProblem({});  // the notice says it all
        }
    }
    showFacts();
    show();
}

void CheckpointInspector::showFacts() {
    const CheckpointRow& row = *m_row;
    QStringList origin{QString::fromStdString(row.path)};
    const QString cache = cacheText(row.path, m_content ? m_content->revisions : std::vector<std::string>());
    if (!cache.isEmpty()) origin << cache;
    if (!row.adaptedFrom.empty())
        origin << tr("adapted: pretraining went on with %1").arg(QString::fromStdString(row.adaptedFrom));
    m_origin->setText(origin.join(QLatin1Char('\n')));
    QStringList lines, known;
    // Of files that cannot be read there is little to tell.
    if (!row.format.empty())
        known << QString::fromStdString(row.format) << QString::fromStdString(row.dtype)
              << sizeText(static_cast<double>(row.bytes));
    known.removeAll(QString());
    if (row.layers > 0)
        known << countedText(row.layers, tr("%1 layer × %2"), tr("%1 layers × %2")).arg(row.hidden) +
                     QStringLiteral(", ") + countedText(row.heads, tr("%1 head"), tr("%1 heads"))
              << tr("vocabulary %1, %2")
                     .arg(countText(row.vocabulary), row.isUncased ? tr("uncased") : tr("cased"));
    if (!row.dtype.empty()) known << tr("MLM head: %1").arg(row.hasMlmHead ? tr("yes") : tr("no"));
    if (!known.empty()) lines << known.join(QStringLiteral(" · "));
    if (m_content && m_content->config) {
        const BertConfig& config = *m_content->config;
        lines << tr("feed-forward %1 wide, %2 · texts up to %3 pieces · %4 · layer norm epsilon %5 · output "
                    "embeddings: %6")
                     .arg(countText(config.intermediate), activationText(config.activation),
                          countText(config.positions),
                          countedText(config.tokenTypes, tr("%1 segment type"), tr("%1 segment types")),
                          QString::number(config.layerNormEpsilon),
                          config.tiedEmbeddings ? tr("those of the input (tied)") : tr("of their own"));
    }
    if (m_content && !newProblem(m_content->configProblem).isEmpty())
        lines << newProblem(m_content->configProblem);
    lines << (row.contentHash.empty() ? m_gone.isEmpty() && row.problem.empty()
                                            ? tr("content hash: being computed")
                                            : tr("content hash: not computed")
                                      : tr("content hash: %1").arg(QString::fromStdString(row.contentHash)));
    if (!m_probed.empty()) {
        QStringList tasks;
        for (const std::string& task : m_probed)
            tasks << QString::fromStdString(task);
        lines << tr("results: %1").arg(tasks.join(QStringLiteral(", ")));
    }
    if (row.nameCorrected) lines << tr("Family, seed and step were corrected by hand.");
    m_facts->setText(lines.join(QLatin1Char('\n')));
}

/// What the notice above tells already is not said twice.
QString CheckpointInspector::newProblem(const std::string& problem) const {
    return m_row->problem.find(problem) == std::string::npos ? QString::fromStdString(problem) : QString();
}

void CheckpointInspector::flush() {
    const bool isTyped = m_family->isModified() || m_seed->isModified() || m_step->isModified();
    if (!m_row || !isTyped || m_family->text().trimmed().isEmpty()) return;
    const CorrectName::Name before{QString::fromStdString(m_row->family), m_row->seed, m_row->step,
                                   m_row->nameCorrected};
    const CorrectName::Name after{m_family->text().trimmed(), numberOf<int>(m_seed),
                                  numberOf<std::int64_t>(m_step), true};
    // Stored: from here on Ctrl+Z takes the correction back, not the letters.
    for (QLineEdit* edit : {m_family, m_seed, m_step})
        edit->setText(edit->text());
    if (before.family == after.family && before.seed == after.seed && before.step == after.step) return;
    m_undo->push(new CorrectName(m_backend, m_row->id, before, after));
}

void CheckpointInspector::clear() {
    m_readSoon.stop();
    m_request = 0;
    m_row.reset();
    m_content.reset();
    m_gone.clear();
    for (QLineEdit* edit : {m_family, m_seed, m_step})
        edit->clear();
    m_tensors->setProblem({});
    hide();
}

}  // namespace strata
