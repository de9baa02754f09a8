// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/json.h"
#include "goldenbatch.h"
#include "parameternames.h"
#include "probing/classifier.h"
#include "probing/layersummaries.h"
#include "probing/optimiser.h"
#include "probing/plateau.h"
#include "probing/probehead.h"
#include "probing/probeloss.h"
#include "probing/probescores.h"
#include "support/shareddata.h"

#include <QtTest>

using namespace strata;
using test::difference;

/// Every component against golden/edge: the studies' own modules.
class TestEdgeGoldens : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() {
        if (test::sharedFolder().empty()) QSKIP("needs shared/golden/edge");
        m_folder = test::sharedFolder() / "golden/edge";
    }
    void scalarMix();
    void spanPooling();
    void classifier();
    void loss();
    void traces_data();
    void traces();
    void f1();
    void f1OfJiant();
    void plateau();
    void layerSummaries();

  private:
    std::filesystem::path m_folder;
};

#define CHECK_SMALL(value, bound) QVERIFY2((value) < (bound), qPrintable(QString::number(value)))

void TestEdgeGoldens::scalarMix() {
    const SafetensorsContent file = readSafetensors(m_folder / "scalar_mix.safetensors");
    for (const std::string name :
         {"padded", "no_padding", "constant_layer", "alone", "same_sentence_with_a_neighbour", "initial"}) {
        const FloatTensor& hidden = file.floats.at(name + ".hidden");
        const auto layers = static_cast<std::size_t>(hidden.shape[0]);
        const std::int64_t rows = hidden.shape[1] * hidden.shape[2], size = hidden.shape[3];
        const std::vector<std::int64_t>& mask = file.ints.at(name + ".mask").values;
        std::vector<const float*> x;
        std::vector<LayerNormStatistics> statistics;
        for (std::size_t l = 0; l < layers; ++l) {
            double sum = 0, squares = 0, count = 0;
            for (std::int64_t t = 0; t < rows; ++t) {
                x.push_back(hidden.values.data() + (static_cast<std::int64_t>(l) * rows + t) * size);
                if (mask[static_cast<std::size_t>(t)] == 0) continue;
                double s = 0, q = 0;
                probeKernels().moments(x.back(), size, &s, &q);
                sum += s;
                squares += q;
                count += static_cast<double>(size);
            }
            statistics.push_back(layerStatistics(sum, squares, count));
        }
        const std::vector<float>& scalars = file.floats.at(name + ".scalars").values;
        const float gamma = file.floats.at(name + ".gamma").values[0];
        for (const std::string form : {"layernorm", "plain"}) {
            const ScalarMix mix(scalars, gamma,
                                form == "plain" ? std::span<const LayerNormStatistics>{} : statistics);
            std::vector<float> out(static_cast<std::size_t>(rows * size)), gScalars(layers);
            float gGamma = 0;
            mix.forward(x, rows, size, out.data());
            mix.backward(x, file.floats.at(name + ".upstream").values.data(), rows, size, gScalars, gGamma);
            const std::string at = name + "." + form;
            CHECK_SMALL(difference(out, file, at + ".out"), 1e-5);
            CHECK_SMALL(difference(gScalars, file, at + ".grad_scalars"), 1e-5);
            CHECK_SMALL(difference(std::span(&gGamma, 1), file, at + ".grad_gamma"), 1e-5);
        }
    }
}

