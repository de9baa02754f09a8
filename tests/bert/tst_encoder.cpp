// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/cancellation.h"
#include "base/error.h"
#include "base/json.h"
#include "base/randomstream.h"
#include "base/system.h"
#include "bert/encoder.h"
#include "bert/torchencoder.h"
#include "checkpoint/safetensors.h"
#include "support/shareddata.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stop_token>

using namespace strata;

namespace {

BertConfig smallConfig() {
    BertConfig config;
    config.layers = 2;
    config.hidden = 28;
    config.heads = 4;  // head size 7: no multiple of any vector
    config.intermediate = 37;
    config.vocabulary = 50;
    config.positions = 90;
    config.initializerRange = 0.3;
    return config;
}

struct Row {
    std::vector<std::int32_t> ids, types;
    std::vector<std::uint8_t> mask;
};

std::vector<Row> randomRows(const BertConfig& config, const std::vector<int>& lengths) {
    RandomStream random(7);
    std::vector<Row> rows;
    for (const int length : lengths) {
        Row row;
        for (int t = 0; t < length; ++t) {
            row.ids.push_back(
                static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(config.vocabulary))));
            row.types.push_back(static_cast<std::int32_t>(random.below(2)));
            row.mask.push_back(t == 0 || random.below(4) != 0);
        }
        rows.push_back(row);
    }
    return rows;
}

std::vector<EncoderInput> inputsOf(const std::vector<Row>& rows) {
    std::vector<EncoderInput> inputs;
    for (const Row& row : rows)
        inputs.push_back({row.ids, row.types, row.mask});
    return inputs;
}

std::vector<std::vector<float>> encodeAll(Encoder& encoder, const std::vector<EncoderInput>& inputs) {
    std::vector<std::vector<float>> layers;
    encoder.encode(inputs, [&](int, std::span<const float> states) {
        layers.emplace_back(states.begin(), states.end());
    });
    return layers;
}

/// BERT in double precision, written naively from the formulas (Devlin et al. 2018; Vaswani et al. 2017).
class Reference {
  public:
    explicit Reference(const BertWeights& weights) : m_weights(weights), m_config(weights.config) {}

    std::vector<std::vector<double>> encode(const Row& row) const {
        const int length = static_cast<int>(row.ids.size()), h = m_config.hidden;
        std::vector<double> x(static_cast<std::size_t>(length * h));
        for (int t = 0; t < length; ++t)
            for (int i = 0; i < h; ++i)
                x[at(t, i)] =
                    value("embeddings.word_embeddings.weight", row.ids[static_cast<std::size_t>(t)] * h + i) +
                    value("embeddings.position_embeddings.weight", t * h + i) +
                    value("embeddings.token_type_embeddings.weight",
                          row.types[static_cast<std::size_t>(t)] * h + i);
        norm(x, length, "embeddings.LayerNorm");
        std::vector<std::vector<double>> layers{x};
        for (int layer = 0; layer < m_config.layers; ++layer) {
            const std::string prefix = "encoder.layer." + std::to_string(layer) + ".";
            const auto q = linear(x, length, prefix + "attention.self.query", h, h),
                       k = linear(x, length, prefix + "attention.self.key", h, h),
                       v = linear(x, length, prefix + "attention.self.value", h, h);
            std::vector<double> context(x.size(), 0.0);
            const int size = h / m_config.heads;
            for (int head = 0; head < m_config.heads; ++head) {
                for (int i = 0; i < length; ++i) {
                    std::vector<double> weights(static_cast<std::size_t>(length), 0.0);
                    double total = 0;
                    for (int j = 0; j < length; ++j) {
                        double score = 0;
                        for (int d = head * size; d < (head + 1) * size; ++d)
                            score += q[at(i, d)] * k[at(j, d)];
                        if (row.mask[static_cast<std::size_t>(j)])
                            total += weights[static_cast<std::size_t>(j)] = std::exp(score / std::sqrt(size));
                    }
                    for (int j = 0; j < length; ++j)
                        for (int d = head * size; d < (head + 1) * size; ++d)
                            context[at(i, d)] += weights[static_cast<std::size_t>(j)] / total * v[at(j, d)];
                }
            }
            add(x, linear(context, length, prefix + "attention.output.dense", h, h));
            norm(x, length, prefix + "attention.output.LayerNorm");
            auto wide = linear(x, length, prefix + "intermediate.dense", h, m_config.intermediate);
            for (double& value : wide)
                value = activated(value);
            add(x, linear(wide, length, prefix + "output.dense", m_config.intermediate, h));
            norm(x, length, prefix + "output.LayerNorm");
            layers.push_back(x);
        }
        return layers;
    }

