// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// The kernels, written once with the compiler's vector types. Included by one .cpp per instruction set, which
// defines STRATA_KERNELS (the table's name) and STRATA_KERNELS_NAME. Only C headers with plain functions may
// be included here: an inline function of the standard library compiled with AVX-512 could be linked into
// code that must run without.
#include "bert/kernels.h"

#include <math.h>
#include <string.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace strata {
namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif
using V = float __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));
using I = int __attribute__((vector_size(kLanes * 4)));

inline V load(const float* at) {
    return *reinterpret_cast<const V*>(at);
}
inline void store(float* at, V value) {
    *reinterpret_cast<V*>(at) = value;
}
inline V splat(float value) {
    return V{} + value;
}
inline float sum(V value) {
#if defined(__AVX512F__)
    return _mm512_reduce_add_ps(reinterpret_cast<__m512>(value));
#else
    float total = 0;
    for (int i = 0; i < kLanes; ++i)
        total += value[i];
    return total;
#endif
}
inline float largest(V value) {
#if defined(__AVX512F__)
    return _mm512_reduce_max_ps(reinterpret_cast<__m512>(value));
#else
    float top = value[0];
    for (int i = 1; i < kLanes; ++i)
        top = value[i] > top ? value[i] : top;
    return top;
#endif
}

