// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/plots/figure.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFontComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QWidget>

namespace strata {

/// Everything about a figure's looks that can be changed, as a form. Holds no state but the figure.
class FigureControls : public QWidget {
    Q_OBJECT
  public:
    explicit FigureControls(QWidget* parent = nullptr);
    /// Shows a figure without telling of it. @param dataRange proposed when the range is automatic
    void setFigure(const FigureDescription& figure);
    void setDataRange(const std::pair<double, double>& range, bool isPercent);
    const FigureDescription& figure() const { return m_figure; }

  Q_SIGNALS:
    void figureChanged(const strata::FigureDescription& figure);

  private:
    template <typename Widget>
    Widget* named(Widget* widget, const char* name, const QString& title, const QString& explanation);
    QCheckBox* addCheck(QFormLayout* form, const char* name, const QString& title,
                        const QString& explanation);
    QDoubleSpinBox* addNumber(const char* name, const QString& title, const QString& explanation, double low,
                              double high, int decimals, const QString& suffix);
    void collect();
    void updateEnabled();

    FigureDescription m_figure;
    bool m_isFilling = false, m_isPercent = true;
    std::pair<double, double> m_dataRange{0, 1};
    QLineEdit* m_name;
    QPlainTextEdit* m_caption;
    QComboBox *m_preset, *m_colours, *m_steps;
    QDoubleSpinBox *m_width, *m_height, *m_fontSize, *m_low, *m_high;
    QFontComboBox* m_font;
    QCheckBox *m_ownFont, *m_automatic, *m_numbers, *m_mix, *m_bar, *m_title;
};

}  // namespace strata