  private:
    std::size_t at(int row, int column) const {
        return static_cast<std::size_t>(row * m_config.hidden + column);
    }
    double value(const std::string& name, int index) const {
        return m_weights.at(name).values[static_cast<std::size_t>(index)];
    }
    double activated(double x) const {
        switch (m_config.activation) {
            case Activation::Relu:
                return std::max(0.0, x);
            case Activation::GeluNew:
                return 0.5 * x *
                       (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
            case Activation::Gelu:
                break;
        }
        return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    }
    static void add(std::vector<double>& x, const std::vector<double>& y) {
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] += y[i];
    }
    std::vector<double> linear(const std::vector<double>& x, int rows, const std::string& name, int in,
                               int out) const {
        std::vector<double> y(static_cast<std::size_t>(rows * out));
        for (int r = 0; r < rows; ++r)
            for (int o = 0; o < out; ++o) {
                double total = value(name + ".bias", o);
                for (int i = 0; i < in; ++i)
                    total += x[static_cast<std::size_t>(r * in + i)] * value(name + ".weight", o * in + i);
                y[static_cast<std::size_t>(r * out + o)] = total;
            }
        return y;
    }
    void norm(std::vector<double>& x, int rows, const std::string& name) const {
        for (int r = 0; r < rows; ++r) {
            double mean = 0, variance = 0;
            for (int i = 0; i < m_config.hidden; ++i)
                mean += x[at(r, i)] / m_config.hidden;
            for (int i = 0; i < m_config.hidden; ++i)
                variance += (x[at(r, i)] - mean) * (x[at(r, i)] - mean) / m_config.hidden;
            for (int i = 0; i < m_config.hidden; ++i)
                x[at(r, i)] = (x[at(r, i)] - mean) / std::sqrt(variance + m_config.layerNormEpsilon) *
                                  value(name + ".weight", i) +
                              value(name + ".bias", i);
        }
    }
    const BertWeights& m_weights;
    const BertConfig& m_config;
};

double worstDifference(std::span<const float> a, std::span<const float> b) {
    double worst = a.size() == b.size() ? 0 : INFINITY;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
        worst = std::max(worst, std::isfinite(a[i]) ? std::abs(double{a[i]} - b[i]) : INFINITY);
    return worst;
}

}  // namespace

