// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/datapage.h"

#include "widgets/pieces.h"
#include "widgets/sentencelist.h"

#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QMimeData>
#include <QScrollArea>
#include <QSplitter>
#include <QUndoCommand>
#include <QVBoxLayout>

#include <algorithm>
#include <tuple>

namespace strata {

namespace {

bool isSame(const DatasetRow& a, const DatasetRow& b) {
    const auto all = [](const DatasetRow& row) {
        return std::tie(row.name, row.type, row.tags, row.trainPath, row.devPath, row.testPath, row.note);
    };
    return all(a) == all(b);
}

/// Forgets a data set, and describes it again with Ctrl+Z. Found by name: put back, it has another id.
class RemoveDataset : public QUndoCommand {
  public:
    RemoveDataset(DataPage* page, DatasetRow row)
        : QUndoCommand(QObject::tr("removal of the data set %1").arg(QString::fromStdString(row.name))),
          m_page(page),
          m_row(std::move(row)) {}
    void redo() override { m_page->removeDataset(m_row.name); }
    void undo() override {
        DatasetRow row = m_row;
        row.id = 0;
        m_page->restoreDataset(row);
    }

  private:
    DataPage* m_page;
    DatasetRow m_row;
};

/// The path of a dropped local file, else nothing.
QString droppedFile(const QMimeData* data) {
    return data->urls().size() == 1 && data->urls().front().isLocalFile() ? data->urls().front().toLocalFile()
                                                                          : QString();
}

QString refusal(const QString& file) {
    static const QStringList endings{QStringLiteral("conllu"), QStringLiteral("conll"),
                                     QStringLiteral("jsonl"), QStringLiteral("json"), QStringLiteral("txt")};
    const QString name = QFileInfo(file).fileName();
    if (!endings.contains(QFileInfo(file).suffix().toLower()))
        return DataPage::tr("%1 is no annotated text: its name would end in .%2")
            .arg(name, endings.join(QLatin1String(", .")));
    if (textFormat(file) == TextFormat::Unknown)
        return DataPage::tr("%1 is no annotated text: it begins neither like CoNLL-U nor like JSON lines")
            .arg(name);
    return {};
}

}  // namespace

TextFormat textFormat(const QString& file) {
    QFile in(file);
    const QByteArray begin = in.open(QIODevice::ReadOnly) ? in.read(16 << 10) : QByteArray();
    for (const QByteArray& line : begin.split('\n')) {
        QByteArray text = line.startsWith("\xEF\xBB\xBF") ? line.mid(3) : line;
        if (text.trimmed().isEmpty() || text.startsWith('#')) continue;
        if (text.trimmed().startsWith('{')) {
            // A spec is JSON, too: but its first line is no whole object with a text.
            return text.contains("\"text\"") || text.contains("\"targets\"") ? TextFormat::JsonLines
                                                                             : TextFormat::Unknown;
        }
        return text.count('\t') >= 3 ? TextFormat::Conllu : TextFormat::Unknown;
    }
    if (!begin.isEmpty() || in.isOpen()) return TextFormat::Unknown;
    const QString ending = QFileInfo(file).suffix().toLower();
    return ending == QLatin1String("jsonl")                                        ? TextFormat::JsonLines
           : ending == QLatin1String("conllu") || ending == QLatin1String("conll") ? TextFormat::Conllu
                                                                                   : TextFormat::Unknown;
}

DataPage::DataPage(Backend* backend, QUndoStack* undo, QWidget* parent)
    : QWidget(parent), m_backend(backend), m_undo(undo) {
    setObjectName(QStringLiteral("dataPage"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 14, 20, 14);
    layout->setSpacing(10);
    layout->addWidget(makeTitle(tr("Data"), this));
    layout->addWidget(makeMuted(tr("Annotated texts to probe with. Describe each once; drop a CoNLL-U or "
                                   "JSON-lines file anywhere to begin."),
                                this));
    auto* splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeForm());
    splitter->addWidget(makePreview());
    splitter->setStretchFactor(0, 0);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({330, 700});
    layout->addWidget(splitter, 1);
    setFocusProxy(m_list);
    connect(m_backend, &Backend::datasetPreviewReady, this,
            [this](quint64 id, const std::shared_ptr<const DatasetPreview>& preview) {
                if (id == m_previewId) showPreview(*preview);
            });
}

QLineEdit* DataPage::addFile(QLayout* layout, const QString& name, const QString& label,
                             const QString& explanation) {
    auto* row = new QWidget(this);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    auto* edit = new QLineEdit(row);
    edit->setObjectName(name);
    edit->setAccessibleName(label);
    edit->setToolTip(explanation);
    edit->setPlaceholderText(tr("no file"));
    edit->setProperty("takesFiles", true);  // a file dropped here becomes the path, see eventFilter()
    edit->installEventFilter(this);
    auto* browse = makeButton(name + QStringLiteral("Browse"), tr("…"), tr("Choose the file"), row);
    browse->setAccessibleName(tr("Choose the file for %1").arg(label));
    browse->setMaximumWidth(44);
    line->addWidget(edit, 1);
    line->addWidget(browse);
    static_cast<QFormLayout*>(layout)->addRow(label, row);
    connect(browse, &QPushButton::clicked, this, [this, edit] {
        const QString file = QFileDialog::getOpenFileName(
            this, tr("Annotated text"), QFileInfo(edit->text()).path(),
            tr("Annotated text (*.conllu *.conll *.jsonl *.json);;All files (*)"));
        if (file.isEmpty()) return;
        edit->setText(file);
        store();
    });
    connect(edit, &QLineEdit::editingFinished, this, &DataPage::store);
    return edit;
}

bool DataPage::eventFilter(QObject* watched, QEvent* event) {
    auto* edit = qobject_cast<QLineEdit*>(watched);
    if (watched == m_note && event->type() == QEvent::FocusOut) store();
    if (edit && (event->type() == QEvent::DragEnter || event->type() == QEvent::DragMove ||
                 event->type() == QEvent::Drop)) {
        auto* drop = static_cast<QDropEvent*>(event);
        const QString file = droppedFile(drop->mimeData());
        if (file.isEmpty() || (event->type() != QEvent::DragMove && !refusal(file).isEmpty())) {
            drop->ignore();  // the window takes it, or says why it is none
            return true;
        }
        drop->acceptProposedAction();
        if (event->type() != QEvent::Drop) return true;
        edit->setText(file);
        store();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

QWidget* DataPage::makeList() {
    auto* side = new QWidget(this);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    m_list = new QListWidget(side);
    m_list->setObjectName(QStringLiteral("datasetList"));
    m_list->setAccessibleName(tr("Data sets"));
    m_list->setMaximumHeight(150);
    layout->addWidget(m_list);
    auto* buttons = new QHBoxLayout;
    auto* fresh =
        makeButton(QStringLiteral("newDataset"), tr("New data set"), tr("Describe another data set"), side);
    m_remove =
        makeButton(QStringLiteral("deleteDataset"), tr("Remove"),
                   tr("Forget this description; Ctrl+Z brings it back. Files and results stay."), side);
    buttons->addWidget(fresh);
    buttons->addWidget(m_remove);
    buttons->addStretch();
    layout->addLayout(buttons);
    connect(fresh, &QPushButton::clicked, this, &DataPage::beginNew);
    connect(m_remove, &QPushButton::clicked, this, &DataPage::askToRemove);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (item && item->data(Qt::UserRole).toLongLong() != m_current)
            showRowOf(item->data(Qt::UserRole).toLongLong());
    });
    return side;
}

QWidget* DataPage::makeForm() {
    auto* side = new QWidget(this);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 10, 0);
    layout->addWidget(makeList());
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_name = new QLineEdit(side);
    m_name->setObjectName(QStringLiteral("datasetName"));
    m_name->setAccessibleName(tr("Name"));
    m_name->setToolTip(tr("What it is called in experiments"));
    form->addRow(tr("Name"), m_name);
    m_tags = new QComboBox(side);
    m_tags->setObjectName(QStringLiteral("datasetTags"));
    m_tags->setAccessibleName(tr("Tags"));
    m_tags->setToolTip(
        tr("Which column of a CoNLL-U file is the label: universal tags (UPOS) or the treebank's own (XPOS). "
           "JSON lines carry their own labels."));
    m_tags->addItem(tr("UPOS, universal"), QStringLiteral("upos"));
    m_tags->addItem(tr("XPOS, the treebank's own"), QStringLiteral("xpos"));
    form->addRow(tr("Tags"), m_tags);
    m_train = addFile(form, QStringLiteral("trainFile"), tr("Train"), tr("Probes are trained on this split"));
    m_dev =
        addFile(form, QStringLiteral("devFile"), tr("Dev"), tr("Probes are scored on this split by default"));
    m_test = addFile(form, QStringLiteral("testFile"), tr("Test"),
                     tr("Optional. Its labels count in the label list even when it is not scored."));
    m_format = makeMuted({}, side);
    m_format->setObjectName(QStringLiteral("datasetFormat"));
    form->addRow(tr("Format"), m_format);
    m_note = new QPlainTextEdit(side);
    m_note->setObjectName(QStringLiteral("datasetNote"));
    m_note->setAccessibleName(tr("Language notes"));
    m_note->setToolTip(tr("What is worth knowing of this text: language, script, source, licence"));
    m_note->setPlaceholderText(tr("language, script, source …"));
    m_note->setTabChangesFocus(true);
    m_note->setAcceptDrops(false);
    m_note->setFixedHeight(3 * fontMetrics().lineSpacing() + 18);
    m_note->installEventFilter(this);
    form->addRow(tr("Language notes"), m_note);
    layout->addLayout(form);
    m_filesProblem = new Notice(side);
    m_filesProblem->setObjectName(QStringLiteral("datasetFilesProblem"));
    layout->addWidget(m_filesProblem);
    m_nameProblem = new Notice(side);
    m_nameProblem->setObjectName(QStringLiteral("datasetProblem"));
    layout->addWidget(m_nameProblem);
    layout->addStretch();
    connect(m_name, &QLineEdit::editingFinished, this, &DataPage::store);
    connect(m_tags, &QComboBox::activated, this, &DataPage::store);
    return side;
}

