// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

namespace strata {

/// Reads one split of a data set for the Data page; what is wrong stands in `problem`, never thrown.
DatasetPreview previewOf(const DatasetRow& row, const std::string& split);

}  // namespace strata
