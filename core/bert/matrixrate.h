// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "bert/encoder.h"

namespace strata {

/// The machine's matrix rate: the best of [4096×768]·[768×3072] and [4096×768]·[768×768] over the libraries
/// at hand (oneDNN with packed weights, the BLAS behind libtorch), in GFLOP/s, median over `repeats` short
/// runs.
struct MatrixRate {
    double gflops = 0;
    std::string fastest;    ///< "oneDNN packed 768×3072"
    double blasGflops = 0;  ///< what plain libtorch calls (the BLAS) reach, fp32 only
};
MatrixRate measureMatrixRate(NumberType type, double seconds = 1.0);

/// The same with everything prepared once, to measure in turn with other work. One thread at a time.
class MatrixRateMeter {
  public:
    explicit MatrixRateMeter(NumberType type);
    ~MatrixRateMeter();
    MatrixRateMeter(const MatrixRateMeter&) = delete;
    MatrixRateMeter& operator=(const MatrixRateMeter&) = delete;

    /// Takes the candidates in turn for about `seconds` in all (each at least three times) and gives the best
    /// median.
    MatrixRate sample(double seconds);

  private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

}  // namespace strata
