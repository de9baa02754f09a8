// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "probing/probesettings.h"

#include "base/editdistance.h"
#include "base/error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace strata {

namespace {

/// One setting: its words, and how to read and write it.
struct Setting {
    std::string key, name, meaning;
    std::function<Json(const ProbeSettings&)> get;
    std::function<void(ProbeSettings&, const Json&)> set;  ///< throws std::string: what is accepted
};

[[noreturn]] void refuse(const std::string& accepted) {
    throw accepted;
}

Setting number(std::string key, std::string name, std::string meaning, double ProbeSettings::*member,
               double least, double most, bool leastIncluded = true) {
    return {std::move(key), std::move(name), std::move(meaning),
            [member](const ProbeSettings& s) { return Json(s.*member); },
            [=](ProbeSettings& s, const Json& value) {
                const double wanted = value.is_number() ? value.get<double>() : NAN;
                const bool isLowEnough = wanted <= most;
                const bool isHighEnough = leastIncluded ? wanted >= least : wanted > least;
                if (!isLowEnough || !isHighEnough)
                    refuse(std::string("a number ") + (leastIncluded ? "from " : "above ") +
                           Json(least).dump() + " to " + Json(most).dump());
                s.*member = wanted;
            }};
}

Setting integer(std::string key, std::string name, std::string meaning, int ProbeSettings::*member, int least,
                int most) {
    return {std::move(key), std::move(name), std::move(meaning),
            [member](const ProbeSettings& s) { return Json(s.*member); },
            [=](ProbeSettings& s, const Json& value) {
                // 5.0 is as good as 5.
                const double wanted = value.is_number() ? value.get<double>() : NAN;
                if (!(wanted >= least && wanted <= most) || wanted != std::floor(wanted))
                    refuse("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
                s.*member = static_cast<int>(wanted);
            }};
}

Setting yesNo(std::string key, std::string name, std::string meaning, bool ProbeSettings::*member) {
    return {std::move(key), std::move(name), std::move(meaning),
            [member](const ProbeSettings& s) { return Json(s.*member); },
            [=](ProbeSettings& s, const Json& value) {
                if (!value.is_boolean()) refuse("true or false");
                s.*member = value.get<bool>();
            }};
}

template <typename Enum>
Setting choice(std::string key, std::string name, std::string meaning, Enum ProbeSettings::*member,
               std::vector<std::string> names) {
    return {std::move(key), std::move(name), std::move(meaning),
            [=](const ProbeSettings& s) { return Json(names[static_cast<std::size_t>(s.*member)]); },
            [=](ProbeSettings& s, const Json& value) {
                const auto found = value.is_string()
                                       ? std::find(names.begin(), names.end(), value.get<std::string>())
                                       : names.end();
                if (found == names.end()) {
                    std::string all;
                    for (const std::string& one : names)
                        all += (all.empty() ? "\"" : ", \"") + one + "\"";
                    refuse("one of " + all);
                }
                s.*member = static_cast<Enum>(found - names.begin());
            }};
}

/// What is smaller may be 0 in float32, in which probes are computed.
constexpr double kLeastFloat = 1e-30;

const std::vector<Setting>& settingsTable() {
    using S = ProbeSettings;
    static const std::vector<Setting> table = {
        yesNo("as_reference", "As the reference did",
              "Copies the faults of the original programs, listed in docs/probing.md.", &S::asReference),
        choice(
            "mix_norm", "Norm of the mix",
            "Whether each layer is normalised over the batch before mixing (the study does, jiant does not).",
            &S::mixNorm, {"none", "batch_layer_norm"}),
        number("mix_dropout", "Dropout after the mix",
               "Share of the mixed state's values dropped in training (jiant: 0.2).", &S::mixDropout, 0,
               0.99),
        integer("projection", "Projection",
                "Size that states are projected to, per span; 0 = none (jiant: 256).", &S::projection, 0,
                16384),
        yesNo("second_pooling", "Second pooling of one span",
              "One-span tasks: the span is pooled twice with separate weights, as the study's head does.",
              &S::secondPoolingOfOneSpan),
        integer("classifier_hidden", "Classifier size",
                "Hidden units of the classifier; 0 = the model's hidden size (study); jiant: 256.",
                &S::classifierHidden, 0, 16384),
        number("classifier_dropout", "Classifier dropout",
               "Share of the classifier's hidden values dropped in training (study 0.2, jiant 0.3).",
               &S::classifierDropout, 0, 0.99),
        choice("loss", "Loss",
               "Binary cross entropy on logits (stable), or on probabilities as the references compute it.",
               &S::lossForm, {"stable", "reference"}),
        number("learning_rate", "Learning rate", "Step size of Adam (study 5e-5, jiant 1e-4).",
               &S::learningRate, kLeastFloat, 10),
        yesNo("amsgrad", "AMSGrad", "Adam with the running maximum of the second moment (jiant).",
              &S::amsgrad),
        number("adam_beta1", "β1 of Adam", "Decay of the mean of the gradients (both: 0.9).", &S::adamBeta1,
               0, 0.999999),
        number("adam_beta2", "β2 of Adam", "Decay of the mean of their squares (both: 0.999).", &S::adamBeta2,
               0, 0.999999),
        number("adam_epsilon", "ε of Adam", "Added to the root of that mean (both: 1e-8).", &S::adamEpsilon,
               kLeastFloat, 1),
        number("max_gradient_norm", "Gradient clipping",
               "Largest L2 norm of all gradients of a probe; 0 = none (jiant: 5).", &S::maxGradientNorm, 0,
               1e9),
        choice("schedule", "Schedule",
               "Constant rate for the epochs given, or halved when the score no longer rises (jiant).",
               &S::schedule, {"constant", "halve_on_plateau"}),
        integer("epochs", "Epochs", "Passes over the training text (constant schedule; study: 20).",
                &S::epochs, 1, 100000),
        integer("check_every_steps", "Steps between checks",
                "Steps between two looks at the score (plateau schedule; jiant: 1000).", &S::checkEverySteps,
                1, 100000000),
        integer("max_checks", "Most checks",
                "Training ends after so many checks (plateau schedule; jiant: 250).", &S::maxChecks, 1,
                1000000),
        integer("check_sentences", "Sentences of a check",
                "A check scores the first so many sentences; 0 = all (plateau schedule; jiant: 5000).",
                &S::checkSentences, 0, 1000000000),
        integer("rate_patience", "Checks before the rate falls",
                "Checks in a row without a better score before the rate falls (plateau schedule; jiant: 5).",
                &S::ratePatience, 0, 1000000),
        number("rate_factor", "Fall of the rate",
               "The rate is multiplied by this (plateau schedule; jiant: 0.5).", &S::rateFactor, 0, 1, false),
        number("improvement", "What counts as better",
               "A score must exceed the best by this to be better (plateau schedule; jiant: 1e-4).",
               &S::improvement, 0, 1),
        number("least_learning_rate", "Lowest rate",
               "Training ends when the rate falls below this (plateau schedule; jiant: 1e-6).",
               &S::leastLearningRate, 0, 10),
        integer("patience", "Patience",
                "Training ends when the best score is more than so many checks old (plateau schedule; jiant: "
                "20).",
                &S::patience, 1, 1000000),
        integer("batch_size", "Batch size", "Sentences in a batch (both: 32).", &S::batchSize, 1, 65536),
        choice("batch_order", "Order of batches",
               "Shuffled sentences (study), or batches of similar length (jiant).", &S::batchOrder,
               {"shuffled", "length_buckets"}),
        yesNo("drop_incomplete_batch", "Drop the incomplete batch",
              "Leaves out the last sentences of an epoch when they do not fill a batch (study).",
              &S::dropIncompleteBatch),
        choice("kept_epoch", "Kept probe",
               "The probe after the last epoch (study), or the one with the best score (jiant).",
               &S::keptEpoch, {"last", "best_dev"}),
    };
    return table;
}

}  // namespace

ProbeSettings probePreset(const std::string& name) {
    if (name == "zertuche-liu-2021") return {};
    if (name == "jiant-1.3") {
        ProbeSettings s;
        s.preset = name;
        s.mixNorm = MixNorm::None;
        s.mixDropout = 0.2;
        s.projection = 256;
        s.secondPoolingOfOneSpan = false;
        s.classifierHidden = 256;
        s.classifierDropout = 0.3;
        s.learningRate = 1e-4;
        s.amsgrad = true;
        s.maxGradientNorm = 5.0;
        s.schedule = Schedule::HalveOnPlateau;
        s.batchOrder = BatchOrder::LengthBuckets;
        s.dropIncompleteBatch = false;
        s.keptEpoch = KeptEpoch::BestDev;
        return s;
    }
    std::string names;
    for (const std::string& known : probePresetNames())
        names += (names.empty() ? "" : ", ") + known;
    throw Error("Cannot use the probe preset '" + name + "'", "there is none of this name",
                "Known presets: " + names + ".");
}

std::vector<std::string> probePresetNames() {
    return {"zertuche-liu-2021", "jiant-1.3"};
}

ProbeSettings withOverrides(ProbeSettings settings, const Json& overrides) {
    if (overrides.is_null()) return settings;
    if (!overrides.is_object())
        throw Error("Cannot read the probe settings", "'set' is no object",
                    "Write for example {\"epochs\": 5}.");
    const std::vector<Setting>& table = settingsTable();
    for (const auto& entry : overrides.items()) {
        // No structured binding: Clang before 16 cannot capture one.
        const std::string& key = entry.key();
        const Json& value = entry.value();
        const auto found =
            std::find_if(table.begin(), table.end(), [&](const Setting& s) { return s.key == key; });
        if (found == table.end()) {
            const std::string shown = key.substr(0, 60);  // a key of megabytes would take minutes to compare
            const auto nearest =
                std::min_element(table.begin(), table.end(), [&](const Setting& a, const Setting& b) {
                    return editDistance(a.key, shown) < editDistance(b.key, shown);
                });
            throw Error("Cannot set '" + shown + "' of a probe", "there is no such setting",
                        "Did you mean '" + nearest->key + "'?");
        }
        try {
            found->set(settings, value);
        } catch (const std::string& accepted) {
            throw Error("Cannot set '" + key + "' of a probe",
                        "the value is " + value.dump() + ", accepted is " + accepted);
        }
    }
    return settings;
}

Json toJson(const ProbeSettings& settings) {
    Json json = Json::object();
    json["preset"] = settings.preset;
    for (const Setting& setting : settingsTable())
        json[setting.key] = setting.get(settings);
    return json;
}

std::vector<SettingDescription> describe(const ProbeSettings& settings) {
    const ProbeSettings preset = probePreset(settings.preset);
    std::vector<SettingDescription> result;
    for (const Setting& setting : settingsTable())
        result.push_back(
            {setting.key, setting.name, setting.meaning, setting.get(settings), setting.get(preset)});
    return result;
}

}  // namespace strata
