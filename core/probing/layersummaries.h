// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace strata {

/// Summaries over layers (Tenney et al. 2019a, as in protocol edge_probing.md section 6). Weights s_l sum
/// to 1.

/// E_s = Σ_{l=0}^{L} l·s_l
double centreOfGravity(std::span<const double> weights);
/// K(s) = Σ_l s_l log2(s_l·(L+1)), bits; for weights over any number of layers
double divergenceFromUniform(std::span<const double> weights);
/// Δ(l) = P(l) − P(l−1), l = 1…L, from cumulative scores P(0)…P(L)
std::vector<double> differentialScores(std::span<const double> cumulative);
/// E_Δ = Σ l·Δ(l) / Σ Δ(l), l = 1…L; none when Σ Δ = P(L) − P(0) is 0. @param runningMaximum takes that of P
/// first
std::optional<double> expectedLayer(std::span<const double> cumulative, bool runningMaximum = false);
/// K of max(Δ, 0), normalised, over l = 1…L; none when no Δ is positive
std::optional<double> divergenceOfGains(std::span<const double> cumulative);

}  // namespace strata
