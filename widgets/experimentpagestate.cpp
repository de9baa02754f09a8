// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
//
// What the composer takes over: a snapshot, chosen checkpoints, a spec file, and what a workspace remembers.
#include "widgets/experimentpage.h"
#include "widgets/numberlist.h"
#include "widgets/pieces.h"
#include "widgets/plots/labels.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace strata {

namespace {

std::string plainPath(const std::string& path) {
    return path.empty() ? path : std::filesystem::path(path).lexically_normal().string();
}

bool hasSameText(const DatasetRow& row, const DatasetRow& other) {
    const auto all = [](const DatasetRow& r) {
        return std::tuple(r.tags, plainPath(r.trainPath), plainPath(r.devPath), plainPath(r.testPath));
    };
    return all(row) == all(other);
}

QString layersText(const ProbeSpec& probe) {
    if (probe.allLayers) return QStringLiteral("all");
    if (probe.layers.empty()) return QStringLiteral("none");
    return numberListText({probe.layers.begin(), probe.layers.end()});
}

std::string textOf(const Json& json, const char* key, const std::string& otherwise = {}) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

int numberOf(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<int>() : 0;
}

void choose(QComboBox* box, const std::string& text) {
    box->setCurrentIndex(std::max(0, box->findText(QString::fromStdString(text))));
}

}  // namespace

void ExperimentPage::setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    const bool isOther = !m_snapshot || m_snapshot->folder != snapshot->folder;
    const auto runsDone = [](const WorkspaceSnapshot& shown) {
        std::int64_t done = 0;
        for (const ExperimentRow& experiment : shown.experiments)
            done += experiment.runsDone;
        return std::pair(shown.experiments.size(), done);
    };
    const bool hasNewRuns = m_snapshot && runsDone(*m_snapshot) != runsDone(*snapshot);
    const DatasetRow* row = isOther ? nullptr : dataset();
    const std::optional<DatasetRow> before = row ? std::optional(*row) : std::nullopt;
    if (isOther) clear();
    m_snapshot = std::move(snapshot);
    if (isOther) {
        fillDatasets();
        if (const auto state = m_snapshot->settings.find("page.experiment");
            state != m_snapshot->settings.end())
            restore(state->second);
        m_storedState = state().dump();
        showCheckpoints();
        m_remembered = composition();
        return changed();
    }
    const bool hadToWait = m_wantedData.has_value();
    fillDatasets();
    showCheckpoints();
    // What others do with the data sets is no change made here.
    m_remembered.state["dataset"] = state()["dataset"];
    m_remembered.dataset = m_dataset->currentData().toLongLong();
    const DatasetRow* after = dataset();
    const bool hasSameData =
        after && before ? hasSameText(*after, *before) && after->name == before->name : !after && !before;
    if (!hasSameData || hasNewRuns || (hadToWait && !m_wantedData)) changed();
}

/// The data sets of the snapshot; the chosen one stays, also under another name, and a wanted one is chosen
/// as soon as it is there.
void ExperimentPage::fillDatasets() {
    const QSignalBlocker quiet(m_dataset);
    const QString keptName = m_dataset->currentText();
    const QVariant keptId = m_dataset->currentData();
    const bool hadNone = m_dataset->count() == 0;
    m_dataset->clear();
    int wanted = -1;
    for (const DatasetRow& row : m_snapshot->datasets) {
        if (m_wantedData && hasSameText(row, *m_wantedData)) wanted = m_dataset->count();
        m_dataset->addItem(QString::fromStdString(row.name), static_cast<qint64>(row.id));
    }
    if (m_wantedData) {
        m_dataset->setCurrentIndex(wanted);
        if (wanted < 0) return;
        m_wantedData.reset();
        m_store.start();
        return;
    }
    int index = keptId.isValid() ? m_dataset->findData(keptId) : -1;
    if (index < 0 && !hadNone) index = m_dataset->findText(keptName);
    m_dataset->setCurrentIndex(hadNone ? 0 : index);  // one that is gone is not replaced by another
}

