// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/figures/figurecontrols.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QStyle>
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
                                    const QString& explanation, const QString& label) {
    auto* check = named(new QCheckBox(title, this), name, title, explanation);
    form->addRow(label, check);
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

QLabel* FigureControls::addRemark(QFormLayout* form, const char* name, const QString& text) {
    auto* remark = new QLabel(text, this);
    remark->setObjectName(QLatin1String(name));
    remark->setWordWrap(true);
    remark->setIndent(style()->pixelMetric(QStyle::PM_IndicatorWidth) + 8);
    remark->setForegroundRole(QPalette::PlaceholderText);
    form->addRow(QString(), remark);
    remark->hide();
    return remark;
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
                   tr("The figure's name in the list, in the file's name and in the file's properties"));
    form->addRow(tr("Name"), m_name);
    m_preset = named(new QComboBox(this), "figureWidthPreset", tr("Width"),
                     tr("The width of a journal's column, or any other (custom)"));
    m_preset->addItem(tr("one column, 84 mm"), kOneColumnMm);
    m_preset->addItem(tr("two columns, 170 mm"), kTwoColumnsMm);
    m_preset->addItem(tr("custom"), 0.0);
    form->addRow(tr("Width"), m_preset);
    m_width = addNumber("figureWidth", tr("Width in millimetres"),
                        tr("Exact width of the figure on paper; choose the width “custom” to change it"), 20,
                        1000, 1, tr(" mm"));
    m_height = addNumber("figureHeight", tr("Height in millimetres"),
                         tr("Exact height of the figure on paper"), 20, 1000, 1, tr(" mm"));
    auto* size = new QHBoxLayout;
    size->addWidget(m_width);
    size->addWidget(new QLabel(QStringLiteral("×"), this));
    size->addWidget(m_height);
    size->addStretch();
    form->addRow(tr("Size"), size);
    m_ownFont = addCheck(form, "figureOwnFont", tr("choose the font"),
                         tr("Switch on to use the font below; off, the figure has the standard sans serif"),
                         tr("Font"));
    m_ownFont->setAccessibleName(tr("Choose the font"));
    m_font = named(new QFontComboBox(this), "figureFont", tr("Font"),
                   tr("The font of all text in the figure; it is embedded in the PDF"));
    m_font->setFontFilters(QFontComboBox::ScalableFonts);
    m_font->setMinimumContentsLength(8);
    m_font->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    form->addRow(QString(), m_font);
    m_fontRemark = addRemark(form, "figureFontRemark", {});
    m_fontSize =
        addNumber("figureFontSize", tr("Font size"),
                  tr("Size of labels and caption on paper; numbers in the cells may be a quarter smaller"), 4,
                  48, 1, tr(" pt"));
    form->addRow(tr("Font size"), m_fontSize);
    m_colours = named(
        new QComboBox(this), "figureColours", tr("Colour map"),
        tr("Perceptually uniform; Cividis reads alike with every common colour vision, Greys in print"));
    m_colours->addItems(colourMapNames());
    form->addRow(tr("Colour map"), m_colours);
    m_automatic =
        addCheck(form, "figureAutomaticRange", tr("from the numbers shown"),
                 tr("The colours reach from the lowest to the highest number of this figure. Switch off to "
                    "set the range below, for instance to give several figures the same one."),
                 tr("Colour range"));
    m_automatic->setAccessibleName(tr("Colour range from the numbers shown"));
    m_low = addNumber("figureLow", tr("Lower end of the colour range"),
                      tr("The number that the first colour stands for"), -1e6, 1e6, 1, tr(" %"));
    m_high = addNumber("figureHigh", tr("Upper end of the colour range"),
                       tr("The number that the last colour stands for"), -1e6, 1e6, 1, tr(" %"));
    // Wide enough for every score; only a loss in the millions would scroll.
    for (QDoubleSpinBox* end : {m_low, m_high})
        end->setFixedWidth(fontMetrics().horizontalAdvance(QStringLiteral("-100.0 % ")) + 46);
    auto* range = new QHBoxLayout;
    range->addWidget(m_low);
    range->addWidget(new QLabel(QStringLiteral("–"), this));
    range->addWidget(m_high);
    range->addStretch();
    form->addRow(QString(), range);
    m_steps = named(new QComboBox(this), "figureSteps", tr("Pretraining steps"),
                    tr("How the columns stand: one beside the other (categories), or where their pretraining "
                       "step lies on a linear or logarithmic scale"));
    m_steps->addItems({tr("categories"), tr("linear"), tr("logarithmic")});
    form->addRow(tr("Steps"), m_steps);
    m_numbers = addCheck(form, "figureNumbers", tr("Numbers in the cells"),
                         tr("Drawn in the columns that they fit into"));
    m_numbersRemark = addRemark(form, "figureNumbersRemark", {});
    m_mix = addCheck(form, "figureMix", tr("Row of the scalar mix"),
                     tr("The probe over all layers, as a row of its own"));
    m_bar = addCheck(form, "figureColourBar", tr("Colour bar"), tr("The scale of the colours, at the right"));
    m_title = addCheck(form, "figureTitle", tr("Title and settings"),
                       tr("What is measured and with which settings, above the heatmap"));
    m_titleRemark = addRemark(form, "figureTitleRemark", tr("no room for all of it at this size: it is cut"));
    m_caption = named(new QPlainTextEdit(this), "figureCaption", tr("Caption"),
                      tr("Printed below the heatmap; empty for none"));
    m_caption->setTabChangesFocus(true);
    m_caption->setFixedHeight(fontMetrics().height() * 4);
    form->addRow(tr("Caption"), m_caption);
    m_captionRemark =
        addRemark(form, "figureCaptionRemark", tr("no room for all of it at this size: it is cut"));

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
    m_shownFamily = m_font->currentFont().family();
    m_fontSize->setValue(figure.fontSizePt);
    m_colours->setCurrentIndex(std::max(0, m_colours->findText(figure.colourMap)));
    m_automatic->setChecked(figure.automaticRange);
    showRange();
    m_steps->setCurrentIndex(static_cast<int>(stepScaleOf(figure)));
    m_numbers->setChecked(figure.showNumbers);
    m_mix->setChecked(figure.showMix);
    m_bar->setChecked(figure.showColourBar);
    m_title->setChecked(figure.showTitle);
    m_isFilling = false;
    updateEnabled();
}

