# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
set(STRATA_FIGURES_SOURCES
    figurecontrols.cpp figurecontrols.h figurelist.cpp figurelist.h figurepreview.cpp figurepreview.h figurespage.cpp
    figurespage.h)