class TestEncoder : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void equalsDoublePrecision_data() {
        QTest::addColumn<int>("hidden");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("intermediate");
        QTest::addColumn<int>("activation");
        QTest::newRow("head size 7") << 28 << 4 << 37 << static_cast<int>(Activation::Gelu);
        QTest::newRow("hidden 8, head size 1, relu") << 8 << 8 << 16 << static_cast<int>(Activation::Relu);
        QTest::newRow("head size 48, gelu_new") << 96 << 2 << 129 << static_cast<int>(Activation::GeluNew);
        QTest::newRow("head size 64") << 64 << 1 << 256 << static_cast<int>(Activation::Gelu);
    }

    void equalsDoublePrecision() {
        QFETCH(int, hidden);
        QFETCH(int, heads);
        QFETCH(int, intermediate);
        QFETCH(int, activation);
        BertConfig config = smallConfig();
        config.hidden = hidden;
        config.heads = heads;
        config.intermediate = intermediate;
        config.activation = static_cast<Activation>(activation);
        config.initializerRange = 1.5 / std::sqrt(hidden);
        const BertWeights weights = randomBertWeights(config, 3);
        // More rows than one tile has, cut by tiles at odd places.
        const auto rows = randomRows(config, {5, 90, 1, 33, 64, 90, 77, 16, 15, 17, 2});
        const auto encoder = Encoder::create(weights, {});
        const auto layers = encodeAll(*encoder, inputsOf(rows));
        QCOMPARE(layers.size(), std::size_t{3});
        const Reference reference(weights);
        std::size_t begin = 0;
        for (const Row& row : rows) {
            const auto expected = reference.encode(row);
            for (std::size_t layer = 0; layer < layers.size(); ++layer) {
                double worst = 0;
                for (std::size_t i = 0; i < expected[layer].size(); ++i)
                    worst = std::max(worst, std::abs(layers[layer][begin + i] - expected[layer][i]));
                QVERIFY2(worst < 2e-5, qPrintable(QString("layer %1: %2").arg(layer).arg(worst)));
            }
            begin += expected[0].size();
        }
    }

    void hardlyDependsOnThreadsAndBatch() {
        BertConfig config = smallConfig();
        config.hidden = 64;
        config.heads = 2;
        config.intermediate = 256;
        const BertWeights weights = randomBertWeights(config, 8);
        const auto rows = randomRows(config, std::vector<int>(40, 29));
        const int threads = computeThreads();
        const auto encoder = Encoder::create(weights, {});
        setComputeThreads(1);
        const auto one = encodeAll(*encoder, inputsOf(rows));
        QCOMPARE(encodeAll(*encoder, inputsOf(rows)), one);
        setComputeThreads(3);
        const auto three = encodeAll(*encoder, inputsOf(rows));
        QCOMPARE(encodeAll(*encoder, inputsOf(rows)), three);
        setComputeThreads(threads);
        for (std::size_t layer = 0; layer < one.size(); ++layer)
            QVERIFY(worstDifference(one[layer], three[layer]) < 5e-6);
        QVERIFY(encodeAll(*encoder, {}).empty());
    }

    void stopsBetweenLayers() {
        const auto encoder = Encoder::create(randomBertWeights(smallConfig(), 9), {});
        const auto rows = randomRows(smallConfig(), {10});
        std::stop_source source;
        int seen = 0;
        const auto sink = [&](int, std::span<const float>) {
            ++seen;
            source.request_stop();
        };
        QVERIFY_EXCEPTION_THROWN(encoder->encode(inputsOf(rows), sink, source.get_token()), Cancelled);
        QCOMPARE(seen, 1);
    }

    void doesNotDependOnNeighbours() {
        const BertWeights weights = randomBertWeights(smallConfig(), 4);
        const auto rows = randomRows(weights.config, {20, 31});
        const auto encoder = Encoder::create(weights, {});
        const auto both = encodeAll(*encoder, inputsOf(rows));
        const auto alone = encodeAll(*encoder, {inputsOf(rows)[1]});
        QVERIFY(worstDifference(std::span(both[2]).subspan(20 * 28), alone[2]) < 2e-6);
        QCOMPARE(encodeAll(*encoder, inputsOf(rows)), both);
    }

    void torchPathAgrees() {
        const BertWeights weights = randomBertWeights(smallConfig(), 5);
        const auto rows = randomRows(weights.config, {12, 40, 3});
        const auto fast = Encoder::create(weights, {}), torch = makeTorchEncoder(weights, {}, "cpu");
        const auto a = encodeAll(*fast, inputsOf(rows)), b = encodeAll(*torch, inputsOf(rows));
        for (std::size_t layer = 0; layer < a.size(); ++layer)
            QVERIFY(worstDifference(a[layer], b[layer]) < 2e-5);
        std::vector<float> x(55 * 50), y(55 * 50);
        fast->mlmLogits(a[2], x);
        torch->mlmLogits(a[2], y);
        QVERIFY(worstDifference(x, y) < 1e-4);
    }

    void bfloat16IsClose() {
        BertConfig config = smallConfig();
        config.hidden = 64;
        config.heads = 2;
        config.intermediate = 128;
        const BertWeights weights = randomBertWeights(config, 6);
        const auto rows = randomRows(config, {30, 17});
        const auto full = Encoder::create(weights, {}),
                   half = Encoder::create(weights, {NumberType::BFloat16, Device::Cpu, 0});
        if (!processorInfo().multipliesBf16())
            QVERIFY(half->note().find("does not multiply") != std::string::npos);
        const auto a = encodeAll(*full, inputsOf(rows)), b = encodeAll(*half, inputsOf(rows));
        for (std::size_t layer = 0; layer < a.size(); ++layer) {
            double error = 0, size = 0;
            for (std::size_t i = 0; i < a[layer].size(); ++i) {
                error += std::pow(a[layer][i] - b[layer][i], 2);
                size += std::pow(a[layer][i], 2);
            }
            QVERIFY(std::sqrt(error / size) < 0.02);
        }
    }

    void refusesWhatHasNoRow() {
        const BertWeights weights = randomBertWeights(smallConfig(), 1);
        const auto encoder = Encoder::create(weights, {});
        const auto attempt = [&](std::vector<std::int32_t> ids, std::vector<std::int32_t> types) {
            const EncoderInput input{ids, types, {}};
            encoder->encode(std::span(&input, 1), [](int, std::span<const float>) {});
        };
        QVERIFY_EXCEPTION_THROWN(attempt({50}, {}), Error);
        QVERIFY_EXCEPTION_THROWN(attempt({-1}, {}), Error);
        QVERIFY_EXCEPTION_THROWN(attempt({1}, {2}), Error);
        QVERIFY_EXCEPTION_THROWN(attempt(std::vector<std::int32_t>(91, 1), {}), Error);
        BertWeights headless = weights;
        headless.hasMlmHead = false;
        headless.mlmHeadProblem = "the checkpoint has no MLM head";
        std::vector<float> states(28), logits(50);
        QVERIFY_EXCEPTION_THROWN(Encoder::create(headless, {})->mlmLogits(states, logits), Error);
        if (!isCudaAvailable())
            QVERIFY_EXCEPTION_THROWN(Encoder::create(weights, {NumberType::Float32, Device::Cuda, 0}), Error);
    }

    void goldenModels() {
        const auto shared = test::sharedFolder();
        if (shared.empty()) QSKIP("needs shared/golden/tiny");
        const auto golden = shared / "golden" / "tiny";
        double worstHidden = 0, worstLogit = 0;
        for (const Json& model : readJsonFile(golden / "models.json")) {
            const auto path = model["path"].get<std::string>();
            auto group = model["group"].get<std::string>();
            if (group == "base_classifier") group = "base";
            const auto expected = readSafetensors(golden / "outputs" / (group + ".safetensors"));
            const auto& ids = expected.ints.at("input_ids");
            const auto rows = ids.shape[0], length = ids.shape[1];
            std::vector<Row> inputs(static_cast<std::size_t>(rows));
            for (std::int64_t i = 0; i < rows * length; ++i) {
                Row& row = inputs[static_cast<std::size_t>(i / length)];
                row.ids.push_back(static_cast<std::int32_t>(ids.values[static_cast<std::size_t>(i)]));
                row.types.push_back(static_cast<std::int32_t>(
                    expected.ints.at("token_type_ids").values[static_cast<std::size_t>(i)]));
                row.mask.push_back(static_cast<std::uint8_t>(
                    expected.ints.at("attention_mask").values[static_cast<std::size_t>(i)]));
            }
            const auto encoder = Encoder::create(readBertWeights(golden / path), {});
            const auto layers = encodeAll(*encoder, inputsOf(inputs));
            for (std::size_t layer = 0; layer < layers.size(); ++layer) {
                const double worst = worstDifference(
                    layers[layer], expected.floats.at("hidden_" + std::to_string(layer)).values);
                QVERIFY2(worst <= 2e-5, qPrintable(QString::fromStdString(path) +
                                                   QString(" layer %1: %2").arg(layer).arg(worst)));
                worstHidden = std::max(worstHidden, worst);
            }
            if (model["provides"].dump().find("mlm") == std::string::npos) continue;
            const auto& wanted = expected.floats.at("mlm_logits").values;
            std::vector<float> logits(wanted.size());
            encoder->mlmLogits(layers.back(), logits);
            const double worst = worstDifference(logits, wanted);
            QVERIFY2(worst <= 1e-4,
                     qPrintable(QString::fromStdString(path) + QString(" logits: %1").arg(worst)));
            worstLogit = std::max(worstLogit, worst);
        }
        qInfo("worst hidden %.2e, worst logit %.2e", worstHidden, worstLogit);
    }
};

QTEST_APPLESS_MAIN(TestEncoder)
#include "tst_encoder.moc"
