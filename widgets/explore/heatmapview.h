// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/plots/figure.h"
#include "widgets/plots/heatmapgrid.h"

#include <QWidget>

#include <memory>
#include <optional>

namespace strata {

struct Tones;

/// The heatmap of the Explore page with what belongs to it: axes, a profile by layer at its right and by step
/// below it, a colour bar whose ends can be dragged, the centre of gravity. A crosshair lies over row and
/// column of the cell under the mouse, or else of the selected one; the profiles and the box show that cell's
/// step and layer. Lives on the GUI thread; shows an immutable heatmap and asks nobody anything.
///
/// Mouse: hover reads out, click selects, double click opens; the colour bar's ends are dragged, a double
/// click resets them. Keys: arrows, Home, End, Page Up, Page Down walk; Enter opens, Space pins, Escape
/// unpins, E exports; [ and ] move the range's lower end, { and } its upper end, R resets it.
class HeatmapView : public QWidget {
    Q_OBJECT
  public:
    explicit HeatmapView(QWidget* parent = nullptr);

    /// Keeps the selected and the pinned cell where layer and step are still there.
    void setHeatmap(std::shared_ptr<const Heatmap> heatmap);
    const std::shared_ptr<const Heatmap>& heatmap() const { return m_heatmap; }
    void setMarks(const CellMarks& marks);
    const CellMarks& marks() const { return m_marks; }
    void setColourMap(const QString& name);
    const QString& colourMap() const { return m_colourMap; }
    void setStepScale(StepScale scale);
    StepScale stepScale() const { return m_scale; }
    /// Nothing = the range of the numbers.
    void setRange(std::optional<std::pair<double, double>> range);
    std::pair<double, double> range() const;
    bool hasOneNumber() const { return m_hasOneNumber; }  ///< all measured cells show the same
    bool hasOwnRange() const { return m_range.has_value(); }

    std::optional<CellIndex> selected() const { return m_selected; }
    std::optional<CellIndex> pinned() const { return m_pinned; }
    /// The cell that crosshair and profiles are of: the one under the mouse, or else the selected one.
    std::optional<CellIndex> followed() const { return m_hovered ? m_hovered : m_selected; }
    void select(CellIndex index);
    void setPinned(std::optional<CellIndex> index);
    /// "Layer 3 · step 800", with seeds as columns also "· seed 1".
    QString cellName(CellIndex index) const;
    /// The cell's number with all that belongs to it: "93.7 ± 0.4 · n = 25,147 · 3 runs", or why there is
    /// none.
    QString cellNumbers(CellIndex index) const;
    /// Both in one line: "Layer 3 · step 800: 93.7 ± 0.4 · n = 25,147 · 3 runs".
    QString cellText(CellIndex index) const;
    /// The same in a few short lines, for a tooltip.
    QString cellTip(CellIndex index) const;
    /// "+1.2" against the pinned cell; empty without one, for itself, and where a number is missing.
    QString changeText(CellIndex index) const;
    QString layerProfileTitle() const;
    QString stepProfileTitle() const;
    /// What the marks on the map mean; empty while there are none.
    QString legendText() const;
    /// Why a map of spreads shows no number at all; empty where that is not so.
    QString spreadNote() const;
    /// The rounded values that a profile's scale is marked with, within the numbers' range.
    std::vector<double> layerProfileTicks() const;
    std::vector<double> stepProfileTicks() const;
    QRectF layerAxisRect() const { return m_parts.layerAxis; }
    QRectF stepAxisRect() const { return m_parts.stepAxis; }
    QRectF cellRect(CellIndex index) const { return m_parts.grid.cell(index); }
    QRectF layerProfileRect() const { return m_parts.layerProfile; }
    QRectF stepProfileRect() const { return m_parts.stepProfile; }
    QRectF colourBarRect() const { return m_parts.bar; }

    QSize sizeHint() const override { return {720, 520}; }
    QSize minimumSizeHint() const override { return {420, 330}; }

  Q_SIGNALS:
    void selectionChanged();
    void pinChanged();
    void cellActivated();
    void exportRequested();
    void rangeChanged();

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    enum class BarEnd { None, Low, High };
    struct Parts {
        HeatmapGrid grid;
        QRectF header, layerProfile, layerAxis, stepProfile, stepAxis, bar, barText, box, stepHeader;
        double nameWidth = 0;
    };
    void layOut();
    double layOutWithin(double gridHeight);
    double smallestStepProfile() const;
    void walk(int layers, int steps);
    void moveRangeEnd(BarEnd end, double position);
    void nudgeRange(BarEnd end, int direction);
    void measure();
    bool isSpread() const;  ///< the numbers are standard deviations
    QString spreadText(const HeatmapCell& cell) const;
    QString markText(CellIndex index) const;
    QString columnName(std::size_t step) const;  ///< "step 800", "step 800, seed 1"
    QString layerName(std::size_t layer) const;  ///< "layer 3", "mix"
    PlotText text(double factor = 1, QFont::Weight weight = QFont::Normal) const;
    double letter() const;  ///< height of the font in pixels

    void paintGrid(QPainter& painter, const Tones& tones) const;
    void paintCrosshair(QPainter& painter, const Tones& tones) const;
    void paintUnderSteps(QPainter& painter, const Tones& tones) const;
    void paintFollowed(QPainter& painter, const Tones& tones) const;
    void paintFrame(QPainter& painter, CellIndex index, const QColor& colour, bool isDashed) const;
    void paintLayerProfile(QPainter& painter, const Tones& tones) const;
    void paintStepProfile(QPainter& painter, const Tones& tones) const;
    void paintScale(QPainter& painter, const Tones& tones, bool isUpright) const;
    void paintSpreadNote(QPainter& painter, const Tones& tones) const;
    void paintBar(QPainter& painter, const Tones& tones) const;
    void paintBox(QPainter& painter, const Tones& tones) const;
    std::vector<double> ticksWithin(double room, bool isUpright) const;
    double along(double value, double from, double to) const;
    std::optional<std::size_t> comparedStep() const;

    std::shared_ptr<const Heatmap> m_heatmap;
    CellMarks m_marks;
    QString m_colourMap = QStringLiteral("Cividis");
    StepScale m_scale = StepScale::Categories;
    std::optional<std::pair<double, double>> m_range;
    std::pair<double, double> m_dataRange{0, 1};  ///< of the heatmap's numbers
    bool m_hasOneNumber = false;
    std::optional<CellIndex> m_selected, m_pinned, m_hovered;
    std::optional<QPointF> m_mouse;  ///< where it last moved; what lies there changes as numbers arrive
    BarEnd m_dragged = BarEnd::None;
    Parts m_parts;
};

}  // namespace strata
