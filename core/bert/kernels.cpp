// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/kernels.h"

#include "base/system.h"

#include <cstdlib>
#include <string_view>

namespace strata {

namespace {

const Kernels& chosen() {
#if defined(__x86_64__)
    const char* wish = std::getenv("STRATA_ISA");
    const std::string_view limit = wish ? wish : "avx512";
    const ProcessorInfo& processor = processorInfo();
    if (processor.avx512 && limit == "avx512") return kAvx512Kernels;
    if (processor.avx2 && limit != "generic") return kAvx2Kernels;
#endif
    return kGenericKernels;
}

}  // namespace

std::ptrdiff_t attentionScratch(std::ptrdiff_t length, std::ptrdiff_t size) {
    const std::ptrdiff_t wide = (length + 63) / 64 * 64, widths = (size + 63) / 64 * 64;
    return widths * wide + wide * widths + 16 * wide + 16 * widths + 64;
}

const Kernels& kernels() {
    static const Kernels& table = chosen();
    return table;
}

}  // namespace strata
