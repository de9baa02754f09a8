// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/progress.h"
#include "checkpoint/discovery.h"
#include "store/workspace.h"

#include <stop_token>

namespace strata {

/// Remembers a checkpoint in the workspace; a family, seed or step set by hand wins over what the name says.
/// @return the row as it now stands
CheckpointRow rememberCheckpoint(Workspace& workspace, const CheckpointInfo& info);

/// The content hash of a remembered checkpoint: from the workspace when the files are unchanged since (size
/// and time), else computed now and remembered. @throws Error, Cancelled
std::string ensureContentHash(Workspace& workspace, const CheckpointRow& row, const std::stop_token& stop);

/// Pairs of checkpoints of one family and seed whose weights are equal under different steps, in words.
/// Published families have had that fault.
/// And different models of one name.
std::vector<std::string> equalWeightWarnings(const std::vector<CheckpointRow>& rows);

}  // namespace strata
