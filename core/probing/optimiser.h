// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace strata {

/// Adam over one probe's flat parameters; AMSGrad with the running maximum of the raw second moment. Where ε
/// is added changed in PyTorch in mid-2019; the later form is the default (protocol section 4).
class Adam {
  public:
    enum class EpsilonForm { AfterCorrection, Torch11 };
    struct Settings {
        bool amsgrad = false;
        double beta1 = 0.9, beta2 = 0.999;  ///< from 0 to below 1
        double epsilon = 1e-8;
        EpsilonForm form = EpsilonForm::AfterCorrection;
    };

    Adam(std::size_t size, const Settings& settings);
    /// @param maxGradientNorm global L2 norm to clip at, 0 = none
    /// @return the norm before clipping, 0 when not asked for
    double step(std::span<float> parameters, std::span<const float> gradients, double learningRate,
                double maxGradientNorm = 0);

  private:
    Settings m_settings;
    std::int64_t m_steps = 0;
    std::vector<float> m_first, m_second, m_maximum;
};

}  // namespace strata