void ExperimentPage::setCheckpoints(const std::vector<std::int64_t>& ids) {
    m_paths.clear();
    for (const CheckpointRow& row : m_snapshot->checkpoints)
        if (std::find(ids.begin(), ids.end(), row.id) != ids.end()) m_paths.push_back(row.path);
    showCheckpoints();
    composed(tr("the checkpoints"));
}

/// The chosen ones by name where they are known, by path (or pattern) where they are not.
void ExperimentPage::showCheckpoints() {
    std::map<std::string, const CheckpointRow*> known;
    if (m_snapshot)
        for (const CheckpointRow& row : m_snapshot->checkpoints)
            known.emplace(row.path, &row);
    QStringList texts;
    for (const std::string& path : m_paths) {
        const auto found = known.find(path);
        if (found == known.end()) {
            texts << QString::fromStdString(path);
            continue;
        }
        const CheckpointRow& row = *found->second;
        texts << tr("%1 · seed %2 · step %3")
                     .arg(QString::fromStdString(row.family),
                          row.seed ? QString::number(*row.seed) : QStringLiteral("–"), stepText(row.step));
    }
    QStringList shown;
    for (int i = 0; i < m_checkpoints->count(); ++i)
        shown << m_checkpoints->item(i)->text();
    if (texts == shown) return;
    m_checkpoints->clear();
    for (std::size_t i = 0; i < m_paths.size(); ++i) {
        auto* item = new QListWidgetItem(texts[static_cast<qsizetype>(i)], m_checkpoints);
        item->setToolTip(QString::fromStdString(m_paths[i]));
    }
}

/// As a workspace begins: nothing of another one is left.
void ExperimentPage::clear() {
    m_isFilling = true;
    m_soon.stop();
    m_store.stop();
    m_planId = 0;
    m_paths.clear();
    m_checkpoints->clear();
    m_dataset->clear();
    m_overrides = Json::object();
    m_refused.clear();
    m_whole.reset();
    m_wantedData.reset();
    m_note.clear();
    m_name->clear();
    m_trainLimit->setValue(0);
    m_maxPieces->setValue(0);
    for (QComboBox* box : {m_score, m_preset, m_dtype})
        box->setCurrentIndex(0);
    m_layers->setText(QStringLiteral("all"));
    m_seeds->setText(QStringLiteral("0, 1, 2"));
    m_mix->setChecked(true);
    m_warnings->setMessage({});
    m_problem->setMessage({});
    showSettings();
    m_isFilling = false;
}

Json ExperimentPage::state() const {
    return {{"checkpoints", m_paths},
            {"dataset", m_wantedData ? m_wantedData->name : m_dataset->currentText().toStdString()},
            {"score", m_score->currentText().toStdString()},
            {"train_limit", m_trainLimit->value()},
            {"max_pieces", m_maxPieces->value()},
            {"name", m_name->text().toStdString()},
            {"note", m_note},
            {"preset", m_preset->currentText().toStdString()},
            {"set", m_overrides},
            {"layers", m_layers->text().toStdString()},
            {"mix", m_mix->isChecked()},
            {"seeds", m_seeds->text().toStdString()},
            {"dtype", m_dtype->currentText().toStdString()}};
}

void ExperimentPage::restore(const std::string& state) {
    const Json json = Json::parse(state, nullptr, false);
    if (!json.is_object()) return;
    m_isFilling = true;
    put(json);
    showSettings();
    m_isFilling = false;
}

