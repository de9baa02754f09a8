// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/checkpointgrid.h"

#include "widgets/pieces.h"
#include "widgets/plots/labels.h"
#include "widgets/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <tuple>

namespace strata {

namespace {

constexpr int kLabelWidth = 150, kCellWidth = 58, kCellHeight = 40, kGap = 4, kHeaderHeight = 20,
              kTitleHeight = 30;

QString rowText(const CheckpointRow& row) {
    QString text = row.seed ? CheckpointGrid::tr("seed %1").arg(*row.seed) : CheckpointGrid::tr("no seed");
    if (!row.adaptedFrom.empty())
        text = QStringLiteral("↳ ") +
               CheckpointGrid::tr("adapted: %1").arg(QString::fromStdString(row.adaptedFrom)) +
               QStringLiteral(" · ") + text;
    return text;
}

}  // namespace

CheckpointGrid::CheckpointGrid(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("checkpointGrid"));
    setAccessibleName(tr("Checkpoints, seeds by steps"));
    setFocusPolicy(Qt::StrongFocus);
}

void CheckpointGrid::setCheckpoints(const std::vector<CheckpointRow>& rows,
                                    const std::map<std::int64_t, std::vector<std::string>>& probedTasks,
                                    const std::map<std::int64_t, std::string>& gone) {
    m_rows = rows;
    m_probed = probedTasks;
    m_gone = gone;
    arrange();
}

void CheckpointGrid::setSelection(const std::set<std::int64_t>& ids) {
    m_selection = ids;
    update();
}

void CheckpointGrid::arrange() {
    m_cells.clear();
    m_headers.clear();
    std::map<std::string, std::vector<const CheckpointRow*>> families;
    for (const CheckpointRow& row : m_rows)
        families[row.family].push_back(&row);
    int y = 0, widest = 400;
    for (const auto& [family, members] : families) {
        std::set<std::optional<std::int64_t>> steps;
        std::map<std::tuple<std::string, int>,
                 std::multimap<std::optional<std::int64_t>, const CheckpointRow*>>
            lines;
        std::vector<std::int64_t> all;
        for (const CheckpointRow* row : members) {
            steps.insert(row->step);
            lines[{row->adaptedFrom, row->seed.value_or(-1)}].emplace(row->step, row);
            if (isUsable(*row)) all.push_back(row->id);
        }
        // One that cannot be read has no layers to tell of.
        const auto readable = std::find_if(members.begin(), members.end(),
                                           [](const CheckpointRow* row) { return row->layers > 0; });
        const CheckpointRow& one = readable == members.end() ? *members.front() : **readable;
        const QString title =
            QString::fromStdString(family) + QStringLiteral("     ") +
            countedText(one.layers, tr("%1 layer × %2 · vocabulary %3 · %4"),
                        tr("%1 layers × %2 · vocabulary %3 · %4"))
                .arg(one.hidden)
                .arg(QLocale().toString(one.vocabulary), one.isUncased ? tr("uncased") : tr("cased"));
        m_headers.push_back(
            {QRect(0, y, kLabelWidth + static_cast<int>(steps.size()) * (kCellWidth + kGap) + 300,
                   kTitleHeight),
             title, all, true});
        y += kTitleHeight;
        const int width = steps.size() > 24 ? 44 : kCellWidth;
        int column = 0;
        for (const auto& step : steps) {
            std::vector<std::int64_t> ids;
            for (const CheckpointRow* row : members)
                if (row->step == step && isUsable(*row)) ids.push_back(row->id);
            m_headers.push_back({QRect(kLabelWidth + column++ * (width + kGap), y, width, kHeaderHeight),
                                 stepText(step), ids, false});
        }
        y += kHeaderHeight + 2;
        for (const auto& [key, line] : lines) {
            std::size_t deepest = 1;
            for (const auto& step : steps)
                deepest = std::max(deepest, line.count(step));
            std::vector<std::int64_t> ids;
            for (const auto& [step, row] : line)
                if (isUsable(*row)) ids.push_back(row->id);
            m_headers.push_back(
                {QRect(0, y, kLabelWidth - 10, kCellHeight), rowText(*line.begin()->second), ids, false});
            // Two folders with one name (same seed and step) stand below each other.
            for (std::size_t depth = 0; depth < deepest; ++depth) {
                column = 0;
                for (const auto& step : steps) {
                    const QRect area(kLabelWidth + column++ * (width + kGap), y, width, kCellHeight);
                    const auto [begin, end] = line.equal_range(step);
                    const auto count = static_cast<std::size_t>(std::distance(begin, end));
                    m_cells.push_back(
                        {area, depth < count ? std::next(begin, static_cast<std::ptrdiff_t>(depth))->second
                                             : nullptr});
                    widest = std::max(widest, area.right() + 20);
                }
                y += kCellHeight + kGap;
            }
        }
        y += 18;
    }
    m_size = QSize(widest, std::max(60, y));
    setFixedHeight(m_size.height());
    setMinimumWidth(m_size.width());
    updateGeometry();
    update();
}

