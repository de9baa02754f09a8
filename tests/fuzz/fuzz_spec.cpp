// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as the JSON of an experiment: what is accepted is stored as JSON and must then be read as the same.
#include "base/error.h"
#include "experiment/spec.h"
#include "probing/probesettings.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace strata;
    ExperimentSpec spec;
    try {
        spec = parseSpec(parseJson({reinterpret_cast<const char*>(data), size}, "input"), "/base");
    } catch (const Error&) {
        return 0;
    }
    // No exception may come from here on: a stored experiment must be readable.
    const std::string stored = toJson(spec).dump();
    if (toJson(parseSpec(parseJson(stored, "what was stored"), "/")).dump() != stored) std::abort();
    for (const ProbeSpec& probe : spec.probes) {
        const ProbeSettings preset = probePreset(probe.preset);
        const ProbeSettings settings = withOverrides(preset, probe.overrides);
        Json all = toJson(settings);
        all.erase("preset");
        if (withOverrides(preset, all) != settings) std::abort();
    }
    return 0;
}
