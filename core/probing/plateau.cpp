// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/plateau.h"

namespace strata {

PlateauSchedule::Check PlateauSchedule::check(double score) {
    constexpr double kLeastChange = 1e-8;
    Check result;
    ++m_checks;
    if (!m_best || score > *m_best) {
        m_best = score;
        m_bestAt = m_checks;
        result.isNewBest = true;
    }
    if (!m_threshold || score > *m_threshold + m_rules.improvement) {
        m_threshold = score;
        m_bad = 0;
    } else {
        ++m_bad;
    }
    if (m_bad > m_rules.ratePatience) {
        const double lower = m_rate * m_rules.rateFactor;
        if (m_rate - lower > kLeastChange) m_rate = lower;
        m_bad = 0;
    }
    result.badChecks = m_bad;
    result.learningRate = m_rate;
    if (m_rate < m_rules.leastRate)
        result.reason = "learning rate";
    else if (m_checks - m_bestAt > m_rules.patience)
        result.reason = "patience";
    else if (m_checks >= m_rules.maxChecks)
        result.reason = "most checks";
    result.stops = !result.reason.empty();
    return result;
}

}  // namespace strata
