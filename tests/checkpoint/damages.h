// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/weightfixtures.h"

namespace strata::test {

/// One damaged or hostile weight file.
struct Damage {
    std::string title, file, content;
};

/// More than 200 of them, made from a sound model without an element of chance: truncated files, flipped
/// bits, headers that lie, pickles that want to call something or to grow.
std::vector<Damage> damagesOf(const BertWeights& model);

std::string flipped(std::string content, std::size_t byte, unsigned bit);

}  // namespace strata::test