void TestEdgeGoldens::spanPooling() {
    const SafetensorsContent file = readSafetensors(m_folder / "span_extractor.safetensors");
    for (const std::string name :
         {"mixed_and_padded", "single_tokens", "strong_attention", "inverted_span_gives_zero",
          "logits_about_minus_30", "logits_about_minus_40"}) {
        const FloatTensor& z = file.floats.at(name + ".sequence");
        const std::int64_t length = z.shape[1], size = z.shape[2];
        const IntTensor& inclusive = file.ints.at(name + ".spans_inclusive");
        const std::int64_t each = inclusive.shape[1];
        std::vector<RowSpan> spans;
        for (std::int64_t t = 0; t < inclusive.shape[0] * each; ++t) {
            const auto at = static_cast<std::size_t>(2 * t);
            const auto row = static_cast<std::int32_t>(t / each * length);
            const auto first = static_cast<std::int32_t>(inclusive.values[at]);
            const auto last = static_cast<std::int32_t>(inclusive.values[at + 1]);
            spans.push_back(first < 0 ? RowSpan{} : RowSpan{row + first, row + last});
        }
        const float* weight = file.floats.at(name + ".weight").values.data();
        for (const bool asReference : {true, false}) {
            // Where logits are far below 0 only the reference's form gives the reference's values.
            const bool showsReference = name.rfind("logits_about", 0) == 0 || name == "strong_attention";
            if (!asReference && showsReference) continue;
            SpanPooling pooling;
            std::vector<float> out(spans.size() * static_cast<std::size_t>(size)), gZ(z.values.size()),
                gWeight(static_cast<std::size_t>(size));
            float gBias = 0;
            pooling.forward(z.values.data(), size, weight, file.floats.at(name + ".bias").values[0], spans,
                            asReference, out.data(), size);
            pooling.backward(z.values.data(), size, weight, spans,
                             file.floats.at(name + ".upstream").values.data(), size, gZ.data(),
                             gWeight.data(), gBias);
            CHECK_SMALL(difference(out, file, name + ".out"), 1e-5);
            CHECK_SMALL(difference(gZ, file, name + ".grad_sequence"), 2e-5);
            CHECK_SMALL(difference(gWeight, file, name + ".grad_weight"), 2e-5);
            CHECK_SMALL(difference(std::span(&gBias, 1), file, name + ".grad_bias"), 2e-5);
        }
    }
}

void TestEdgeGoldens::classifier() {
    const SafetensorsContent file = readSafetensors(m_folder / "classifier.safetensors");
    for (const std::string name : {"mlp", "mlp_jiant"}) {
        const FloatTensor& input = file.floats.at(name + ".input");
        ProbeSettings settings;
        settings.classifierHidden =
            static_cast<int>(file.floats.at(name + ".param.classifier.0.weight").shape[0]);
        const ProbeShape shape =
            probeShape(settings, {true, 0}, static_cast<int>(input.shape[1]) / 2,
                       static_cast<int>(file.floats.at(name + ".logits").shape[1]), true);
        std::vector<float> parameters(shape.size), gradients(shape.size), gInput(input.values.size());
        std::vector<test::NamedParameter> parts;
        for (test::NamedParameter& p : test::namedParameters(shape, false)) {
            const std::size_t at = p.name.find("classifier.classifier.");
            if (at == std::string::npos) continue;
            p.name = p.name.substr(at + 11);
            const std::vector<float>& values = file.floats.at(name + ".param." + p.name).values;
            std::copy(values.begin(), values.end(),
                      parameters.begin() + static_cast<std::ptrdiff_t>(p.offset));
            parts.push_back(p);
        }
        Classifier head;
        Products products;
        const ClassifierInput rows{nullptr, 0, input.values.data(), input.shape[0]};
        CHECK_SMALL(difference(head.forward(shape, parameters.data(), rows, 0, nullptr, products), file,
                               name + ".logits"),
                    1e-5);
        head.backward(shape, parameters.data(), rows, file.floats.at(name + ".upstream").values.data(),
                      gradients.data(), nullptr, gInput.data(), products);
        CHECK_SMALL(difference(gInput, file, name + ".grad_input"), 1e-5);
        for (const test::NamedParameter& p : parts)
            CHECK_SMALL(
                difference(std::span(gradients).subspan(p.offset, p.count), file, name + ".grad." + p.name),
                1e-5);
    }
}

