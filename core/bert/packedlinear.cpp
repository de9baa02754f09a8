// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/packedlinear.h"

#include "base/error.h"
#include "base/system.h"
#include "bert/kernels.h"
#include "bert/product.h"
#include "bert/scratch.h"

#include <dnnl.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <vector>

namespace strata {

namespace {

using dnnl::memory;

constexpr std::int64_t kOwnRows = 192;       ///< of our products at once: their left factor stays in a cache
constexpr std::int64_t kPackingRows = 4096;  ///< the shape that the packing is chosen for

const dnnl::engine& engine() {
    static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
    return cpu;
}

memory::data_type typeOf(NumberType type) {
    return type == NumberType::BFloat16 ? memory::data_type::bf16 : memory::data_type::f32;
}

dnnl::primitive_attr attributes(PackedLinear::After after) {
    dnnl::primitive_attr attr;
    dnnl::post_ops ops;
    switch (after) {
        case PackedLinear::After::Gelu:
            ops.append_eltwise(1.0f, dnnl::algorithm::eltwise_gelu_erf, 0, 0);
            break;
        case PackedLinear::After::GeluNew:
            ops.append_eltwise(1.0f, dnnl::algorithm::eltwise_gelu_tanh, 0, 0);
            break;
        case PackedLinear::After::Relu:
            ops.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0, 0);
            break;
        case PackedLinear::After::Nothing:
            break;
    }
    attr.set_post_ops(ops);
    attr.set_scratchpad_mode(
        dnnl::scratchpad_mode::user);  // the library's own belongs to the thread that made a primitive
    return attr;
}

void activate(PackedLinear::After after, float* values, std::int64_t count) {
    switch (after) {
        case PackedLinear::After::Gelu:
            kernels().gelu(values, count);
            break;
        case PackedLinear::After::GeluNew:
            for (float& x : std::span(values, static_cast<std::size_t>(count))) {
                const float inner =
                    std::sqrt(2.0f * std::numbers::inv_pi_v<float>) * (x + 0.044715f * x * x * x);
                x = 0.5f * x * (1.0f + std::tanh(inner));
            }
            break;
        case PackedLinear::After::Relu:
            for (float& x : std::span(values, static_cast<std::size_t>(count)))
                x = std::max(x, 0.0f);
            break;
        case PackedLinear::After::Nothing:
            break;
    }
}

/// Runs a call of oneDNN; its exceptions become ours.
template <typename Call>
auto converted(const Call& call) {
    try {
        return call();
    } catch (const dnnl::error& problem) {
        throw Error("Cannot compute a matrix product", std::string("oneDNN: ") + problem.message,
                    "Where bf16 was asked for, try fp32; else the machine may be out of memory");
    }
}

/// oneDNN divides work by the number of threads at the time a primitive is made.
class OneThread {
  public:
    explicit OneThread(bool isWanted) : m_threads(computeThreads()) {
        if (isWanted) setComputeThreads(1);
    }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;
    ~OneThread() { setComputeThreads(m_threads); }

  private:
    int m_threads;
};

}  // namespace

struct PackedLinear::Data {
    std::int64_t in = 0, out = 0;
    After after = After::Nothing;
    NumberType inputType = NumberType::Float32, outputType = NumberType::Float32;
    bool isOwn = false;  ///< with our products (bert/product.h), not oneDNN's
    Scratch ownWeights;
    std::vector<float> ownBias;
    memory weights, bias;
    dnnl::stream stream{engine()};
    struct Shape {
        dnnl::matmul primitive;
        memory::desc input, output, scratch;
    };
    memory scratch;                                        ///< of the way with all threads
    std::map<std::pair<std::int64_t, int>, Shape> shapes;  ///< by rows and threads

    memory::desc inputDesc(std::int64_t rows) const {
        return {{rows, in}, typeOf(inputType), memory::format_tag::ab};
    }
    memory::desc outputDesc(std::int64_t rows) const {
        return {{rows, out}, typeOf(outputType), memory::format_tag::ab};
    }
    memory::desc biasDesc() const { return {{1, out}, memory::data_type::f32, memory::format_tag::ab}; }

    dnnl::matmul::primitive_desc describe(std::int64_t rows, const memory::desc& weightDesc) const {
        return {dnnl::matmul::desc(inputDesc(rows), weightDesc, biasDesc(), outputDesc(rows)),
                attributes(after), engine()};
    }

    const Shape& shape(std::int64_t rows, int threads) {
        const auto key = std::pair(rows, threads);
        const auto found = shapes.find(key);
        if (found != shapes.end()) return found->second;
        if (shapes.size() > 64) shapes.clear();  // a bound; real texts need fewer shapes
        const OneThread guard(threads == 1);
        const auto description = describe(rows, weights.get_desc());
        Shape made{dnnl::matmul(description), inputDesc(rows), outputDesc(rows),
                   description.scratchpad_desc()};
        return shapes.emplace(key, std::move(made)).first->second;
    }

