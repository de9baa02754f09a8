// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/matrixrate.h"

#include "base/randomstream.h"
#include "base/system.h"
#include "bert/packedlinear.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>

#include <algorithm>
#include <chrono>

namespace strata {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kRows = 4096, kDepth = 768;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Median rate of repeated calls within a time budget, GFLOP/s.
template <typename Call>
double medianRate(double operations, double seconds, Call call) {
    call();  // warm
    std::vector<double> rates;
    const auto begin = Clock::now();
    while (rates.size() < 3 || secondsSince(begin) < seconds) {
        const auto start = Clock::now();
        call();
        rates.push_back(operations / secondsSince(start) * 1e-9);
    }
    std::nth_element(rates.begin(), rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2), rates.end());
    return rates[rates.size() / 2];
}

std::vector<float> randomValues(std::int64_t count, std::uint64_t seed) {
    RandomStream random(seed);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = random.uniform(-1, 1);
    return values;
}

double packedRate(NumberType type, std::int64_t out, double seconds) {
    const PackedLinear linear(randomValues(kDepth * out, 1), randomValues(out, 2), kDepth, out, PackedLinear::After::Nothing, type, type);
    std::vector<float> x = randomValues(kRows * kDepth, 3), y(static_cast<std::size_t>(kRows * out));
    // As 16-bit words the same memory holds ordinary numbers too (the upper halves).
    return medianRate(2.0 * kRows * kDepth * static_cast<double>(out), seconds, [&] { linear(x.data(), y.data(), kRows); });
}

double blasRate(double seconds) {
    const auto x = at::rand({kRows, kDepth}), w = at::rand({kDepth, 3072});
    auto y = at::empty({kRows, 3072});
    return medianRate(2.0 * kRows * kDepth * 3072, seconds, [&] { at::mm_out(y, x, w); });
}

}  // namespace

MatrixRate measureMatrixRate(NumberType type, double seconds) {
    MatrixRate rate;
    for (const std::int64_t out : {std::int64_t{3072}, std::int64_t{768}}) {
        const double measured = packedRate(type, out, seconds / 3);
        if (measured > rate.gflops) {
            rate.gflops = measured;
            rate.fastest = "oneDNN packed, 768x" + std::to_string(out);
        }
    }
    if (type == NumberType::Float32) {
        at::set_num_threads(computeThreads());
        rate.blasGflops = blasRate(seconds / 3);
        if (rate.blasGflops > rate.gflops) {
            rate.gflops = rate.blasGflops;
            rate.fastest = blasName();
        }
    }
    return rate;
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

}  // namespace strata
