// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "adaptation/trainablebert.h"

#include "base/error.h"

#include <cmath>

namespace strata {

TrainableBert::TrainableBert(const BertWeights& weights) {
    if (!weights.hasMlmHead)
        throw Error("Cannot train the language model", weights.mlmHeadProblem.empty()
                                                           ? "the checkpoint has no MLM head"
                                                           : weights.mlmHeadProblem);
    m_frame.config = weights.config;
    m_frame.hasMlmHead = true;
    for (const auto& [name, tensor] : weights.tensors) {
        const bool isTrained = name.rfind("embeddings.", 0) == 0 || name.rfind("encoder.", 0) == 0 ||
                               name.rfind("cls.predictions.", 0) == 0;
        if (!isTrained) {
            m_frame.tensors[name] = tensor;
            continue;
        }
        m_tensors[name] = at::from_blob(const_cast<float*>(tensor.values.data()), tensor.shape, at::kFloat)
                              .clone()
                              .set_requires_grad(true);
    }
}

BertWeights TrainableBert::weights() const {
    BertWeights out = m_frame;
    for (const auto& [name, tensor] : m_tensors) {
        const auto plain = tensor.detach().contiguous();
        out.tensors[name] = {
            plain.sizes().vec(),
            std::vector<float>(plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel())};
    }
    return out;
}

at::Tensor TrainableBert::linear(const at::Tensor& x, const std::string& name) const {
    return at::linear(x, weight(name + ".weight"), weight(name + ".bias"));
}

at::Tensor TrainableBert::norm(const at::Tensor& x, const std::string& name) const {
    return at::layer_norm(x, {m_frame.config.hidden}, weight(name + ".weight"), weight(name + ".bias"),
                          m_frame.config.layerNormEpsilon);
}

at::Tensor TrainableBert::activate(const at::Tensor& x) const {
    switch (m_frame.config.activation) {
        case Activation::GeluNew:
            return at::gelu(x, "tanh");
        case Activation::Relu:
            return at::relu(x);
        case Activation::Gelu:
            break;
    }
    return at::gelu(x);
}

at::Tensor TrainableBert::loss(const at::Tensor& ids, const at::Tensor& types, const at::Tensor& mask,
                               const at::Tensor& positions, const at::Tensor& originals) const {
    const BertConfig& config = m_frame.config;
    const std::int64_t rows = ids.size(0), length = ids.size(1), size = config.hidden / config.heads;
    auto x = at::embedding(weight("embeddings.word_embeddings.weight"), ids, config.padTokenId) +
             at::embedding(weight("embeddings.token_type_embeddings.weight"), types) +
             weight("embeddings.position_embeddings.weight").narrow(0, 0, length);
    x = norm(x, "embeddings.LayerNorm");
    for (int layer = 0; layer < config.layers; ++layer) {
        const std::string prefix = "encoder.layer." + std::to_string(layer) + ".";
        // One product for query, key and value: few calls matter more than anything else in a small model.
        const auto self = prefix + "attention.self.";
        const auto w = at::cat(
            {weight(self + "query.weight"), weight(self + "key.weight"), weight(self + "value.weight")});
        const auto b =
            at::cat({weight(self + "query.bias"), weight(self + "key.bias"), weight(self + "value.bias")});
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
        x = norm(linear(context, prefix + "attention.output.dense") + x,
                 prefix + "attention.output.LayerNorm");
        x = norm(linear(activate(linear(x, prefix + "intermediate.dense")), prefix + "output.dense") + x,
                 prefix + "output.LayerNorm");
    }
    auto h = x.view({rows * length, config.hidden}).index_select(0, positions);
    h = norm(activate(linear(h, "cls.predictions.transform.dense")), "cls.predictions.transform.LayerNorm");
    const bool isTied = !m_tensors.contains("cls.predictions.decoder.weight");
    const auto logits =
        at::linear(h, weight(isTied ? "embeddings.word_embeddings.weight" : "cls.predictions.decoder.weight"),
                   weight("cls.predictions.bias"));
    return at::nll_loss(at::log_softmax(logits, -1), originals);
}

}  // namespace strata