void CheckpointGrid::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.9);
    for (const Header& header : m_headers) {
        if (!header.area.intersects(event->rect())) continue;
        QFont bold = font();
        bold.setWeight(QFont::DemiBold);
        painter.setFont(header.isTitle ? bold : small);
        const bool isStep = !header.isTitle && header.area.left() >= kLabelWidth;
        painter.setPen(header.isTitle || !isStep ? palette().color(QPalette::WindowText)
                                                 : mutedText(palette()));
        const auto align = header.isTitle ? Qt::AlignLeft | Qt::AlignVCenter
                           : isStep       ? Qt::AlignCenter
                                          : Qt::AlignRight | Qt::AlignVCenter;
        painter.drawText(header.area, align,
                         painter.fontMetrics().elidedText(header.text, Qt::ElideMiddle, header.area.width()));
    }
    painter.setFont(small);
    for (const Cell& cell : m_cells)
        if (cell.area.intersects(event->rect())) paintCell(painter, cell);
}

void CheckpointGrid::paintMissing(QPainter& painter, const QRectF& area) const {
    painter.save();
    painter.setClipRect(area);
    painter.setPen(QPen(hairline(palette()), 1));
    for (double x = -area.height(); x < area.width(); x += 7)
        painter.drawLine(QPointF(area.left() + x, area.bottom()),
                         QPointF(area.left() + x + area.height(), area.top()));
    painter.restore();
}

void CheckpointGrid::paintFrame(QPainter& painter, const QRectF& area, const CheckpointRow& row) const {
    const bool isSelected = m_selection.contains(row.id), isGone = m_gone.contains(row.id);
    painter.setPen(QPen(isSelected ? palette().color(QPalette::Highlight) : hairline(palette()),
                        isSelected ? 2 : 1, isGone ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(isSelected ? QBrush(selectionFill(palette()))
                     : isGone   ? QBrush(Qt::NoBrush)
                                : QBrush(cardColour(palette())));
    painter.drawRoundedRect(area, 4, 4);
    if (isGone) {
        QColor cross = mutedText(palette());
        cross.setAlpha(120);
        painter.setPen(QPen(cross, 1));
        painter.drawLine(area.topLeft() + QPointF(3, 3), area.bottomRight() - QPointF(3, 3));
        painter.drawLine(area.topRight() + QPointF(-3, 3), area.bottomLeft() + QPointF(3, -3));
    }
    if (row.id == m_current && hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::WindowText), 1.6));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(area.adjusted(3, 3, -3, -3), 3, 3);
    }
}

void CheckpointGrid::paintCell(QPainter& painter, const Cell& cell) const {
    const QRectF area = QRectF(cell.area).adjusted(1, 1, -1, -1);
    if (!cell.row) return paintMissing(painter, area);
    const CheckpointRow& row = *cell.row;
    const bool isGone = m_gone.contains(row.id),
               isFlagged = !isGone && (!row.problem.empty() || !row.warnings.empty());
    paintFrame(painter, area, row);
    painter.setPen(mutedText(palette()));
    const QString kind = isGone                            ? tr("gone")
                         : row.format.rfind("bin", 0) == 0 ? QStringLiteral("bin")
                                                           : QString::fromStdString(row.dtype).toLower();
    const auto probed = m_probed.find(row.id);
    const bool hasDots = probed != m_probed.end() && !probed->second.empty();
    const QRectF words = area.adjusted(0, 0, 0, hasDots || isFlagged ? -14 : 0);
    if (isGone) {
        // The cross stays behind the word.
        const QRectF ground = painter.boundingRect(words, Qt::AlignCenter, kind).adjusted(-3, -1, 3, 1);
        painter.fillRect(ground, palette().color(QPalette::Window));
    }
    painter.drawText(words, Qt::AlignCenter, kind);
    if (isFlagged) {
        // Left of the dots where there are some: a warning does not hide that there are results.
        const QPointF c(hasDots ? area.left() + 11 : area.center().x(), area.bottom() - 10);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(0xC7, 0x74, 0x00));
        painter.drawPolygon(QPolygonF{{c.x() - 7, c.y() + 5}, {c.x() + 7, c.y() + 5}, {c.x(), c.y() - 7}});
        painter.setBrush(Qt::white);
        painter.drawRect(QRectF(c.x() - 0.8, c.y() - 3, 1.6, 4));
        painter.drawRect(QRectF(c.x() - 0.8, c.y() + 2.2, 1.6, 1.6));
    }
    if (!hasDots) return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette().color(QPalette::Highlight));
    const auto dots = std::min<std::size_t>(isFlagged ? 2 : 4, probed->second.size());
    const double middle = area.center().x() + (isFlagged ? 8 : 0), apart = area.width() < 45 ? 8 : 11;
    for (std::size_t i = 0; i < dots; ++i)
        painter.drawEllipse(
            QPointF(middle + (static_cast<double>(i) - static_cast<double>(dots - 1) / 2) * apart,
                    area.bottom() - 11),
            3.2, 3.2);
}

const CheckpointGrid::Cell* CheckpointGrid::cellAt(const QPoint& point) const {
    for (const Cell& cell : m_cells)
        if (cell.row && cell.area.contains(point)) return &cell;
    return nullptr;
}

