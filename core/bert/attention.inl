// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Attention of one head, second half of kernels.inl: small products in registers, softmax between them.
// Everything is float32 inside; bfloat16 is widened on the way in and rounded on the way out.

namespace strata {
namespace {

/// Rows and vectors of one block of results: as many as registers hold.
constexpr int kBlockRows = kLanes == 16 ? 6 : 4;
constexpr int kBlockVectors = kLanes == 16 ? 4 : 2;

/// C[R, Columns·kLanes] = A[R, depth]·B[depth, Columns·kLanes]; strides in floats.
template <int R, int Columns>
inline void block(const float* a, std::ptrdiff_t aStride, std::ptrdiff_t depth, const float* b,
                  std::ptrdiff_t bStride, float* c, std::ptrdiff_t cStride) {
    V total[R][Columns] = {};
    for (std::ptrdiff_t k = 0; k < depth; ++k) {
        V right[Columns];
        for (int j = 0; j < Columns; ++j)
            right[j] = load(b + k * bStride + j * kLanes);
        for (int r = 0; r < R; ++r) {
            const float left = a[r * aStride + k];
            for (int j = 0; j < Columns; ++j)
                total[r][j] += left * right[j];
        }
    }
    for (int r = 0; r < R; ++r)
        for (int j = 0; j < Columns; ++j)
            store(c + r * cStride + j * kLanes, total[r][j]);
}

template <int R>
inline void strip(const float* a, std::ptrdiff_t aStride, std::ptrdiff_t depth, const float* b,
                  std::ptrdiff_t bStride, std::ptrdiff_t vectors, float* c, std::ptrdiff_t cStride) {
    std::ptrdiff_t j = 0;
    for (; j + kBlockVectors <= vectors; j += kBlockVectors)
        block<R, kBlockVectors>(a, aStride, depth, b + j * kLanes, bStride, c + j * kLanes, cStride);
    switch (vectors - j) {
        case 3:
            block<R, 3>(a, aStride, depth, b + j * kLanes, bStride, c + j * kLanes, cStride);
            break;
        case 2:
            block<R, 2>(a, aStride, depth, b + j * kLanes, bStride, c + j * kLanes, cStride);
            break;
        case 1:
            block<R, 1>(a, aStride, depth, b + j * kLanes, bStride, c + j * kLanes, cStride);
            break;
        default:
            break;
    }
}

/// C[rows, vectors·kLanes] = A[rows, depth]·B, at most kBlockRows rows.
void product(const float* a, std::ptrdiff_t aStride, std::ptrdiff_t rows, std::ptrdiff_t depth,
             const float* b, std::ptrdiff_t bStride, std::ptrdiff_t vectors, float* c,
             std::ptrdiff_t cStride) {
    switch (rows) {
        case 6:
            strip<6>(a, aStride, depth, b, bStride, vectors, c, cStride);
            break;
        case 5:
            strip<5>(a, aStride, depth, b, bStride, vectors, c, cStride);
            break;
        case 4:
            strip<4>(a, aStride, depth, b, bStride, vectors, c, cStride);
            break;
        case 3:
            strip<3>(a, aStride, depth, b, bStride, vectors, c, cStride);
            break;
        case 2:
            strip<2>(a, aStride, depth, b, bStride, vectors, c, cStride);
            break;
        default:
            strip<1>(a, aStride, depth, b, bStride, vectors, c, cStride);
            break;
    }
}

/// In place: scores[0, length) -> exp of what they lie below their highest, the rest of `padded` 0, masked
/// keys exactly 0.
/// @return 1 / sum, or 0 when no key may be attended to
float softmaxWeights(float* scores, std::ptrdiff_t length, std::ptrdiff_t padded, const std::uint8_t* keyMask,
                     float scale) {
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
    const float top = largest(highest);
    if (!(top > -INFINITY)) {
        memset(scores, 0, static_cast<size_t>(padded) * 4);
        return 0.0f;
    }
    V total = {};
    for (std::ptrdiff_t j = 0; j < padded; j += kLanes) {
        const V weight = expOf((load(scores + j) - top) * scale);
        store(scores + j, weight);
        total += weight;
    }
    return 1.0f / sum(total);
}

/// `count` values from 16 or 32 bits to float32; the rest up to `wide` 0.
void widen(const void* from, bool is16, std::ptrdiff_t count, float* to, std::ptrdiff_t wide) {
    std::ptrdiff_t i = 0;
    if (is16) {
        const std::uint16_t* bits = static_cast<const std::uint16_t*>(from);
        for (; i + kLanes <= count; i += kLanes)
            store(to + i, loadBfloat16(bits + i));
        for (; i < count; ++i)
            to[i] = ofBfloat16(bits[i]);
    } else {
        memcpy(to, from, static_cast<size_t>(count) * 4);
        i = count;
    }
    for (; i < wide; ++i)
        to[i] = 0;
}

#if defined(__AVX512F__)
/// 16 rows of 16 values -> 16 columns.
inline void transpose16(const __m512 (&in)[16], float* out, std::ptrdiff_t outStride) {
    __m512d pairs[16];
    for (int i = 0; i < 16; i += 4) {
        const __m512 a = _mm512_unpacklo_ps(in[i], in[i + 1]), b = _mm512_unpackhi_ps(in[i], in[i + 1]);
        const __m512 c = _mm512_unpacklo_ps(in[i + 2], in[i + 3]),
                     d = _mm512_unpackhi_ps(in[i + 2], in[i + 3]);
        pairs[i] = _mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(c));
        pairs[i + 1] = _mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(c));
        pairs[i + 2] = _mm512_unpacklo_pd(_mm512_castps_pd(b), _mm512_castps_pd(d));
        pairs[i + 3] = _mm512_unpackhi_pd(_mm512_castps_pd(b), _mm512_castps_pd(d));
    }
    for (int i = 0; i < 4; ++i) {
        // pairs[i + 4g] holds column i + 4·lane of the rows 4g … 4g+3.
        const __m512 g0 = _mm512_castpd_ps(pairs[i]), g1 = _mm512_castpd_ps(pairs[i + 4]);
        const __m512 g2 = _mm512_castpd_ps(pairs[i + 8]), g3 = _mm512_castpd_ps(pairs[i + 12]);
        const __m512 low01 = _mm512_shuffle_f32x4(g0, g1, 0x88), high01 = _mm512_shuffle_f32x4(g0, g1, 0xDD);
        const __m512 low23 = _mm512_shuffle_f32x4(g2, g3, 0x88), high23 = _mm512_shuffle_f32x4(g2, g3, 0xDD);
        _mm512_storeu_ps(out + i * outStride, _mm512_shuffle_f32x4(low01, low23, 0x88));
        _mm512_storeu_ps(out + (i + 4) * outStride, _mm512_shuffle_f32x4(high01, high23, 0x88));
        _mm512_storeu_ps(out + (i + 8) * outStride, _mm512_shuffle_f32x4(low01, low23, 0xDD));
        _mm512_storeu_ps(out + (i + 12) * outStride, _mm512_shuffle_f32x4(high01, high23, 0xDD));
    }
}
#endif

