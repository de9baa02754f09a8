// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/randomstream.h"
#include "base/system.h"
#include "bert/kernels.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <vector>

using namespace strata;

namespace {

float widened(std::uint16_t bits) {
    const std::uint32_t word = std::uint32_t{bits} << 16;
    float value = 0;
    std::memcpy(&value, &word, 4);
    return value;
}

std::uint16_t rounded(float value) {
    std::uint16_t bits = 0;
    kGenericKernels.toBfloat16(&value, &bits, 1);
    return bits;
}

std::vector<float> randomValues(std::size_t count, std::uint64_t seed) {
    RandomStream random(seed);
    std::vector<float> values(count);
    for (float& value : values)
        value = random.normal();
    return values;
}

/// Attention of one head in double precision (Vaswani et al. 2017, equation 1).
std::vector<double> attended(const std::vector<float>& qkv, std::size_t length, std::size_t size,
                             const std::vector<std::uint8_t>& mask) {
    std::vector<double> out(length * size, 0.0);
    for (std::size_t i = 0; i < length; ++i) {
        std::vector<double> weights(length, 0.0);
        double total = 0;
        for (std::size_t j = 0; j < length; ++j) {
            double score = 0;
            for (std::size_t d = 0; d < size; ++d)
                score += double{qkv[i * 3 * size + d]} * qkv[j * 3 * size + size + d];
            if (mask[j]) total += weights[j] = std::exp(score / std::sqrt(static_cast<double>(size)));
        }
        for (std::size_t j = 0; j < length && total > 0; ++j)
            for (std::size_t d = 0; d < size; ++d)
                out[i * size + d] += weights[j] / total * qkv[j * 3 * size + 2 * size + d];
    }
    return out;
}

}  // namespace

/// Each instruction set that this machine has, held against double precision.
class TestKernels : public QObject {
    Q_OBJECT

  private:
    static std::vector<const Kernels*> tables() {
        std::vector<const Kernels*> found{&kGenericKernels};
#if defined(__x86_64__)
        if (processorInfo().avx2) found.push_back(&kAvx2Kernels);
        if (processorInfo().avx512) found.push_back(&kAvx512Kernels);
#endif
        return found;
    }

  private Q_SLOTS:
    void geluIsExact() {
        for (const Kernels* table : tables()) {
            std::vector<float> x;
            for (int i = -12000; i <= 12000; ++i)
                x.push_back(static_cast<float>(i) * 1e-3f);
            std::vector<float> y = x;
            table->gelu(y.data(), static_cast<std::ptrdiff_t>(y.size()));
            for (std::size_t i = 0; i < x.size(); ++i) {
                const double cdf = 0.5 * (1 + std::erf(x[i] / std::sqrt(2.0)));
                QVERIFY2(std::abs(y[i] - x[i] * cdf) <= 3e-7 * std::max(1.0f, std::abs(x[i])),
                         qPrintable(QString("%1: gelu(%2) = %3").arg(table->name).arg(x[i]).arg(y[i])));
            }
        }
    }

    void coarseGeluIsExactToItsRounding() {
        for (const Kernels* table : tables()) {
            std::vector<std::uint16_t> x;
            for (int i = -1200; i <= 1203; ++i)
                x.push_back(rounded(static_cast<float>(i) * 1e-2f));
            std::vector<std::uint16_t> y = x;
            table->gelu16(y.data(), static_cast<std::ptrdiff_t>(y.size()));
            for (std::size_t i = 0; i < x.size(); ++i) {
                const double in = widened(x[i]), exact = in * 0.5 * (1 + std::erf(in / std::sqrt(2.0)));
                QVERIFY2(
                    std::abs(widened(y[i]) - exact) <= 4e-4 + std::abs(exact) / 256,
                    qPrintable(QString("%1: gelu(%2) = %3").arg(table->name).arg(in).arg(widened(y[i]))));
            }
        }
    }

