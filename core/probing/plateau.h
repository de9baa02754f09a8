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
    /// jiant's numbers.
    struct Rules {
        int maxChecks = 250;
        int ratePatience = 5;  ///< checks without better before the rate is lowered
        double rateFactor = 0.5;
        double improvement = 1e-4;  ///< what better asks for
        double leastRate = 1e-6;    ///< below it training stops
        int patience = 20;          ///< checks since the best before training stops
    };
    PlateauSchedule(double learningRate, const Rules& rules) : m_rate(learningRate), m_rules(rules) {}

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
    Rules m_rules;
    int m_checks = 0, m_bad = 0, m_bestAt = 0;
    std::optional<double> m_best;       ///< strict maximum: decides what is kept, and patience
    std::optional<double> m_threshold;  ///< best of the rule that lowers the rate, which asks for more
};

}  // namespace strata
