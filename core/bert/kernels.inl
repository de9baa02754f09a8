// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// The kernels, written once with the compiler's vector types. Included by one .cpp per instruction set, which defines
// STRATA_KERNELS (the table's name) and STRATA_KERNELS_NAME. Only C headers with plain functions may be included here:
// an inline function of the standard library compiled with AVX-512 could be linked into code that must run without.
#include "bert/kernels.h"

#include <math.h>
#include <string.h>

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
    float total = 0;
    for (int i = 0; i < kLanes; ++i)
        total += value[i];
    return total;
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

/// e^x for x <= 0, relative error below 2e-7; 0 below -87.
inline V expOf(V x) {
    x = x < -87.0f ? splat(-87.0f) : x;
    const V scaled = x * 1.44269504088896341f;
    const I whole = __builtin_convertvector(scaled - 0.5f, I);  // toward zero of a negative number: rounds to nearest
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

void addNorm(const float* x, const float* residual, const float* gamma, const float* beta, float epsilon, float* out,
             std::uint16_t* out16, std::ptrdiff_t begin, std::ptrdiff_t end, std::ptrdiff_t hidden) {
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
        if (out16)
            for (i = 0; i < hidden; ++i)
                out16[row * hidden + i] = bfloat16Of(to[i]);
    }
}

/// C[R rows, width] = A[R rows, depth]·B[depth, width]; B dense with row length `width`, a multiple of the block.
template <int R, int C>
inline void block(const float* a, std::ptrdiff_t aStride, std::ptrdiff_t depth, const float* b, std::ptrdiff_t width,
                  float* c, std::ptrdiff_t cStride) {
    V total[R][C] = {};
    for (std::ptrdiff_t k = 0; k < depth; ++k) {
        V right[C];
        for (int j = 0; j < C; ++j)
            right[j] = load(b + k * width + j * kLanes);
        for (int r = 0; r < R; ++r) {
            const float left = a[r * aStride + k];
            for (int j = 0; j < C; ++j)
                total[r][j] += left * right[j];
        }
    }
    for (int r = 0; r < R; ++r)
        for (int j = 0; j < C; ++j)
            store(c + r * cStride + j * kLanes, total[r][j]);
}

constexpr int kBlockRows = kLanes == 16 ? 6 : 4;
constexpr int kBlockVectors = kLanes == 16 ? 4 : 2;

/// Rows of A times B; width a multiple of kBlockVectors·kLanes.
void product(const float* a, std::ptrdiff_t aStride, std::ptrdiff_t rows, std::ptrdiff_t depth, const float* b,
             std::ptrdiff_t width, float* c, std::ptrdiff_t cStride) {
    constexpr int step = kBlockVectors * kLanes;
    for (std::ptrdiff_t j = 0; j < width; j += step) {
        std::ptrdiff_t i = 0;
        for (; i + kBlockRows <= rows; i += kBlockRows)
            block<kBlockRows, kBlockVectors>(a + i * aStride, aStride, depth, b + j, width, c + i * cStride + j, cStride);
        for (; i < rows; ++i)
            block<1, kBlockVectors>(a + i * aStride, aStride, depth, b + j, width, c + i * cStride + j, cStride);
    }
}

inline float read(const void* from, bool is16, std::ptrdiff_t at) {
    return is16 ? ofBfloat16(static_cast<const std::uint16_t*>(from)[at]) : static_cast<const float*>(from)[at];
}

void readRow(const void* from, bool is16, std::ptrdiff_t at, std::ptrdiff_t count, float* out) {
    if (!is16) {
        memcpy(out, static_cast<const float*>(from) + at, static_cast<size_t>(count) * 4);
        return;
    }
    const std::uint16_t* bits = static_cast<const std::uint16_t*>(from) + at;
    for (std::ptrdiff_t i = 0; i < count; ++i)
        out[i] = ofBfloat16(bits[i]);
}