    void attentionEqualsDoublePrecision() {
        for (const Kernels* table : tables()) {
            for (const std::size_t size : {1u, 7u, 16u, 64u, 100u}) {
                for (const std::size_t length : {1u, 2u, 15u, 16u, 17u, 65u, 130u}) {
                    const auto values = randomValues(length * 3 * size, length * 1000 + size);
                    std::vector<std::uint8_t> mask(length, 1);
                    RandomStream random(size);
                    for (std::size_t j = 1; j < length; ++j)
                        mask[j] = random.below(3) != 0;
                    std::vector<float> out(length * size),
                        scratch(static_cast<std::size_t>(attentionScratch(
                            static_cast<std::ptrdiff_t>(length), static_cast<std::ptrdiff_t>(size))));
                    const auto n = static_cast<std::ptrdiff_t>(length), s = static_cast<std::ptrdiff_t>(size);
                    table->attention(values.data(), values.data() + s, values.data() + 2 * s, false, 3 * s,
                                     mask.data(), n, s, out.data(), s, scratch.data());
                    const auto expected = attended(values, length, size, mask);
                    for (std::size_t i = 0; i < out.size(); ++i)
                        QVERIFY2(std::abs(out[i] - expected[i]) < 5e-6,
                                 qPrintable(QString("%1, %2 x %3").arg(table->name).arg(length).arg(size)));
                    std::vector<std::uint16_t> narrow(values.size()), out16(out.size());
                    table->toBfloat16(values.data(), narrow.data(),
                                      static_cast<std::ptrdiff_t>(values.size()));
                    table->attention(narrow.data(), narrow.data() + s, narrow.data() + 2 * s, true, 3 * s,
                                     mask.data(), n, s, out16.data(), s, scratch.data());
                    std::vector<float> wide(values.size());
                    for (std::size_t i = 0; i < wide.size(); ++i)
                        wide[i] = widened(narrow[i]);
                    const auto expected16 = attended(wide, length, size, mask);
                    for (std::size_t i = 0; i < out.size(); ++i)
                        QVERIFY(std::abs(widened(out16[i]) - expected16[i]) <
                                1e-5 + std::abs(expected16[i]) / 256);
                }
            }
        }
    }

    void nothingToAttendToGivesZeros() {
        for (const Kernels* table : tables()) {
            const auto values = randomValues(20 * 3 * 16, 1);
            const std::vector<std::uint8_t> mask(20, 0);
            std::vector<float> out(20 * 16, 1.0f),
                scratch(static_cast<std::size_t>(attentionScratch(20, 16)));
            table->attention(values.data(), values.data() + 16, values.data() + 32, false, 48, mask.data(),
                             20, 16, out.data(), 16, scratch.data());
            for (const float value : out)
                QCOMPARE(value, 0.0f);
        }
    }

    void layerNormEqualsDoublePrecision() {
        for (const Kernels* table : tables()) {
            for (const std::size_t hidden : {1u, 8u, 28u, 40u, 768u, 1024u}) {
                const auto x = randomValues(3 * hidden, 2), more = randomValues(3 * hidden, 3),
                           gamma = randomValues(hidden, 4), beta = randomValues(hidden, 5);
                std::vector<float> out(3 * hidden, -9.0f);
                std::vector<std::uint16_t> out16(3 * hidden);
                table->addNorm(x.data(), more.data(), gamma.data(), beta.data(), 1e-5f, out.data(),
                               out16.data(), 1, 3, static_cast<std::ptrdiff_t>(hidden));
                QCOMPARE(out[0], -9.0f);  // row 0 was not asked for
                for (std::size_t row = 1; row < 3; ++row) {
                    double mean = 0, variance = 0;
                    const auto at = [&](std::size_t i) {
                        return double{x[row * hidden + i]} + more[row * hidden + i];
                    };
                    for (std::size_t i = 0; i < hidden; ++i)
                        mean += at(i) / static_cast<double>(hidden);
                    for (std::size_t i = 0; i < hidden; ++i)
                        variance += (at(i) - mean) * (at(i) - mean) / static_cast<double>(hidden);
                    for (std::size_t i = 0; i < hidden; ++i) {
                        const double expected =
                            (at(i) - mean) / std::sqrt(variance + 1e-5) * gamma[i] + beta[i];
                        const float found = out[row * hidden + i];
                        QVERIFY(std::abs(found - expected) < 5e-6);
                        QCOMPARE(out16[row * hidden + i], rounded(found));
                    }
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestKernels)
#include "tst_kernels.moc"