    void runOwn(const float* x, float* y, std::int64_t rows, float* work) const {
        multiplyPacked({x, in, 1}, rows, ownWeights.floats(), in, out, ownBias.data(), y, out, work);
        activate(after, y, rows * out);
    }

    void run(const Shape& shape, const void* x, void* y, const memory& work, const dnnl::stream& on) const {
        const memory input(shape.input, engine(), const_cast<void*>(x)), output(shape.output, engine(), y);
        shape.primitive.execute(on, {{DNNL_ARG_SRC, input},
                                     {DNNL_ARG_WEIGHTS, weights},
                                     {DNNL_ARG_BIAS, bias},
                                     {DNNL_ARG_DST, output},
                                     {DNNL_ARG_SCRATCHPAD, work}});
    }
};

PackedLinear::PackedLinear(std::span<const float> weight, std::span<const float> bias, std::int64_t in,
                           std::int64_t out, After after, NumberType inputType, NumberType outputType,
                           std::int64_t tileRows)
    : m_data(std::make_unique<Data>()) {
    m_data->in = in;
    m_data->out = out;
    m_data->after = after;
    m_data->inputType = inputType;
    m_data->outputType = outputType;
    m_data->isOwn =
        usesOwnProducts() && inputType == NumberType::Float32 && outputType == NumberType::Float32;
    if (m_data->isOwn) {
        packRight({weight.data(), 1, in}, in, out,
                  m_data->ownWeights.floats(static_cast<std::int64_t>(packedSize(in, out))));
        m_data->ownBias.assign(bias.begin(), bias.end());
        return;
    }
    const OneThread guard(tileRows > 0);
    converted([&] {
        const auto any = m_data->describe(tileRows > 0 ? tileRows : kPackingRows,
                                          {{in, out}, typeOf(inputType), memory::format_tag::any});
        // [out, in] row-major is [in, out] in the order "ba".
        memory plain({{in, out}, memory::data_type::f32, memory::format_tag::ba}, engine(),
                     const_cast<float*>(weight.data()));
        m_data->weights = memory(any.weights_desc(), engine());
        dnnl::reorder(plain, m_data->weights).execute(m_data->stream, plain, m_data->weights);
        m_data->bias = memory(m_data->biasDesc(), engine());
        std::copy(bias.begin(), bias.end(), static_cast<float*>(m_data->bias.get_data_handle()));
        m_data->stream.wait();
    });
}

PackedLinear::~PackedLinear() = default;
PackedLinear::PackedLinear(PackedLinear&&) noexcept = default;
PackedLinear& PackedLinear::operator=(PackedLinear&&) noexcept = default;

std::int64_t PackedLinear::paddedRows(std::int64_t rows) {
    const std::int64_t unit = rows <= 512 ? 32 : 128;
    return (rows + unit - 1) / unit * unit;
}

void PackedLinear::operator()(const void* x, void* y, std::int64_t rows) const {
    if (m_data->isOwn) {
        const std::int64_t share = (rows + computeThreads() - 1) / computeThreads();
        const std::int64_t piece = std::clamp((share + 5) / 6 * 6, std::int64_t{6}, kOwnRows);
#pragma omp parallel for schedule(static)
        for (std::int64_t at = 0; at < rows; at += piece) {
            thread_local Scratch work;
            m_data->runOwn(static_cast<const float*>(x) + at * m_data->in,
                           static_cast<float*>(y) + at * m_data->out, std::min(piece, rows - at),
                           work.floats(static_cast<std::int64_t>(productScratch(piece))));
        }
        return;
    }
    converted([&] {
        const Data::Shape& shape = m_data->shape(paddedRows(rows), computeThreads());
        if (!m_data->scratch || m_data->scratch.get_desc().get_size() < shape.scratch.get_size())
            m_data->scratch = memory(shape.scratch, engine());
        m_data->run(shape, x, y, memory(shape.scratch, engine(), m_data->scratch.get_data_handle()),
                    m_data->stream);
        m_data->stream.wait();
    });
}

std::size_t PackedLinear::prepareTile(std::int64_t rows) {
    if (m_data->isOwn) return productScratch(rows) * sizeof(float);
    return converted([&] { return m_data->shape(rows, 1).scratch.get_size(); });
}

void PackedLinear::onThisThread(const void* x, void* y, std::int64_t rows, void* scratch) const {
    if (m_data->isOwn)
        return m_data->runOwn(static_cast<const float*>(x), static_cast<float*>(y), rows,
                              static_cast<float*>(scratch));
    converted([&] {
        const Data::Shape& shape = m_data->shapes.at({rows, 1});
        dnnl::stream stream(engine());
        m_data->run(shape, x, y, memory(shape.scratch, engine(), scratch), stream);
        stream.wait();
    });
}

}  // namespace strata
