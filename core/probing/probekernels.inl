// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Included once per instruction set with STRATA_PROBE_KERNELS naming the table; see CMakeLists.txt. No header
// with inline functions of others may be used here: they would be compiled with flags that not every
// processor understands.
#include "probing/probekernels.h"

namespace strata {

namespace {

/// exp(x) to about 2 ulp (Cephes' polynomial), free of branches so that it vectorises. |x| is cut at 87.
inline float exponential(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 87.0f ? 87.0f : x;
    const float shifted = x * 1.44269504088896341f + 12582912.0f;  // rounds to the nearest integer
    const float n = shifted - 12582912.0f;
    float r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    const std::int32_t bits = (static_cast<std::int32_t>(n) + 127) << 23;
    return p * __builtin_bit_cast(float, bits);
}

/// tanh(x) = 1 − 2/(exp(2x) + 1), with its series near 0 where the difference would lose digits.
inline float hyperbolicTangent(float x) {
    const float far = 1.0f - 2.0f / (exponential(2.0f * x) + 1.0f);
    const float s = x * x;
    const float near =
        x + x * s * (-0.33333333f + s * (0.13333333f + s * (-0.053968254f + s * 0.021869488f)));
    const float size = x < 0 ? -x : x;
    return size < 0.25f ? near : far;
}

/// A 32-bit mixing function with full avalanche (constants from a search by C. Wellons, "lowbias32").
inline std::uint32_t mixedBits(std::uint32_t x) {
    x ^= x >> 16u;
    x *= 0x7feb352du;
    x ^= x >> 15u;
    x *= 0x846ca68bu;
    x ^= x >> 16u;
    return x;
}

void mixRow(const float* const* x, const float* scale, const float* mean, std::ptrdiff_t layers, float* out,
            std::ptrdiff_t size) {
    for (std::ptrdiff_t l = 0; l < layers; ++l) {
        const float* row = x[l];
        const float s = scale[l], m = mean[l];
        if (l == 0) {
#pragma omp simd
            for (std::ptrdiff_t i = 0; i < size; ++i)
                out[i] = s * (row[i] - m);
        } else {
#pragma omp simd
            for (std::ptrdiff_t i = 0; i < size; ++i)
                out[i] += s * (row[i] - m);
        }
    }
}

float dotCentred(const float* a, const float* x, float mean, std::ptrdiff_t size) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::ptrdiff_t i = 0; i < size; ++i)
        sum += a[i] * (x[i] - mean);
    return sum;
}

void addScaled(float a, const float* x, float* y, std::ptrdiff_t size) {
#pragma omp simd
    for (std::ptrdiff_t i = 0; i < size; ++i)
        y[i] += a * x[i];
}

void moments(const float* x, std::ptrdiff_t size, double* sum, double* squares) {
    double s = 0, q = 0;
#pragma omp simd reduction(+ : s, q)
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const double value = static_cast<double>(x[i]);
        s += value;
        q += value * value;
    }
    *sum = s;
    *squares = q;
}

void tanhNorm(float* u, const float* bias, const float* scale, const float* shift, float epsilon, float* y,
              float* mean, float* inverse, std::ptrdiff_t size) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const float value = hyperbolicTangent(u[i] + bias[i]);
        u[i] = value;
        sum += value;
    }
    const float centre = sum / static_cast<float>(size);
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const float value = u[i] - centre;
        squares += value * value;
    }
    const float scaling = 1.0f / __builtin_sqrtf(squares / static_cast<float>(size) + epsilon);
#pragma omp simd
    for (std::ptrdiff_t i = 0; i < size; ++i)
        y[i] = (u[i] - centre) * scaling * scale[i] + shift[i];
    *mean = centre;
    *inverse = scaling;
}

void tanhNormBackward(float* d, const float* u, const float* scale, float mean, float inverse, float* gScale,
                      float* gShift, float* gBias, std::ptrdiff_t size) {
    float sum = 0, projected = 0;
#pragma omp simd reduction(+ : sum, projected)
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const float normed = (u[i] - mean) * inverse;
        gScale[i] += d[i] * normed;
        gShift[i] += d[i];
        const float scaled = d[i] * scale[i];
        sum += scaled;
        projected += scaled * normed;
    }
    sum /= static_cast<float>(size);
    projected /= static_cast<float>(size);
#pragma omp simd
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const float normed = (u[i] - mean) * inverse;
        const float du = inverse * (d[i] * scale[i] - sum - normed * projected);
        const float value = du * (1.0f - u[i] * u[i]);
        d[i] = value;
        gBias[i] += value;
    }
}

void dropout(float* x, std::uint32_t seed, std::uint32_t threshold, float scale, std::ptrdiff_t size) {
#pragma omp simd
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const std::uint32_t bits = mixedBits(mixedBits(static_cast<std::uint32_t>(i)) + seed);
        x[i] = bits < threshold ? 0.0f : x[i] * scale;
    }
}

void adam(float* p, float* m, float* v, float* maximum, const float* g, const AdamStep& numbers,
          std::ptrdiff_t size) {
    const AdamStep n = numbers;  // a copy, which no store through the pointers can change
    if (maximum) {
#pragma omp simd
        for (std::ptrdiff_t i = 0; i < size; ++i) {
            const float gradient = g[i] * n.gradientScale;
            m[i] = m[i] * n.keep1 + gradient * n.take1;
            v[i] = v[i] * n.keep2 + gradient * gradient * n.take2;
            maximum[i] = maximum[i] > v[i] ? maximum[i] : v[i];
            p[i] -= n.step * m[i] / (__builtin_sqrtf(maximum[i]) * n.rootScale + n.epsilon);
        }
        return;
    }
#pragma omp simd
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const float gradient = g[i] * n.gradientScale;
        m[i] = m[i] * n.keep1 + gradient * n.take1;
        v[i] = v[i] * n.keep2 + gradient * gradient * n.take2;
        p[i] -= n.step * m[i] / (__builtin_sqrtf(v[i]) * n.rootScale + n.epsilon);
    }
}

void toBfloat16(const float* from, std::uint16_t* to, std::ptrdiff_t size) {
#pragma omp simd
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const auto bits = __builtin_bit_cast(std::uint32_t, from[i]);
        const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;  // to nearest even
        const bool isNan = (bits & 0x7fffffffu) > 0x7f800000u;
        to[i] = static_cast<std::uint16_t>(isNan ? 0x7fc0u : rounded);
    }
}

}  // namespace

const ProbeKernels STRATA_PROBE_KERNELS = {
    STRATA_PROBE_KERNELS_NAME, mixRow,  dotCentred, addScaled, moments, tanhNorm,
    tanhNormBackward,          dropout, adam,       toBfloat16};

}  // namespace strata
