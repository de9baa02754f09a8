// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace strata {

/// What the processor can do that decides which kernels run. Read once from CPUID.
struct ProcessorInfo {
    std::string name;
    int cores = 1;
    bool avx2 = false;
    bool avx512 = false;      ///< F, BW, DQ and VL together
    bool avx512Bf16 = false;  ///< multiplies bf16 in hardware
    bool amxBf16 = false;     ///< tile products in bf16

    bool multipliesBf16() const { return avx512Bf16 || amxBf16; }
};
const ProcessorInfo& processorInfo();

/// "OpenBLAS 0.3.21", "reference BLAS", …: what this process really got, without asking what it was built
/// with.
std::string blasName();
/// Libtorch trains up to fifty times slower with it than with an optimised one.
bool isBlasSlow();

/// Bytes of private memory in use now (RssAnon) and of the machine; 0 = unknown.
struct MemoryInfo {
    std::uint64_t totalBytes = 0;
    std::uint64_t availableBytes = 0;
    std::uint64_t ownPrivateBytes = 0;
};
MemoryInfo memoryInfo();

/// Sets the number of threads that OpenMP regions and oneDNN use on the calling thread and its callees.
void setComputeThreads(int threads);
int computeThreads();

/// Lowers the priority of the calling thread, so that the window stays quick beside a busy worker.
void lowerThreadPriority();

}  // namespace strata
