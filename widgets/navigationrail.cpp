// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/navigationrail.h"

#include "widgets/theme.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>
#include <QVBoxLayout>

namespace strata {

namespace {

void drawIcon(QPainter& painter, PageKind page) {
    switch (page) {
        case PageKind::Checkpoints:
            for (int x = 0; x < 2; ++x)
                for (int y = 0; y < 2; ++y)
                    painter.drawRoundedRect(QRectF(3 + x * 8, 3 + y * 8, 6, 6), 1.5, 1.5);
            break;
        case PageKind::Data:
            for (int y = 0; y < 4; ++y)
                painter.drawLine(QPointF(3, 4 + y * 4), QPointF(y % 2 ? 13 : 17, 4 + y * 4));
            break;
        case PageKind::Experiment:
            for (int y = 0; y < 3; ++y) {
                painter.drawLine(QPointF(3, 5 + y * 5), QPointF(17, 5 + y * 5));
                painter.drawEllipse(QPointF(y == 1 ? 13 : 7, 5 + y * 5), 1.8, 1.8);
            }
            break;
        case PageKind::Queue:
            painter.drawEllipse(QPointF(10, 10), 7, 7);
            painter.drawLine(QPointF(10, 6), QPointF(10, 10));
            painter.drawLine(QPointF(10, 10), QPointF(13, 12));
            break;
        case PageKind::Explore:
            for (int x = 0; x < 3; ++x)
                for (int y = 0; y < 3; ++y) {
                    QColor fill = painter.pen().color();
                    fill.setAlphaF(static_cast<float>(0.15 + 0.28 * (x + (2 - y)) / 1.5));
                    painter.fillRect(QRectF(3 + x * 5, 3 + y * 5, 4, 4), fill);
                }
            break;
        case PageKind::Figures:
            painter.drawLine(QPointF(4, 3), QPointF(4, 16));
            painter.drawLine(QPointF(4, 16), QPointF(17, 16));
            painter.drawPolyline(QPolygonF{{6, 13}, {9, 9}, {12, 10.5}, {16, 5}});
            break;
        case PageKind::Settings:
            painter.drawEllipse(QPointF(10, 10), 3, 3);
            painter.drawEllipse(QPointF(10, 10), 6.5, 6.5);
            break;
        case PageKind::Help:
            painter.drawEllipse(QPointF(10, 10), 7, 7);
            painter.drawText(QRectF(3, 3, 14, 14), Qt::AlignCenter, QStringLiteral("?"));
            break;
        case PageKind::Welcome:
            break;  // not on the rail
    }
}

}  // namespace

QIcon pageIcon(PageKind page, const QColor& colour) {
    QIcon icon;
    for (const int scale : {1, 2, 3}) {
        QPixmap pixmap(20 * scale, 20 * scale);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.scale(scale, scale);
        painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        QFont font = painter.font();
        font.setPixelSize(11);
        painter.setFont(font);
        drawIcon(painter, page);
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

NavigationRail::NavigationRail(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("navigationRail"));
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    // Wide enough for the longest name in bold beside its icon.
    setFixedWidth(std::max(148, QFontMetrics(bold).horizontalAdvance(tr("Checkpoints")) + 72));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 14, 8, 12);
    layout->setSpacing(4);
    m_workspace = new QToolButton(this);
    m_workspace->setObjectName(QStringLiteral("workspaceButton"));
    m_workspace->setAccessibleName(tr("Workspace"));
    m_workspace->setToolTip(
        tr("The folder that holds results, plans and figures. Click to open another or a new one."));
    m_workspace->setPopupMode(QToolButton::InstantPopup);
    m_workspace->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_workspace->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    layout->addWidget(m_workspace);
    layout->addSpacing(12);
    layout->addWidget(addPage(PageKind::Checkpoints, QStringLiteral("railCheckpoints"), tr("Checkpoints"),
                              tr("The models: seeds × training steps (Ctrl+1)")));
    layout->addWidget(addPage(PageKind::Data, QStringLiteral("railData"), tr("Data"),
                              tr("Annotated texts to probe with (Ctrl+2)")));
    layout->addWidget(addPage(PageKind::Experiment, QStringLiteral("railExperiment"), tr("Experiment"),
                              tr("Compose checkpoints, tasks and probes, see what it costs, run (Ctrl+3)")));
    layout->addWidget(addPage(PageKind::Queue, QStringLiteral("railQueue"), tr("Queue"),
                              tr("What runs, waits and is done (Ctrl+4)")));
    layout->addWidget(addPage(PageKind::Explore, QStringLiteral("railExplore"), tr("Explore"),
                              tr("Results as heatmaps, and the sentences behind them (Ctrl+5)")));
    layout->addWidget(addPage(PageKind::Figures, QStringLiteral("railFigures"), tr("Figures"),
                              tr("Figures for the paper (Ctrl+6)")));
    layout->addStretch();
    layout->addWidget(addPage(PageKind::Settings, QStringLiteral("railSettings"), tr("Settings"),
                              tr("Threads, budgets, look (Ctrl+7 or Ctrl+,)")));
    layout->addWidget(
        addPage(PageKind::Help, QStringLiteral("railHelp"), tr("Help"), tr("Help on what is shown (F1)")));
    applyTones();
}

QToolButton* NavigationRail::addPage(PageKind page, const QString& name, const QString& text,
                                     const QString& explanation) {
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setText(QStringLiteral("  ") + text);
    button->setAccessibleName(text);
    button->setToolTip(explanation);
    button->setCheckable(page != PageKind::Help);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setIconSize(QSize(20, 20));
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    button->setMinimumHeight(36);
    connect(button, &QToolButton::clicked, this, [this, page, button] {
        if (button->isCheckable()) setCurrent(page);  // a second click must not take the mark off
        Q_EMIT pageChosen(page);
    });
    m_buttons.insert(page, button);
    return button;
}

void NavigationRail::setWorkspace(const QString& name) {
    m_workspace->setText(fontMetrics().elidedText(name, Qt::ElideRight, 108) + QStringLiteral(" ▾"));
}

void NavigationRail::setCurrent(PageKind page) {
    for (auto it = m_buttons.begin(); it != m_buttons.end(); ++it)
        if (it.value()->isCheckable()) it.value()->setChecked(it.key() == page);
}

void NavigationRail::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), railColour(palette()));
    painter.setPen(hairline(palette()));
    painter.drawLine(width() - 1, 0, width() - 1, height());
}

