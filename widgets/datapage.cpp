// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/datapage.h"

#include "widgets/pieces.h"
#include "widgets/sentencelist.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace strata {

DataPage::DataPage(Backend* backend, QWidget* parent) : QWidget(parent), m_backend(backend) {
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

QWidget* DataPage::makeForm() {
    auto* side = new QWidget(this);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 10, 0);
    m_list = new QListWidget(side);
    m_list->setObjectName(QStringLiteral("datasetList"));
    m_list->setAccessibleName(tr("Data sets"));
    m_list->setMaximumHeight(150);
    layout->addWidget(m_list);
    auto* buttons = new QHBoxLayout;
    auto* fresh =
        makeButton(QStringLiteral("newDataset"), tr("New data set"), tr("Describe another data set"), side);
    auto* remove = makeButton(QStringLiteral("deleteDataset"), tr("Remove"),
                              tr("Forget this description. Files and results stay."), side);
    buttons->addWidget(fresh);
    buttons->addWidget(remove);
    buttons->addStretch();
    layout->addLayout(buttons);
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
    layout->addLayout(form);
    layout->addStretch();
    connect(m_name, &QLineEdit::editingFinished, this, &DataPage::store);
    connect(m_tags, &QComboBox::activated, this, &DataPage::store);
    connect(fresh, &QPushButton::clicked, this, [this] {
        m_list->setCurrentRow(-1);
        show({});
        m_name->setFocus();
    });
    connect(remove, &QPushButton::clicked, this, [this] {
        if (m_current > 0) m_backend->deleteDataset(m_current);
        m_current = 0;
    });
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (!item) return;
        for (const DatasetRow& row : m_snapshot->datasets)
            if (row.id == item->data(Qt::UserRole).toLongLong() && row.id != m_current) show(row);
    });
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
    const bool isSame = m_snapshot && m_snapshot->folder == snapshot->folder &&
                        m_snapshot->datasets.size() == snapshot->datasets.size();
    m_snapshot = std::move(snapshot);
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    for (const DatasetRow& row : m_snapshot->datasets) {
        auto* item = new QListWidgetItem(QString::fromStdString(row.name), m_list);
        item->setData(Qt::UserRole, static_cast<qint64>(row.id));
        if (row.name == m_name->text().trimmed().toStdString()) m_current = row.id;
        if (row.id == m_current) m_list->setCurrentItem(item);
    }
    if (isSame) return;
    if (m_current == 0 && !m_snapshot->datasets.empty()) {
        m_list->setCurrentRow(0);
        show(m_snapshot->datasets.front());
    } else if (m_snapshot->datasets.empty()) {
        show({});
    }
}

void DataPage::show(const DatasetRow& row) {
    m_current = row.id;
    m_name->setText(QString::fromStdString(row.name));
    m_tags->setCurrentIndex(row.tags == "xpos" ? 1 : 0);
    m_train->setText(QString::fromStdString(row.trainPath));
    m_dev->setText(QString::fromStdString(row.devPath));
    m_test->setText(QString::fromStdString(row.testPath));
    preview();
}

DatasetRow DataPage::edited() const {
    DatasetRow row;
    row.id = m_current;
    row.name = m_name->text().trimmed().toStdString();
    row.tags = m_tags->currentData().toString().toStdString();
    row.trainPath = m_train->text().trimmed().toStdString();
    row.devPath = m_dev->text().trimmed().toStdString();
    row.testPath = m_test->text().trimmed().toStdString();
    return row;
}

void DataPage::store() {
    DatasetRow row = edited();
    if (row.name.empty() && !row.trainPath.empty()) {
        row.name = QFileInfo(QString::fromStdString(row.trainPath)).dir().dirName().toStdString();
        m_name->setText(QString::fromStdString(row.name));
    }
    preview();
    if (row.name.empty() || row.trainPath.empty()) return;
    m_backend->saveDataset(row);
}

void DataPage::takeFile(const QString& file) {
    const QString name = QFileInfo(file).fileName().toLower();
    QLineEdit* target = name.contains(QLatin1String("dev"))     ? m_dev
                        : name.contains(QLatin1String("test"))  ? m_test
                        : name.contains(QLatin1String("train")) ? m_train
                                                                : nullptr;
    if (!target) target = m_train->text().isEmpty() ? m_train : m_dev->text().isEmpty() ? m_dev : m_test;
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
}

void DataPage::preview() {
    m_previewId = m_backend->previewDataset(edited(), m_split->currentText());
}

void DataPage::showPreview(const DatasetPreview& preview) {
    const bool isEmptyForm =
        preview.row.trainPath.empty() && preview.row.devPath.empty() && preview.row.testPath.empty();
    m_problem->setMessage(isEmptyForm ? QString() : QString::fromStdString(preview.problem));
    m_sentences->setSentences(preview.sentences);
    m_bars->setCounts(preview.labelCounts);
    m_counts->setText(preview.sentenceCount == 0
                          ? QString()
                          : tr("%1 sentences · %2 targets · %3 labels")
                                .arg(countText(preview.sentenceCount), countText(preview.targetCount))
                                .arg(preview.labelCounts.size()));
    QStringList lines;
    for (const std::string& omission : preview.omissions)
        lines << QString::fromStdString(omission);
    if (lines.size() > 50) lines = lines.mid(0, 50) << tr("… and %1 more").arg(preview.omissions.size() - 50);
    m_omissions->setText(
        lines.isEmpty() ? tr("Nothing. What a tokenizer cannot align is told in the plan of an experiment.")
                        : lines.join(QLatin1Char('\n')));
}

}  // namespace strata
