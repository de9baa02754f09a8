// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/experimentpage.h"

#include "widgets/numberlist.h"
#include "widgets/pieces.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QFile>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace strata {

namespace {

constexpr std::uint64_t kMostLayer = 1000, kMostSeed = (std::uint64_t{1} << 63) - 1;  // as a spec has them

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

ExperimentPage::ExperimentPage(Backend* backend, QUndoStack* undo, QWidget* parent)
    : QWidget(parent), m_backend(backend), m_undo(undo) {
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
    m_store.setSingleShot(true);
    m_store.setInterval(500);
    connect(&m_store, &QTimer::timeout, this, &ExperimentPage::flush);
    rememberTyping(m_name, tr("the name"));
    setFocusProxy(m_checkpoints);
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
        m_planDetails->hide();
        m_warnings->setMessage({});
        m_run->setEnabled(false);
    });
    connect(m_backend, &Backend::enqueueFailed, m_problem, &Notice::setMessage);
    connect(m_backend, &Backend::workspaceFailed, this, [this](const QString& message) {
        if (!m_wantedData) return;
        m_wantedData.reset();  // it could not be stored
        changed();
        m_problem->setMessage(message);
    });
    showSettings();
    changed();
    m_remembered = composition();
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
    connect(m_dataset, &QComboBox::currentIndexChanged, this, [this] {
        m_wantedData.reset();  // another one was chosen
        composed(tr("the data set"));
    });
    connect(m_score, &QComboBox::currentIndexChanged, this, [this] { composed(tr("the scored split")); });
    rememberSteps(m_trainLimit, tr("the training sentences"), 0);
    rememberSteps(m_maxPieces, tr("the longest sentence"), 1);
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
    m_layers->setToolTip(
        tr("\"all\", \"none\", or layers and ranges such as 0-3, 6. Layer 0 is the embedding output."));
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
        tr("Numbers and ranges such as 0-4. Each seed trains every probe once more, with other initial "
           "weights and order: their spread is the uncertainty shown"));
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
        if (m_isFilling) return;
        m_overrides = Json::object();
        m_refused.clear();
        showSettings();
        composed(tr("the preset"));
    });
    rememberTyping(m_layers, tr("the layers"));
    rememberTyping(m_seeds, tr("the probe seeds"));
    connect(m_mix, &QCheckBox::toggled, this, [this] { composed(tr("the scalar mix")); });
    connect(m_dtype, &QComboBox::currentIndexChanged, this, [this] { composed(tr("the number type")); });
    connect(m_table, &QTableWidget::cellChanged, this, [this](int row, int column) {
        if (!m_isFilling && column == 1) settingEdited(row);
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
    m_wholeNotice = new Notice(card);
    m_wholeNotice->setObjectName(QStringLiteral("wholeSpecNotice"));
    for (QLabel* label :
         std::initializer_list<QLabel*>{m_wholeNotice, m_planText, m_planDetails, m_problem, m_warnings}) {
        label->setMinimumWidth(1);  // a long name must not widen the window
        words->addWidget(label);
    }
    layout->addLayout(words, 1);
    m_run = makeButton(
        QStringLiteral("runExperiment"), tr("Run"),
        tr("Put it into the queue and begin. The window stays usable; results appear as they arrive."), card,
        true);
    m_run->setMinimumSize(140, 40);
    layout->addWidget(m_run, 0, Qt::AlignBottom);  // the words grow upwards: it stays under the mouse
    connect(m_run, &QPushButton::clicked, this, &ExperimentPage::run);
    return card;
}

/// The marks of changed settings are in the palette's colours, and the palette changes with the look.
void ExperimentPage::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_table) showSettings();
    QWidget::changeEvent(event);
}

ProbeSettings ExperimentPage::settings() const {
    return withOverrides(probePreset(m_preset->currentText().toStdString()), m_overrides);
}

