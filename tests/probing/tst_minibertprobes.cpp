// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/json.h"
#include "bert/encoder.h"
#include "checkpoint/safetensors.h"
#include "corpora/corpus.h"
#include "parameternames.h"
#include "probing/probetrainer.h"
#include "support/shareddata.h"
#include "text/tokenizer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace strata;

namespace {

/// POS on EWT with one of the small checkpoints, as golden/minibert_edge has it.
struct MiniBertPos {
    std::filesystem::path shared = test::sharedFolder();
    QTemporaryDir folder;
    std::vector<std::string> labels;
    PieceCorpus train, dev;

    MiniBertPos() {
        const auto data = shared / "data/ud_english_ewt";
        const Corpus trainText = readConlluPos(data / "train.conllu", TagSet::Upos);
        const Corpus devText = readConlluPos(data / "dev.conllu", TagSet::Upos);
        labels = labelsOf({&trainText, &devText});
        const Tokenizer tokenizer = Tokenizer::fromFolder(checkpoint(4800));
        train = toPieces(trainText, tokenizer, labels, {128, true, 4000});
        dev = toPieces(devText, tokenizer, labels, {512, true, 0});
    }
    std::filesystem::path checkpoint(int step) const {
        return shared / "checkpoints" / ("minibert-seed_0-step_" + std::to_string(step));
    }
    std::pair<ProbeSplit, ProbeSplit> splits(int step) {
        ActivationCache cache(folder.path().toStdString(), 4'000'000'000);
        const BertWeights weights = readBertWeights(checkpoint(step));
        const auto encoder = Encoder::create(weights, {});
        const auto states = [&](const PieceCorpus& text) {
            return cache.get({std::to_string(step), text.textHash, NumberType::Float32}, text, weights.config,
                             [&]() -> Encoder& { return *encoder; }, {}, {});
        };
        return {{&train, states(train)}, {&dev, states(dev)}};
    }
};

}  // namespace

/// Whole probe runs against the reference code's own (golden/minibert_edge).
class TestMiniBertProbes : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void repeatsExactPos();
    void meansOfThreeSeeds_data();
    void meansOfThreeSeeds();
};

void TestMiniBertProbes::repeatsExactPos() {
    if (test::sharedFolder().empty()) QSKIP("needs shared/golden/minibert_edge");
    MiniBertPos pos;
    const auto golden = pos.shared / "golden/minibert_edge";
    const Json expected = readJsonFile(golden / "exact_pos.json");
    const SafetensorsContent tensors = readSafetensors(golden / "exact_pos.safetensors");
    QCOMPARE(pos.train.sentences.size(), std::size_t{4000});
    QCOMPARE(pos.train.targetCount, std::int64_t{64750});
    QCOMPARE(pos.dev.targetCount, std::int64_t{25147});
    const auto [train, dev] = pos.splits(4800);

    ProbeSettings settings =
        withOverrides(probePreset("zertuche-liu-2021"),
                      {{"epochs", 1}, {"learning_rate", 0.001}, {"classifier_dropout", 0}});
    TrainingHooks hooks;
    hooks.initial = [&](const ProbeInput&, const ProbeShape& shape, std::span<float> parameters) {
        for (const test::NamedParameter& p : test::namedParameters(shape, false)) {
            const std::vector<float>& values = tensors.floats.at("initial." + p.name).values;
            std::copy(values.begin(), values.end(),
                      parameters.begin() + static_cast<std::ptrdiff_t>(p.offset));
        }
    };
    const std::vector<std::int64_t>& order = tensors.ints.at("batches").values;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i % 32 == 0) hooks.batches.emplace_back();
        hooks.batches.back().push_back(static_cast<std::int32_t>(order[i]));
    }
    const Json& losses = expected.at("train_loss_per_step");
    double worstLoss = 0, worstParameter = 0;
    hooks.step = [&](std::size_t, std::int64_t step, double loss) {
        worstLoss =
            std::max(worstLoss, std::abs(loss - losses.at(static_cast<std::size_t>(step)).get<double>()));
    };
    hooks.trained = [&](std::size_t, const ProbeShape& shape, std::span<const float> parameters) {
        for (const test::NamedParameter& p : test::namedParameters(shape, false)) {
            if (p.isAttentionBias) continue;
            const std::vector<float>& values = tensors.floats.at("final." + p.name).values;
            for (std::size_t i = 0; i < p.count; ++i)
                worstParameter = std::max(
                    worstParameter, static_cast<double>(std::abs(parameters[p.offset + i] - values[i])));
        }
    };
    const SweepResult result =
        trainProbes(settings, 0, {{true, 6}}, train, dev, pos.labels, NumberType::Float32, {}, {}, hooks);
    qInfo("largest difference of losses %.2g, of final parameters %.2g, dev F1 %.5f", worstLoss,
          worstParameter, result.probes[0].score.microF1);
    QVERIFY2(worstLoss < 1e-5, qPrintable(QString::number(worstLoss)));
    QVERIFY2(worstParameter < 1e-4, qPrintable(QString::number(worstParameter)));
}

void TestMiniBertProbes::meansOfThreeSeeds_data() {
    QTest::addColumn<int>("step");
    QTest::newRow("step 4800") << 4800;
    if (!qEnvironmentVariableIsSet("STRATA_ALL_RUNS")) return;  // the whole table takes minutes
    QTest::newRow("step 0") << 0;
    QTest::newRow("step 800") << 800;
}

void TestMiniBertProbes::meansOfThreeSeeds() {
    if (test::sharedFolder().empty()) QSKIP("needs shared/golden/minibert_edge");
    QFETCH(int, step);
    MiniBertPos pos;
    const auto [train, dev] = pos.splits(step);
    const Json golden =
        readJsonFile(pos.shared / "golden/minibert_edge" /
                     ("pos__minibert-seed_0-step_" + std::to_string(step) + "__lr0.001.json"));
    const Json& last = golden.at("last_epoch");
    const ProbeSettings settings =
        withOverrides(probePreset("zertuche-liu-2021"), {{"epochs", 5}, {"learning_rate", 0.001}});
    double f1 = 0, centre = 0, gamma = 0, accuracy = 0;
    for (const std::uint64_t seed : {0u, 1u, 2u}) {
        const SweepResult result =
            trainProbes(settings, seed, {{true, 6}}, train, dev, pos.labels, NumberType::Float32, {}, {});
        f1 += result.probes[0].score.microF1 / 3;
        accuracy += result.probes[0].score.accuracy / 3;
        centre += *result.probes[0].centreOfGravity / 3;
        gamma += *result.probes[0].gamma / 3;
    }
    const double f1Sd = last.at("f1_corrected_sd"), centreSd = last.at("centre_of_gravity_sd");
    const double f1Reference = last.at("f1_corrected_mean"),
                 centreReference = last.at("centre_of_gravity_mean");
    qInfo(
        "step %d: F1 %.4f (reference %.4f), accuracy %.4f (%.4f), centre of gravity %.3f (%.3f), gamma "
        "%.3f (%.3f)",
        step, f1, f1Reference, accuracy, last.at("argmax_accuracy_mean").get<double>(), centre,
        centreReference, gamma, last.at("gamma_mean").get<double>());
    QVERIFY(std::abs(f1 - f1Reference) < std::max(0.01, 2.5 * f1Sd));
    QVERIFY(std::abs(centre - centreReference) < std::max(0.08, 2.5 * centreSd));
}

QTEST_APPLESS_MAIN(TestMiniBertProbes)
#include "tst_minibertprobes.moc"
