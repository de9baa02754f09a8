// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>
#include <cstdint>

namespace strata {

/// Everything between the matrix products, vectorised; one table per instruction set. All rows are dense.
/// 16-bit outputs are bfloat16 and may be null.
struct Kernels {
    const char* name;

    /// out = LayerNorm(x + residual)·gamma + beta for rows [begin, end) of [rows, hidden]; residual may be
    /// null.
    void (*addNorm)(const float* x, const float* residual, const float* gamma, const float* beta,
                    float epsilon, float* out, std::uint16_t* out16, std::ptrdiff_t begin, std::ptrdiff_t end,
                    std::ptrdiff_t hidden);

    /// Scaled dot-product attention of one head of one sequence of `length` rows. q, k, v point at the head's
    /// first column of the first row; rows are `stride` apart (float32, or bfloat16 when `is16`). keyMask may
    /// be null, else 1 = may be attended to. context rows are `contextStride` apart, in the same number type
    /// as the input. scratch: attentionScratch(length, size) floats.
    void (*attention)(const void* q, const void* k, const void* v, bool is16, std::ptrdiff_t stride,
                      const std::uint8_t* keyMask, std::ptrdiff_t length, std::ptrdiff_t size, void* context,
                      std::ptrdiff_t contextStride, float* scratch);

    /// In place: x·Φ(x), Hendrycks & Gimpel 2016; erf within 4e-7 (float32), 1e-4 (bfloat16, less than its
    /// rounding).
    void (*gelu)(float* values, std::ptrdiff_t count);
    void (*gelu16)(std::uint16_t* values, std::ptrdiff_t count);

    /// Sums of three embeddings, a row.
    void (*addRows)(const float* a, const float* b, const float* c, float* out, std::ptrdiff_t hidden);

    void (*toBfloat16)(const float* from, std::uint16_t* to, std::ptrdiff_t count);
};

std::ptrdiff_t attentionScratch(std::ptrdiff_t length, std::ptrdiff_t size);

/// The best table for this processor; STRATA_ISA=avx512|avx2|generic asks for a lesser one.
const Kernels& kernels();

extern const Kernels kGenericKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

}  // namespace strata
