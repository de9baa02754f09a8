// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/products.h"

#include "base/error.h"
#include "base/system.h"
#include "bert/product.h"
#include "probing/probekernels.h"

#include <dnnl.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <omp.h>

namespace strata {

namespace {

constexpr std::int64_t kRowUnit = 32;  ///< rows of bf16 products go in multiples of it, so that shapes repeat

/// A factor as BLAS sees it: row-major with a stride, or its transpose.
struct Factor {
    const void* data;
    std::int64_t stride;
    bool isTransposed;
};

/// Makes oneDNN use the calling thread alone; inside a parallel region it does so by itself.
class OneThread {
  public:
    OneThread() : m_before(omp_get_max_threads()) {
        if (m_before != 1) omp_set_num_threads(1);
    }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;
    ~OneThread() {
        if (m_before != 1) omp_set_num_threads(m_before);
    }

  private:
    int m_before;
};

/// c [rows, columns] = a·b in float32.
void product32(std::int64_t rows, std::int64_t columns, std::int64_t inner, const Factor& a, const Factor& b,
               float* c, std::int64_t strideC) {
    const auto view = [](const Factor& factor) {
        const auto* data = static_cast<const float*>(factor.data);
        return factor.isTransposed ? MatrixView{data, 1, factor.stride} : MatrixView{data, factor.stride, 1};
    };
    if (usesOwnProducts()) return multiply(view(a), view(b), rows, inner, columns, c, strideC);
    const OneThread one;
    if (dnnl::sgemm(a.isTransposed ? 'T' : 'N', b.isTransposed ? 'T' : 'N', rows, columns, inner, 1.0f,
                    static_cast<const float*>(a.data), a.stride, static_cast<const float*>(b.data), b.stride,
                    0.0f, c, strideC) != dnnl::status::success)
        throw Error("Cannot multiply matrices", "oneDNN refused a product of " + std::to_string(rows) + "x" +
                                                    std::to_string(inner) + " by " + std::to_string(columns));
}

/// A bf16 product of one shape, made once a thread.
struct Product16 {
    dnnl::matmul primitive;
    dnnl::memory::desc a, b, c;
    std::size_t scratchBytes = 0;
};

const Product16& product16Of(const std::array<std::int64_t, 8>& shape, const dnnl::engine& engine) {
    thread_local std::map<std::array<std::int64_t, 8>, Product16> made;
    const auto found = made.find(shape);
    if (found != made.end()) return found->second;
    if (made.size() > 512) made.clear();  // a bound; real texts need fewer
    const OneThread one;
    const auto [rows, columns, inner, strideA, transposedA, strideB, transposedB, strideC] = shape;
    using dnnl::memory;
    const auto strides = [](std::int64_t stride, bool isTransposed) {
        return isTransposed ? memory::dims{1, stride} : memory::dims{stride, 1};
    };
    const memory::desc a({rows, inner}, memory::data_type::bf16, strides(strideA, transposedA != 0));
    const memory::desc b({inner, columns}, memory::data_type::bf16, strides(strideB, transposedB != 0));
    const memory::desc c({rows, columns}, memory::data_type::f32, memory::dims{strideC, 1});
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::matmul::primitive_desc description(dnnl::matmul::desc(a, b, c), attributes, engine);
    return made
        .emplace(shape,
                 Product16{dnnl::matmul(description), a, b, c, description.scratchpad_desc().get_size()})
        .first->second;
}

/// c [rows, columns] = a·b of bf16 factors, added up in float32.
void product16(std::int64_t rows, std::int64_t columns, std::int64_t inner, const Factor& a, const Factor& b,
               float* c, std::int64_t strideC) {
    if (rows == 0 || columns == 0) return;
    static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    thread_local dnnl::stream stream(engine);
    thread_local std::vector<std::byte> scratch;
    const Product16& product = product16Of(
        {rows, columns, inner, a.stride, a.isTransposed ? 1 : 0, b.stride, b.isTransposed ? 1 : 0, strideC},
        engine);
    if (scratch.size() < product.scratchBytes + 64) scratch.resize(product.scratchBytes + 64);
    const auto misalignment = reinterpret_cast<std::uintptr_t>(scratch.data()) % 64;
    const OneThread one;
    using dnnl::memory;
    const memory::desc scratchDesc({static_cast<std::int64_t>(product.scratchBytes)}, memory::data_type::u8,
                                   memory::format_tag::a);
    product.primitive.execute(
        stream, {{DNNL_ARG_SRC, memory(product.a, engine, const_cast<void*>(a.data))},
                 {DNNL_ARG_WEIGHTS, memory(product.b, engine, const_cast<void*>(b.data))},
                 {DNNL_ARG_DST, memory(product.c, engine, c)},
                 {DNNL_ARG_SCRATCHPAD, memory(scratchDesc, engine, scratch.data() + 64 - misalignment)}});
    stream.wait();
}

/// Calls body(begin, size) over pieces of 0…size-1: half of it, between 64 and 384.
template <typename Body>
void inPieces(std::int64_t size, double operations, const Body& body) {
    const std::int64_t piece = std::clamp((size / 2 + 63) / 64 * 64, std::int64_t{64}, std::int64_t{384});
    const std::int64_t pieces = (size + piece - 1) / piece;
    // Below a millisecond's work, waking other threads costs more than it brings.
#pragma omp parallel for schedule(static) if (pieces > 1 && operations > 1e8)
    for (std::int64_t p = 0; p < pieces; ++p)
        body(p * piece, std::min(piece, size - p * piece));
}

/// A bf16 copy of [rows, columns] with zero rows up to `paddedRows`.
const std::uint16_t* narrowed(const float* from, std::vector<std::uint16_t>& to, std::int64_t rows,
                              std::int64_t columns, std::int64_t paddedRows) {
    to.resize(static_cast<std::size_t>(paddedRows * columns));
    probeKernels().toBfloat16(from, to.data(), rows * columns);
    std::fill(to.begin() + static_cast<std::ptrdiff_t>(rows * columns), to.end(), std::uint16_t{0});
    return to.data();
}

}  // namespace

Products::Products(NumberType type) : m_type(processorInfo().multipliesBf16() ? type : NumberType::Float32) {}

void Products::timesTransposed(const float* a, const float* b, float* c, std::int64_t n, std::int64_t m,
                               std::int64_t k) {
    if (n == 0) return;
    const double operations = 2.0 * static_cast<double>(n) * static_cast<double>(m) * static_cast<double>(k);
    m_operations += operations;
    if (m_type == NumberType::Float32) {
        inPieces(m, operations, [&](std::int64_t at, std::int64_t size) {
            product32(n, size, k, {a, k, false}, {b + at * k, k, true}, c + at, m);
        });
        return;
    }
    const std::uint16_t *a16 = narrowed(a, m_a, n, k, n), *b16 = narrowed(b, m_b, m, k, m);
    const std::int64_t whole = n / kRowUnit * kRowUnit;
    inPieces(m, operations, [&](std::int64_t at, std::int64_t size) {
        const Factor right{b16 + at * k, k, true};
        product16(whole, size, k, {a16, k, false}, right, c + at, m);
        product16(n - whole, size, k, {a16 + whole * k, k, false}, right, c + whole * m + at, m);
    });
}

void Products::times(const float* a, const float* b, float* c, std::int64_t n, std::int64_t m,
                     std::int64_t k) {
    if (n == 0) return;
    const double operations = 2.0 * static_cast<double>(n) * static_cast<double>(m) * static_cast<double>(k);
    m_operations += operations;
    if (m_type == NumberType::Float32) {
        inPieces(m, operations, [&](std::int64_t at, std::int64_t size) {
            product32(n, size, k, {a, k, false}, {b + at, m, false}, c + at, m);
        });
        return;
    }
    const std::uint16_t *a16 = narrowed(a, m_a, n, k, n), *b16 = narrowed(b, m_b, k, m, k);
    const std::int64_t whole = n / kRowUnit * kRowUnit;
    inPieces(m, operations, [&](std::int64_t at, std::int64_t size) {
        const Factor right{b16 + at, m, false};
        product16(whole, size, k, {a16, k, false}, right, c + at, m);
        product16(n - whole, size, k, {a16 + whole * k, k, false}, right, c + whole * m + at, m);
    });
}

void Products::transposedTimes(const float* a, const float* b, float* c, std::int64_t n, std::int64_t m,
                               std::int64_t k) {
    if (n == 0) {
        std::fill_n(c, k * m, 0.0f);
        return;
    }
    const double operations = 2.0 * static_cast<double>(n) * static_cast<double>(m) * static_cast<double>(k);
    m_operations += operations;
    if (m_type == NumberType::Float32) {
        inPieces(k, operations, [&](std::int64_t at, std::int64_t size) {
            product32(size, m, n, {a + at, k, true}, {b, m, false}, c + at * m, m);
        });
        return;
    }
    // Zero rows add nothing to sums over rows.
    const std::int64_t padded = (n + kRowUnit - 1) / kRowUnit * kRowUnit;
    const std::uint16_t *a16 = narrowed(a, m_a, n, k, padded), *b16 = narrowed(b, m_b, n, m, padded);
    inPieces(k, operations, [&](std::int64_t at, std::int64_t size) {
        product16(size, m, padded, {a16 + at, k, true}, {b16, m, false}, c + at * m, m);
    });
}

}  // namespace strata
