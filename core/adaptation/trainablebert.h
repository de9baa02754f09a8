// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/bertweights.h"

#include <ATen/ATen.h>

#include <map>
#include <string>
#include <vector>

namespace strata {

/// BERT with its MLM head as libtorch tensors that collect gradients. Internal to adaptation.
class TrainableBert {
  public:
    explicit TrainableBert(const BertWeights& weights);

    /// Mean cross-entropy (nats) at the chosen positions. ids, types [B, T] int64; mask [B, T] (1 = attend),
    /// undefined = all; positions: indices into the flattened [B·T]; originals: their piece ids.
    at::Tensor loss(const at::Tensor& ids, const at::Tensor& types, const at::Tensor& mask,
                    const at::Tensor& positions, const at::Tensor& originals) const;

    std::map<std::string, at::Tensor>& tensors() { return m_tensors; }
    BertWeights weights() const;

  private:
    const at::Tensor& weight(const std::string& name) const { return m_tensors.at(name); }
    at::Tensor linear(const at::Tensor& x, const std::string& name) const;
    at::Tensor norm(const at::Tensor& x, const std::string& name) const;
    at::Tensor activate(const at::Tensor& x) const;

    BertWeights m_frame;  ///< config and the tensors that are not trained
    std::map<std::string, at::Tensor> m_tensors;
};

}  // namespace strata