void ExperimentPage::showSettings() {
    const bool wasFilling = std::exchange(m_isFilling, true);
    const auto all = describe(settings());
    m_table->setRowCount(static_cast<int>(all.size()));
    for (int row = 0; row < static_cast<int>(all.size()); ++row) {
        const SettingDescription& setting = all[static_cast<std::size_t>(row)];
        const auto refused = m_refused.find(setting.key);
        const bool isChanged = m_overrides.contains(setting.key), isRefused = refused != m_refused.end();
        auto* name = new QTableWidgetItem((isChanged || isRefused ? QStringLiteral("● ") : QString()) +
                                          QString::fromStdString(setting.name));
        name->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
        auto* value =
            new QTableWidgetItem(isRefused ? refused->second.first
                                           : valueText(isChanged ? m_overrides[setting.key] : setting.value));
        QString explanation = QString::fromStdString(setting.meaning) + QStringLiteral("\n") +
                              tr("The preset has %1.").arg(valueText(setting.presetValue));
        if (isRefused) explanation += QStringLiteral("\n") + refused->second.second;
        QFont font = m_table->font();
        font.setBold(isChanged || isRefused);
        for (QTableWidgetItem* item : {name, value}) {
            item->setToolTip(explanation);
            item->setFont(font);
            if (isRefused)
                item->setForeground(warningText(palette()));
            else if (isChanged)
                item->setForeground(palette().color(QPalette::Highlight));
        }
        m_table->setItem(row, 0, name);
        m_table->setItem(row, 1, value);
    }
    m_isFilling = wasFilling;
}

/// A refused value stays in its cell with its reason until it is right.
void ExperimentPage::settingEdited(int row) {
    const auto all = describe(settings());
    const SettingDescription& setting = all[static_cast<std::size_t>(row)];
    Json next = m_overrides;
    const QString typed = m_table->item(row, 1)->text().trimmed();
    const Json value = typedValue(typed, setting.presetValue);
    if (value == setting.presetValue)
        next.erase(setting.key);
    else
        next[setting.key] = value;
    try {
        withOverrides(probePreset(m_preset->currentText().toStdString()), next);
        m_overrides = next;
        m_refused.erase(setting.key);
    } catch (const std::exception& problem) {
        m_refused[setting.key] = {typed, QString::fromUtf8(problem.what())};
    }
    showSettings();
    composed(tr("the setting “%1”").arg(QString::fromStdString(setting.name)));
}

const DatasetRow* ExperimentPage::dataset() const {
    if (m_snapshot && m_dataset->currentIndex() >= 0)
        for (const DatasetRow& row : m_snapshot->datasets)
            if (row.id == m_dataset->currentData().toLongLong()) return &row;
    return nullptr;
}

/// The highest layer that one of the chosen checkpoints has; -1 while none of them is known.
int ExperimentPage::deepestLayer() const {
    int deepest = -1;
    if (m_snapshot && !m_paths.empty())
        for (const CheckpointRow& row : m_snapshot->checkpoints)
            if (row.layers > deepest && std::find(m_paths.begin(), m_paths.end(), row.path) != m_paths.end())
                deepest = row.layers;
    return deepest;
}

QStringList ExperimentPage::problems() const {
    QStringList problems;
    const QString layers = m_layers->text().trimmed();
    if (layers == QLatin1String("none")) {
        if (!m_mix->isChecked()) problems << tr("Layers: neither a layer nor the scalar mix is asked for.");
    } else if (layers != QLatin1String("all")) {
        const auto numbers = numberList(layers, kMostLayer);
        const int deepest = deepestLayer();
        if (!numbers)
            problems << tr("Layers: \"%1\" is no list of layers. Write all, none, or numbers and ranges such "
                           "as 0-3, 6.")
                            .arg(layers);
        else if (const auto highest = *std::max_element(numbers->begin(), numbers->end());
                 deepest >= 0 && highest > static_cast<std::uint64_t>(deepest))
            problems << tr("Layers: there is no layer %1. The chosen checkpoints have layers 0 to %2.")
                            .arg(highest)
                            .arg(deepest);
    }
    if (!numberList(m_seeds->text(), kMostSeed))
        problems << tr("Probe seeds: \"%1\" is no list of seeds. Write numbers and ranges such as 0-2, 7.")
                        .arg(m_seeds->text().trimmed());
    for (const auto& [key, typedAndReason] : m_refused)
        problems << typedAndReason.second;
    return problems;
}