QRect CheckpointGrid::cellOf(std::int64_t id) const {
    for (const Cell& cell : m_cells)
        if (cell.row && cell.row->id == id) return cell.area;
    return {};
}

void CheckpointGrid::toggle(const std::vector<std::int64_t>& ids) {
    const bool allIn =
        std::all_of(ids.begin(), ids.end(), [&](std::int64_t id) { return m_selection.contains(id); });
    for (const std::int64_t id : ids) {
        if (allIn)
            m_selection.erase(id);
        else
            m_selection.insert(id);
    }
    update();
    Q_EMIT selectionChanged(m_selection);
}

void CheckpointGrid::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_dragBegin = event->pos();
    m_beforeDrag = m_selection;
    m_isDragging = false;
    if (const Cell* cell = cellAt(event->pos())) {
        m_current = cell->row->id;
        Q_EMIT currentChanged(m_current);
        if (isUsable(*cell->row)) toggle({cell->row->id});
        update();
        return;
    }
    for (const Header& header : m_headers)
        if (header.area.contains(event->pos()) && !header.members.empty()) return toggle(header.members);
}

void CheckpointGrid::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton)) return;
    if (!m_isDragging && (event->pos() - m_dragBegin).manhattanLength() < QApplication::startDragDistance())
        return;
    m_isDragging = true;
    const QRect swept = QRect(m_dragBegin, event->pos()).normalized();
    m_selection = m_beforeDrag;
    for (const Cell& cell : m_cells)
        if (cell.row && isUsable(*cell.row) && cell.area.intersects(swept)) m_selection.insert(cell.row->id);
    update();
    Q_EMIT selectionChanged(m_selection);
}

void CheckpointGrid::mouseReleaseEvent(QMouseEvent*) {
    m_isDragging = false;
}

void CheckpointGrid::moveCurrent(int columns, int rows) {
    const QRect from = cellOf(m_current);
    const Cell* best = nullptr;
    int bestDistance = 1 << 30;
    for (const Cell& cell : m_cells) {
        if (!cell.row) continue;
        if (m_current == 0 || from.isNull()) {
            best = &cell;
            break;
        }
        const QPoint way = cell.area.center() - from.center();
        const bool isAhead = columns != 0 ? way.y() == 0 && way.x() * columns > 0 : way.y() * rows > 0;
        const int distance = std::abs(way.x()) * (columns != 0 ? 1 : 4) + std::abs(way.y());
        if (isAhead && distance < bestDistance) {
            best = &cell;
            bestDistance = distance;
        }
    }
    if (!best) return;
    m_current = best->row->id;
    Q_EMIT currentChanged(m_current);
    Q_EMIT currentMoved();
    update();
}

QVariant CheckpointGrid::inputMethodQuery(Qt::InputMethodQuery query) const {
    const QRect cell = query == Qt::ImCursorRectangle ? cellOf(m_current) : QRect();
    return cell.isNull() ? QWidget::inputMethodQuery(query) : QVariant(cell);
}

void CheckpointGrid::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left:
            return moveCurrent(-1, 0);
        case Qt::Key_Right:
            return moveCurrent(1, 0);
        case Qt::Key_Up:
            return moveCurrent(0, -1);
        case Qt::Key_Down:
            return moveCurrent(0, 1);
        case Qt::Key_Space:
        case Qt::Key_Return:
            for (const CheckpointRow& row : m_rows)
                if (row.id == m_current && isUsable(row)) toggle({m_current});
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

void CheckpointGrid::focusInEvent(QFocusEvent* event) {
    // Where the arrow keys begin is seen at once.
    if (m_current == 0 || cellOf(m_current).isNull())
        for (const Cell& cell : m_cells)
            if (cell.row) {
                m_current = cell.row->id;
                break;
            }
    update();
    QWidget::focusInEvent(event);
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason)
        Q_EMIT currentMoved();
}

void CheckpointGrid::focusOutEvent(QFocusEvent* event) {
    update();
    QWidget::focusOutEvent(event);
}

QString CheckpointGrid::explanationOf(const CheckpointRow& row) const {
    QStringList lines{QString::fromStdString(row.path)};
    if (!row.format.empty()) lines << QString::fromStdString(row.format + ", " + row.dtype);
    if (const auto gone = m_gone.find(row.id); gone != m_gone.end())
        lines << QString::fromStdString(gone->second);
    if (!row.problem.empty()) lines << QString::fromStdString(row.problem);
    for (const std::string& warning : row.warnings)
        lines << QString::fromStdString(warning);
    if (const auto probed = m_probed.find(row.id); probed != m_probed.end()) {
        QStringList tasks{tr("probed:")};
        for (const std::string& task : probed->second)
            tasks << QString::fromStdString(task);
        lines << tasks.join(QLatin1Char(' '));
    }
    return lines.join(QLatin1Char('\n'));
}

bool CheckpointGrid::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const Cell* cell = cellAt(help->pos())) {
        QToolTip::showText(help->globalPos(), explanationOf(*cell->row), this);
    } else {
        QToolTip::hideText();
    }
    return true;
}

}  // namespace strata
