// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/viewchoices.h"

#include "widgets/explore/flowlayout.h"
#include "widgets/plots/colourmap.h"
#include "widgets/plots/labels.h"

#include <QAbstractItemView>
#include <QEvent>
#include <QLabel>
#include <QSignalBlocker>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QVBoxLayout>

#include <algorithm>

namespace strata {
namespace {

using Entries = std::vector<std::pair<QString, QString>>;

template <typename Text>
Entries entriesOf(const std::vector<std::string>& values, Text text) {
    Entries entries;
    for (const std::string& value : values)
        entries.emplace_back(text(value), QString::fromStdString(value));
    return entries;
}

/// A combo box that ends a text it has no room for with an ellipsis, and then shows it whole in its tooltip.
/// Styles cut it silently.
class ElidingCombo : public QComboBox {
  public:
    ElidingCombo(const QString& explanation, QWidget* parent)
        : QComboBox(parent), m_explanation(explanation) {
        view()->setTextElideMode(Qt::ElideMiddle);
        setToolTip(explanation);
    }

    void showPopup() override {
        // The list may be wider than the box: long names are told apart by their ends.
        const int widest = fontMetrics().averageCharWidth() * 70;
        view()->setMinimumWidth(std::min(view()->sizeHintForColumn(0) + 24, widest));
        QComboBox::showPopup();
    }

    /// So wide that no text needs an ellipsis, within reason.
    int largestWidth() const {
        QStyleOptionComboBox option;
        initStyleOption(&option);
        int widest = 0;
        for (int i = 0; i < count(); ++i)
            widest = std::max(widest, fontMetrics().horizontalAdvance(itemText(i)));
        const QSize text(std::min(widest + 8, fontMetrics().averageCharWidth() * 40), fontMetrics().height());
        const int whole = style()->sizeFromContents(QStyle::CT_ComboBox, &option, text, this).width();
        return std::max(whole, sizeHint().width());
    }

  protected:
    bool event(QEvent* event) override {
        if (event->type() == QEvent::ToolTip)
            setToolTip(shownText() == currentText() ? m_explanation
                                                    : currentText() + QLatin1Char('\n') + m_explanation);
        return QComboBox::event(event);
    }
    void paintEvent(QPaintEvent*) override {
        QStylePainter painter(this);
        QStyleOptionComboBox option;
        initStyleOption(&option);
        option.currentText = shownText();
        painter.drawComplexControl(QStyle::CC_ComboBox, option);
        painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    }

  private:
    QString shownText() const {
        QStyleOptionComboBox option;
        initStyleOption(&option);
        const QRect room =
            style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
        return fontMetrics().elidedText(currentText(), Qt::ElideRight, room.width() - 4);
    }
    QString m_explanation;
};

Entries entriesOf(const QComboBox& combo) {
    Entries entries;
    for (int i = 0; i < combo.count(); ++i)
        entries.emplace_back(combo.itemText(i), combo.itemData(i).toString());
    return entries;
}

QString plain(const std::string& text) {
    return QString::fromStdString(text);
}

}  // namespace

ViewChoices::ViewChoices(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("viewChoices"));
    new FlowLayout(this, 6, 6);
    m_experiment = addChoice(QStringLiteral("experimentChoice"), tr("Experiment"),
                             tr("Whose results are shown; the newest stands first"), 9);
    m_task =
        addChoice(QStringLiteral("taskChoice"), tr("Task"), tr("What the probes were trained to tell"), 9);
    m_split =
        addChoice(QStringLiteral("splitChoice"), tr("Split"), tr("The part of the data that was scored"), 5);
    m_metric = addChoice(QStringLiteral("metricChoice"), tr("Measure"), tr("Which number the cells show"), 5);
    m_label = addChoice(QStringLiteral("labelChoice"), tr("Label"),
                        tr("The label that the measure is of; the others have heatmaps of their own"), 6);
    m_preset = addChoice(QStringLiteral("presetChoice"), tr("Probe"), tr("The probes' preset"), 12);
    m_family = addChoice(QStringLiteral("familyChoice"), tr("Family"), tr("Which family of checkpoints"), 10);
    m_seeds = addChoice(QStringLiteral("seedsChoice"), tr("Seeds"),
                        tr("The mean over all pretraining and probe seeds, their spread, each pretraining "
                           "seed side by side, or one of them alone"),
                        4);
    m_steps = addChoice(QStringLiteral("stepsChoice"), tr("Steps"),
                        tr("How training steps are laid out: one column each alike, or to scale"), 6);
    m_colours = addChoice(
        QStringLiteral("coloursChoice"), tr("Colours"),
        tr("Perceptually uniform colour maps; Cividis reads alike with every common colour vision"), 5);
    fill(m_steps,
         {{tr("categories"), QStringLiteral("categories")},
          {tr("linear"), QStringLiteral("linear")},
          {tr("log scale"), QStringLiteral("logarithmic")}},
         false);
    Entries maps;
    for (const QString& name : colourMapNames())
        maps.emplace_back(name, name);
    fill(m_colours, maps, false);
    fill(m_seeds, {{tr("mean"), QStringLiteral("mean")}}, false);
    m_label->parentWidget()->hide();

    connect(m_experiment, &QComboBox::currentIndexChanged, this, [this] {
        remember(m_experiment);
        Q_EMIT experimentChanged();
    });
    for (QComboBox* combo : {m_task, m_split, m_metric, m_label, m_preset, m_family, m_seeds})
        connect(combo, &QComboBox::currentIndexChanged, this, [this, combo] {
            remember(combo);
            updateLabels();
            Q_EMIT queryChanged();
        });
    for (QComboBox* combo : {m_steps, m_colours})
        connect(combo, &QComboBox::currentIndexChanged, this, [this, combo] {
            remember(combo);
            Q_EMIT looksChanged();
        });
}