QWidget* DataPage::makePreview() {
    auto* side = new QWidget(this);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(10, 0, 0, 0);
    auto* top = new QHBoxLayout;
    top->addWidget(makeHeading(tr("Preview"), side));
    m_split = new QComboBox(side);
    m_split->setObjectName(QStringLiteral("previewSplit"));
    m_split->setAccessibleName(tr("Split to preview"));
    m_split->setToolTip(tr("Which file is shown below"));
    for (const char* split : {"train", "dev", "test"})
        m_split->addItem(QString::fromLatin1(split));
    top->addWidget(m_split);
    m_counts = new QLabel(side);
    m_counts->setForegroundRole(QPalette::PlaceholderText);
    top->addWidget(m_counts, 1);
    layout->addLayout(top);
    m_problem = new Notice(side);
    layout->addWidget(m_problem);
    auto* both = new QHBoxLayout;
    m_sentences = new SentenceList(side);
    both->addWidget(m_sentences, 3);
    auto* right = new QScrollArea(side);
    right->setWidgetResizable(true);
    right->setMinimumWidth(240);
    auto* rightContent = new QWidget(right);
    auto* rightLayout = new QVBoxLayout(rightContent);
    rightLayout->setContentsMargins(10, 0, 6, 0);
    rightLayout->addWidget(makeHeading(tr("Labels"), rightContent));
    m_bars = new LabelBars(rightContent);
    rightLayout->addWidget(m_bars);
    rightLayout->addWidget(makeHeading(tr("Left out"), rightContent));
    m_omissions = makeMuted({}, rightContent);
    rightLayout->addWidget(m_omissions);
    rightLayout->addStretch();
    right->setWidget(rightContent);
    both->addWidget(right, 1);
    layout->addLayout(both, 1);
    connect(m_split, &QComboBox::activated, this, &DataPage::preview);
    return side;
}

