// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace strata {

/// Inclusive rows of a span in a packed batch; last < first = an empty span, whose vector is 0.
struct RowSpan {
    std::int32_t first = 0;
    std::int32_t last = -1;
    std::int32_t width() const { return last < first ? 0 : last - first + 1; }
};

/// Self-attentive span pooling e = Σ α_t z_t, v_t = w·z_t + b (protocol edge_probing.md section 3). Default:
/// α = softmax of v over the span. As reference: masked entries up to the batch's widest span take part with
/// the value 0 and α is divided by its sum + 1e-13. One object per span position; forward() keeps α for
/// backward().
class SpanPooling {
  public:
    /// @param z [rows, size]; @param out rows of `stride` floats, one per span
    void forward(const float* z, std::int64_t size, const float* weight, float bias,
                 std::span<const RowSpan> spans, bool asReference, float* out, std::int64_t stride);
    /// @param gradient dL/d out, as out; adds to gZ [rows, size], gWeight [size] and gBias
    void backward(const float* z, std::int64_t size, const float* weight, std::span<const RowSpan> spans,
                  const float* gradient, std::int64_t stride, float* gZ, float* gWeight, float& gBias) const;

  private:
    bool m_asReference = false;
    std::vector<float> m_alpha;   ///< of all spans, one after the other
    std::vector<float> m_raw;     ///< the reference's r
    std::vector<float> m_rawSum;  ///< its Σ r·q + 1e-13 per span
};

}  // namespace strata