void TestEdgeGoldens::loss() {
    const Json file = readJsonFile(m_folder / "loss.json");
    for (const Json& one : file.at("single_elements")) {
        const auto logit = one.at("logit").get<float>();
        const bool gold = one.at("label").get<double>() > 0.5;
        const CellLoss stable = binaryCrossEntropy(logit, gold, LossForm::Stable);
        const double expected = one.at("stable_loss");
        CHECK_SMALL(std::abs(stable.loss - expected), 1e-6 + 1e-6 * expected);
        CHECK_SMALL(std::abs(static_cast<double>(stable.gradient) - one.at("stable_grad").get<double>()),
                    1e-6);
        const CellLoss reference = binaryCrossEntropy(logit, gold, LossForm::Reference);
        // Near saturation one unit in the last place of the sigmoid is worth up to 0.7 in its logarithm.
        const double spread =
            std::abs(logit) > 13 ? 0.8 : 1e-7 * std::exp(std::abs(static_cast<double>(logit))) + 2e-6;
        CHECK_SMALL(std::abs(reference.loss - one.at("reference_loss_f32").get<double>()),
                    spread + 1e-6 * expected);
        CHECK_SMALL(
            std::abs(static_cast<double>(reference.gradient) - one.at("reference_grad_f32").get<double>()),
            2e-3);
    }
    for (const std::string name : {"one_hot", "k_hot"}) {
        const Json& table = file.at("tables").at(name);
        std::vector<float> logits;
        std::vector<std::uint8_t> gold;
        std::vector<double> expected;
        for (std::size_t r = 0; r < table.at("logits").size(); ++r) {
            for (std::size_t c = 0; c < table.at("logits")[r].size(); ++c) {
                logits.push_back(table.at("logits")[r][c]);
                gold.push_back(table.at("labels")[r][c].get<double>() > 0.5);
                expected.push_back(table.at("grad_f64")[r][c]);
            }
        }
        std::vector<float> gradient(logits.size());
        const double cells = static_cast<double>(logits.size());
        const double sum =
            binaryCrossEntropy(logits, gold, LossForm::Stable, static_cast<float>(1 / cells), gradient);
        CHECK_SMALL(std::abs(sum / cells - table.at("loss_f64").get<double>()), 1e-6);
        for (std::size_t i = 0; i < expected.size(); ++i)
            CHECK_SMALL(std::abs(static_cast<double>(gradient[i]) - expected[i]), 1e-6);
    }
}

void TestEdgeGoldens::traces_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"study_two_spans", "study_one_span", "jiant_two_spans", "jiant_one_span",
                             "jiant_two_spans_multilabel_clipped"})
        QTest::newRow(name) << name;
}

