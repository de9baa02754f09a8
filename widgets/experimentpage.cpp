// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/experimentpage.h"

#include "widgets/checkpointgrid.h"
#include "widgets/pieces.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QVBoxLayout>

namespace strata {

namespace {

QString valueText(const Json& value) {
    return value.is_string() ? QString::fromStdString(value.get<std::string>())
                             : QString::fromStdString(value.dump());
}

/// What a person typed, as the kind of value that the setting has.
Json typedValue(const QString& text, const Json& like) {
    if (like.is_string()) return text.toStdString();
    const Json parsed = Json::parse(text.toStdString(), nullptr, false);
    return parsed.is_discarded() ? Json(text.toStdString()) : parsed;
}

}  // namespace

ExperimentPage::ExperimentPage(Backend* backend, QWidget* parent) : QWidget(parent), m_backend(backend) {
    setObjectName(QStringLiteral("experimentPage"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 14, 20, 14);
    layout->setSpacing(10);
    auto* top = new QHBoxLayout;
    top->addWidget(makeTitle(tr("Experiment"), this));
    m_name = new QLineEdit(this);
    m_name->setObjectName(QStringLiteral("experimentName"));
    m_name->setAccessibleName(tr("Name of the experiment"));
    m_name->setToolTip(
        tr("Results and figures carry this name. The same experiment under the same name goes on where it "
           "stopped."));
    m_name->setPlaceholderText(tr("Name"));
    top->addSpacing(12);
    top->addWidget(m_name, 1);
    auto* load = makeButton(QStringLiteral("loadSpec"), tr("Open spec…"),
                            tr("Fill this page from a spec file (JSON), as the command line uses it"), this);
    auto* save = makeButton(
        QStringLiteral("saveSpec"), tr("Save as spec…"),
        tr("Write what is composed here as a spec file: strata-cli run SPEC.json repeats it"), this);
    top->addWidget(load);
    top->addWidget(save);
    layout->addLayout(top);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(14);
    columns->addWidget(makeCheckpoints(), 3);
    columns->addWidget(makeTask(), 3);
    columns->addWidget(makeProbes(), 5);
    layout->addLayout(columns, 1);
    layout->addWidget(makePlan());
    m_soon.setSingleShot(true);
    m_soon.setInterval(250);
    connect(&m_soon, &QTimer::timeout, this, &ExperimentPage::askForPlan);
    connect(m_name, &QLineEdit::textEdited, this, &ExperimentPage::changed);
    connect(load, &QPushButton::clicked, this, [this] {
        const QString file = QFileDialog::getOpenFileName(this, tr("Experiment spec"), {},
                                                          tr("Specs (*.json);;All files (*)"));
        if (!file.isEmpty()) loadSpec(file);
    });
    connect(save, &QPushButton::clicked, this, &ExperimentPage::saveSpec);
    connect(m_backend, &Backend::planReady, this,
            [this](quint64 id, const std::shared_ptr<const Plan>& plan) {
                if (id == m_planId) showPlan(*plan);
            });
    connect(m_backend, &Backend::planFailed, this, [this](quint64 id, const QString& message) {
        if (id != m_planId) return;
        m_problem->setMessage(message);
        m_planText->setText(tr("This cannot run yet."));
        m_planDetails->clear();
        m_run->setEnabled(false);
    });
    connect(m_backend, &Backend::enqueueFailed, m_problem, &Notice::setMessage);
    showSettings();
    changed();
}

QWidget* ExperimentPage::makeCheckpoints() {
    auto* card = makeCard(this);
    auto* layout = new QVBoxLayout(card);
    layout->addWidget(makeHeading(tr("1  Checkpoints"), card));
    m_checkpointText = makeMuted({}, card);
    layout->addWidget(m_checkpointText);
    m_checkpoints = new QListWidget(card);
    m_checkpoints->setObjectName(QStringLiteral("chosenCheckpoints"));
    m_checkpoints->setAccessibleName(tr("Chosen checkpoints"));
    m_checkpoints->setTextElideMode(Qt::ElideMiddle);
    layout->addWidget(m_checkpoints, 1);
    auto* choose = makeButton(QStringLiteral("chooseCheckpoints"), tr("Choose…"),
                              tr("Back to the grid of checkpoints"), card);
    connect(choose, &QPushButton::clicked, this, &ExperimentPage::checkpointsRequested);
    layout->addWidget(choose, 0, Qt::AlignLeft);
    return card;
}

QWidget* ExperimentPage::makeTask() {
    auto* card = makeCard(this);
    auto* layout = new QVBoxLayout(card);
    layout->addWidget(makeHeading(tr("2  Task"), card));
    layout->addWidget(makeMuted(tr("Part of speech: what tag does each word have?"), card));
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_dataset = new QComboBox(card);
    m_dataset->setObjectName(QStringLiteral("datasetChoice"));
    m_dataset->setAccessibleName(tr("Data set"));
    m_dataset->setToolTip(tr("Described on the Data page"));
    m_dataset->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    form->addRow(tr("Data set"), m_dataset);
    m_score = new QComboBox(card);
    m_score->setObjectName(QStringLiteral("scoreSplit"));
    m_score->setAccessibleName(tr("Score on"));
    m_score->setToolTip(tr("The split that scores are taken on. The published study used dev."));
    for (const char* split : {"dev", "test", "train"})
        m_score->addItem(QString::fromLatin1(split));
    form->addRow(tr("Score on"), m_score);
    m_trainLimit = new QSpinBox(card);
    m_trainLimit->setObjectName(QStringLiteral("trainLimit"));
    m_trainLimit->setAccessibleName(tr("Training sentences"));
    m_trainLimit->setToolTip(tr("Only the first so many usable sentences are trained on; 0 takes all"));
    m_trainLimit->setRange(0, 10'000'000);
    m_trainLimit->setSpecialValueText(tr("all"));
    form->addRow(tr("Train on first"), m_trainLimit);
    m_maxPieces = new QSpinBox(card);
    m_maxPieces->setObjectName(QStringLiteral("maxPieces"));
    m_maxPieces->setAccessibleName(tr("Longest training sentence in pieces"));
    m_maxPieces->setToolTip(
        tr("Training sentences with more word pieces than this, [CLS] and [SEP] included, are passed over "
           "and counted; 0 means the model's own limit"));
    m_maxPieces->setRange(0, 100'000);
    m_maxPieces->setSpecialValueText(tr("the model's limit"));
    form->addRow(tr("Longest"), m_maxPieces);
    layout->addLayout(form);
    auto* describeData =
        makeButton(QStringLiteral("describeData"), tr("Describe data…"), tr("Go to the Data page"), card);
    layout->addWidget(describeData, 0, Qt::AlignLeft);
    layout->addStretch();
    connect(describeData, &QPushButton::clicked, this, &ExperimentPage::dataRequested);
    connect(m_dataset, &QComboBox::currentIndexChanged, this, &ExperimentPage::changed);
    connect(m_score, &QComboBox::currentIndexChanged, this, &ExperimentPage::changed);
    connect(m_trainLimit, &QSpinBox::valueChanged, this, &ExperimentPage::changed);
    connect(m_maxPieces, &QSpinBox::valueChanged, this, &ExperimentPage::changed);
    return card;
}

QWidget* ExperimentPage::makeProbes() {
    auto* card = makeCard(this);
    auto* layout = new QVBoxLayout(card);
    layout->addWidget(makeHeading(tr("3  Probes"), card));
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_preset = new QComboBox(card);
    m_preset->setObjectName(QStringLiteral("presetChoice"));
    m_preset->setAccessibleName(tr("Preset"));
    m_preset->setToolTip(
        tr("A published protocol with all its settings, its faults corrected. Everything below can be "
           "changed; what differs is marked."));
    for (const std::string& name : probePresetNames())
        m_preset->addItem(QString::fromStdString(name));
    form->addRow(tr("Preset"), m_preset);
    auto* inputs = new QHBoxLayout;
    m_layers = new QLineEdit(QStringLiteral("all"), card);
    m_layers->setObjectName(QStringLiteral("layersEdit"));
    m_layers->setAccessibleName(tr("Layers"));
    m_layers->setToolTip(tr("\"all\", or layers such as 0, 3, 6. Layer 0 is the embedding output."));
    m_mix = new QCheckBox(tr("and the scalar mix"), card);
    m_mix->setObjectName(QStringLiteral("mixCheck"));
    m_mix->setChecked(true);
    m_mix->setToolTip(
        tr("One more probe on a learnt weighted sum of all layers; its weights give the centre of gravity"));
    inputs->addWidget(m_layers, 1);
    inputs->addWidget(m_mix);
    form->addRow(tr("Layers"), inputs);
    auto* seeds = new QHBoxLayout;
    m_seeds = new QLineEdit(QStringLiteral("0, 1, 2"), card);
    m_seeds->setObjectName(QStringLiteral("probeSeeds"));
    m_seeds->setAccessibleName(tr("Probe seeds"));
    m_seeds->setToolTip(
        tr("Each seed trains every probe once more, with other initial weights and order: their spread is "
           "the uncertainty shown"));
    m_dtype = new QComboBox(card);
    m_dtype->setObjectName(QStringLiteral("dtypeChoice"));
    m_dtype->setAccessibleName(tr("Number type"));
    m_dtype->setToolTip(
        tr("bf16 is faster where the processor multiplies it in hardware, and a little less exact"));
    m_dtype->addItems({QStringLiteral("fp32"), QStringLiteral("bf16")});
    seeds->addWidget(m_seeds, 1);
    seeds->addWidget(m_dtype);
    form->addRow(tr("Probe seeds"), seeds);
    layout->addLayout(form);
    m_table = new QTableWidget(card);
    m_table->setObjectName(QStringLiteral("settingsTable"));
    m_table->setAccessibleName(tr("Settings of the probes"));
    m_table->setColumnCount(2);
    m_table->setHorizontalHeaderLabels({tr("Setting"), tr("Value")});
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setMinimumSectionSize(90);
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    layout->addWidget(m_table, 1);
    connect(m_preset, &QComboBox::currentIndexChanged, this, [this] {
        m_overrides = Json::object();
        showSettings();
        changed();
    });
    connect(m_layers, &QLineEdit::editingFinished, this, &ExperimentPage::changed);
    connect(m_seeds, &QLineEdit::editingFinished, this, &ExperimentPage::changed);
    connect(m_mix, &QCheckBox::toggled, this, &ExperimentPage::changed);
    connect(m_dtype, &QComboBox::currentIndexChanged, this, &ExperimentPage::changed);
    connect(m_table, &QTableWidget::cellChanged, this, [this](int row, int column) {
        if (m_isFilling || column != 1) return;
        const auto all = describe(settings());
        const SettingDescription& setting = all[static_cast<std::size_t>(row)];
        Json next = m_overrides;
        const Json value = typedValue(m_table->item(row, 1)->text().trimmed(), setting.presetValue);
        if (value == setting.presetValue)
            next.erase(setting.key);
        else
            next[setting.key] = value;
        try {
            withOverrides(probePreset(m_preset->currentText().toStdString()), next);
            m_overrides = next;
            m_problem->setMessage({});
        } catch (const std::exception& problem) {
            m_problem->setMessage(QString::fromUtf8(problem.what()));
        }
        showSettings();
        changed();
    });
    return card;
}

QWidget* ExperimentPage::makePlan() {
    auto* card = makeCard(this);
    auto* layout = new QHBoxLayout(card);
    layout->setContentsMargins(18, 12, 18, 12);
    auto* words = new QVBoxLayout;
    m_planText = makeHeading({}, card);
    m_planText->setObjectName(QStringLiteral("planText"));
    m_planDetails = makeMuted({}, card);
    m_problem = new Notice(card);
    m_problem->setObjectName(QStringLiteral("experimentProblem"));
    m_warnings = new Notice(card);
    words->addWidget(m_planText);
    words->addWidget(m_planDetails);
    words->addWidget(m_problem);
    words->addWidget(m_warnings);
    layout->addLayout(words, 1);
    m_run = makeButton(
        QStringLiteral("runExperiment"), tr("Run"),
        tr("Put it into the queue and begin. The window stays usable; results appear as they arrive."), card,
        true);
    m_run->setMinimumSize(140, 40);
    layout->addWidget(m_run, 0, Qt::AlignVCenter);
    connect(m_run, &QPushButton::clicked, this, [this] { m_backend->enqueue(spec()); });
    return card;
}

ProbeSettings ExperimentPage::settings() const {
    return withOverrides(probePreset(m_preset->currentText().toStdString()), m_overrides);
}

void ExperimentPage::showSettings() {
    m_isFilling = true;
    const auto all = describe(settings());
    m_table->setRowCount(static_cast<int>(all.size()));
    for (int row = 0; row < static_cast<int>(all.size()); ++row) {
        const SettingDescription& setting = all[static_cast<std::size_t>(row)];
        const bool isChanged = m_overrides.contains(setting.key);
        auto* name = new QTableWidgetItem((isChanged ? QStringLiteral("● ") : QString()) +
                                          QString::fromStdString(setting.name));
        name->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
        auto* value = new QTableWidgetItem(valueText(isChanged ? m_overrides[setting.key] : setting.value));
        const QString explanation = QString::fromStdString(setting.meaning) + QStringLiteral("\n") +
                                    tr("The preset has %1.").arg(valueText(setting.presetValue));
        QFont font = m_table->font();
        font.setBold(isChanged);
        for (QTableWidgetItem* item : {name, value}) {
            item->setToolTip(explanation);
            item->setFont(font);
            if (isChanged) item->setForeground(palette().color(QPalette::Highlight));
        }
        m_table->setItem(row, 0, name);
        m_table->setItem(row, 1, value);
    }
    m_isFilling = false;
}

void ExperimentPage::setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    const bool hasSameData = m_snapshot && m_snapshot->datasets.size() == snapshot->datasets.size() &&
                             m_snapshot->folder == snapshot->folder;
    const bool hasNewRuns = m_snapshot && m_snapshot->experiments.size() != snapshot->experiments.size();
    m_snapshot = std::move(snapshot);
    {
        const QSignalBlocker quiet(m_dataset);
        const QString kept = m_dataset->currentText();
        m_dataset->clear();
        for (const DatasetRow& row : m_snapshot->datasets)
            m_dataset->addItem(QString::fromStdString(row.name), static_cast<qint64>(row.id));
        m_dataset->setCurrentIndex(std::max(0, m_dataset->findText(kept)));
    }
    if (!hasSameData || hasNewRuns) changed();
}

void ExperimentPage::setCheckpoints(const std::vector<std::int64_t>& ids) {
    m_paths.clear();
    m_checkpoints->clear();
    for (const CheckpointRow& row : m_snapshot->checkpoints) {
        if (std::find(ids.begin(), ids.end(), row.id) == ids.end()) continue;
        m_paths.push_back(row.path);
        auto* item = new QListWidgetItem(
            tr("%1 · seed %2 · step %3")
                .arg(QString::fromStdString(row.family),
                     row.seed ? QString::number(*row.seed) : QStringLiteral("–"), stepText(row.step)),
            m_checkpoints);
        item->setToolTip(QString::fromStdString(row.path));
    }
    changed();
}

ExperimentSpec ExperimentPage::spec() const {
    ExperimentSpec spec;
    spec.checkpoints = m_paths;
    TaskSpec task;
    if (m_snapshot)
        for (const DatasetRow& row : m_snapshot->datasets)
            if (row.id == m_dataset->currentData().toLongLong()) {
                task.tags = row.tags;
                task.train = row.trainPath;
                task.dev = row.devPath;
                task.test = row.testPath;
            }
    task.name = task.type;
    task.score = m_score->currentText().toStdString();
    task.trainLimit = m_trainLimit->value();
    task.maxPieces = m_maxPieces->value();
    spec.name = m_name->text().trimmed().isEmpty() ? m_name->placeholderText().toStdString()
                                                   : m_name->text().trimmed().toStdString();
    spec.tasks = {task};
    ProbeSpec probe;
    probe.preset = m_preset->currentText().toStdString();
    probe.mix = m_mix->isChecked();
    probe.dtype = m_dtype->currentText().toStdString();
    probe.overrides = m_overrides;
    if (const QString layers = m_layers->text().trimmed();
        layers != QLatin1String("all") && !layers.isEmpty()) {
        probe.allLayers = false;
        for (const QString& part : layers.split(QLatin1Char(','), Qt::SkipEmptyParts))
            probe.layers.push_back(part.trimmed().toInt());
    }
    probe.seeds.clear();
    for (const QString& part : m_seeds->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
        probe.seeds.push_back(part.trimmed().toULongLong());
    if (probe.seeds.empty()) probe.seeds = {0};
    spec.probes = {probe};
    return spec;
}

void ExperimentPage::changed() {
    const auto count = static_cast<int>(m_paths.size());
    m_checkpointText->setText(
        count == 0 ? tr("None chosen yet.")
                   : tr("%1 chosen; the coarse picture (first, last, middle) is computed first.").arg(count));
    const QString dataset = m_dataset->currentText();
    m_name->setPlaceholderText(
        tr("POS on %1, %2").arg(dataset.isEmpty() ? tr("data") : dataset, m_preset->currentText()));
    m_soon.start();
}

void ExperimentPage::askForPlan() {
    if (m_paths.empty() || m_dataset->currentIndex() < 0) {
        m_planId = 0;
        m_run->setEnabled(false);
        m_problem->setMessage({});
        m_warnings->setMessage({});
        m_planText->setText(m_paths.empty() ? tr("Choose checkpoints first.")
                                            : tr("Describe a data set on the Data page."));
        m_planDetails->setText(
            tr("The plan appears here: how many runs, how much disk and time, and what is there already."));
        return;
    }
    m_planText->setText(tr("Planning…"));
    m_planId = m_backend->plan(spec());
}

void ExperimentPage::showPlan(const Plan& plan) {
    const auto runs = static_cast<qint64>(plan.runs.size()), open = runs - plan.runsThere;
    m_problem->setMessage({});
    m_run->setEnabled(runs > 0);
    m_planText->setText(open == 0
                            ? tr("All %1 runs are there already: running again costs nothing.").arg(runs)
                            : tr("%1 runs · about %2 (%3 to %4)")
                                  .arg(countText(open), durationText(plan.secondsExpected),
                                       durationText(plan.secondsLow), durationText(plan.secondsHigh)));
    QString details =
        tr("%1 of %2 runs are there already and will not run again. %3 encoding passes (%4 cached), %5 of "
           "disk. Estimate: %6.")
            .arg(countText(plan.runsThere), countText(runs), countText(plan.encodingPasses),
                 countText(plan.encodingPassesCached), sizeText(static_cast<double>(plan.diskBytes)),
                 QString::fromStdString(plan.estimateBasis));
    m_planDetails->setText(details);
    QStringList lines;
    for (const CheckpointInfo& info : plan.unusable)
        lines << QString::fromStdString(info.problem);
    for (const std::string& warning : plan.warnings)
        lines << QString::fromStdString(warning);
    if (lines.size() > 4) lines = lines.mid(0, 4) << tr("… and %1 more").arg(lines.size() - 4);
    m_warnings->setMessage(lines.join(QLatin1Char('\n')));
}

void ExperimentPage::saveSpec() {
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Save the experiment as a spec"), QStringLiteral("experiment.json"), tr("Specs (*.json)"));
    if (file.isEmpty()) return;
    QFile out(file);
    if (!out.open(QIODevice::WriteOnly) ||
        out.write(QByteArray::fromStdString(toJson(spec()).dump(2) + "\n")) < 0)
        m_problem->setMessage(tr("Cannot write %1: %2").arg(file, out.errorString()));
}

void ExperimentPage::loadSpec(const QString& file) {
    try {
        const ExperimentSpec spec = readSpec(file.toStdString());
        if (spec.tasks.size() > 1 || spec.probes.size() > 1) {
            // More than this page shows: run it as it stands.
            m_backend->enqueue(spec);
            return;
        }
        m_name->setText(QString::fromStdString(spec.name));
        m_paths = spec.checkpoints;
        m_checkpoints->clear();
        for (const std::string& path : m_paths)
            m_checkpoints->addItem(QString::fromStdString(path));
        const TaskSpec& task = spec.tasks.front();
        DatasetRow row;
        row.name = QFileInfo(QString::fromStdString(task.train.string())).dir().dirName().toStdString();
        row.tags = task.tags;
        row.trainPath = task.train.string();
        row.devPath = task.dev.string();
        row.testPath = task.test.string();
        m_backend->saveDataset(row);
        m_score->setCurrentText(QString::fromStdString(task.score));
        m_trainLimit->setValue(static_cast<int>(task.trainLimit));
        m_maxPieces->setValue(task.maxPieces);
        const ProbeSpec& probe = spec.probes.front();
        m_preset->setCurrentText(QString::fromStdString(probe.preset));
        m_overrides = probe.overrides;
        m_mix->setChecked(probe.mix);
        m_dtype->setCurrentText(QString::fromStdString(probe.dtype));
        QStringList layers, seeds;
        for (const int layer : probe.layers)
            layers << QString::number(layer);
        for (const std::uint64_t seed : probe.seeds)
            seeds << QString::number(seed);
        m_layers->setText(probe.allLayers ? QStringLiteral("all") : layers.join(QLatin1String(", ")));
        m_seeds->setText(seeds.join(QLatin1String(", ")));
        showSettings();
        changed();
    } catch (const std::exception& problem) {
        m_problem->setMessage(QString::fromUtf8(problem.what()));
    }
}

}  // namespace strata