void NavigationRail::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) applyTones();
    QWidget::changeEvent(event);
}

void NavigationRail::applyTones() {
    const QPalette p = QApplication::palette();
    const QString sheet =
        QStringLiteral(
            "QToolButton { border: none; border-radius: 5px; padding: 6px 8px; text-align: left; color: %1; "
            "background: transparent; }"
            "QToolButton:hover { background: %2; }"
            "QToolButton:checked { background: %3; color: %4; font-weight: 600; border-left: 3px solid %5; "
            "border-top-left-radius: 0; border-bottom-left-radius: 0; }"
            "QToolButton:focus { background: %2; border: 2px solid %5; padding: 4px 6px; }"
            "QToolButton::menu-indicator { image: none; }")
            .arg(mutedText(p).name(), isDark(p) ? QStringLiteral("#30363D") : QStringLiteral("#E9ECF0"),
                 selectionFill(p).name(), p.color(QPalette::WindowText).name(),
                 p.color(QPalette::Highlight).name());
    for (auto it = m_buttons.begin(); it != m_buttons.end(); ++it) {
        it.value()->setStyleSheet(sheet);
        it.value()->setIcon(pageIcon(it.key(), p.color(QPalette::Highlight)));
    }
    m_workspace->setStyleSheet(sheet + QStringLiteral("QToolButton { font-weight: 600; color: %1; }")
                                           .arg(p.color(QPalette::WindowText).name()));
}

}  // namespace strata