/// Keys [length, size] -> [size, keys], columns from `length` on 0. keys is a multiple of the lanes.
void transposeKeys(const void* k, bool is16, std::ptrdiff_t stride, std::ptrdiff_t length,
                   std::ptrdiff_t size, float* out, std::ptrdiff_t keys) {
    const float* wide = static_cast<const float*>(k);
    const std::uint16_t* narrow = static_cast<const std::uint16_t*>(k);
    std::ptrdiff_t whole = 0;
#if defined(__AVX512F__)
    whole = size / 16 * 16;
    for (std::ptrdiff_t j = 0; j < length; j += 16) {
        for (std::ptrdiff_t d = 0; d < whole; d += 16) {
            __m512 rows[16];
            for (int r = 0; r < 16; ++r) {
                const std::ptrdiff_t at = (j + r) * stride + d;
                rows[r] = j + r >= length ? _mm512_setzero_ps()
                          : is16          ? reinterpret_cast<__m512>(loadBfloat16(narrow + at))
                                          : _mm512_loadu_ps(wide + at);
            }
            transpose16(rows, out + d * keys + j, keys);
        }
    }
#endif
    for (std::ptrdiff_t d = whole; d < size; ++d) {
        for (std::ptrdiff_t j = 0; j < length; ++j)
            out[d * keys + j] = is16 ? ofBfloat16(narrow[j * stride + d]) : wide[j * stride + d];
        for (std::ptrdiff_t j = length; j < keys; ++j)
            out[d * keys + j] = 0;
    }
}