void DataPage::setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    const bool isOther = !m_snapshot || m_snapshot->folder != snapshot->folder;
    m_snapshot = std::move(snapshot);
    if (isOther) {
        // Nothing of another workspace may be left: its ids mean other data sets here.
        m_stored.reset();
        m_isNewWanted = false;
        m_split->setCurrentIndex(0);
        show({});
    }
    const DatasetRow* stored = m_stored ? rowNamed(m_stored->name) : nullptr;
    if (stored && isSame(*stored, *m_stored)) {
        m_stored.reset();
        m_isNewWanted = false;
        if (m_current == 0) m_current = m_shown.id = stored->id;
    }
    const DatasetRow* current = nullptr;
    {
        const QSignalBlocker quiet(m_list);
        m_list->clear();
        for (const DatasetRow& row : m_snapshot->datasets) {
            auto* item = new QListWidgetItem(QString::fromStdString(row.name), m_list);
            item->setData(Qt::UserRole, static_cast<qint64>(row.id));
            item->setToolTip(QString::fromStdString(row.note));
            if (row.id != m_current) continue;
            m_list->setCurrentItem(item);
            current = &row;
        }
        if (!current) m_list->setCurrentRow(-1);
    }
    if (m_current != 0 && !current) show({});  // it has vanished
    if (m_current == 0 && isBlank() && !m_isNewWanted && !m_stored) {
        if (!m_snapshot->datasets.empty()) showRowOf(m_snapshot->datasets.front().id);
    } else if (current && !m_stored && isSame(edited(), m_shown) && !isSame(*current, m_shown)) {
        show(*current);  // changed elsewhere, and nobody is typing here
    }
    m_remove->setEnabled(m_current != 0);
}

