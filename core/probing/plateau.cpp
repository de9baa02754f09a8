// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/plateau.h"

namespace strata {

PlateauSchedule::Check PlateauSchedule::check(double score) {
    constexpr double kThreshold = 1e-4, kFactor = 0.5, kLeastRate = 1e-6, kLeastChange = 1e-8;
    constexpr int kPatience = 20;
    Check result;
    ++m_checks;
    if (!m_best || score > *m_best) {
        m_best = score;
        m_bestAt = m_checks;
        result.isNewBest = true;
    }
    if (!m_threshold || score > *m_threshold + kThreshold) {
        m_threshold = score;
        m_bad = 0;
    } else {
        ++m_bad;
    }
    if (m_bad > m_ratePatience) {
        const double lower = m_rate * kFactor;
        if (m_rate - lower > kLeastChange) m_rate = lower;
        m_bad = 0;
    }
    result.badChecks = m_bad;
    result.learningRate = m_rate;
    if (m_rate < kLeastRate)
        result.reason = "learning rate";
    else if (m_checks - m_bestAt > kPatience)
        result.reason = "patience";
    else if (m_checks >= m_maxChecks)
        result.reason = "most checks";
    result.stops = !result.reason.empty();
    return result;
}

}  // namespace strata
