// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>
#include <cstdint>

namespace strata {

/// What one step of Adam multiplies by.
struct AdamStep {
    float gradientScale, step, rootScale, epsilon;
    float keep1, take1;  ///< β1, 1 − β1
    float keep2, take2;  ///< β2, 1 − β2
};

/// Everything between a probe's matrix products, vectorised; one table per instruction set. Rows are dense.
struct ProbeKernels {
    const char* name;

    /// out[i] = Σ_l scale[l]·(x[l][i] − mean[l]) over `layers` rows x[0…layers-1] of one token.
    void (*mixRow)(const float* const* x, const float* scale, const float* mean, std::ptrdiff_t layers,
                   float* out, std::ptrdiff_t size);
    /// Σ_i a[i]·(x[i] − mean)
    float (*dotCentred)(const float* a, const float* x, float mean, std::ptrdiff_t size);
    /// y += a·x
    void (*addScaled)(float a, const float* x, float* y, std::ptrdiff_t size);
    /// Sum and sum of squares in double.
    void (*moments)(const float* x, std::ptrdiff_t size, double* sum, double* squares);

    /// One row: u = tanh(u + bias) in place, y = LayerNorm(u)·scale + shift; gives mean and 1/deviation of u.
    void (*tanhNorm)(float* u, const float* bias, const float* scale, const float* shift, float epsilon,
                     float* y, float* mean, float* inverse, std::ptrdiff_t size);
    /// Its gradient. In: d = dL/dy. Out: d = dL/d(u before tanh and bias); adds to gScale, gShift, gBias.
    void (*tanhNormBackward)(float* d, const float* u, const float* scale, float mean, float inverse,
                             float* gScale, float* gShift, float* gBias, std::ptrdiff_t size);

    /// x[i] = 0 with probability threshold/2^32, else x[i]·scale. Which ones depends on (seed, i) alone, so
    /// that the gradient's mask is the same without being kept.
    void (*dropout)(float* x, std::uint32_t seed, std::uint32_t threshold, float scale, std::ptrdiff_t size);

    /// One Adam step: m, v moving averages of gradientScale·g; p −= step·m / (sqrt(v̂)·rootScale + epsilon),
    /// where v̂ is v, or its running maximum kept in `maximum` when that is not null (AMSGrad).
    void (*adam)(float* p, float* m, float* v, float* maximum, const float* g, const AdamStep& numbers,
                 std::ptrdiff_t size);

    void (*toBfloat16)(const float* from, std::uint16_t* to, std::ptrdiff_t size);
};

/// The best table for this processor; STRATA_ISA=avx512|avx2|generic asks for a lesser one.
const ProbeKernels& probeKernels();

extern const ProbeKernels kGenericProbeKernels;
#if defined(__x86_64__)
extern const ProbeKernels kAvx2ProbeKernels;
extern const ProbeKernels kAvx512ProbeKernels;
#endif

}  // namespace strata