inline std::uint16_t bfloat16Of(float value) {
    unsigned bits;
    memcpy(&bits, &value, 4);
    if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return static_cast<std::uint16_t>((bits >> 16) | 0x40u);
    return static_cast<std::uint16_t>((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
}
inline float ofBfloat16(std::uint16_t value) {
    const unsigned bits = static_cast<unsigned>(value) << 16;
    float out;
    memcpy(&out, &bits, 4);
    return out;
}

/// kLanes bfloat16 values, widened.
inline V loadBfloat16(const std::uint16_t* at) {
    using Words = std::uint16_t __attribute__((vector_size(kLanes * 2), aligned(2), may_alias));
    using Bits = unsigned __attribute__((vector_size(kLanes * 4)));
    const Bits bits = __builtin_convertvector(*reinterpret_cast<const Words*>(at), Bits) << 16;
    V value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
/// Rounds to nearest even; not-a-numbers stay such only if their upper half says so.
inline void storeBfloat16(std::uint16_t* at, V value) {
    using Words = std::uint16_t __attribute__((vector_size(kLanes * 2), aligned(2), may_alias));
    using Bits = unsigned __attribute__((vector_size(kLanes * 4)));
    Bits bits;
    memcpy(&bits, &value, sizeof bits);
    bits = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
    *reinterpret_cast<Words*>(at) = __builtin_convertvector(bits, Words);
}

/// e^x for x <= 0, relative error below 2e-7; 0 below -87.
inline V expOf(V x) {
    x = x < -87.0f ? splat(-87.0f) : x;
    const V scaled = x * 1.44269504088896341f;
    const I whole =
        __builtin_convertvector(scaled - 0.5f, I);  // toward zero of a negative number: rounds to nearest
    const V n = __builtin_convertvector(whole, V);
    V r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    V p = r * 1.9875691500e-4f + 1.3981999507e-3f;  // minimax coefficients as in the Cephes library's expf
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    const I power = (whole + 127) << 23;
    V factor;
    memcpy(&factor, &power, sizeof factor);
    const V result = p * factor;
    return x <= -87.0f ? splat(0.0f) : result;
}

void addNorm(const float* x, const float* residual, const float* gamma, const float* beta, float epsilon,
             float* out, std::uint16_t* out16, std::ptrdiff_t begin, std::ptrdiff_t end,
             std::ptrdiff_t hidden) {
    const std::ptrdiff_t whole = hidden / kLanes * kLanes;
    for (std::ptrdiff_t row = begin; row < end; ++row) {
        const float* from = x + row * hidden;
        const float* more = residual ? residual + row * hidden : nullptr;
        float* to = out + row * hidden;
        V total0 = {}, total1 = {};
        float tail = 0;
        std::ptrdiff_t i = 0;
        for (; i + 2 * kLanes <= whole; i += 2 * kLanes) {
            V a = load(from + i), b = load(from + i + kLanes);
            if (more) {
                a += load(more + i);
                b += load(more + i + kLanes);
            }
            store(to + i, a);
            store(to + i + kLanes, b);
            total0 += a;
            total1 += b;
        }
        for (; i < hidden; ++i) {
            to[i] = from[i] + (more ? more[i] : 0.0f);
            tail += to[i];
        }
        const float mean = (sum(total0 + total1) + tail) / static_cast<float>(hidden);
        V square0 = {}, square1 = {};
        tail = 0;
        for (i = 0; i + 2 * kLanes <= whole; i += 2 * kLanes) {
            const V a = load(to + i) - mean, b = load(to + i + kLanes) - mean;
            square0 += a * a;
            square1 += b * b;
        }
        for (; i < hidden; ++i)
            tail += (to[i] - mean) * (to[i] - mean);
        const float variance = (sum(square0 + square1) + tail) / static_cast<float>(hidden);
        const float scale = 1.0f / sqrtf(variance + epsilon);
        for (i = 0; i < whole; i += kLanes)
            store(to + i, (load(to + i) - mean) * scale * load(gamma + i) + load(beta + i));
        for (; i < hidden; ++i)
            to[i] = (to[i] - mean) * scale * gamma[i] + beta[i];
        if (out16) {
            for (i = 0; i < whole; i += kLanes)
                storeBfloat16(out16 + row * hidden + i, load(to + i));
            for (; i < hidden; ++i)
                out16[row * hidden + i] = bfloat16Of(to[i]);
        }
    }
}

/// erf(x/√2) = x·P(x²)/Q(x²) up to |x| = 5.3, where it is 1 but for 1.2e-7; fitted by iterated least squares.
inline V erfOfHalfRoot(V x) {
    x = x > 5.3f ? splat(5.3f) : x;
    x = x < -5.3f ? splat(-5.3f) : x;
    const V t = x * x;
    V p = t * 4.810200437698911e-08f + 1.2756478262797703e-05f;
    V q = t * 1.2371285296528492e-06f + 7.133301631301663e-05f;
    p = p * t + 3.205635e-04f;
    q = q * t + 1.8362740e-03f;
    p = p * t + 9.2553305e-03f;
    q = q * t + 2.8136036e-02f;
    p = p * t + 6.5862193e-02f;
    q = q * t + 2.49212251e-01f;
    p = p * t + 7.97884509e-01f;
    q = q * t + 1.0f;
    return x * p / q;
}

void gelu(float* values, std::ptrdiff_t count) {
    std::ptrdiff_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        const V x = load(values + i), half = x * 0.5f;
        store(values + i, half * erfOfHalfRoot(x) + half);
    }
    for (; i < count; ++i)
        values[i] = 0.5f * values[i] * (1.0f + erff(values[i] * 0.70710678118654752f));
}

/// The same to the precision of bfloat16, as a polynomial alone: error 3e-5 in erf up to |x| = 3.9, 1e-4
/// beyond.
inline V coarseGelu(V x) {
    const V t = x * x;
    V p = t * -3.6351086547715027e-09f + 2.6892673263469065e-07f;
    p = p * t + -8.74729071299148e-06f;
    p = p * t + 1.672270455367086e-04f;
    p = p * t + -2.1301351438718277e-03f;
    p = p * t + 1.9427562393483408e-02f;
    p = p * t + -1.3247377925976279e-01f;
    p = p * t + 7.977388153219379e-01f;
    V e = p * x;
    e = x > 3.9f ? splat(1.0f) : e;
    e = x < -3.9f ? splat(-1.0f) : e;
    const V half = x * 0.5f;
    return half * e + half;
}

void gelu16(std::uint16_t* values, std::ptrdiff_t count) {
    std::ptrdiff_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        storeBfloat16(values + i, coarseGelu(loadBfloat16(values + i)));
    for (; i < count; ++i) {
        const float x = ofBfloat16(values[i]);
        values[i] = bfloat16Of(0.5f * x * (1.0f + erff(x * 0.70710678118654752f)));
    }
}

void addRows(const float* a, const float* b, const float* c, float* out, std::ptrdiff_t hidden) {
    std::ptrdiff_t i = 0;
    for (; i + kLanes <= hidden; i += kLanes)
        store(out + i, load(a + i) + load(b + i) + load(c + i));
    for (; i < hidden; ++i)
        out[i] = a[i] + b[i] + c[i];
}

}  // namespace
}  // namespace strata

#include "bert/attention.inl"

namespace strata {
namespace {

void toBfloat16(const float* from, std::uint16_t* to, std::ptrdiff_t count) {
    for (std::ptrdiff_t i = 0; i < count; ++i)
        to[i] = bfloat16Of(from[i]);
}

}  // namespace

extern const Kernels STRATA_KERNELS = {STRATA_KERNELS_NAME, addNorm, attention, gelu, gelu16, addRows,
                                       toBfloat16};

}  // namespace strata
