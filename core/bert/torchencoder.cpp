// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "bert/torchencoder.h"

#include "base/cancellation.h"
#include "base/error.h"
#include "bert/cpuencoder.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/cuda.h>

namespace strata {

namespace {

class TorchEncoder final : public Encoder {
  public:
    TorchEncoder(const BertWeights& weights, NumberType type, const at::Device& device)
        : m_config(weights.config),
          m_type(type),
          m_device(device),
          m_headProblem(weights.hasMlmHead ? "" : weights.mlmHeadProblem) {
        const auto scalar = type == NumberType::BFloat16 ? at::kBFloat16 : at::kFloat;
        for (const auto& [name, tensor] : weights.tensors)
            m_tensors[name] =
                at::from_blob(const_cast<float*>(tensor.values.data()), tensor.shape, at::kFloat)
                    .clone()
                    .to(m_device, scalar);
    }

    void encode(std::span<const EncoderInput> batch, const LayerSink& sink,
                const std::stop_token& stop) override {
        checkInputs(batch, m_config);
        const at::NoGradGuard noGradient;
        std::int64_t longest = 0;
        for (const EncoderInput& input : batch)
            longest = std::max(longest, static_cast<std::int64_t>(input.ids.size()));
        if (longest == 0) return;
        const auto rows = static_cast<std::int64_t>(batch.size());
        auto ids = at::zeros({rows, longest}, at::kLong), types = at::zeros({rows, longest}, at::kLong);
        auto mask = at::zeros({rows, longest}, at::kFloat);
        for (std::int64_t b = 0; b < rows; ++b) {
            const EncoderInput& input = batch[static_cast<std::size_t>(b)];
            for (std::size_t t = 0; t < input.ids.size(); ++t) {
                const std::int64_t at = b * longest + static_cast<std::int64_t>(t);
                ids.data_ptr<std::int64_t>()[at] = input.ids[t];
                if (!input.typeIds.empty()) types.data_ptr<std::int64_t>()[at] = input.typeIds[t];
                mask.data_ptr<float>()[at] = input.keyMask.empty() || input.keyMask[t] ? 1.0f : 0.0f;
            }
        }
        const auto closed = mask.eq(0).view({rows, 1, 1, longest}).to(m_device);
        auto x = at::embedding(weight("embeddings.word_embeddings.weight"), ids.to(m_device)) +
                 at::embedding(weight("embeddings.token_type_embeddings.weight"), types.to(m_device)) +
                 weight("embeddings.position_embeddings.weight").narrow(0, 0, longest);
        x = norm(x, "embeddings.LayerNorm");
        give(x, batch, 0, sink);
        const std::int64_t size = m_config.hidden / m_config.heads;
        for (int layer = 0; layer < m_config.layers; ++layer) {
            throwIfStopped(stop);
            const std::string prefix = "encoder.layer." + std::to_string(layer) + ".";
            const auto heads = [&](const char* part) {
                return linear(x, prefix + "attention.self." + part)
                    .view({rows, longest, m_config.heads, size})
                    .transpose(1, 2);
            };
            auto scores = at::matmul(heads("query"), heads("key").transpose(2, 3)) /
                          std::sqrt(static_cast<double>(size));
            scores = scores.to(at::kFloat).masked_fill(closed, -std::numeric_limits<float>::infinity());
            const auto attended = at::matmul(at::softmax(scores, -1).to(x.scalar_type()), heads("value"));
            const auto context = attended.transpose(1, 2).reshape({rows, longest, m_config.hidden});
            x = norm(linear(context, prefix + "attention.output.dense") + x,
                     prefix + "attention.output.LayerNorm");
            const auto wide = activate(linear(x, prefix + "intermediate.dense"));
            x = norm(linear(wide, prefix + "output.dense") + x, prefix + "output.LayerNorm");
            give(x, batch, layer + 1, sink);
        }
    }

    void mlmLogits(std::span<const float> states, std::span<float> logits) override {
        if (!m_headProblem.empty())
            throw Error("Cannot compute MLM logits", m_headProblem, "Choose a checkpoint with an MLM head");
        const at::NoGradGuard noGradient;
        const std::int64_t h = m_config.hidden;
        const auto rows = static_cast<std::int64_t>(states.size()) / h;
        auto x = at::from_blob(const_cast<float*>(states.data()), {rows, h}, at::kFloat)
                     .to(m_device, weight("cls.predictions.bias").scalar_type());
        x = norm(activate(linear(x, "cls.predictions.transform.dense")),
                 "cls.predictions.transform.LayerNorm");
        const bool isTied = !m_tensors.contains("cls.predictions.decoder.weight");
        x = at::linear(
            x, weight(isTied ? "embeddings.word_embeddings.weight" : "cls.predictions.decoder.weight"),
            weight("cls.predictions.bias"));
        const auto out = x.to(at::kCPU, at::kFloat).contiguous();
        std::copy_n(out.data_ptr<float>(), logits.size(), logits.data());
    }

    const BertConfig& config() const override { return m_config; }
    NumberType numberType() const override { return m_type; }
    std::string note() const override {
        return std::string(m_type == NumberType::BFloat16 ? "bf16" : "fp32") + ", libtorch on " +
               m_device.str();
    }

  private:
    const at::Tensor& weight(const std::string& name) const {
        const auto found = m_tensors.find(name);
        if (found == m_tensors.end()) throw Error("Cannot encode", "tensor " + name + " is missing");
        return found->second;
    }
    at::Tensor linear(const at::Tensor& x, const std::string& name) const {
        return at::linear(x, weight(name + ".weight"), weight(name + ".bias"));
    }
    at::Tensor norm(const at::Tensor& x, const std::string& name) const {
        return at::layer_norm(x, {m_config.hidden}, weight(name + ".weight"), weight(name + ".bias"),
                              m_config.layerNormEpsilon);
    }
    at::Tensor activate(const at::Tensor& x) const {
        switch (m_config.activation) {
            case Activation::GeluNew:
                return at::gelu(x, "tanh");
            case Activation::Relu:
                return at::relu(x);
            case Activation::Gelu:
                break;
        }
        return at::gelu(x);
    }
    void give(const at::Tensor& x, std::span<const EncoderInput> batch, int layer, const LayerSink& sink) {
        const auto all = x.to(at::kCPU, at::kFloat).contiguous();
        m_packed.clear();
        for (std::size_t b = 0; b < batch.size(); ++b) {
            const float* from =
                all.data_ptr<float>() + static_cast<std::int64_t>(b) * all.size(1) * all.size(2);
            m_packed.insert(m_packed.end(), from,
                            from + static_cast<std::int64_t>(batch[b].ids.size()) * all.size(2));
        }
        sink(layer, m_packed);
    }

    BertConfig m_config;
    NumberType m_type;
    at::Device m_device;
    std::string m_headProblem;
    std::map<std::string, at::Tensor> m_tensors;
    std::vector<float> m_packed;
};

}  // namespace

bool isCudaAvailable() {
    return torch::cuda::is_available();
}

std::unique_ptr<Encoder> makeTorchEncoder(const BertWeights& weights, const EncoderOptions& options,
                                          const std::string& device) {
    if (device == "cuda" && !isCudaAvailable())
        throw Error("Cannot compute on the GPU", "this libtorch finds no CUDA device",
                    "Choose the processor in the settings, or build with a libtorch that has CUDA");
    try {
        return std::make_unique<TorchEncoder>(weights, options.numberType, at::Device(device));
    } catch (const c10::Error& error) {
        throw Error("Cannot load the model onto " + device, error.what_without_backtrace());
    }
}

}  // namespace strata
