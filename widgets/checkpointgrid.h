// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "store/values.h"

#include <QWidget>

#include <map>
#include <set>
#include <vector>

namespace strata {

/// Seeds × steps of every family as a grid of cells; choose by click, drag, row, column or keys. GUI thread.
class CheckpointGrid : public QWidget {
    Q_OBJECT
  public:
    explicit CheckpointGrid(QWidget* parent = nullptr);
    /// @param gone why some are no longer on disk, by id
    void setCheckpoints(const std::vector<CheckpointRow>& rows,
                        const std::map<std::int64_t, std::vector<std::string>>& probedTasks,
                        const std::map<std::int64_t, std::string>& gone);
    void setSelection(const std::set<std::int64_t>& ids);
    QSize sizeHint() const override { return m_size; }
    QSize minimumSizeHint() const override { return m_size; }
    /// Where a checkpoint stands, for tests and for scrolling.
    QRect cellOf(std::int64_t id) const;
    void clearCurrent() { m_current = 0; }
    /// Scroll areas bring this part of a widget into sight, instead of all of it: the cell with the frame.
    QVariant inputMethodQuery(Qt::InputMethodQuery query) const override;

  Q_SIGNALS:
    void selectionChanged(const std::set<std::int64_t>& ids);
    void currentChanged(qint64 id);
    void currentMoved();  ///< by a key, or a key brought the focus here: where it is now should be seen

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

  private:
    struct Cell {
        QRect area;
        const CheckpointRow* row = nullptr;  ///< null = not there
    };
    struct Header {
        QRect area;
        QString text;
        std::vector<std::int64_t> members;  ///< chosen by a click
        bool isTitle = false;
    };
    void arrange();
    /// Whether it can be chosen.
    bool isUsable(const CheckpointRow& row) const { return row.problem.empty() && !m_gone.contains(row.id); }
    void paintMissing(QPainter& painter, const QRectF& area) const;
    void paintFrame(QPainter& painter, const QRectF& area, const CheckpointRow& row) const;
    void paintCell(QPainter& painter, const Cell& cell) const;
    QString explanationOf(const CheckpointRow& row) const;
    void toggle(const std::vector<std::int64_t>& ids);
    const Cell* cellAt(const QPoint& point) const;
    void moveCurrent(int columns, int rows);

    std::vector<CheckpointRow> m_rows;
    std::map<std::int64_t, std::vector<std::string>> m_probed;
    std::map<std::int64_t, std::string> m_gone;
    std::set<std::int64_t> m_selection, m_beforeDrag;
    std::vector<Cell> m_cells;
    std::vector<Header> m_headers;
    QSize m_size{400, 120};
    QPoint m_dragBegin;
    bool m_isDragging = false;
    std::int64_t m_current = 0;
};

}  // namespace strata