QComboBox* ViewChoices::addChoice(const QString& name, const QString& title, const QString& explanation,
                                  int letters) {
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* label = new QLabel(title, box);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.87);
    label->setFont(small);
    label->setForegroundRole(QPalette::PlaceholderText);
    auto* combo = new ElidingCombo(explanation, box);
    combo->setObjectName(name);
    combo->setAccessibleName(title);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(letters);
    label->setBuddy(combo);
    column->addWidget(label);
    column->addWidget(combo);
    layout()->addWidget(box);
    return combo;
}

void ViewChoices::fill(QComboBox* combo, const Entries& entries, bool hideSingle) {
    const QSignalBlocker blocker(combo);
    // Choices are asked for after every run: a list that is open stays as it is while nothing is new.
    if (entries != entriesOf(*combo)) {
        combo->clear();
        for (const auto& [text, value] : entries) {
            combo->addItem(text, value);
            combo->setItemData(combo->count() - 1, text, Qt::ToolTipRole);
        }
    }
    const int wanted = combo->findData(m_wanted.value(combo->objectName()).toString());
    combo->setCurrentIndex(std::max(wanted, entries.empty() ? -1 : 0));
    combo->parentWidget()->setVisible(entries.size() > (hideSingle ? 1 : 0));
    combo->parentWidget()->setMaximumWidth(static_cast<ElidingCombo*>(combo)->largestWidth());
    updateGeometry();
}

void ViewChoices::remember(const QComboBox* combo) {
    m_wanted[combo->objectName()] = combo->currentData().toString();
}

void ViewChoices::setExperiments(const std::vector<ExperimentRow>& experiments) {
    Entries entries;
    for (auto row = experiments.rbegin(); row != experiments.rend(); ++row)
        entries.emplace_back(QString::fromStdString(row->name), QString::number(row->id));
    fill(m_experiment, entries, false);
}

void ViewChoices::showExperiment(std::int64_t id) {
    m_wanted[m_experiment->objectName()] = QString::number(id);
    const int index = m_experiment->findData(QString::number(id));
    if (index >= 0) m_experiment->setCurrentIndex(index);
}

void ViewChoices::setChoices(const HeatmapChoices& choices) {
    fill(m_task, entriesOf(choices.tasks, taskText), false);
    fill(m_split, entriesOf(choices.splits, plain), true);
    // Totals that every probe has come first; the settings of a probe are not what a page opens with.
    std::vector<std::string> metrics = choices.metrics;
    const auto rank = [](const std::string& metric) {
        return metric == "micro_f1" ? 0 : metric == "accuracy" ? 1 : metric == "loss" ? 2 : 3;
    };
    std::stable_sort(metrics.begin(), metrics.end(),
                     [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    fill(m_metric, entriesOf(metrics, metricText), false);
    fill(m_label, entriesOf(choices.labels, plain), false);
    updateLabels();
    fill(m_preset, entriesOf(choices.presets, plain), true);
    fill(m_family, entriesOf(choices.families, plain), true);
    Entries seeds = {{tr("mean"), QStringLiteral("mean")},
                     {tr("spread"), QStringLiteral("spread")},
                     {tr("each"), QStringLiteral("each")}};
    for (const int seed : choices.seeds)
        seeds.emplace_back(tr("seed %1").arg(seed), QString::number(seed));
    fill(m_seeds, seeds, false);
}

void ViewChoices::updateLabels() {
    const bool isWanted = isOfOneLabel(m_metric->currentData().toString().toStdString());
    m_label->parentWidget()->setVisible(isWanted && m_label->count() > 0);
}

std::int64_t ViewChoices::experimentId() const {
    return m_experiment->currentData().toString().toLongLong();
}

HeatmapQuery ViewChoices::query() const {
    const auto chosen = [](const QComboBox* combo) { return combo->currentData().toString().toStdString(); };
    HeatmapQuery query;
    query.experimentId = experimentId();
    query.task = chosen(m_task);
    query.split = chosen(m_split);
    query.preset = chosen(m_preset);
    query.family = chosen(m_family);
    if (m_metric->currentIndex() >= 0) query.metric = chosen(m_metric);
    if (isOfOneLabel(query.metric)) query.label = chosen(m_label);
    const QString seeds = m_seeds->currentData().toString();
    if (seeds == QLatin1String("spread"))
        query.seeds = HeatmapQuery::Seeds::Spread;
    else if (seeds == QLatin1String("each"))
        query.seeds = HeatmapQuery::Seeds::Each;
    else if (seeds != QLatin1String("mean") && !seeds.isEmpty()) {
        query.seeds = HeatmapQuery::Seeds::One;
        query.seed = seeds.toInt();
    }
    return query;
}

StepScale ViewChoices::stepScale() const {
    return static_cast<StepScale>(std::max(0, m_steps->currentIndex()));
}
QString ViewChoices::colourMap() const {
    return m_colours->currentData().toString();
}
QJsonObject ViewChoices::state() const {
    return m_wanted;
}

void ViewChoices::restore(const QJsonObject& state) {
    m_wanted = state;
    for (QComboBox* combo : {m_experiment, m_task, m_split, m_metric, m_label, m_preset, m_family, m_seeds,
                             m_steps, m_colours}) {
        // What this state does not know is as at the first start, not as another workspace left it.
        const int index = combo->findData(state.value(combo->objectName()).toString());
        const QSignalBlocker blocker(combo);
        combo->setCurrentIndex(std::max(index, combo->count() > 0 ? 0 : -1));
    }
    Q_EMIT looksChanged();
}

}  // namespace strata
