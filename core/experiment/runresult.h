// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "bert/encoder.h"
#include "checkpoint/discovery.h"
#include "experiment/material.h"
#include "experiment/spec.h"
#include "probing/probesweep.h"
#include "store/workspace.h"

namespace strata {

/// From what a spec says to what the probes take, and from what they give to what is stored.
ProbeSettings settingsOf(const ProbeSpec& probe);
NumberType numberTypeOf(const ProbeSpec& probe);
/// One probe a layer asked for (those the model has) and the mix.
std::vector<ProbeInput> inputsOf(const ProbeSpec& probe, int layers);

/// "edge", with what differs from the preset: "edge (epochs=5, learning_rate=0.001)".
std::string probeName(const ProbeSpec& probe);
/// Whether training looks at scores: to lower the rate, to stop, or to keep the best epoch. It must look at
/// dev then, whatever is scored (protocol edge_probing.md section 4).
bool choosesOnDev(const ProbeSpec& probe);

/// Everything that determines a run's numbers.
RunKeyFields runFields(const CheckpointInfo& checkpoint, const TaskSpec& spec, const TaskMaterial& task,
                       const ProbeSpec& probe, std::uint64_t seed, const std::string& tokenizerHash);

/// Measurements (docs/schema.md) and predictions of a finished sweep.
Workspace::RunResult toRunResult(const SweepResult& sweep);

}  // namespace strata
