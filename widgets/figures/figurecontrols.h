// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/plots/figure.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFontComboBox>
#include <QFormLayout>
#include <QLabel>
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
    /// Says beside its box what finds no room in the figure.
    void setFit(const FigureFit& fit);
    const FigureDescription& figure() const { return m_figure; }

  Q_SIGNALS:
    void figureChanged(const strata::FigureDescription& figure);

  private:
    template <typename Widget>
    Widget* named(Widget* widget, const char* name, const QString& title, const QString& explanation);
    QCheckBox* addCheck(QFormLayout* form, const char* name, const QString& title, const QString& explanation,
                        const QString& label = {});
    QDoubleSpinBox* addNumber(const char* name, const QString& title, const QString& explanation, double low,
                              double high, int decimals, const QString& suffix);
    QLabel* addRemark(QFormLayout* form, const char* name, const QString& text);
    void showRange();
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
    QString m_shownFamily;  ///< in the font's box; another than the figure's where that is not installed
    QLabel *m_fontRemark, *m_numbersRemark, *m_titleRemark, *m_captionRemark;
    FigureFit m_fit;
};

}  // namespace strata
