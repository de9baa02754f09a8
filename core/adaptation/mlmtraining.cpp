// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "adaptation/mlmtraining.h"

#include "adaptation/mlmmasking.h"
#include "adaptation/singlethread.h"
#include "adaptation/trainablebert.h"
#include "base/cancellation.h"
#include "base/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace strata {

namespace {

bool decays(const std::string& name) {
    return name.find("LayerNorm") == std::string::npos && name.find("bias") == std::string::npos;
}

/// AdamW with decoupled weight decay over flat copies, one fused pass a tensor.
class AdamW {
  public:
    AdamW(std::map<std::string, at::Tensor>& tensors, const MlmSettings& settings)
        : m_tensors(tensors), m_settings(settings) {
        for (const auto& [name, tensor] : tensors)
            m_moments[name] = {std::vector<float>(static_cast<std::size_t>(tensor.numel())),
                               std::vector<float>(static_cast<std::size_t>(tensor.numel()))};
    }

    void step(double rate) {
        ++m_step;
        double squares = 0;
        for (const auto& [name, tensor] : m_tensors) {
            const auto gradient = tensor.grad();
            if (!gradient.defined()) continue;
            const double norm = gradient.norm().item<double>();
            squares += norm * norm;
        }
        const double norm = std::sqrt(squares);
        if (!std::isfinite(norm))
            throw Error("Cannot go on training",
                        "the gradient is not finite at step " + std::to_string(m_step),
                        "Lower the learning rate");
        const double clip =
            m_settings.maxGradientNorm > 0 ? std::min(1.0, m_settings.maxGradientNorm / (norm + 1e-6)) : 1.0;
        const auto scale = static_cast<float>(clip);
        const auto b1 = static_cast<float>(m_settings.beta1), b2 = static_cast<float>(m_settings.beta2);
        const auto first = static_cast<float>(rate / (1 - std::pow(m_settings.beta1, m_step)));
        const auto root = static_cast<float>(1 / std::sqrt(1 - std::pow(m_settings.beta2, m_step)));
        const auto epsilon = static_cast<float>(m_settings.epsilon);
        for (auto& [name, tensor] : m_tensors) {
            const auto gradient = tensor.grad();
            if (!gradient.defined()) continue;
            const auto dense = gradient.contiguous();
            const float* g = dense.data_ptr<float>();
            float* p = tensor.data_ptr<float>();
            auto& [m, v] = m_moments[name];
            const auto keep = static_cast<float>(1 - rate * (decays(name) ? m_settings.weightDecay : 0.0));
            for (std::size_t i = 0; i < m.size(); ++i) {
                const float gi = g[i] * scale;
                m[i] = b1 * m[i] + (1 - b1) * gi;
                v[i] = b2 * v[i] + (1 - b2) * gi * gi;
                p[i] = p[i] * keep - first * m[i] / (std::sqrt(v[i]) * root + epsilon);
            }
            tensor.mutable_grad().reset();
        }
    }

  private:
    std::map<std::string, at::Tensor>& m_tensors;
    const MlmSettings& m_settings;
    std::map<std::string, std::pair<std::vector<float>, std::vector<float>>> m_moments;
    int m_step = 0;
};

double rateAt(std::int64_t step, const MlmSettings& settings) {
    if (step < settings.warmUpSteps)
        return settings.peakLearningRate * static_cast<double>(step) /
               static_cast<double>(settings.warmUpSteps);
    const auto left = static_cast<double>(settings.steps - step),
               span = static_cast<double>(settings.steps - settings.warmUpSteps);
    return settings.peakLearningRate * std::max(0.0, left / std::max(1.0, span));
}

/// Everything that would be read out of bounds, or leave a batch without a prediction.
void checkSequences(const std::vector<std::vector<std::int32_t>>& sequences, const BertConfig& config,
                    const MlmSettings& settings) {
    const auto refuse = [](const std::string& why) { throw Error("Cannot train the language model", why); };
    if (sequences.empty()) refuse("there is no text");
    if (settings.batchSequences < 1) refuse("a batch must hold a sequence");
    if (settings.firstOrdinaryId < 0 || settings.firstOrdinaryId >= config.vocabulary ||
        settings.maskId < 0 || settings.maskId >= config.vocabulary)
        refuse("the vocabulary of " + std::to_string(config.vocabulary) +
               " pieces does not hold the special ones");
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const auto& ids = sequences[i];
        const std::string name = "sequence " + std::to_string(i + 1);
        if (ids.size() > static_cast<std::size_t>(config.positions))
            refuse(name + " has " + std::to_string(ids.size()) + " pieces, the model has " +
                   std::to_string(config.positions) + " positions");
        if (std::any_of(ids.begin(), ids.end(),
                        [&](std::int32_t id) { return id < 0 || id >= config.vocabulary; }))
            refuse(name + " holds an id that is not in the vocabulary");
        if (std::none_of(ids.begin(), ids.end(),
                         [&](std::int32_t id) { return id >= settings.firstOrdinaryId; }))
            refuse(name + " holds no piece to predict");
    }
}

struct TensorBatch {
    at::Tensor ids, types, mask, positions, originals;
};

