// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QLayout>
#include <QList>

namespace strata {

/// Puts its items side by side and goes on in the next row when one is full. What a row leaves free goes to
/// those of its items that have a largest width, up to that.
class FlowLayout : public QLayout {
    Q_OBJECT
  public:
    /// @param parent nothing for a layout within another one
    FlowLayout(QWidget* parent, int horizontalGap, int verticalGap);
    ~FlowLayout() override;
    void addItem(QLayoutItem* item) override { m_items.append(item); }
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem* itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem* takeAt(int index) override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return arrange(QRect(0, 0, width, 0), false); }
    QSize sizeHint() const override { return minimumSize(); }
    QSize minimumSize() const override;
    void setGeometry(const QRect& area) override;

  private:
    int arrange(const QRect& area, bool isReal) const;
    void placeRow(const QList<QLayoutItem*>& row, const QRect& area) const;

    QList<QLayoutItem*> m_items;
    int m_horizontalGap, m_verticalGap;
};

}  // namespace strata
