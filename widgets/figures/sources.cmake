# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
set(STRATA_FIGURES_SOURCES
    figurebatch.cpp figurebatch.h figurecontrols.cpp figurecontrols.h figurelist.cpp figurelist.h figurepane.cpp
    figurepane.h figurepreview.cpp figurepreview.h figurespage.cpp figurespage.h
    figurespagefiles.cpp)
