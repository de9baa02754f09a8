// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/bertweights.h"

#include <map>
#include <memory>
#include <string>

namespace at {
class Tensor;
}

namespace strata {

/// BERT with its MLM head as libtorch tensors that collect gradients. Internal to adaptation.
class TrainableBert {
  public:
    explicit TrainableBert(const BertWeights& weights);
    ~TrainableBert();

    /// Mean cross-entropy (nats) at the chosen positions. ids, types [B, T] int64; mask [B, T] (1 = attend),
    /// undefined = all; positions: indices into the flattened [B·T]; originals: their piece ids.
    at::Tensor loss(const at::Tensor& ids, const at::Tensor& types, const at::Tensor& mask,
                    const at::Tensor& positions, const at::Tensor& originals) const;

    std::map<std::string, at::Tensor>& tensors();
    BertWeights weights() const;

  private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

}  // namespace strata
