// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/figures/figurepane.h"

#include "widgets/figures/figurepreview.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace strata {

FigurePane::FigurePane(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_preview = new FigurePreview(this);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("figureScroll"));
    scroll->setAccessibleName(tr("Preview of the figure"));
    scroll->setWidget(m_preview);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setBackgroundRole(QPalette::Base);
    column->addWidget(scroll, 1);

    m_zoom = new QComboBox(this);
    m_zoom->setObjectName(QStringLiteral("figureZoom"));
    m_zoom->setAccessibleName(tr("Size of the preview"));
    m_zoom->addItem(tr("print size"), static_cast<int>(FigurePreview::Zoom::PrintSize));
    m_zoom->addItem(tr("fit"), static_cast<int>(FigurePreview::Zoom::Fit));
    m_zoom->setToolTip(
        tr("Print size: as large as on paper, by the measure that the screen gives of itself. Fit: as large "
           "as there is room for."));
    m_text = new QLabel(this);
    m_text->setObjectName(QStringLiteral("figureZoomText"));
    m_text->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout;
    auto* label = new QLabel(tr("Preview"), this);
    label->setBuddy(m_zoom);
    row->addWidget(label);
    row->addWidget(m_zoom);
    row->addSpacing(6);
    row->addWidget(m_text, 1);
    column->addLayout(row);
    connect(m_zoom, &QComboBox::currentIndexChanged, this, [this] {
        m_preview->setZoomMode(static_cast<FigurePreview::Zoom>(m_zoom->currentData().toInt()));
    });
    connect(m_preview, &FigurePreview::zoomChanged, this, &FigurePane::sayZoom);
    sayZoom();
}

void FigurePane::sayZoom() {
    m_text->setText(m_preview->zoomText());
    m_text->setToolTip(tr("The screen says that it has %1 dots per inch.")
                           .arg(locale().toString(m_preview->printDpi(), 'f', 0)));
}

}  // namespace strata