const DatasetRow* DataPage::rowNamed(const std::string& name) const {
    if (!m_snapshot) return nullptr;
    const auto& rows = m_snapshot->datasets;
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const DatasetRow& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

std::string DataPage::freeName(const QString& wanted) const {
    QString name = wanted.isEmpty() ? tr("data") : wanted;
    for (int number = 2; rowNamed(name.toStdString()); ++number)
        name = QStringLiteral("%1 (%2)").arg(wanted).arg(number);
    return name.toStdString();
}

bool DataPage::isBlank() const {
    const DatasetRow row = edited();
    return row.name.empty() && row.trainPath.empty() && row.devPath.empty() && row.testPath.empty() &&
           row.note.empty();
}

void DataPage::showRowOf(std::int64_t id) {
    for (const DatasetRow& row : m_snapshot->datasets) {
        if (row.id != id) continue;
        flush();
        show(row);
        const QSignalBlocker quiet(m_list);
        for (int i = 0; i < m_list->count(); ++i)
            if (m_list->item(i)->data(Qt::UserRole).toLongLong() == id) m_list->setCurrentRow(i);
        return;
    }
}

void DataPage::show(const DatasetRow& row) {
    m_current = row.id;
    m_shown = row;
    m_stored.reset();
    m_name->setText(QString::fromStdString(row.name));
    m_tags->setCurrentIndex(row.tags == "xpos" ? 1 : 0);
    m_train->setText(QString::fromStdString(row.trainPath));
    m_dev->setText(QString::fromStdString(row.devPath));
    m_test->setText(QString::fromStdString(row.testPath));
    m_note->setPlainText(QString::fromStdString(row.note));
    m_nameProblem->setMessage({});
    m_filesProblem->setMessage({});
    m_remove->setEnabled(m_current != 0);
    updateFormat();
    preview();
}

void DataPage::beginNew() {
    flush();
    m_list->setCurrentRow(-1);
    m_isNewWanted = true;
    show({});
    m_name->setFocus();
}

/// The row as the form has it; what the form does not show stays as it was.
DatasetRow DataPage::edited() const {
    DatasetRow row = m_shown;
    row.id = m_current;
    row.name = m_name->text().trimmed().toStdString();
    row.tags = m_tags->currentData().toString().toStdString();
    row.trainPath = m_train->text().trimmed().toStdString();
    row.devPath = m_dev->text().trimmed().toStdString();
    row.testPath = m_test->text().trimmed().toStdString();
    row.note = m_note->toPlainText().trimmed().toStdString();
    return row;
}

void DataPage::flush() {
    if (m_snapshot && !isSame(edited(), m_shown)) store();
}

void DataPage::store() {
    DatasetRow row = edited();
    if (row.name.empty() && !row.trainPath.empty()) {
        row.name = freeName(QFileInfo(QString::fromStdString(row.trainPath)).dir().dirName());
        m_name->setText(QString::fromStdString(row.name));
    }
    updateFormat();
    if (isSame(row, m_shown)) return;  // left without a change
    preview();
    const DatasetRow* other = rowNamed(row.name);
    const bool isOurs = m_stored && m_stored->name == row.name;
    const bool isTaken = other && other->id != m_current && !isOurs;
    m_nameProblem->setMessage(
        isTaken ? tr("There is a data set named %1 already: choose another name to keep both.")
                      .arg(QString::fromStdString(row.name))
        : row.name.empty() && m_current != 0 ? tr("A data set needs a name.")
                                             : QString());
    if (isTaken || row.name.empty() || row.trainPath.empty()) return;
    m_stored = row;
    m_shown = row;
    m_backend->saveDataset(row);
}

void DataPage::askToRemove() {
    if (m_current == 0 || !m_snapshot) return;
    for (const DatasetRow& row : m_snapshot->datasets) {
        if (row.id != m_current) continue;
        const DatasetRow removed = row;  // the snapshot may change under the command
        m_undo->push(new RemoveDataset(this, removed));
        return;
    }
}

void DataPage::removeDataset(const std::string& name) {
    m_stored.reset();
    if (const DatasetRow* row = rowNamed(name)) m_backend->deleteDataset(row->id);
}

void DataPage::restoreDataset(const DatasetRow& row) {
    if (rowNamed(row.name)) return;  // described anew meanwhile: that one stays
    flush();
    show(row);
    m_stored = row;
    m_backend->saveDataset(row);
}

QString DataPage::takeFile(const QString& file) {
    if (const QString problem = refusal(file); !problem.isEmpty()) return problem;
    flush();
    const QString name = QFileInfo(file).fileName().toLower();
    const auto byName = [&]() -> QLineEdit* {
        if (name.contains(QLatin1String("dev"))) return m_dev;
        if (name.contains(QLatin1String("test"))) return m_test;
        return name.contains(QLatin1String("train")) ? m_train : nullptr;
    };
    const auto firstEmpty = [&]() -> QLineEdit* {
        for (QLineEdit* edit : {m_train, m_dev, m_test})
            if (edit->text().isEmpty()) return edit;
        return nullptr;
    };
    for (const QLineEdit* edit : {m_train, m_dev, m_test})
        if (edit->text() == file) return {};  // it is there already
    QLineEdit* target = byName() ? byName() : firstEmpty();
    if (!target || !target->text().isEmpty()) {
        // The form is of another text: what it says stays.
        beginNew();
        target = byName() ? byName() : m_train;
    }
    target->setText(file);
    // The usual neighbours: train, dev and test of one treebank stand side by side.
    const QString base = QFileInfo(file).fileName();
    for (const auto& [split, edit] : {std::pair("train", m_train), {"dev", m_dev}, {"test", m_test}}) {
        if (!edit->text().isEmpty()) continue;
        for (const char* other : {"train", "dev", "test"}) {
            QString sibling = base;
            if (!sibling.contains(QLatin1String(other))) continue;
            sibling.replace(QLatin1String(other), QLatin1String(split));
            const QFileInfo info(QFileInfo(file).dir(), sibling);
            if (info.exists()) edit->setText(info.filePath());
        }
    }
    store();
    return {};
}

void DataPage::updateFormat() {
    QStringList words;
    for (const auto& [split, edit] :
         {std::pair(tr("train"), m_train), {tr("dev"), m_dev}, {tr("test"), m_test}}) {
        const QString file = edit->text().trimmed();
        if (file.isEmpty()) continue;
        const TextFormat format = textFormat(file);
        words << (format == TextFormat::Conllu      ? tr("CoNLL-U")
                  : format == TextFormat::JsonLines ? tr("JSON lines")
                                                    : tr("unknown")) +
                     QStringLiteral(" (%1)").arg(split);
    }
    const bool isOne = std::all_of(words.begin(), words.end(), [&](const QString& word) {
        return word.section(QStringLiteral(" ("), 0, 0) == words.front().section(QStringLiteral(" ("), 0, 0);
    });
    m_format->setText(words.isEmpty() ? tr("told by the file")
                      : isOne         ? words.front().section(QStringLiteral(" ("), 0, 0)
                                      : words.join(QLatin1String(", ")));
}

/// Files that were missed may be there now.
void DataPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_filesProblem->text().isEmpty() || !m_problem->text().isEmpty()) preview();
}

