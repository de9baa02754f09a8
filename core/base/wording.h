// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/system.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace strata {

/// "1 run", "2 runs"
inline std::string counted(std::int64_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

/// The best of a processor's instruction sets that there is code for: "AVX-512 with bf16".
inline std::string instructionSetText(const ProcessorInfo& processor) {
    return processor.amxBf16      ? "AVX-512 with AMX"
           : processor.avx512Bf16 ? "AVX-512 with bf16"
           : processor.avx512     ? "AVX-512"
           : processor.avx2       ? "AVX2"
                                  : "no AVX2";
}

}  // namespace strata
