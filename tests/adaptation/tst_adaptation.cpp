// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "adaptation/mlmmasking.h"
#include "adaptation/mlmtraining.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "base/json.h"
#include "base/system.h"
#include "bert/encoder.h"
#include "checkpoint/safetensors.h"
#include "support/shareddata.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace strata;

namespace {

BertConfig smallConfig() {
    BertConfig config;
    config.layers = 2;
    config.hidden = 16;
    config.heads = 2;
    config.intermediate = 24;
    config.vocabulary = 20;
    config.positions = 16;
    config.initializerRange = 0.15;
    return config;
}

/// [CLS] x x+1 x+2 … [SEP]: every masked piece follows from its neighbours.
std::vector<std::vector<std::int32_t>> countingSequences() {
    std::vector<std::vector<std::int32_t>> sequences;
    for (int i = 0; i < 60; ++i) {
        std::vector<std::int32_t> ids{2};
        for (int t = 0; t < 6 + i % 5; ++t)
            ids.push_back(5 + (i + t) % 15);
        ids.push_back(3);
        sequences.push_back(ids);
    }
    return sequences;
}

MlmSettings shortTraining() {
    MlmSettings settings;
    settings.steps = 300;
    settings.batchSequences = 16;
    settings.warmUpSteps = 20;
    settings.peakLearningRate = 1e-2;
    settings.seed = 5;
    settings.keepSteps = {0, 30, 300};
    return settings;
}

struct Kept {
    std::vector<MlmStep> steps;
    std::vector<BertWeights> weights;
};

Kept train(const MlmSettings& settings) {
    Kept kept;
    trainMlm(randomBertWeights(smallConfig(), 1), countingSequences(), settings,
             [&](const MlmStep& step, const BertWeights& weights) {
                 kept.steps.push_back(step);
                 kept.weights.push_back(weights);
             },
             {}, {});
    return kept;
}

MlmBatch smallBatch() {
    MlmBatch batch;
    batch.ids = {{2, 7, 4, 9, 4, 3}, {2, 4, 0, 3, 0, 0}};
    batch.typeIds = {{0, 0, 0, 1, 1, 1}, {0, 0, 0, 0, 0, 0}};
    batch.keyMask = {{1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 0, 0}};
    batch.labels = {{-100, -100, 8, -100, 10, -100}, {-100, 6, 0, -100, -100, -100}};
    return batch;
}

std::vector<std::vector<std::int32_t>> rowsAt(const Json& json, const char* key) {
    return json.at(key).get<std::vector<std::vector<std::int32_t>>>();
}

}  // namespace

