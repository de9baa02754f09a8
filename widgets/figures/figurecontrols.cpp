// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/figures/figurecontrols.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace strata {
namespace {

constexpr double kOneColumnMm = 84, kTwoColumnsMm = 170;

}  // namespace

template <typename Widget>
Widget* FigureControls::named(Widget* widget, const char* name, const QString& title,
                              const QString& explanation) {
    widget->setObjectName(QLatin1String(name));
    widget->setAccessibleName(title);
    widget->setToolTip(explanation);
    return widget;
}

QCheckBox* FigureControls::addCheck(QFormLayout* form, const char* name, const QString& title,
                                    const QString& explanation) {
    auto* check = named(new QCheckBox(title, this), name, title, explanation);
    form->addRow(QString(), check);
    connect(check, &QCheckBox::toggled, this, &FigureControls::collect);
    return check;
}

QDoubleSpinBox* FigureControls::addNumber(const char* name, const QString& title, const QString& explanation,
                                          double low, double high, int decimals, const QString& suffix) {
    auto* number = named(new QDoubleSpinBox(this), name, title, explanation);
    number->setRange(low, high);
    number->setDecimals(decimals);
    number->setSuffix(suffix);
    number->setKeyboardTracking(false);
    connect(number, &QDoubleSpinBox::valueChanged, this, &FigureControls::collect);
    return number;
}

FigureControls::FigureControls(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("figureControls"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 8, 0);
    auto* form = new QFormLayout;
    column->addLayout(form);
    column->addStretch();
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setVerticalSpacing(6);

    m_name = named(new QLineEdit(this), "figureName", tr("Name"),
                   tr("The figure's name in the list and in the file's properties"));
    form->addRow(tr("Name"), m_name);
    m_preset = named(new QComboBox(this), "figureWidthPreset", tr("Width"),
                     tr("The width of a journal's column, or your own"));
    m_preset->addItem(tr("one column, 84 mm"), kOneColumnMm);
    m_preset->addItem(tr("two columns, 170 mm"), kTwoColumnsMm);
    m_preset->addItem(tr("custom"), 0.0);
    form->addRow(tr("Width"), m_preset);
    m_width = addNumber("figureWidth", tr("Width in millimetres"), tr("Exact width of the page"), 20, 1000, 1,
                        tr(" mm"));
    m_height = addNumber("figureHeight", tr("Height in millimetres"), tr("Exact height of the page"), 20,
                         1000, 1, tr(" mm"));
    auto* size = new QHBoxLayout;
    size->addWidget(m_width);
    size->addWidget(new QLabel(QStringLiteral("×"), this));
    size->addWidget(m_height);
    size->addStretch();
    form->addRow(tr("Size"), size);
    m_ownFont = addCheck(form, "figureOwnFont", tr("Own font"), tr("Otherwise the default sans serif"));
    m_font = named(new QFontComboBox(this), "figureFont", tr("Font"),
                   tr("The paper's font; it is embedded in the PDF"));
    m_font->setFontFilters(QFontComboBox::ScalableFonts);
    m_font->setMinimumContentsLength(8);
    m_font->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    form->addRow(tr("Font"), m_font);
    m_fontSize = addNumber("figureFontSize", tr("Font size"), tr("Size of labels and numbers on paper"), 4,
                           48, 1, tr(" pt"));
    form->addRow(tr("Font size"), m_fontSize);
    m_colours = named(
        new QComboBox(this), "figureColours", tr("Colour map"),
        tr("Perceptually uniform; Cividis reads alike with every common colour vision, Greys in print"));
    m_colours->addItems(colourMapNames());
    form->addRow(tr("Colours"), m_colours);
    m_automatic = addCheck(form, "figureAutomaticRange", tr("Range of the numbers shown"),
                           tr("Switch off to give several figures the same range"));
    m_low = addNumber("figureLow", tr("Lower end of the range"), tr("What the map's first colour stands for"),
                      -1e6, 1e6, 1, {});
    m_high = addNumber("figureHigh", tr("Upper end of the range"),
                       tr("What the map's last colour stands for"), -1e6, 1e6, 1, {});
    auto* range = new QHBoxLayout;
    range->addWidget(m_low);
    range->addWidget(new QLabel(QStringLiteral("–"), this));
    range->addWidget(m_high);
    range->addStretch();
    form->addRow(tr("Range"), range);
    m_steps = named(new QComboBox(this), "figureSteps", tr("Steps"),
                    tr("Columns alike, or to the scale of the training steps"));
    m_steps->addItems({tr("categories"), tr("linear"), tr("logarithmic")});
    form->addRow(tr("Steps"), m_steps);
    m_numbers = addCheck(form, "figureNumbers", tr("Numbers in the cells"), tr("Where they fit"));
    m_mix = addCheck(form, "figureMix", tr("Row of the scalar mix"),
                     tr("The probe over all layers, as a row of its own"));
    m_bar = addCheck(form, "figureColourBar", tr("Colour bar"), tr("The scale at the right"));
    m_title = addCheck(form, "figureTitle", tr("Title"), tr("Title and settings above the heatmap"));
    m_caption = named(new QPlainTextEdit(this), "figureCaption", tr("Caption"),
                      tr("Printed below the heatmap; empty for none"));
    m_caption->setTabChangesFocus(true);
    m_caption->setFixedHeight(fontMetrics().height() * 4);
    form->addRow(tr("Caption"), m_caption);

    connect(m_name, &QLineEdit::textChanged, this, &FigureControls::collect);
    connect(m_caption, &QPlainTextEdit::textChanged, this, &FigureControls::collect);
    connect(m_preset, &QComboBox::currentIndexChanged, this, [this] {
        const double width = m_preset->currentData().toDouble();
        if (!m_isFilling && width > 0) m_width->setValue(width);
        updateEnabled();
    });
    for (QComboBox* combo : {m_colours, m_steps, static_cast<QComboBox*>(m_font)})
        connect(combo, &QComboBox::currentIndexChanged, this, &FigureControls::collect);
    setFigure({});
}

