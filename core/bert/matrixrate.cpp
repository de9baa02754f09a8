// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/matrixrate.h"

#include "base/randomstream.h"
#include "base/system.h"
#include "bert/kernels.h"
#include "bert/packedlinear.h"
#include "bert/product.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

namespace strata {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kRows = 4096, kDepth = 768;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::vector<float> randomValues(std::int64_t count, std::uint64_t seed) {
    RandomStream random(seed);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = random.uniform(-1, 1);
    return values;
}

/// One way to compute one of the two products.
struct Candidate {
    std::string name;
    double operations = 0;
    bool isBlas = false;
    std::function<void()> call;
    std::vector<double> rates;  ///< GFLOP/s of the calls of one sample
    bool isHopeless = false;    ///< so slow that one call tells enough

    double timedCall() {
        const auto start = Clock::now();
        call();
        return operations / secondsSince(start) * 1e-9;
    }
};

/// As many threads as everybody else has. libtorch sets OpenMP's number of threads to a default of its own
/// when it first computes, of whatever kind; the old number must be read before that.
void giveLibtorchThreads() {
    const int threads = computeThreads();
    if (at::get_num_threads() != threads) at::set_num_threads(threads);
    setComputeThreads(threads);
}

double median(std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace

struct MatrixRateMeter::Data {
    std::vector<std::unique_ptr<PackedLinear>> linears;
    std::vector<float> x, y;
    std::vector<std::uint16_t> x16;
    std::vector<Candidate> candidates;
};

MatrixRateMeter::MatrixRateMeter(NumberType type) : m_data(std::make_unique<Data>()) {
    giveLibtorchThreads();
    Data& data = *m_data;
    data.x = randomValues(kRows * kDepth, 3);
    data.y.resize(static_cast<std::size_t>(kRows * 3072));
    const void* input = data.x.data();
    if (type == NumberType::BFloat16) {
        data.x16.resize(data.x.size());
        kernels().toBfloat16(data.x.data(), data.x16.data(), static_cast<std::ptrdiff_t>(data.x.size()));
        input = data.x16.data();
    }
    for (const std::int64_t out : {std::int64_t{768}, std::int64_t{3072}}) {
        data.linears.push_back(std::make_unique<PackedLinear>(randomValues(kDepth * out, 1),
                                                              randomValues(out, 2), kDepth, out,
                                                              PackedLinear::After::Nothing, type, type));
        const PackedLinear* linear = data.linears.back().get();
        const double operations = 2.0 * kRows * kDepth * static_cast<double>(out);
        const std::string library = usesOwnProducts() && type == NumberType::Float32 ? "Strata" : "oneDNN";
        data.candidates.push_back({library + " packed, 768x" + std::to_string(out),
                                   operations,
                                   false,
                                   [linear, input, &data] { (*linear)(input, data.y.data(), kRows); },
                                   {}});
        if (type == NumberType::BFloat16) continue;
        const auto right = at::rand({kDepth, out}) - 0.5;
        auto product = at::empty({kRows, out});
        const auto left = at::rand({kRows, kDepth}) - 0.5;
        data.candidates.push_back({blasName() + ", 768x" + std::to_string(out),
                                   operations,
                                   true,
                                   [=]() mutable { at::mm_out(product, left, right); },
                                   {}});
    }
}

MatrixRateMeter::~MatrixRateMeter() = default;

MatrixRate MatrixRateMeter::sample(double seconds) {
    giveLibtorchThreads();
    // Warms up, and drops a BLAS without vectors, which would take seconds for each call.
    double bestSeen = 0;
    bool isBlasHopeless = false;
    for (Candidate& candidate : m_data->candidates) {
        if (candidate.isBlas && isBlasHopeless) candidate.isHopeless = true;
        if (candidate.isHopeless) continue;
        candidate.rates = {candidate.timedCall()};
        bestSeen = std::max(bestSeen, candidate.rates.front());
        candidate.isHopeless = candidate.rates.front() < bestSeen / 4;
        if (!candidate.isHopeless) candidate.rates.clear();
        isBlasHopeless = isBlasHopeless || (candidate.isBlas && candidate.isHopeless);
    }
    const auto begin = Clock::now();
    for (int round = 0; round < 3 || secondsSince(begin) < seconds; ++round)
        for (Candidate& candidate : m_data->candidates)
            if (!candidate.isHopeless) candidate.rates.push_back(candidate.timedCall());
    MatrixRate rate;
    for (Candidate& candidate : m_data->candidates) {
        if (candidate.rates.empty()) continue;
        const double measured = median(candidate.rates);
        if (candidate.isBlas) rate.blasGflops = std::max(rate.blasGflops, measured);
        if (measured <= rate.gflops) continue;
        rate.gflops = measured;
        rate.fastest = candidate.name;
    }
    return rate;
}

MatrixRate measureMatrixRate(NumberType type, double seconds) {
    return MatrixRateMeter(type).sample(seconds);
}

}  // namespace strata
