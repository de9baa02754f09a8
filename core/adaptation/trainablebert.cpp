// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "adaptation/trainablebert.h"

#include "base/error.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <vector>

namespace strata {

struct TrainableBert::Data {
    BertWeights frame;  ///< config and the tensors that are not trained
    std::map<std::string, at::Tensor> tensors;

    const at::Tensor& weight(const std::string& name) const { return tensors.at(name); }

    at::Tensor linear(const at::Tensor& x, const std::string& name) const {
        return at::linear(x, weight(name + ".weight"), weight(name + ".bias"));
    }

    at::Tensor norm(const at::Tensor& x, const std::string& name) const {
        return at::layer_norm(x, {frame.config.hidden}, weight(name + ".weight"), weight(name + ".bias"),
                              frame.config.layerNormEpsilon);
    }

    at::Tensor activate(const at::Tensor& x) const {
        switch (frame.config.activation) {
            case Activation::GeluNew:
                return at::gelu(x, "tanh");
            case Activation::Relu:
                return at::relu(x);
            case Activation::Gelu:
                break;
        }
        return at::gelu(x);
    }
};

TrainableBert::TrainableBert(const BertWeights& weights) : m_data(std::make_unique<Data>()) {
    if (!weights.hasMlmHead)
        throw Error("Cannot train the language model", weights.mlmHeadProblem.empty()
                                                           ? "the checkpoint has no MLM head"
                                                           : weights.mlmHeadProblem);
    m_data->frame.config = weights.config;
    m_data->frame.hasMlmHead = true;
    for (const auto& [name, tensor] : weights.tensors) {
        const bool isTrained = name.rfind("embeddings.", 0) == 0 || name.rfind("encoder.", 0) == 0 ||
                               name.rfind("cls.predictions.", 0) == 0;
        if (!isTrained) {
            m_data->frame.tensors[name] = tensor;
            continue;
        }
        m_data->tensors[name] =
            at::from_blob(const_cast<float*>(tensor.values.data()), tensor.shape, at::kFloat)
                .clone()
                .set_requires_grad(true);
    }
}

BertWeights TrainableBert::weights() const {
    BertWeights out = m_data->frame;
    for (const auto& [name, tensor] : m_data->tensors) {
        const auto plain = tensor.detach().contiguous();
        out.tensors[name] = {
            plain.sizes().vec(),
            std::vector<float>(plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel())};
    }
    return out;
}

TrainableBert::~TrainableBert() = default;

std::map<std::string, at::Tensor>& TrainableBert::tensors() {
    return m_data->tensors;
}

at::Tensor TrainableBert::loss(const at::Tensor& ids, const at::Tensor& types, const at::Tensor& mask,
                               const at::Tensor& positions, const at::Tensor& originals) const {
    const Data& d = *m_data;
    const BertConfig& config = d.frame.config;
    const std::int64_t rows = ids.size(0), length = ids.size(1), size = config.hidden / config.heads;
    auto x = at::embedding(d.weight("embeddings.word_embeddings.weight"), ids, config.padTokenId) +
             at::embedding(d.weight("embeddings.token_type_embeddings.weight"), types) +
             d.weight("embeddings.position_embeddings.weight").narrow(0, 0, length);
    x = d.norm(x, "embeddings.LayerNorm");
    for (int layer = 0; layer < config.layers; ++layer) {
        const std::string prefix = "encoder.layer." + std::to_string(layer) + ".";
        // One product for query, key and value: few calls matter more than anything else in a small model.
        const auto self = prefix + "attention.self.";
        const auto w = at::cat({d.weight(self + "query.weight"), d.weight(self + "key.weight"),
                                d.weight(self + "value.weight")});
        const auto b = at::cat(
            {d.weight(self + "query.bias"), d.weight(self + "key.bias"), d.weight(self + "value.bias")});
        const auto parts =
            at::linear(x, w, b).view({rows, length, 3, config.heads, size}).permute({2, 0, 3, 1, 4});
        auto scores =
            at::matmul(parts[0] * (1.0 / std::sqrt(static_cast<double>(size))), parts[1].transpose(2, 3));
        if (mask.defined())
            scores = scores.masked_fill(mask.eq(0).view({rows, 1, 1, length}),
                                        -std::numeric_limits<float>::infinity());
        const auto context = at::matmul(at::softmax(scores, -1), parts[2])
                                 .transpose(1, 2)
                                 .reshape({rows, length, config.hidden});
        x = d.norm(d.linear(context, prefix + "attention.output.dense") + x,
                   prefix + "attention.output.LayerNorm");
        x = d.norm(
            d.linear(d.activate(d.linear(x, prefix + "intermediate.dense")), prefix + "output.dense") + x,
            prefix + "output.LayerNorm");
    }
    auto h = x.view({rows * length, config.hidden}).index_select(0, positions);
    h = d.norm(d.activate(d.linear(h, "cls.predictions.transform.dense")),
               "cls.predictions.transform.LayerNorm");
    const bool isTied = !d.tensors.contains("cls.predictions.decoder.weight");
    const auto logits = at::linear(
        h, d.weight(isTied ? "embeddings.word_embeddings.weight" : "cls.predictions.decoder.weight"),
        d.weight("cls.predictions.bias"));
    return at::nll_loss(at::log_softmax(logits, -1), originals);
}

}  // namespace strata