void attention(const void* q, const void* k, const void* v, bool is16, std::ptrdiff_t stride,
               const std::uint8_t* keyMask, std::ptrdiff_t length, std::ptrdiff_t size, void* context,
               std::ptrdiff_t contextStride, float* scratch) {
    const std::ptrdiff_t keys = (length + kLanes - 1) / kLanes * kLanes,
                         wide = (size + kLanes - 1) / kLanes * kLanes;
    float* keysTransposed = scratch;               // [size, keys]
    float* copies = keysTransposed + size * keys;  // [length, wide]
    float* scores = copies + length * wide;        // [kBlockRows, keys]
    float* results = scores + kBlockRows * keys;   // [kBlockRows, wide]
    float* queries = results + kBlockRows * wide;  // [kBlockRows, wide]
    transposeKeys(k, is16, stride, length, size, keysTransposed, keys);
    // Whole vectors of float32 are used where they lie.
    const bool isInPlace = !is16 && wide == size;
    const std::ptrdiff_t bytes = is16 ? 2 : 4;
    const float* values = isInPlace ? static_cast<const float*>(v) : copies;
    const std::ptrdiff_t valueStride = isInPlace ? stride : wide;
    if (!isInPlace)
        for (std::ptrdiff_t j = 0; j < length; ++j)
            widen(static_cast<const char*>(v) + j * stride * bytes, is16, size, copies + j * wide, wide);
    const float scale = 1.0f / sqrtf(static_cast<float>(size));
    for (std::ptrdiff_t i = 0; i < length; i += kBlockRows) {
        const std::ptrdiff_t rows = i + kBlockRows <= length ? kBlockRows : length - i;
        const float* left = static_cast<const float*>(q) + i * stride;
        std::ptrdiff_t leftStride = stride;
        if (is16) {
            for (std::ptrdiff_t r = 0; r < rows; ++r)
                widen(static_cast<const std::uint16_t*>(q) + (i + r) * stride, true, size, queries + r * wide,
                      wide);
            left = queries;
            leftStride = wide;
        }
        product(left, leftStride, rows, size, keysTransposed, keys, keys / kLanes, scores, keys);
        float inverse[kBlockRows];
        for (std::ptrdiff_t r = 0; r < rows; ++r)
            inverse[r] = softmaxWeights(scores + r * keys, length, keys, keyMask, scale);
        product(scores, keys, rows, length, values, valueStride, wide / kLanes, results, wide);
        for (std::ptrdiff_t r = 0; r < rows; ++r) {
            const std::ptrdiff_t at = (i + r) * contextStride;
            const float* from = results + r * wide;
            std::ptrdiff_t d = 0;
            if (is16) {
                std::uint16_t* to = static_cast<std::uint16_t*>(context) + at;
                for (; d + kLanes <= size; d += kLanes)
                    storeBfloat16(to + d, load(from + d) * inverse[r]);
                for (; d < size; ++d)
                    to[d] = bfloat16Of(from[d] * inverse[r]);
            } else {
                float* to = static_cast<float*>(context) + at;
                for (; d + kLanes <= size; d += kLanes)
                    store(to + d, load(from + d) * inverse[r]);
                for (; d < size; ++d)
                    to[d] = from[d] * inverse[r];
            }
        }
    }
}

}  // namespace
}  // namespace strata