void DataPage::preview() {
    m_previewId = m_backend->previewDataset(edited(), m_split->currentText());
}

void DataPage::showPreview(const DatasetPreview& preview) {
    const bool isEmptyForm =
        preview.row.trainPath.empty() && preview.row.devPath.empty() && preview.row.testPath.empty();
    QStringList missing;
    if (!isEmptyForm)
        for (const std::string& one : preview.missing)
            missing << QString::fromStdString(one);
    m_filesProblem->setMessage(missing.join(QLatin1Char('\n')));
    m_problem->setMessage(isEmptyForm ? QString() : QString::fromStdString(preview.problem));
    m_sentences->setSentences(preview.sentences);
    m_bars->setCounts(preview.labelCounts);
    m_counts->setText(
        preview.sentenceCount == 0
            ? QString()
            : QStringList{countedText(preview.sentenceCount, tr("%1 sentence"), tr("%1 sentences")),
                          countedText(preview.targetCount, tr("%1 target"), tr("%1 targets")),
                          countedText(static_cast<qint64>(preview.labelCounts.size()), tr("%1 label"),
                                      tr("%1 labels"))}
                  .join(QStringLiteral(" · ")));
    QStringList lines;
    for (const std::string& omission : preview.omissions)
        lines << QString::fromStdString(omission);
    if (lines.size() > 50) lines = lines.mid(0, 50) << tr("… and %1 more").arg(preview.omissions.size() - 50);
    m_omissions->setText(
        lines.isEmpty() ? tr("Nothing. What a tokenizer cannot align is told in the plan of an experiment.")
                        : lines.join(QLatin1Char('\n')));
}

}  // namespace strata
