// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/cancellation.h"
#include "base/error.h"
#include "base/system.h"
#include "inventedtext.h"
#include "probing/optimiser.h"
#include "probing/probehead.h"
#include "probing/probescores.h"
#include "probing/traininghooks.h"

#include <QtTest>

#include <cmath>
#include <numeric>

using namespace strata;
using test::InventedText;

namespace {

const std::vector<std::string> kLabels{"a", "b", "c", "d"};

ProbeSettings quick(const std::string& preset = "zertuche-liu-2021") {
    return withOverrides(probePreset(preset), {{"epochs", 3}, {"learning_rate", 0.01}, {"batch_size", 16}});
}

SweepResult train(const ProbeSettings& settings, const std::vector<ProbeInput>& inputs,
                  const InventedText& text, const InventedText& dev, std::uint64_t seed = 7,
                  NumberType type = NumberType::Float32) {
    return trainProbes(settings, seed, inputs, text.split(), dev.split(), kLabels, type, {}, {});
}

bool sameNumbers(const ProbeOutcome& a, const ProbeOutcome& b) {
    bool same = a.score.microF1 == b.score.microF1 && a.score.loss == b.score.loss &&
                a.trainLossPerEpoch == b.trainLossPerEpoch && a.mixingWeights == b.mixingWeights &&
                a.gamma == b.gamma && a.score.predictions.size() == b.score.predictions.size();
    for (std::size_t i = 0; same && i < a.score.predictions.size(); ++i)
        same = a.score.predictions[i].probabilityOfGold == b.score.predictions[i].probabilityOfGold &&
               a.score.predictions[i].best == b.score.predictions[i].best;
    return same;
}

}  // namespace

/// Probes on invented texts: what the references prove elsewhere, without them.
class TestProbes : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void gradientsAreThoseOfTheLoss_data();
    void gradientsAreThoseOfTheLoss();
    void theShortcutForOnePieceIsExact();
    void theLayerWithTheLabelsWins();
    void aProbeDoesNotDependOnOthersNorOnThreads();
    void aSmallMemoryBudgetChangesNoNumber();
    void bfloat16ComesNear();
    void jiantStopsAndKeepsTheBest();
    void theScheduleIsSet();
    void asReferenceLeavesOutTheIncompleteBatch();
    void stops();
    void refusesLossOfNumbers();
    void refusesForeignLayers();
    void scoresByHand();
    void batchesCoverTheText();
    void adamFollowsItsFormula();
    void settings();
};

void TestProbes::gradientsAreThoseOfTheLoss_data() {
    QTest::addColumn<QString>("preset");
    QTest::addColumn<bool>("twoSpans");
    QTest::addColumn<bool>("asReference");
    QTest::addColumn<bool>("mix");
    for (const char* preset : {"zertuche-liu-2021", "jiant-1.3"})
        for (const bool twoSpans : {false, true})
            for (const bool asReference : {false, true})
                for (const bool mix : {false, true})
                    QTest::addRow("%s %d %d %d", preset, twoSpans, asReference, mix)
                        << preset << twoSpans << asReference << mix;
}

void TestProbes::gradientsAreThoseOfTheLoss() {
    QFETCH(QString, preset);
    QFETCH(bool, twoSpans);
    QFETCH(bool, asReference);
    QFETCH(bool, mix);
    const InventedText text(4, 4, 2, 6, 3, twoSpans);
    ProbeSettings settings = probePreset(preset.toStdString());
    settings.asReference = asReference;
    if (settings.projection > 0) settings.projection = 5;
    settings.classifierHidden = 7;
    const ProbeShape shape = probeShape(settings, {mix, mix ? 2 : 1}, 6, 4, twoSpans);
    std::vector<float> parameters(shape.size), gradients(shape.size), ignored(shape.size);
    RandomStream random(11);
    initialise(shape, random, parameters);
    if (shape.mixes)
        for (int l = 0; l < shape.layers; ++l)
            parameters[shape.scalars + static_cast<std::size_t>(l)] = 0.3f * random.normal();
    const BatchSource source(text.split(), 4, {true, true, true}, settings.mixNorm == MixNorm::BatchLayerNorm,
                             {});
    ProbeBatch batch;
    const std::vector<std::int32_t> all{2, 0, 3, 1};
    source.assemble(all, batch);
    ProbeHead head(NumberType::Float32);
    const ProbeHead::Options options =
        ProbeHead::optionsOf(settings);  // dropout too: the same stream, the same mask
    const auto loss = [&](std::span<const float> at, std::span<float> into) {
        RandomStream dropout(5);
        return head.lossAndGradients(shape, options, at, batch, &dropout, into);
    };
    loss(parameters, gradients);
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < shape.size; ++i) {
        constexpr float kStep = 4e-3f;
        std::vector<float> moved = parameters;
        moved[i] = parameters[i] + kStep;
        const double above = loss(moved, ignored);
        moved[i] = parameters[i] - kStep;
        const double below = loss(moved, ignored);
        const double expected = (above - below) / (2.0 * static_cast<double>(kStep));
        const double found = static_cast<double>(gradients[i]);
        worst = std::max(worst, std::abs(found - expected));
        largest = std::max(largest, std::abs(found));
    }
    QVERIFY2(worst < 2e-4, qPrintable(QString::number(worst)));
    QVERIFY(largest > 1e-2);
}