void FigureControls::setFigure(const FigureDescription& figure) {
    m_isFilling = true;
    m_figure = figure;
    if (m_name->text() != figure.name) m_name->setText(figure.name);
    if (m_caption->toPlainText() != figure.caption) m_caption->setPlainText(figure.caption);
    m_preset->setCurrentIndex(figure.widthMm == kOneColumnMm ? 0 : figure.widthMm == kTwoColumnsMm ? 1 : 2);
    m_width->setValue(figure.widthMm);
    m_height->setValue(figure.heightMm);
    m_ownFont->setChecked(!figure.fontFamily.isEmpty());
    if (!figure.fontFamily.isEmpty()) m_font->setCurrentFont(QFont(figure.fontFamily));
    m_fontSize->setValue(figure.fontSizePt);
    m_colours->setCurrentIndex(std::max(0, m_colours->findText(figure.colourMap)));
    m_automatic->setChecked(figure.automaticRange);
    const double factor = m_isPercent ? 100 : 1;
    m_low->setValue((figure.automaticRange ? m_dataRange.first : figure.low) * factor);
    m_high->setValue((figure.automaticRange ? m_dataRange.second : figure.high) * factor);
    m_steps->setCurrentIndex(static_cast<int>(stepScaleOf(figure)));
    m_numbers->setChecked(figure.showNumbers);
    m_mix->setChecked(figure.showMix);
    m_bar->setChecked(figure.showColourBar);
    m_title->setChecked(figure.showTitle);
    m_isFilling = false;
    updateEnabled();
}

void FigureControls::setDataRange(const std::pair<double, double>& range, bool isPercent) {
    m_dataRange = range;
    m_isPercent = isPercent;
    m_low->setDecimals(isPercent ? 1 : 3);
    m_high->setDecimals(isPercent ? 1 : 3);
    setFigure(FigureDescription(m_figure));
}

void FigureControls::updateEnabled() {
    m_width->setEnabled(m_preset->currentData().toDouble() == 0);
    m_font->setEnabled(m_ownFont->isChecked());
    m_low->setEnabled(!m_automatic->isChecked());
    m_high->setEnabled(!m_automatic->isChecked());
}

void FigureControls::collect() {
    if (m_isFilling) return;
    updateEnabled();
    FigureDescription figure = m_figure;
    figure.name = m_name->text();
    figure.caption = m_caption->toPlainText();
    figure.widthMm = m_width->value();
    figure.heightMm = m_height->value();
    figure.fontFamily = m_ownFont->isChecked() ? m_font->currentFont().family() : QString();
    figure.fontSizePt = m_fontSize->value();
    figure.colourMap = m_colours->currentText();
    figure.automaticRange = m_automatic->isChecked();
    const double factor = m_isPercent ? 100 : 1;
    figure.low = m_low->value() / factor;
    figure.high = m_high->value() / factor;
    figure.linearSteps = m_steps->currentIndex() == static_cast<int>(StepScale::Linear);
    figure.logarithmicSteps = m_steps->currentIndex() == static_cast<int>(StepScale::Logarithmic);
    figure.showNumbers = m_numbers->isChecked();
    figure.showMix = m_mix->isChecked();
    figure.showColourBar = m_bar->isChecked();
    figure.showTitle = m_title->isChecked();
    if (figure == m_figure) return;
    m_figure = figure;
    Q_EMIT figureChanged(m_figure);
}

}  // namespace strata
