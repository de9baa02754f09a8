// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace strata {

/// jiant's schedule: dev score after each check → learning rate, kept checkpoint, stop (protocol section 4).
class PlateauSchedule {
  public:
    explicit PlateauSchedule(double learningRate, int maxChecks = 250, int ratePatience = 5)
        : m_rate(learningRate), m_maxChecks(maxChecks), m_ratePatience(ratePatience) {}

    struct Check {
        bool isNewBest = false;
        int badChecks = 0;
        double learningRate = 0;
        bool stops = false;
        std::string reason;  ///< "learning rate", "patience", "most checks"; empty = goes on
    };
    Check check(double score);
    double learningRate() const { return m_rate; }

  private:
    double m_rate;
    int m_maxChecks;
    int m_ratePatience;  ///< checks without better before the rate is halved
    int m_checks = 0, m_bad = 0, m_bestAt = 0;
    std::optional<double> m_best;       ///< strict maximum: decides what is kept, and patience
    std::optional<double> m_threshold;  ///< best of the halving rule, which asks for 1e-4 more
};

}  // namespace strata
