# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
set(STRATA_EXPLORE_SOURCES
    cellinspector.cpp cellinspector.h cellinspectorwords.cpp confusionview.cpp confusionview.h confusionwindow.cpp
    confusionwindow.h exampledelegate.cpp explorepage.cpp explorepage.h explorepagelooks.cpp flowlayout.cpp flowlayout.h
    heatmapview.cpp heatmapview.h heatmapviewpaint.cpp heatmapviewprofiles.cpp heatmapviewwords.cpp inspectordelegates.cpp inspectordelegates.h inspectormodels.cpp
    inspectormodels.h sentencelayout.cpp sentencelayout.h tones.cpp tones.h viewchoices.cpp viewchoices.h)