void TestProbes::theShortcutForOnePieceIsExact() {
    const InventedText text(8, 4, 2, 6, 3);
    const ProbeSettings settings = quick();
    for (const ProbeInput& input : {ProbeInput{true, 2}, ProbeInput{false, 1}}) {
        const ProbeShape shape = probeShape(settings, input, 6, 4, false);
        std::vector<float> parameters(shape.size), with(shape.size), without(shape.size);
        RandomStream random(11);
        initialise(shape, random, parameters);
        const BatchSource source(text.split(), 4, {true, true, true}, true, {});
        ProbeBatch batch;
        const std::vector<std::int32_t> all{2, 0, 3, 1, 7, 6};
        source.assemble(all, batch);
        QVERIFY(batch.alike > 0 && batch.alike < batch.targets);
        ProbeHead head(NumberType::Float32);
        const ProbeHead::Options options = ProbeHead::optionsOf(settings);
        RandomStream dropout(5), again(5);
        const double loss = head.lossAndGradients(shape, options, parameters, batch, &dropout, with);
        batch.alike = 0;
        QVERIFY(std::abs(loss - head.lossAndGradients(shape, options, parameters, batch, &again, without)) <
                1e-6);
        for (std::size_t i = 0; i < shape.size; ++i)
            QVERIFY(std::abs(with[i] - without[i]) < 1e-6f);
    }
}

void TestProbes::theLayerWithTheLabelsWins() {
    const InventedText text(300, 4, 2, 16, 1), dev(60, 4, 2, 16, 2);
    const SweepResult result = train(quick(), {{true, 2}, {false, 0}, {false, 1}, {false, 2}}, text, dev);
    QCOMPARE(result.probes.size(), std::size_t{4});
    QVERIFY(result.probes[2].score.microF1 > 0.9);
    QVERIFY(result.probes[1].score.microF1 < 0.5);
    QVERIFY(result.probes[3].score.microF1 < 0.5);
    QVERIFY(result.probes[0].mixingWeights[1] > 0.4);
    QVERIFY(std::abs(*result.probes[0].centreOfGravity - 1.0) < 0.3);
    QVERIFY(!result.probes[2].centreOfGravity && result.probes[2].gamma);
    for (const ProbeOutcome& probe : result.probes) {
        QCOMPARE(probe.score.targets, dev.text.targetCount);
        QCOMPARE(static_cast<std::int64_t>(probe.score.predictions.size()), dev.text.targetCount);
        QCOMPARE(probe.devF1PerEpoch.size(), std::size_t{3});
        QCOMPARE(probe.devF1PerEpoch.back(), probe.score.microF1);
        QVERIFY(probe.trainLossPerEpoch.back() < probe.trainLossPerEpoch.front());
    }
    QVERIFY(result.majorityBaseline > 0.2 && result.majorityBaseline < 0.35);
    QVERIFY(result.productOperations > 0);
}