void TestEdgeGoldens::traces() {
    QFETCH(QString, name);
    const std::string stem = name.toStdString();
    const bool jiant = stem.rfind("jiant", 0) == 0;
    const Json json = readJsonFile(m_folder / (stem + ".json"));
    const SafetensorsContent file = readSafetensors(m_folder / (stem + ".safetensors"));
    ProbeSettings settings = probePreset(jiant ? "jiant-1.3" : "zertuche-liu-2021");
    settings.mixDropout = settings.classifierDropout = 0;
    settings.projection = json.value("projection", 0);
    settings.classifierHidden = json.value("classifier_hidden", json.value("d_hidden", 0));
    const int labels = json.at("labels");
    const ProbeShape shape = probeShape(settings, {true, json.at("L_plus_1").get<int>() - 1},
                                        json.at("hidden"), labels, json.at("two_spans"));
    const auto named = test::namedParameters(shape, jiant);
    std::vector<float> initial(shape.size), gradients(shape.size);
    for (const test::NamedParameter& p : named) {
        const std::vector<float>& values = file.floats.at("initial." + p.name).values;
        std::copy(values.begin(), values.end(), initial.begin() + static_cast<std::ptrdiff_t>(p.offset));
    }
    std::vector<ProbeBatch> batches;
    for (int b = 0; b < 4; ++b)
        batches.push_back(test::packed(file, "batch" + std::to_string(b), labels));

    for (const bool asReference : {false, true}) {
        settings.asReference = asReference;
        const ProbeHead::Options options = ProbeHead::optionsOf(settings);
        ProbeHead head(NumberType::Float32);
        CHECK_SMALL(
            difference(head.forward(shape, options, initial, batches[0], nullptr), file, "batch0.out.logits"),
            1e-5);
        const double loss = head.lossAndGradients(shape, options, initial, batches[0], nullptr, gradients);
        CHECK_SMALL(std::abs(loss - json.at("batch0_loss").get<double>()), 1e-6);
        for (const test::NamedParameter& p : named) {
            const bool hasWide = file.floats.contains("batch0.grad_f64." + p.name);
            CHECK_SMALL(difference(std::span(gradients).subspan(p.offset, p.count), file,
                                   (hasWide ? "batch0.grad_f64." : "batch0.grad.") + p.name),
                        1e-5);
        }
        for (const auto& [key, trace] : json.at("traces").items()) {
            const bool old =
                key.find("torch1.1") != std::string::npos && key.find("torch1.13") == std::string::npos;
            Adam adam(shape.size,
                      {settings.amsgrad, settings.adamBeta1, settings.adamBeta2, settings.adamEpsilon,
                       old ? Adam::EpsilonForm::Torch11 : Adam::EpsilonForm::AfterCorrection});
            std::vector<float> parameters = initial;
            const Json& losses = trace.at("losses_f32");
            for (std::size_t step = 0; step < losses.size(); ++step) {
                const double at =
                    head.lossAndGradients(shape, options, parameters, batches[step % 4], nullptr, gradients);
                CHECK_SMALL(std::abs(at - losses[step].get<double>()), 1e-5);
                const double norm = adam.step(parameters, gradients, trace.at("lr"),
                                              jiant ? json.at("max_grad_norm").get<double>() : 0);
                if (trace.contains("grad_norm_before_clipping"))
                    CHECK_SMALL(std::abs(norm - trace.at("grad_norm_before_clipping")[step].get<double>()),
                                1e-5);
            }
            // "0.01/torch1.13" -> "amsgrad_lr0.01.torch1.13.after16."; "0.01" -> "adam_lr0.01.after16."
            std::string prefix = (jiant ? "amsgrad_lr" : "adam_lr") + key + ".after16.";
            std::replace(prefix.begin(), prefix.end(), '/', '.');
            for (const test::NamedParameter& p : named)
                if (!p.isAttentionBias)
                    CHECK_SMALL(
                        difference(std::span(parameters).subspan(p.offset, p.count), file, prefix + p.name),
                        1e-5);
        }
    }
}

void TestEdgeGoldens::f1() {
    const Json file = readJsonFile(m_folder / "metrics_f1.json");
    for (const Json& item : file.at("cases")) {
        std::vector<LabelCounts> counts;
        for (const Json& batch : item.at("batches")) {
            for (std::size_t r = 0; r < batch.at("gold").size(); ++r) {
                counts.resize(batch.at("gold")[r].size());
                for (std::size_t k = 0; k < counts.size(); ++k) {
                    const bool isGold = batch.at("gold")[r][k].get<double>() > 0.5;
                    const bool isPredicted = batch.at("probabilities")[r][k].get<double>() >= 0.5;
                    counts[k].gold += isGold;
                    counts[k].predicted += isPredicted;
                    counts[k].truePositive += isGold && isPredicted;
                }
            }
        }
        const Json& result = item.at("result");
        const auto same = [&](const F1& ours, const std::string& key) {
            return std::abs(ours.f1 - result.at(key).at("fscore").get<double>()) < 1e-6 &&
                   std::abs(ours.precision - result.at(key).at("precision").get<double>()) < 1e-6 &&
                   std::abs(ours.recall - result.at(key).at("recall").get<double>()) < 1e-6;
        };
        QVERIFY(same(microF1(counts), "micro"));
        QVERIFY(same(macroF1(counts), "macro"));
        QVERIFY(same(weightedF1(counts), "weighted"));
        for (std::size_t k = 0; k < counts.size(); ++k)
            CHECK_SMALL(std::abs(f1Of(counts[k]).f1 - result.at("per_label").at("fscore")[k].get<double>()),
                        1e-6);
    }
}