TensorBatch toTensors(const std::vector<MaskedSequence>& rows, std::int32_t padId) {
    std::int64_t longest = 0, predicted = 0;
    bool isRagged = false;
    for (const MaskedSequence& row : rows) {
        const auto length = static_cast<std::int64_t>(row.ids.size());
        isRagged = isRagged || (longest > 0 && length != longest);
        longest = std::max(longest, length);
        predicted += static_cast<std::int64_t>(row.positions.size());
    }
    TensorBatch batch;
    const auto count = static_cast<std::int64_t>(rows.size());
    batch.ids = at::full({count, longest}, static_cast<std::int64_t>(padId), at::kLong);
    batch.types = at::zeros({count, longest}, at::kLong);
    batch.positions = at::empty({predicted}, at::kLong);
    batch.originals = at::empty({predicted}, at::kLong);
    if (isRagged) batch.mask = at::zeros({count, longest}, at::kFloat);
    std::int64_t next = 0;
    for (std::int64_t r = 0; r < count; ++r) {
        const MaskedSequence& row = rows[static_cast<std::size_t>(r)];
        for (std::size_t t = 0; t < row.ids.size(); ++t) {
            batch.ids.data_ptr<std::int64_t>()[r * longest + static_cast<std::int64_t>(t)] = row.ids[t];
            if (isRagged) batch.mask.data_ptr<float>()[r * longest + static_cast<std::int64_t>(t)] = 1.0f;
        }
        for (std::size_t i = 0; i < row.positions.size(); ++i, ++next) {
            batch.positions.data_ptr<std::int64_t>()[next] = r * longest + row.positions[i];
            batch.originals.data_ptr<std::int64_t>()[next] = row.originals[i];
        }
    }
    return batch;
}

}  // namespace

void trainMlm(const BertWeights& start, const std::vector<std::vector<std::int32_t>>& sequences,
              const MlmSettings& settings,
              const std::function<void(const MlmStep&, const BertWeights&)>& keep,
              const std::stop_token& stop, const ProgressSink& progress) {
    checkSequences(sequences, start.config, settings);
    const SingleThread alone;
    TrainableBert model(start);
    AdamW optimiser(model.tensors(), settings);
    const MaskingSettings masking{settings.maskedShare, settings.maskId, start.config.vocabulary,
                                  settings.firstOrdinaryId};
    RandomStream random(settings.seed, 0x317);
    std::vector<std::size_t> order(sequences.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::size_t next = order.size();
    double lossSum = 0;
    std::int64_t lossCount = 0;
    for (std::int64_t step = 0; step <= settings.steps; ++step) {
        throwIfStopped(stop);
        if (std::find(settings.keepSteps.begin(), settings.keepSteps.end(), step) !=
            settings.keepSteps.end()) {
            keep({step, lossCount > 0 ? lossSum / static_cast<double>(lossCount) : 0.0}, model.weights());
            lossSum = 0;
            lossCount = 0;
        }
        if (step == settings.steps) break;
        std::vector<MaskedSequence> rows;
        for (int i = 0; i < settings.batchSequences; ++i) {
            if (next == order.size()) {
                random.shuffle(order);
                next = 0;
            }
            rows.push_back(maskSequence(sequences[order[next++]], masking, random));
        }
        const TensorBatch batch = toTensors(rows, start.config.padTokenId);
        const at::Tensor loss =
            model.loss(batch.ids, batch.types, batch.mask, batch.positions, batch.originals);
        loss.backward();
        const double value = loss.item<double>();
        lossSum += value;
        ++lossCount;
        optimiser.step(rateAt(step, settings));
        if (step % 10 == 0) report(progress, {"pretrain", step, settings.steps, "steps", value});
    }
}

MlmGradients mlmGradients(const BertWeights& weights, const MlmBatch& batch) {
    const auto rows = static_cast<std::int64_t>(batch.ids.size()),
               length = static_cast<std::int64_t>(batch.ids.at(0).size());
    const auto flat = [&](const std::vector<std::vector<std::int32_t>>& from) {
        auto out = at::zeros({rows, length}, at::kLong);
        for (std::int64_t i = 0; i < rows * length && !from.empty(); ++i)
            out.data_ptr<std::int64_t>()[i] =
                from[static_cast<std::size_t>(i / length)][static_cast<std::size_t>(i % length)];
        return out;
    };
    const auto labels = flat(batch.labels).view({-1});
    const auto positions = labels.ne(-100).nonzero().view({-1});
    TrainableBert model(weights);
    const auto mask = batch.keyMask.empty() ? at::Tensor() : flat(batch.keyMask).to(at::kFloat);
    const at::Tensor loss =
        model.loss(flat(batch.ids), flat(batch.typeIds), mask, positions, labels.index_select(0, positions));
    loss.backward();
    MlmGradients out;
    out.loss = loss.item<double>();
    for (const auto& [name, tensor] : model.tensors()) {
        if (!tensor.grad().defined()) continue;
        const auto dense = tensor.grad().contiguous();
        out.gradients[name] = {
            dense.sizes().vec(),
            std::vector<float>(dense.data_ptr<float>(), dense.data_ptr<float>() + dense.numel())};
    }
    return out;
}

}  // namespace strata