void TestProbes::aProbeDoesNotDependOnOthersNorOnThreads() {
    const InventedText text(80, 4, 2, 160, 1), dev(30, 4, 2, 160, 2);
    const int before = computeThreads();
    setComputeThreads(2);
    const SweepResult together = train(quick(), {{true, 2}, {false, 0}, {false, 1}}, text, dev);
    const SweepResult again = train(quick(), {{true, 2}, {false, 0}, {false, 1}}, text, dev);
    const SweepResult alone = train(quick(), {{false, 1}}, text, dev);
    setComputeThreads(1);
    const SweepResult oneThread = train(quick(), {{false, 1}, {true, 2}}, text, dev);
    setComputeThreads(before);
    for (std::size_t i = 0; i < 3; ++i)
        QVERIFY(sameNumbers(together.probes[i], again.probes[i]));
    QVERIFY(sameNumbers(together.probes[2], alone.probes[0]));
    QVERIFY(sameNumbers(together.probes[2], oneThread.probes[0]));
    QVERIFY(sameNumbers(together.probes[0], oneThread.probes[1]));
    const SweepResult other = train(quick(), {{false, 1}}, text, dev, 8);
    QVERIFY(!sameNumbers(alone.probes[0], other.probes[0]));
}

void TestProbes::bfloat16ComesNear() {
    const InventedText text(150, 4, 2, 32, 1), dev(60, 4, 2, 32, 2);
    const SweepResult full = train(quick(), {{false, 1}}, text, dev);
    const SweepResult half = train(quick(), {{false, 1}}, text, dev, 7, NumberType::BFloat16);
    QVERIFY(std::abs(full.probes[0].score.microF1 - half.probes[0].score.microF1) < 0.03);
    QVERIFY(std::abs(full.probes[0].trainLossPerEpoch[0] - half.probes[0].trainLossPerEpoch[0]) < 0.02);
    QVERIFY(half.productOperations >= full.productOperations);
}

void TestProbes::jiantStopsAndKeepsTheBest() {
    const InventedText text(100, 4, 2, 16, 1), dev(40, 4, 2, 16, 2);
    const ProbeSettings settings = withOverrides(
        quick("jiant-1.3"),
        {{"projection", 8}, {"classifier_hidden", 12}, {"check_every_steps", 5}, {"max_checks", 40}});
    const SweepResult result = train(settings, {{true, 2}, {false, 1}, {false, 0}}, text, dev);
    QVERIFY(result.probes[1].score.microF1 > 0.9);
    QVERIFY(!result.probes[1].gamma);  // the raw layer
    for (const ProbeOutcome& probe : result.probes) {
        QVERIFY(probe.devF1PerEpoch.size() <= 40);
        QCOMPARE(probe.score.microF1,
                 *std::max_element(probe.devF1PerEpoch.begin(), probe.devF1PerEpoch.end()));
    }
}

/// jiant's numbers are settings: each changes when training ends.
void TestProbes::theScheduleIsSet() {
    const InventedText text(100, 4, 1, 16, 1), dev(40, 4, 1, 16, 2);
    const auto checks = [&](const Json& more) {
        Json set{{"projection", 8}, {"classifier_hidden", 12}, {"check_every_steps", 5}, {"max_checks", 40}};
        set.update(more);
        return train(withOverrides(quick("jiant-1.3"), set), {{false, 0}}, text, dev).probes[0];
    };
    // Layer 0 knows nothing of the labels: there is soon nothing better.
    QCOMPARE(checks({{"patience", 2}, {"improvement", 1}, {"rate_patience", 1000}}).devF1PerEpoch.size() <
                 checks({{"patience", 39}, {"improvement", 1}, {"rate_patience", 1000}}).devF1PerEpoch.size(),
             true);
    // The second and the third check lower the rate from 0.01 to 0.001 and 0.0001, which is below 0.0005.
    QCOMPARE(
        checks(
            {{"rate_patience", 0}, {"rate_factor", 0.1}, {"improvement", 1}, {"least_learning_rate", 5e-4}})
            .devF1PerEpoch.size(),
        std::size_t{3});
    QCOMPARE(checks({{"check_sentences", 7}}).checkTargets < checks({{"check_sentences", 0}}).checkTargets,
             true);
}

void TestProbes::asReferenceLeavesOutTheIncompleteBatch() {
    const InventedText text(64, 4, 1, 16, 1), dev(40, 4, 1, 16, 2);
    ProbeSettings settings = quick();
    settings.asReference = true;
    const SweepResult result = train(settings, {{false, 1}}, text, dev);
    QVERIFY(result.probes[0].score.targets < dev.text.targetCount);
    const auto& predictions = result.probes[0].score.predictions;
    QVERIFY(std::is_sorted(predictions.begin(), predictions.end(),
                           [](const Prediction& a, const Prediction& b) { return a.sentence < b.sentence; }));
}