void TestEdgeGoldens::f1OfJiant() {
    const Json file = readJsonFile(m_folder / "metrics_jiant.json");
    for (const Json& item : file.at("binary")) {
        ProbeBatch batch;
        std::vector<float> logits;
        const std::size_t labels = item.at("gold")[0].size();
        std::vector<PieceTarget> targets(item.at("gold").size());
        for (std::size_t r = 0; r < targets.size(); ++r) {
            batch.origin.push_back(&targets[r]);
            for (std::size_t k = 0; k < labels; ++k) {
                logits.push_back(item.at("logits")[r][k]);
                batch.gold.push_back(item.at("gold")[r][k].get<double>() > 0.5);
            }
        }
        ScoreCounter counter(static_cast<int>(labels), false);
        counter.add(logits, batch, LossForm::Stable);
        const ProbeScore score = counter.score();
        CHECK_SMALL(std::abs(score.microF1 - item.at("f1").get<double>()), 1e-6);
        CHECK_SMALL(std::abs(score.precision - item.at("precision").get<double>()), 1e-6);
        CHECK_SMALL(std::abs(score.recall - item.at("recall").get<double>()), 1e-6);
    }
}

void TestEdgeGoldens::plateau() {
    const Json file = readJsonFile(m_folder / "plateau_schedule.json");
    for (const Json& trace : file.at("traces")) {
        PlateauSchedule::Rules rules;
        rules.maxChecks = trace.at("max_vals");
        if (trace.at("name") == "lr_patience_1_stops_at_min_lr") rules.ratePatience = 1;
        PlateauSchedule schedule(trace.at("lr"), rules);
        for (const Json& row : trace.at("rows")) {
            const PlateauSchedule::Check check = schedule.check(row.at("score"));
            QCOMPARE(check.isNewBest, row.at("new_best").get<bool>());
            QCOMPARE(check.badChecks, row.at("bad_epochs").get<int>());
            QCOMPARE(check.learningRate, row.at("lr_after").get<double>());
            QCOMPARE(check.stops, !row.at("stop").is_null());
        }
    }
}

void TestEdgeGoldens::layerSummaries() {
    const Json file = readJsonFile(m_folder / "layer_summaries.json");
    for (const Json& item : file.at("centre_of_gravity")) {
        const auto weights = item.at("weights").get<std::vector<double>>();
        CHECK_SMALL(std::abs(centreOfGravity(weights) - item.at("centre_of_gravity").get<double>()), 1e-9);
        CHECK_SMALL(std::abs(divergenceFromUniform(weights) - item.at("kl_from_uniform_bits").get<double>()),
                    1e-9);
    }
    for (const Json& item : file.at("expected_layer")) {
        const auto scores = item.at("cumulative_scores_P").get<std::vector<double>>();
        const auto same = [](std::optional<double> ours, const Json& expected) {
            return expected.is_null() ? !ours : ours && std::abs(*ours - expected.get<double>()) < 1e-9;
        };
        QVERIFY(same(expectedLayer(scores), item.at("expected_layer")));
        QVERIFY(same(expectedLayer(scores, true), item.at("expected_layer_running_max")));
        QVERIFY(same(divergenceOfGains(scores), item.at("kl_of_clipped_delta_bits")));
    }
}

QTEST_APPLESS_MAIN(TestEdgeGoldens)
#include "tst_edgegoldens.moc"
