// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/probekernels.h"

#include "base/system.h"

#include <cstdlib>
#include <string_view>

namespace strata {

const ProbeKernels& probeKernels() {
    static const ProbeKernels& chosen = []() -> const ProbeKernels& {
#if defined(__x86_64__)
        const char* variable = std::getenv("STRATA_ISA");
        const std::string_view asked = variable ? variable : "";
        const ProcessorInfo& processor = processorInfo();
        if (processor.avx512 && asked != "generic" && asked != "avx2") return kAvx512ProbeKernels;
        if (processor.avx2 && asked != "generic") return kAvx2ProbeKernels;
#endif
        return kGenericProbeKernels;
    }();
    return chosen;
}

}  // namespace strata
