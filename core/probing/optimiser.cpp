// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/optimiser.h"

#include "probing/probekernels.h"

#include <cmath>

namespace strata {

Adam::Adam(std::size_t size, const Settings& settings)
    : m_settings(settings), m_first(size), m_second(size), m_maximum(settings.amsgrad ? size : 0) {}

double Adam::step(std::span<float> parameters, std::span<const float> gradients, double learningRate,
                  double maxGradientNorm) {
    const ProbeKernels& k = probeKernels();
    const auto size = static_cast<std::ptrdiff_t>(parameters.size());
    double norm = 0;
    float gradientScale = 1;
    if (maxGradientNorm > 0) {
        double sum = 0, squares = 0;
        k.moments(gradients.data(), size, &sum, &squares);
        norm = std::sqrt(squares);
        const double scale = maxGradientNorm / (norm + 1e-6);
        if (scale < 1) gradientScale = static_cast<float>(scale);
    }
    ++m_steps;
    const double correction1 = 1.0 - std::pow(m_settings.beta1, static_cast<double>(m_steps));
    const double correction2 = std::sqrt(1.0 - std::pow(m_settings.beta2, static_cast<double>(m_steps)));
    double step = learningRate / correction1, rootScale = 1.0 / correction2;
    if (m_settings.form == EpsilonForm::Torch11) {
        step *= correction2;
        rootScale = 1.0;
    }
    k.adam(parameters.data(), m_first.data(), m_second.data(), m_maximum.empty() ? nullptr : m_maximum.data(),
           gradients.data(),
           {gradientScale, static_cast<float>(step), static_cast<float>(rootScale),
            static_cast<float>(m_settings.epsilon), static_cast<float>(m_settings.beta1),
            static_cast<float>(1 - m_settings.beta1), static_cast<float>(m_settings.beta2),
            static_cast<float>(1 - m_settings.beta2)},
           size);
    return norm;
}

}  // namespace strata