ExperimentSpec ExperimentPage::spec() const {
    ExperimentSpec spec;
    spec.checkpoints = m_paths;
    spec.note = m_note;
    TaskSpec task;
    if (const DatasetRow* row = dataset()) {
        task.tags = row->tags;
        task.train = row->trainPath;
        task.dev = row->devPath;
        task.test = row->testPath;
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
    if (const QString layers = m_layers->text().trimmed(); layers != QLatin1String("all")) {
        probe.allLayers = false;
        for (const std::uint64_t layer :
             numberList(layers, kMostLayer).value_or(std::vector<std::uint64_t>()))
            probe.layers.push_back(static_cast<int>(layer));
    }
    probe.seeds = numberList(m_seeds->text(), kMostSeed).value_or(std::vector<std::uint64_t>{0});
    spec.probes = {probe};
    return spec;
}

/// A person changed something here: it is remembered, and it is what Run takes.
void ExperimentPage::composed() {
    if (m_isFilling) return;
    m_whole.reset();
    m_store.start();
    m_problem->setMessage({});
    changed();
}

void ExperimentPage::composed(const QString& what, int kind) {
    composed();
    remember(what, kind);
}

void ExperimentPage::changed() {
    if (m_isFilling) return;
    const auto count = static_cast<int>(m_paths.size());
    m_checkpointText->setText(
        count == 0 ? tr("None chosen yet.")
        : count == 1
            ? tr("1 chosen.")
            : tr("%1 chosen; the coarse picture (first, last, middle) is computed first.").arg(count));
    const QString dataset = m_dataset->currentText();
    m_name->setPlaceholderText(
        tr("POS on %1, %2").arg(dataset.isEmpty() ? tr("data") : dataset, m_preset->currentText()));
    m_wholeNotice->setMessage(
        m_whole
            ? tr("“%1” holds more than this page shows (tasks: %2, probe settings: %3). Run takes it as it "
                 "stands; a change here puts it aside.")
                  .arg(QString::fromStdString(m_whole->name))
                  .arg(m_whole->tasks.size())
                  .arg(m_whole->probes.size())
            : QString());
    if (!m_whole && (m_wantedData || !problems().isEmpty()))
        askForPlan();  // says at once why it cannot run
    else
        m_soon.start();
}

void ExperimentPage::askForPlan() {
    m_soon.stop();
    m_planId = 0;
    const auto wait = [this](const QString& text, const QString& details) {
        m_run->setEnabled(false);
        m_warnings->setMessage({});
        m_planText->setText(text);
        m_planDetails->setText(details);
        m_planDetails->setVisible(!details.isEmpty());
    };
    if (m_whole) {
        m_problem->setMessage({});
        m_planText->setText(tr("Planning…"));
        m_planId = m_backend->plan(*m_whole);
        return;
    }
    const QStringList wrong = problems();
    m_problem->setMessage(wrong.join(QLatin1Char('\n')));
    if (!wrong.isEmpty()) return wait(tr("This cannot run yet."), {});
    if (m_wantedData) return wait(tr("Keeping the data set of the spec…"), {});
    if (m_paths.empty() || !dataset())
        return wait(
            m_paths.empty()          ? tr("Choose checkpoints first.")
            : m_dataset->count() > 0 ? tr("Choose a data set.")
                                     : tr("Describe a data set on the Data page."),
            tr("The plan appears here: how many runs, how much disk and time, and what is there already."));
    m_planText->setText(tr("Planning…"));
    m_planId = m_backend->plan(spec());
}

void ExperimentPage::run() {
    if (m_whole) {
        m_backend->enqueue(*m_whole);
        m_whole.reset();
        m_remembered.whole.reset();
        return changed();
    }
    if (problems().isEmpty() && !m_wantedData) m_backend->enqueue(spec());
}

void ExperimentPage::showPlan(const Plan& plan) {
    const auto runs = static_cast<qint64>(plan.runs.size()), open = runs - plan.runsThere;
    m_problem->setMessage({});
    m_run->setEnabled(runs > 0);
    m_planText->setText(
        open == 0 ? countedText(runs, tr("The one run is there already: running again costs nothing."),
                                tr("All %1 runs are there already: running again costs nothing."))
                  : countedText(open, tr("%1 run · about %2 (%3 to %4)"), tr("%1 runs · about %2 (%3 to %4)"))
                        .arg(durationText(plan.secondsExpected), durationText(plan.secondsLow),
                             durationText(plan.secondsHigh)));
    const QString details =
        (runs == 1             ? tr("%1 of %2 run is there already and will not run again.")
         : plan.runsThere == 1 ? tr("%1 of %2 runs is there already and will not run again.")
                               : tr("%1 of %2 runs are there already and will not run again."))
            .arg(countText(plan.runsThere), countText(runs)) +
        QLatin1Char(' ') +
        countedText(plan.encodingPasses, tr("%1 encoding pass (%2 cached), %3 of disk. Estimate: %4."),
                    tr("%1 encoding passes (%2 cached), %3 of disk. Estimate: %4."))
            .arg(countText(plan.encodingPassesCached), sizeText(static_cast<double>(plan.diskBytes)),
                 QString::fromStdString(plan.estimateBasis));
    m_planDetails->setText(details);
    m_planDetails->show();
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

}  // namespace strata