/// In place: scores[0, length) -> weights; masked keys get exactly 0.
void softmax(float* scores, std::ptrdiff_t length, std::ptrdiff_t padded, const std::uint8_t* keyMask, float scale) {
    if (keyMask)
        for (std::ptrdiff_t j = 0; j < length; ++j)
            if (!keyMask[j]) scores[j] = -INFINITY;
    for (std::ptrdiff_t j = length; j < padded; ++j)
        scores[j] = -INFINITY;
    V highest = load(scores);
    for (std::ptrdiff_t j = kLanes; j < padded; j += kLanes) {
        const V next = load(scores + j);
        highest = next > highest ? next : highest;
    }
    float top = highest[0];
    for (int i = 1; i < kLanes; ++i)
        top = highest[i] > top ? highest[i] : top;
    V total = {};
    for (std::ptrdiff_t j = 0; j < padded; j += kLanes) {
        const V weight = expOf((load(scores + j) - top) * scale);
        store(scores + j, weight);
        total += weight;
    }
    const float all = sum(total);
    const float inverse = all > 0 ? 1.0f / all : 0.0f;
    for (std::ptrdiff_t j = 0; j < padded; j += kLanes)
        store(scores + j, load(scores + j) * inverse);
}

void attention(const void* q, const void* k, const void* v, bool is16, std::ptrdiff_t stride,
               const std::uint8_t* keyMask, std::ptrdiff_t length, std::ptrdiff_t size, void* context,
               std::ptrdiff_t contextStride, float* scratch) {
    constexpr std::ptrdiff_t step = kBlockVectors * kLanes;
    const std::ptrdiff_t keys = (length + step - 1) / step * step, wide = (size + step - 1) / step * step;
    float* keysTransposed = scratch;             // [size, keys]
    float* values = keysTransposed + size * keys;  // [length, wide]
    float* scores = values + length * wide;      // [kTile, keys]
    constexpr std::ptrdiff_t kTile = kBlockRows;
    float* queries = scores + kTile * keys;      // [kTile, wide]
    for (std::ptrdiff_t d = 0; d < size; ++d)
        for (std::ptrdiff_t j = length; j < keys; ++j)
            keysTransposed[d * keys + j] = 0;
    // Tiles of rows keep the transposed writes within few cache lines.
    for (std::ptrdiff_t j0 = 0; j0 < length; j0 += 16) {
        const std::ptrdiff_t j1 = j0 + 16 < length ? j0 + 16 : length;
        for (std::ptrdiff_t d = 0; d < size; ++d)
            for (std::ptrdiff_t j = j0; j < j1; ++j)
                keysTransposed[d * keys + j] = read(k, is16, j * stride + d);
    }
    for (std::ptrdiff_t j = 0; j < length; ++j) {
        readRow(v, is16, j * stride, size, values + j * wide);
        for (std::ptrdiff_t d = size; d < wide; ++d)
            values[j * wide + d] = 0;
    }
    const float scale = 1.0f / sqrtf(static_cast<float>(size));
    for (std::ptrdiff_t i = 0; i < length; i += kTile) {
        const std::ptrdiff_t rows = i + kTile <= length ? kTile : length - i;
        for (std::ptrdiff_t r = 0; r < rows; ++r)
            readRow(q, is16, (i + r) * stride, size, queries + r * wide);
        product(queries, wide, rows, size, keysTransposed, keys, scores, keys);
        for (std::ptrdiff_t r = 0; r < rows; ++r)
            softmax(scores + r * keys, length, keys, keyMask, scale);
        product(scores, keys, rows, length, values, wide, queries, wide);
        for (std::ptrdiff_t r = 0; r < rows; ++r) {
            const std::ptrdiff_t at = (i + r) * contextStride;
            if (is16) {
                for (std::ptrdiff_t d = 0; d < size; ++d)
                    static_cast<std::uint16_t*>(context)[at + d] = bfloat16Of(queries[r * wide + d]);
            } else {
                memcpy(static_cast<float*>(context) + at, queries + r * wide, static_cast<size_t>(size) * 4);
            }
        }
    }
}

void toBfloat16(const float* from, std::uint16_t* to, std::ptrdiff_t count) {
    for (std::ptrdiff_t i = 0; i < count; ++i)
        to[i] = bfloat16Of(from[i]);
}

}  // namespace

extern const Kernels STRATA_KERNELS = {STRATA_KERNELS_NAME, addNorm, attention, toBfloat16};

}  // namespace strata