/// The numbers of a running experiment come again and again: nothing but the range follows them, so that a
/// number half typed elsewhere stays.
void FigureControls::setDataRange(const std::pair<double, double>& range, bool isPercent) {
    const bool isOtherUnit = m_isPercent != isPercent;
    m_dataRange = range;
    m_isPercent = isPercent;
    if (!isOtherUnit && !m_figure.automaticRange) return;
    m_isFilling = true;
    if (isOtherUnit)
        for (QDoubleSpinBox* end : {m_low, m_high}) {
            end->setDecimals(isPercent ? 1 : 3);
            end->setSuffix(isPercent ? tr(" %") : QString());
        }
    showRange();
    m_isFilling = false;
}

void FigureControls::showRange() {
    const auto [low, high] = m_figure.automaticRange ? m_dataRange : std::pair(m_figure.low, m_figure.high);
    const double factor = m_isPercent ? 100 : 1;
    m_low->setValue(low * factor);
    m_high->setValue(high * factor);
}

void FigureControls::setFit(const FigureFit& fit) {
    m_fit = fit;
    updateEnabled();
}

void FigureControls::updateEnabled() {
    const auto remark = [](QLabel* label, QWidget* subject, bool isTrue) {
        label->setVisible(isTrue);
        subject->setAccessibleDescription(isTrue ? label->text() : QString());
    };
    const bool isMissing =
        !m_figure.fontFamily.isEmpty() && !QFontDatabase::families().contains(m_figure.fontFamily);
    m_numbersRemark->setText(m_fit.numbers == FigureFit::Numbers::Some
                                 ? tr("some columns are too narrow for numbers at this size")
                                 : tr("too small for numbers at this size: none are drawn"));
    remark(m_numbersRemark, m_numbers, m_numbers->isChecked() && m_fit.numbers != FigureFit::Numbers::All);
    m_fontRemark->setText(
        tr("“%1” is not on this computer: another is used in its place").arg(m_figure.fontFamily));
    remark(m_fontRemark, m_font, m_ownFont->isChecked() && isMissing);
    remark(m_titleRemark, m_title, m_title->isChecked() && !m_fit.hasWholeHead);
    remark(m_captionRemark, m_caption, !m_fit.hasWholeCaption);
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
    const QString family = m_font->currentFont().family();
    const bool keepsFamily = !m_figure.fontFamily.isEmpty() && family == m_shownFamily;
    figure.fontFamily = !m_ownFont->isChecked() ? QString() : keepsFamily ? m_figure.fontFamily : family;
    m_shownFamily = family;
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
    updateEnabled();
    Q_EMIT figureChanged(m_figure);
}

}  // namespace strata
