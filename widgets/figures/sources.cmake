# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
set(STRATA_FIGURES_SOURCES figurelist.cpp figurelist.h)