/// Takes what can be used of a stored state; it may be of another version.
void ExperimentPage::put(const Json& json) {
    m_paths.clear();
    if (const auto paths = json.find("checkpoints"); paths != json.end() && paths->is_array())
        for (const Json& path : *paths)
            if (path.is_string()) m_paths.push_back(path.get<std::string>());
    if (const std::string name = textOf(json, "dataset"); !name.empty())
        m_dataset->setCurrentIndex(m_dataset->findText(QString::fromStdString(name)));
    choose(m_score, textOf(json, "score"));
    m_trainLimit->setValue(numberOf(json, "train_limit"));
    m_maxPieces->setValue(numberOf(json, "max_pieces"));
    m_name->setText(QString::fromStdString(textOf(json, "name")));
    m_note = textOf(json, "note");
    choose(m_preset, textOf(json, "preset"));
    choose(m_dtype, textOf(json, "dtype"));
    m_layers->setText(QString::fromStdString(textOf(json, "layers", "all")));
    m_seeds->setText(QString::fromStdString(textOf(json, "seeds", "0, 1, 2")));
    m_mix->setChecked(json.value("mix", Json(true)) != Json(false));
    try {
        const Json set = json.value("set", Json::object());
        withOverrides(probePreset(m_preset->currentText().toStdString()), set);
        if (set.is_object()) m_overrides = set;
    } catch (const std::exception&) {
        m_overrides = Json::object();  // settings of another version: the preset's own
    }
}

void ExperimentPage::flush() {
    m_store.stop();
    if (!m_snapshot) return;
    std::string now = state().dump();
    if (now == m_storedState) return;
    m_storedState = std::move(now);
    m_backend->setSetting(QStringLiteral("page.experiment"), QString::fromStdString(m_storedState));
}

void ExperimentPage::loadSpec(const QString& file) {
    try {
        const ExperimentSpec spec = readSpec(file.toStdString());
        if (spec.tasks.size() > 1 || spec.probes.size() > 1 ||
            spec.tasks.front().name != spec.tasks.front().type) {
            m_whole = std::make_shared<const ExperimentSpec>(spec);
            changed();
            return remember(tr("all by the spec “%1”").arg(QString::fromStdString(spec.name)));
        }
        fill(spec);
    } catch (const std::exception& problem) {
        m_problem->setMessage(QString::fromUtf8(problem.what()));
    }
}

void ExperimentPage::fill(const ExperimentSpec& spec) {
    m_isFilling = true;
    m_name->setText(QString::fromStdString(spec.name));
    m_note = spec.note;
    m_paths = spec.checkpoints;
    const TaskSpec& task = spec.tasks.front();
    m_score->setCurrentText(QString::fromStdString(task.score));
    m_trainLimit->setValue(static_cast<int>(task.trainLimit));
    m_maxPieces->setValue(task.maxPieces);
    const ProbeSpec& probe = spec.probes.front();
    m_preset->setCurrentText(QString::fromStdString(probe.preset));
    m_overrides = probe.overrides.is_object() ? probe.overrides : Json::object();
    m_refused.clear();
    m_mix->setChecked(probe.mix);
    m_dtype->setCurrentText(QString::fromStdString(probe.dtype));
    m_layers->setText(layersText(probe));
    m_seeds->setText(numberListText(probe.seeds));
    takeDataset(task);
    showCheckpoints();
    showSettings();
    m_isFilling = false;
    composed(tr("all by the spec “%1”").arg(QString::fromStdString(spec.name)));
}

/// Chooses the data set with these files; describes it first where there is none yet.
void ExperimentPage::takeDataset(const TaskSpec& task) {
    DatasetRow row;
    row.tags = task.tags;
    row.trainPath = task.train.string();
    row.devPath = task.dev.string();
    row.testPath = task.test.string();
    m_wantedData = row;
    std::set<std::string> names;
    if (m_snapshot) {
        fillDatasets();
        if (!m_wantedData) return;
        for (const DatasetRow& other : m_snapshot->datasets)
            names.insert(other.name);
    }
    const QString folder = QFileInfo(QString::fromStdString(row.trainPath)).dir().dirName();
    const std::string base = folder.isEmpty() ? "data" : folder.toStdString();
    row.name = base;
    for (int number = 2; names.contains(row.name); ++number)
        row.name = base + " (" + std::to_string(number) + ")";
    m_wantedData = row;
    m_backend->saveDataset(row);
}

}  // namespace strata
