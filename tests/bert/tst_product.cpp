// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/randomstream.h"
#include "base/system.h"
#include "bert/packedlinear.h"
#include "bert/product.h"
#include "bert/scratch.h"

#include <QTest>

#include <cmath>
#include <vector>

using namespace strata;

/// Our products against sums in double precision, on shapes with every kind of edge.
class TestProduct : public QObject {
    Q_OBJECT

    static std::vector<float> numbers(std::ptrdiff_t count, std::uint64_t seed) {
        RandomStream random(seed);
        std::vector<float> values(static_cast<std::size_t>(count));
        for (float& value : values)
            value = random.uniform(-1, 1);
        return values;
    }

    static void shapes() {
        QTest::addColumn<int>("n");
        QTest::addColumn<int>("k");
        QTest::addColumn<int>("m");
        for (const auto& [n, k, m] : {std::tuple(1, 1, 1),
                                      {6, 16, 16},
                                      {7, 17, 17},
                                      {5, 256, 15},
                                      {13, 257, 33},
                                      {48, 600, 100},
                                      {3, 1000, 1},
                                      {192, 64, 768}})
            QTest::addRow("%d x %d x %d", n, k, m) << n << k << m;
    }

  private Q_SLOTS:
    void multiplies_data() { shapes(); }
    void multiplies() {
        if (!usesOwnProducts()) return;  // oneDNN multiplies here; PackedLinear below holds for both
        QFETCH(int, n);
        QFETCH(int, k);
        QFETCH(int, m);
        const auto a = numbers(n * k, 1), b = numbers(k * m, 2);
        for (const bool isTransposedA : {false, true})
            for (const bool isTransposedB : {false, true}) {
                const std::ptrdiff_t stride = m + 5;
                std::vector<float> c(static_cast<std::size_t>(n * stride), 77.0f);
                const MatrixView left =
                    isTransposedA ? MatrixView{a.data(), 1, n} : MatrixView{a.data(), k, 1};
                const MatrixView right =
                    isTransposedB ? MatrixView{b.data(), 1, k} : MatrixView{b.data(), m, 1};
                multiply(left, right, n, k, m, c.data(), stride);
                for (int i = 0; i < n; ++i) {
                    for (int j = 0; j < m; ++j) {
                        double sum = 0;
                        for (int p = 0; p < k; ++p)
                            sum +=
                                static_cast<double>(left.data[i * left.rowStride + p * left.columnStride]) *
                                static_cast<double>(right.data[p * right.rowStride + j * right.columnStride]);
                        QVERIFY(std::abs(c[static_cast<std::size_t>(i * stride + j)] - sum) < 2e-5);
                    }
                    for (std::ptrdiff_t j = m; j < stride; ++j)  // beside the matrix nothing is touched
                        QCOMPARE(c[static_cast<std::size_t>(i * stride + j)], 77.0f);
                }
            }
    }

    void linearLayers_data() { shapes(); }
    void linearLayers() {
        QFETCH(int, n);
        QFETCH(int, k);
        QFETCH(int, m);
        using After = PackedLinear::After;
        const auto x = numbers(PackedLinear::paddedRows(n) * k, 3), w = numbers(m * k, 4),
                   bias = numbers(m, 5);
        for (const After after : {After::Nothing, After::Gelu, After::GeluNew, After::Relu}) {
            PackedLinear whole(w, bias, k, m, after, NumberType::Float32, NumberType::Float32);
            PackedLinear tiled(w, bias, k, m, after, NumberType::Float32, NumberType::Float32, n);
            std::vector<float> y(static_cast<std::size_t>(PackedLinear::paddedRows(n) * m)), z(y.size());
            whole(x.data(), y.data(), n);
            Scratch work;
            tiled.onThisThread(x.data(), z.data(), n,
                               work.need(static_cast<std::int64_t>(tiled.prepareTile(n)) + 64));
            for (int i = 0; i < n; ++i)
                for (int j = 0; j < m; ++j) {
                    double sum = static_cast<double>(bias[static_cast<std::size_t>(j)]);
                    for (int p = 0; p < k; ++p)
                        sum += static_cast<double>(x[static_cast<std::size_t>(i * k + p)]) *
                               static_cast<double>(w[static_cast<std::size_t>(j * k + p)]);
                    if (after == After::Relu) sum = std::max(sum, 0.0);
                    if (after == After::Gelu) sum = 0.5 * sum * (1 + std::erf(sum / std::sqrt(2.0)));
                    if (after == After::GeluNew)
                        sum = 0.5 * sum *
                              (1 + std::tanh(std::sqrt(2 / M_PI) * (sum + 0.044715 * sum * sum * sum)));
                    QVERIFY(std::abs(y[static_cast<std::size_t>(i * m + j)] - sum) < 5e-5);
                    QVERIFY(std::abs(z[static_cast<std::size_t>(i * m + j)] - sum) < 5e-5);
                }
        }
    }
};

QTEST_GUILESS_MAIN(TestProduct)
#include "tst_product.moc"