void TestProbes::aSmallMemoryBudgetChangesNoNumber() {
    const InventedText text(64, 4, 2, 16, 1), dev(40, 4, 2, 16, 2);
    const std::vector<ProbeInput> inputs{{false, 0}, {false, 1}, {false, 2}, {true, 2}};
    const auto groups = [&](std::uint64_t budget) {
        return probeGroups(quick(), inputs, text.split(), dev.split(), static_cast<int>(kLabels.size()),
                           budget);
    };
    QCOMPARE(groups(kNoMemoryBudget).size(), std::size_t{1});
    QCOMPARE(groups(0).size(), inputs.size());
    std::uint64_t halves = 0;
    while (groups(halves).size() > 2)
        halves += 1000;
    std::vector<ProbeInput> together;
    for (const auto& group : groups(halves))
        together.insert(together.end(), group.begin(), group.end());
    QVERIFY(together == inputs);

    const SweepResult atOnce = train(quick(), inputs, text, dev);
    for (const std::uint64_t budget : {std::uint64_t{0}, halves}) {
        std::int64_t last = 0, total = 0;
        const auto sink = [&](const Progress& progress) {
            if (progress.phase != "train") return;
            QVERIFY(progress.done >= last && progress.done <= progress.total);
            last = progress.done;
            total = progress.total;
        };
        const SweepResult inTurn = trainProbes(quick(), 7, inputs, text.split(), dev.split(), kLabels,
                                               NumberType::Float32, {}, sink, budget);
        QVERIFY(last > 0 && last == total);
        QCOMPARE(inTurn.probes.size(), inputs.size());
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            QVERIFY(inTurn.probes[i].input == inputs[i]);
            QVERIFY(sameNumbers(inTurn.probes[i], atOnce.probes[i]));
        }
        QVERIFY(inTurn.labels == atOnce.labels && inTurn.trainTargets == atOnce.trainTargets);
        QCOMPARE(inTurn.majorityBaseline, atOnce.majorityBaseline);
        QCOMPARE(inTurn.productOperations, atOnce.productOperations);
    }
}

void TestProbes::stops() {
    const InventedText text(64, 4, 1, 16, 1);
    std::stop_source source;
    int calls = 0;
    const auto sink = [&](const Progress& progress) {
        if (progress.phase == "train" && ++calls == 1) source.request_stop();
    };
    QVERIFY_THROWS_EXCEPTION(Cancelled, trainProbes(quick(), 0, {{false, 1}}, text.split(), text.split(),
                                                    kLabels, NumberType::Float32, source.get_token(), sink));
    QCOMPARE(calls, 1);
}

void TestProbes::refusesLossOfNumbers() {
    InventedText text(20, 4, 1, 16, 1);
    text.states->m_blocks[3][20] = NAN;
    try {
        train(quick(), {{false, 0}, {false, 1}}, text, text);
        QFAIL("trained on NaN");
    } catch (const Error& error) {
        QVERIFY2(std::string(error.what()).find("layer 0") != std::string::npos, error.what());
    }
}

void TestProbes::refusesForeignLayers() {
    const InventedText text(20, 4, 1, 16, 1), other(21, 4, 1, 16, 2);
    QVERIFY_THROWS_EXCEPTION(Error, train(quick(), {{false, 2}}, text, text));
    const ProbeSplit wrong{&text.text, other.states};
    QVERIFY_THROWS_EXCEPTION(
        Error, trainProbes(quick(), 0, {{false, 1}}, wrong, wrong, kLabels, NumberType::Float32, {}, {}));
}

void TestProbes::scoresByHand() {
    // Label 0: 3 right of 4 predicted and 5 gold: P 3/4, R 3/5, F1 2/3. Label 1: nothing right.
    const std::vector<LabelCounts> counts{{3, 4, 5}, {0, 1, 1}};
    QCOMPARE(f1Of(counts[0]).f1, 2.0 / 3.0);
    QCOMPARE(f1Of(counts[1]).f1, 0.0);
    QCOMPARE(microF1(counts).precision, 3.0 / 5.0);
    QCOMPARE(microF1(counts).recall, 3.0 / 6.0);
    QCOMPARE(macroF1(counts).f1, 1.0 / 3.0);
    QVERIFY(std::abs(weightedF1(counts).f1 - 2.0 / 3.0 * 5.0 / 6.0) < 1e-12);
}

