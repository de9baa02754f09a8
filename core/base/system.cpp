// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/system.h"

#include "base/tilestates.h"

#include <algorithm>
#include <dlfcn.h>
#include <fstream>
#include <omp.h>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace strata {

namespace {

#if defined(__x86_64__)
/// Whether the kernel lets a process ask for the tiles: a processor may have them under a kernel that does
/// not save them (Linux before 5.16), where no library uses them.
bool kernelSavesTiles() {
    constexpr long kGetSupportedStates = 0x1021;  // ARCH_GET_XCOMP_SUPP, Linux Documentation/arch/x86/xstate
    std::uint64_t states = 0;
    return ::syscall(SYS_arch_prctl, kGetSupportedStates, &states) == 0 && savesTiles(states);
}
#endif

ProcessorInfo readProcessorInfo() {
    ProcessorInfo info;
    info.cores = std::max(1u, std::thread::hardware_concurrency());
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("model name", 0) == 0) {
            info.name = line.substr(std::min(line.size(), line.find(':') + 2));
            break;
        }
    }
#if defined(__x86_64__)
    __builtin_cpu_init();
    info.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    info.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid_count(7, 1, &a, &b, &c, &d)) info.avx512Bf16 = info.avx512 && (a & (1u << 5u)) != 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        info.amxBf16 = info.avx512 && (d & (1u << 22u)) != 0 && kernelSavesTiles();
    }
#endif
    return info;
}

}  // namespace

const ProcessorInfo& processorInfo() {
    static const ProcessorInfo info = readProcessorInfo();
    return info;
}

std::string blasName() {
    using ConfigText = char* (*)();
    if (void* symbol = ::dlsym(RTLD_DEFAULT, "openblas_get_config")) {
        std::string text = reinterpret_cast<ConfigText>(symbol)();
        return text.substr(0, text.find(" NO_"));
    }
    if (::dlsym(RTLD_DEFAULT, "MKL_Get_Version")) return "MKL";
    if (::dlsym(RTLD_DEFAULT, "bli_info_get_version_str")) return "BLIS";
    return "reference BLAS";
}

bool isBlasSlow() {
    return blasName() == "reference BLAS";
}

MemoryInfo memoryInfo() {
    MemoryInfo info;
    const auto readKilobytes = [](const char* path, const std::string& key) -> std::uint64_t {
        std::ifstream file(path);
        for (std::string line; std::getline(file, line);) {
            if (line.rfind(key, 0) != 0) continue;
            std::istringstream fields(line.substr(key.size()));
            std::uint64_t value = 0;
            fields >> value;
            return value * 1024;
        }
        return 0;
    };
    info.totalBytes = readKilobytes("/proc/meminfo", "MemTotal:");
    info.availableBytes = readKilobytes("/proc/meminfo", "MemAvailable:");
    info.ownPrivateBytes = readKilobytes("/proc/self/status", "RssAnon:");
    return info;
}

void setComputeThreads(int threads) {
    omp_set_num_threads(std::max(1, threads));
}

int computeThreads() {
    return omp_get_max_threads();
}

void lowerThreadPriority() {
    // On Linux the nice value belongs to the thread, not to the process.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 10);
}

}  // namespace strata
