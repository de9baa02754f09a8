// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "analysis/heatmap.h"
#include "widgets/plots/heatmapgrid.h"

#include <QComboBox>
#include <QJsonObject>
#include <QWidget>

#include <vector>

namespace strata {

/// The row of choices above the heatmap: experiment, task, split, measure, label (of measures that are of
/// one), preset, family, seeds, steps, colours. A choice of one is not shown. Remembers what was wanted, so
/// that a choice that comes back (another experiment, a new start) is taken again.
class ViewChoices : public QWidget {
    Q_OBJECT
  public:
    explicit ViewChoices(QWidget* parent = nullptr);

    void setExperiments(const std::vector<ExperimentRow>& experiments);
    void showExperiment(std::int64_t id);
    void setChoices(const HeatmapChoices& choices);
    std::int64_t experimentId() const;
    HeatmapQuery query() const;
    StepScale stepScale() const;
    QString colourMap() const;

    QJsonObject state() const;
    void restore(const QJsonObject& state);

  Q_SIGNALS:
    void experimentChanged();
    void queryChanged();
    void looksChanged();

  private:
    QComboBox* addChoice(const QString& name, const QString& title, const QString& explanation, int letters);
    /// Fills without signals, keeps the wanted entry; hides the choice when there is nothing to choose.
    void fill(QComboBox* combo, const std::vector<std::pair<QString, QString>>& entries, bool hideSingle);
    void remember(const QComboBox* combo);

    void updateLabels();

    QComboBox *m_experiment, *m_task, *m_split, *m_metric, *m_label, *m_preset, *m_family, *m_seeds, *m_steps,
        *m_colours;
    QJsonObject m_wanted;  ///< by the combo's object name
};

}  // namespace strata