void TestProbes::batchesCoverTheText() {
    const InventedText text(50, 4, 1, 4, 1);
    ProbeSettings settings = quick();  // batches of 16
    RandomStream random(1);
    auto batches = epochBatches(settings, text.text, random);
    QCOMPARE(batches.size(), std::size_t{3});
    settings.dropIncompleteBatch = false;
    for (const BatchOrder order : {BatchOrder::Shuffled, BatchOrder::LengthBuckets}) {
        settings.batchOrder = order;
        batches = epochBatches(settings, text.text, random);
        std::vector<std::int32_t> seen;
        for (const auto& batch : batches)
            seen.insert(seen.end(), batch.begin(), batch.end());
        std::sort(seen.begin(), seen.end());
        std::vector<std::int32_t> all(50);
        std::iota(all.begin(), all.end(), 0);
        QVERIFY(seen == all);
    }
}

void TestProbes::adamFollowsItsFormula() {
    // Kingma & Ba 2015, algorithm 1, in double precision; 19 values, so that vectors leave a rest.
    const Adam::Settings numbers{false, 0.8, 0.95, 1e-3, Adam::EpsilonForm::AfterCorrection};
    constexpr std::size_t kSize = 19;
    Adam adam(kSize, numbers);
    std::vector<float> parameters(kSize, 1.0f), gradients(kSize);
    std::vector<double> expected(kSize, 1.0), first(kSize), second(kSize);
    for (int step = 1; step <= 5; ++step) {
        for (std::size_t i = 0; i < kSize; ++i) {
            const double g = std::sin(static_cast<double>(step) + 0.7 * static_cast<double>(i));
            gradients[i] = static_cast<float>(g);
            first[i] = numbers.beta1 * first[i] + (1 - numbers.beta1) * g;
            second[i] = numbers.beta2 * second[i] + (1 - numbers.beta2) * g * g;
            const double corrected1 = first[i] / (1 - std::pow(numbers.beta1, step));
            const double corrected2 = second[i] / (1 - std::pow(numbers.beta2, step));
            expected[i] -= 0.01 * corrected1 / (std::sqrt(corrected2) + numbers.epsilon);
        }
        adam.step(parameters, gradients, 0.01);
    }
    for (std::size_t i = 0; i < kSize; ++i)
        QVERIFY2(std::abs(static_cast<double>(parameters[i]) - expected[i]) < 2e-6,
                 std::to_string(i).c_str());
}

void TestProbes::settings() {
    for (const std::string& name : probePresetNames()) {
        const ProbeSettings preset = probePreset(name);
        Json json = toJson(preset);
        json.erase("preset");
        QVERIFY(withOverrides(preset, json) == preset);
        QCOMPARE(describe(preset).size(), json.size());
    }
    QVERIFY(probePreset("jiant-1.3").amsgrad);
    QCOMPARE(withOverrides({}, {{"epochs", 5}}).epochs, 5);
    try {
        withOverrides({}, {{"epoch", 5}});
        QFAIL("took an unknown key");
    } catch (const Error& error) {
        QVERIFY2(std::string(error.what()).find("'epochs'") != std::string::npos, error.what());
    }
    for (const Json& bad :
         {Json{{"epochs", 0}}, Json{{"epochs", 2.5}}, Json{{"learning_rate", "fast"}},
          Json{{"loss", "hinge"}}, Json{{"amsgrad", 1}}, Json{{"learning_rate", 0}}, Json::array()})
        QVERIFY_THROWS_EXCEPTION(Error, withOverrides({}, bad));
    // An endless key is refused at once.
    QVERIFY_THROWS_EXCEPTION(Error, withOverrides({}, Json{{std::string(1u << 24u, 'x'), 1}}));
    QVERIFY_THROWS_EXCEPTION(Error, probePreset("jiant"));
}

QTEST_APPLESS_MAIN(TestProbes)
#include "tst_probes.moc"
