// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/progress.h"
#include "experiment/runner.h"

#include <stop_token>

namespace strata {

/// The demo, from nothing: a small English-like language with gold tags, a small BERT pretrained on it (2
/// seeds × 7 steps, in the Hugging Face layout under <workspace>/demo), a data set, and a part-of-speech
/// experiment over layers and steps. What is complete on disk already is not made again.
/// @return the experiment's id, waiting in the queue. @throws Error, Cancelled
std::int64_t prepareDemo(Workspace& workspace, const RunnerSettings& settings, const std::stop_token& stop,
                         const ProgressSink& progress);

/// prepareDemo and then runExperiment.
RunnerOutcome runDemo(Workspace& workspace, const RunnerSettings& settings, const std::stop_token& stop,
                      const ProgressSink& progress, const RunnerSink& sink);

}  // namespace strata