class TestAdaptation : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void masksAsBertDoes() {
        RandomStream random(3);
        const MaskingSettings settings{0.15, 4, 1000, 5};
        std::vector<std::int32_t> ids{2};
        for (int i = 0; i < 100; ++i)
            ids.push_back(5 + i);
        ids.push_back(3);
        double chosen = 0, masked = 0, kept = 0;
        constexpr int rounds = 2000;
        for (int round = 0; round < rounds; ++round) {
            const MaskedSequence out = maskSequence(ids, settings, random);
            QVERIFY(!out.positions.empty());
            QVERIFY(std::is_sorted(out.positions.begin(), out.positions.end()));
            std::vector<std::int32_t> restored = out.ids;
            for (std::size_t i = 0; i < out.positions.size(); ++i) {
                const auto at = static_cast<std::size_t>(out.positions[i]);
                QVERIFY(at > 0 && at < ids.size() - 1);
                QVERIFY(out.ids[at] >= 4 && out.ids[at] < 1000);
                masked += out.ids[at] == 4;
                kept += out.ids[at] == ids[at];
                restored[at] = out.originals[i];
            }
            QCOMPARE(restored, ids);
            chosen += static_cast<double>(out.positions.size());
        }
        // Four standard deviations of the binomial counts.
        QVERIFY(std::abs(chosen / (rounds * 100.0) - 0.15) < 0.0033);
        QVERIFY(std::abs(masked / chosen - 0.8) < 0.0095);
        QVERIFY(std::abs(kept / chosen - 0.1) < 0.0075);
    }

    void masksAtLeastOnePieceAndNoSpecialOne() {
        RandomStream random(3);
        const MaskingSettings settings{0.0001, 4, 20, 5};
        const std::vector<std::int32_t> one{2, 9, 3}, none{2, 3};
        QCOMPARE(maskSequence(one, settings, random).positions, (std::vector<std::int32_t>{1}));
        QVERIFY(maskSequence(none, settings, random).positions.empty());
    }

    void gradientIsTheSlopeOfTheLoss_data() {
        QTest::addColumn<bool>("tied");
        QTest::newRow("tied decoder") << true;
        QTest::newRow("own decoder") << false;
    }
    void gradientIsTheSlopeOfTheLoss() {
        QFETCH(bool, tied);
        BertWeights weights = randomBertWeights(smallConfig(), 2);
        if (!tied) {
            FloatTensor decoder = weights.at("embeddings.word_embeddings.weight");
            std::reverse(decoder.values.begin(), decoder.values.end());
            weights.tensors["cls.predictions.decoder.weight"] = decoder;
        }
        MlmBatch batch = smallBatch();
        batch.ids[1][2] = 11;  // an attended [PAD] has a gradient of its own kind, see the reference values
        const MlmGradients at = mlmGradients(weights, batch);
        for (const auto& [name, gradient] : at.gradients) {
            double squares = 0;
            for (const float g : gradient.values)
                squares += static_cast<double>(g) * g;
            if (squares < 1e-6) continue;  // the bias of the keys, say, changes nothing
            const double length = 2e-2 / std::sqrt(squares);
            double loss[2] = {};
            for (const int side : {0, 1}) {
                BertWeights moved = weights;
                auto& values = moved.tensors[name].values;
                for (std::size_t i = 0; i < values.size(); ++i)
                    values[i] += static_cast<float>((side ? length : -length) * gradient.values[i]);
                loss[side] = mlmGradients(moved, batch).loss;
            }
            const double slope = (loss[1] - loss[0]) / (2 * length);
            QVERIFY2(std::abs(slope - squares) <= 0.01 * squares + 2e-5 * std::sqrt(squares),
                     qPrintable(QString("%1: %2, expected %3")
                                    .arg(QString::fromStdString(name))
                                    .arg(slope)
                                    .arg(squares)));
        }
    }

    void trainingLowersTheLoss() {
        const Kept kept = train(shortTraining());
        QCOMPARE(kept.steps.size(), std::size_t{3});
        QCOMPARE(kept.steps[0].step, 0);
        QVERIFY(kept.weights[0].tensors.at("cls.predictions.bias").values ==
                randomBertWeights(smallConfig(), 1).tensors.at("cls.predictions.bias").values);
        const MlmBatch batch{{{2, 7, 4, 9, 10, 11, 3}},
                             {{0, 0, 0, 0, 0, 0, 0}},
                             {},
                             {{-100, -100, 8, -100, -100, -100, -100}}};
        const double before = mlmGradients(kept.weights[0], batch).loss,
                     after = mlmGradients(kept.weights[2], batch).loss;
        QVERIFY2(before > 2.0 && after < 0.4 * before,
                 qPrintable(QString("%1 -> %2").arg(before).arg(after)));
        // Pooler and next-sentence head take no part in it.
        for (const auto& [name, tensor] : kept.weights[0].tensors)
            if (name.rfind("pooler", 0) == 0 || name.rfind("cls.seq", 0) == 0)
                QVERIFY(tensor.values == kept.weights[2].tensors.at(name).values);
    }

    void trainingIsTheSameForOneSeed() {
        MlmSettings settings = shortTraining();
        settings.steps = 30;
        settings.keepSteps = {30};
        const BertWeights first = train(settings).weights.at(0), again = train(settings).weights.at(0);
        for (const auto& [name, tensor] : first.tensors)
            QVERIFY2(tensor.values == again.tensors.at(name).values, name.c_str());
        settings.seed = 6;
        const std::string word = "embeddings.word_embeddings.weight";
        QVERIFY(first.at(word).values != train(settings).weights.at(0).at(word).values);
    }

    void stopsEarlyAndLate_data() {
        QTest::addColumn<int>("at");
        QTest::newRow("before") << -1;
        QTest::newRow("first step kept") << 0;
        QTest::newRow("in the middle") << 30;
    }
    void stopsEarlyAndLate() {
        QFETCH(int, at);
        std::stop_source source;
        if (at < 0) source.request_stop();
        std::int64_t last = -1;
        const auto keep = [&](const MlmStep& step, const BertWeights&) {
            last = step.step;
            if (step.step == at) source.request_stop();
        };
        QVERIFY_EXCEPTION_THROWN(trainMlm(randomBertWeights(smallConfig(), 1), countingSequences(),
                                          shortTraining(), keep, source.get_token(), {}),
                                 Cancelled);
        QCOMPARE(last, std::int64_t{at});
    }

    void refusesWhatCannotBeTrained() {
        const auto keep = [](const MlmStep&, const BertWeights&) {};
        const BertWeights weights = randomBertWeights(smallConfig(), 1);
        const auto with = [&](const std::vector<std::vector<std::int32_t>>& sequences) {
            trainMlm(weights, sequences, shortTraining(), keep, {}, {});
        };
        QVERIFY_EXCEPTION_THROWN(with({}), Error);
        QVERIFY_EXCEPTION_THROWN(with({{2, 20, 3}}), Error);  // no such piece
        QVERIFY_EXCEPTION_THROWN(with({{2, -1, 3}}), Error);
        QVERIFY_EXCEPTION_THROWN(with({std::vector<std::int32_t>(17, 6)}),
                                 Error);                  // longer than the positions
        QVERIFY_EXCEPTION_THROWN(with({{2, 3}}), Error);  // nothing to predict
        BertWeights headless = weights;
        headless.hasMlmHead = false;
        QVERIFY_EXCEPTION_THROWN(trainMlm(headless, countingSequences(), shortTraining(), keep, {}, {}),
                                 Error);
    }

    void goldenGradients() {
        const auto shared = test::sharedFolder();
        if (shared.empty()) QSKIP("needs shared/golden/tiny");
        const auto golden = shared / "golden" / "tiny";
        const Json json = readJsonFile(golden / "outputs/mlm_grads/batch.json");
        const MlmBatch batch{rowsAt(json, "input_ids"), rowsAt(json, "token_type_ids"),
                             rowsAt(json, "attention_mask"), rowsAt(json, "labels")};
        const MlmGradients got =
            mlmGradients(readBertWeights(golden / json["model"].get<std::string>()), batch);
        QVERIFY(std::abs(got.loss - json["loss"].get<double>()) < 1e-5);
        double worst = 0, squares = 0;
        std::size_t compared = 0;
        for (const auto& [original, wanted] :
             readSafetensors(golden / "outputs/mlm_grads/grads.safetensors").floats) {
            const std::string name = original.rfind("bert.", 0) == 0 ? original.substr(5) : original;
            QVERIFY2(got.gradients.contains(name), name.c_str());
            const auto& values = got.gradients.at(name).values;
            QCOMPARE(values.size(), wanted.values.size());
            for (std::size_t i = 0; i < values.size(); ++i) {
                worst = std::max(worst, std::abs(static_cast<double>(values[i]) - wanted.values[i]));
                squares += static_cast<double>(values[i]) * values[i];
            }
            ++compared;
        }
        QCOMPARE(compared, std::size_t{74});
        QVERIFY2(worst < 2e-5, qPrintable(QString::number(worst)));
        QVERIFY(std::abs(std::sqrt(squares) - json["global_grad_norm"].get<double>()) < 1e-3);
        qInfo("worst gradient %.2e", worst);
    }
};

QTEST_APPLESS_MAIN(TestAdaptation)
#include "tst_adaptation.moc"
