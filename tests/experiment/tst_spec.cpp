// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/spec.h"
#include "probing/probesettings.h"
#include "support/errorof.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace strata;

namespace {

/// The smallest spec, and one with every key.
Json smallest() {
    return {{"name", "x"},
            {"checkpoints", {"ck"}},
            {"tasks", {{{"train", "t.conllu"}, {"dev", "d.conllu"}}}},
            {"probes", Json::array({Json::object()})}};
}
Json whole() {
    return {{"name", "whole"},
            {"note", "Käse"},
            {"checkpoints", {"ck/a*", "/abs/b"}},
            {"tasks",
             {{{"type", "pos"},
               {"name", "fine"},
               {"tags", "xpos"},
               {"train", "t.conllu"},
               {"dev", "../d.conllu"},
               {"test", "/e.conllu"},
               {"score", "test"},
               {"train_limit", 4000},
               {"max_pieces", 128}},
              {{"train", "t.conllu"}, {"score", "train"}}}},
            {"probes",
             {{{"preset", "jiant-1.3"},
               {"layers", {0, 6, 12, 6}},
               {"mix", false},
               {"seeds", {3, 1, 3}},
               {"set", {{"learning_rate", 0.001}}},
               {"dtype", "bf16"}},
              {{"layers", "none"}}}}};
}

}  // namespace

/// Specs: what they may say, and what is said when they do not.
class TestSpec : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void defaults() {
        const ExperimentSpec spec = parseSpec(smallest(), "/base");
        QCOMPARE(spec.name, std::string("x"));
        QCOMPARE(spec.checkpoints, std::vector<std::string>{"/base/ck"});
        const TaskSpec& task = spec.tasks.at(0);
        QVERIFY(task.type == "pos" && task.name == "pos" && task.tags == "upos" && task.score == "dev");
        QVERIFY(task.train == "/base/t.conllu" && task.dev == "/base/d.conllu" && task.test.empty());
        QVERIFY(task.trainLimit == 0 && task.maxPieces == 0);
        const ProbeSpec& probe = spec.probes.at(0);
        QVERIFY(probe.preset == "zertuche-liu-2021" && probe.allLayers && probe.mix && probe.dtype == "fp32");
        QCOMPARE(probe.seeds, std::vector<std::uint64_t>{0});
    }

    void everyKey() {
        const ExperimentSpec spec = parseSpec(whole(), "/base/sub");
        QCOMPARE(spec.note, std::string("Käse"));
        QCOMPARE(spec.checkpoints, (std::vector<std::string>{"/base/sub/ck/a*", "/abs/b"}));
        const TaskSpec& task = spec.tasks.at(0);
        QVERIFY(task.name == "fine" && task.tags == "xpos" && task.score == "test");
        QVERIFY(task.train == "/base/sub/t.conllu" && task.dev == "/base/d.conllu" &&
                task.test == "/e.conllu");
        QVERIFY(task.trainLimit == 4000 && task.maxPieces == 128);
        const ProbeSpec& probe = spec.probes.at(0);
        QVERIFY(probe.preset == "jiant-1.3" && !probe.allLayers && !probe.mix && probe.dtype == "bf16");
        QCOMPARE(probe.layers, (std::vector<int>{0, 6, 12}));  // each once
        QCOMPARE(probe.seeds, (std::vector<std::uint64_t>{3, 1}));
        QCOMPARE(probe.overrides.dump(), std::string(R"({"learning_rate":0.001})"));
        QVERIFY(!spec.probes.at(1).allLayers && spec.probes.at(1).layers.empty() && spec.probes.at(1).mix);
    }

    void roundTrip() {
        for (const Json& json : {smallest(), whole()}) {
            const Json written = toJson(parseSpec(json, "/base"));
            QVERIFY(toJson(parseSpec(written, "/elsewhere")) == written);
            QCOMPARE(toJson(parseSpec(parseJson(written.dump(), "it"), "/")).dump(), written.dump());
        }
    }

    void example() {
        const ExperimentSpec spec = parseSpec(parseJson(exampleSpec(), "the example"), "/shared");
        QCOMPARE(spec.checkpoints.at(0), std::string("/shared/checkpoints/minibert-seed_*"));
        QCOMPARE(spec.probes.at(0).seeds.size(), std::size_t{3});
    }

    void fromFile() {
        const QTemporaryDir folder;
        const auto write = [&](const QByteArray& content) {
            QFile file(folder.filePath("spec.json"));
            return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
        };
        const std::filesystem::path path = folder.filePath("spec.json").toStdString();
        QVERIFY(write(QByteArray::fromStdString(smallest().dump())));
        QCOMPARE(readSpec(path).checkpoints.at(0), (path.parent_path() / "ck").string());
        QVERIFY(write("{\"name\": 5}"));
        VERIFY_ERROR("spec.json", readSpec(path));  // says which file
        VERIFY_ERROR("expected a text, found 5", readSpec(path));
        VERIFY_ERROR("nowhere.json", readSpec(path.parent_path() / "nowhere.json"));
    }

    void wrong_data() {
        QTest::addColumn<QByteArray>("change");  // JSON merge patch on the smallest spec
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char* change, const QStringList& says) {
            QTest::newRow(change) << QByteArray(change) << says;
        };
        // Unknown keys name the nearest known one, wherever they stand.
        row(R"({"chekpoints": ["x"]})", {"the experiment", "\"chekpoints\"", "mean \"checkpoints\""});
        row(R"({"tasks": [{"train": "t", "dev": "d", "tran_limit": 5}]})",
            {"tasks[0]", "tran_limit", "\"train_limit\""});
        row(R"({"tasks": [{"train": "t", "dev": "d"}, {"nam": "b"}]})", {"tasks[1]", "\"name\""});
        row(R"({"probes": [{"layer": [1]}]})", {"probes[0]", "\"layers\""});
        row(R"({"probes": [{"set": {"lerning_rate": 1}}]})", {"probes[0]", "learning_rate"});
        // What is missing.
        row(R"({"name": null})", {"\"name\"", "missing"});
        row(R"({"name": ""})", {"\"name\"", "empty"});
        row(R"({"checkpoints": null})", {"\"checkpoints\"", "list"});
        row(R"({"checkpoints": []})", {"\"checkpoints\"", "at least one"});
        row(R"({"tasks": null})", {"\"tasks\""});
        row(R"({"probes": []})", {"\"probes\""});
        row(R"({"tasks": [{"dev": "d"}]})", {"tasks[0]", "\"train\"", "missing"});
        row(R"({"tasks": [{"train": "", "dev": "d"}]})", {"tasks[0]", "\"train\"", "empty"});
        row(R"({"tasks": [{"train": "t"}]})", {"tasks[0]", "\"dev\"", "\"score\" is \"dev\""});
        row(R"({"tasks": [{"train": "t", "score": "test"}]})", {"tasks[0]", "\"test\"", "missing"});
        // Wrong types and values, with what was expected.
        row(R"({"name": 5})", {"\"name\"", "expected a text, found 5"});
        row(R"({"note": ["a"]})", {"\"note\"", "expected a text"});
        row(R"({"checkpoints": "ck"})", {"\"checkpoints\"", "list"});
        row(R"({"checkpoints": [7]})", {"\"checkpoints\"", "7 is no folder"});
        row(R"({"checkpoints": [""]})", {"\"checkpoints\"", "no folder"});
        row(R"({"tasks": [5]})", {"tasks[0]", "not a JSON object"});
        row(R"({"tasks": {"train": "t"}})", {"\"tasks\"", "list"});
        row(R"({"tasks": [{"type": "ner", "train": "t", "dev": "d"}]})", {"tasks[0]", "\"ner\"", "\"pos\""});
        row(R"({"tasks": [{"train": "t", "dev": "d", "tags": "ppos"}]})",
            {"tasks[0]", "\"upos\" or \"xpos\"", "ppos"});
        row(R"({"tasks": [{"train": "t", "dev": "d", "score": "all"}]})", {"tasks[0]", "\"score\"", "all"});
        row(R"({"tasks": [{"train": "t", "dev": "d", "train_limit": 1.5}]})",
            {"\"train_limit\"", "whole number", "1.5"});
        row(R"({"tasks": [{"train": "t", "dev": "d", "train_limit": -1}]})",
            {"\"train_limit\"", "-1", "0 to"});
        row(R"({"tasks": [{"train": "t", "dev": "d", "train_limit": "5"}]})",
            {"\"train_limit\"", "whole number"});
        row(R"({"tasks": [{"train": "t", "dev": "d", "max_pieces": 2}]})", {"\"max_pieces\"", "3"});
        row(R"({"tasks": [{"train": "t", "dev": "d"}, {"train": "u", "dev": "d"}]})",
            {"two tasks", "\"pos\""});
        row(R"({"probes": [{"preset": "unheard"}]})", {"probes[0]", "unheard", "jiant-1.3"});
        row(R"({"probes": [{"layers": 5}]})", {"\"layers\"", "\"all\""});
        row(R"({"probes": [{"layers": "some"}]})", {"\"layers\"", "\"all\""});
        row(R"({"probes": [{"layers": [-1]}]})", {"\"layers\"", "-1 is no layer"});
        row(R"({"probes": [{"layers": [1.5]}]})", {"\"layers\"", "1.5 is no layer"});
        row(R"({"probes": [{"layers": "none", "mix": false}]})", {"neither a layer nor the mix"});
        row(R"({"probes": [{"layers": [], "mix": false}]})", {"neither a layer nor the mix"});
        row(R"({"probes": [{"mix": "yes"}]})", {"\"mix\"", "true or false", "yes"});
        row(R"({"probes": [{"seeds": 3}]})", {"\"seeds\"", "list"});
        row(R"({"probes": [{"seeds": []}]})", {"\"seeds\"", "list"});
        row(R"({"probes": [{"seeds": [-1]}]})", {"\"seeds\"", "-1 is no seed"});
        row(R"({"probes": [{"seeds": ["a"]}]})", {"\"seeds\"", "no seed"});
        row(R"({"probes": [{"set": {"epochs": "many"}}]})", {"probes[0]", "epochs"});
        row(R"({"probes": [{"set": 5}]})", {"probes[0]"});
        row(R"({"name": "a\nb"})", {"\"name\"", "control characters"});
        row(R"({"probes": [{"set": {"learning_rate": 1e-300}}]})", {"probes[0]", "learning_rate"});
        row(R"({"probes": [{"dtype": "fp16"}]})", {"\"dtype\"", "\"fp32\" or \"bf16\""});
    }
    void wrong() {
        QFETCH(QByteArray, change);
        QFETCH(QStringList, says);
        Json json = smallest();
        json.merge_patch(Json::parse(change.toStdString()));
        const QString text = test::errorOf([&] { parseSpec(json, "/base"); });
        QVERIFY2(text.startsWith("Cannot use "), qPrintable(text));
        for (const QString& part : says)
            QVERIFY2(text.contains(part), qPrintable(text + "\nlacks: " + part));
    }

    void noObject() {
        for (const Json& json : {Json(5), Json("x"), Json(), Json::array({1})})
            VERIFY_ERROR("not a JSON object", parseSpec(json, "/base"));
    }

    void tooMuch() {
        Json json = smallest();
        json["checkpoints"] = std::vector<std::string>(10'001, "x");
        VERIFY_ERROR("10,000", parseSpec(json, "/base"));
        json = smallest();
        json["probes"][0]["seeds"] = std::vector<int>(1001, 1);
        VERIFY_ERROR("seeds", parseSpec(json, "/base"));
    }

    /// Every key that a spec may have stands in docs/spec.md.
    void everyKeyIsDocumented() {
        QFile file(QStringLiteral(STRATA_SOURCE_DIR "/docs/spec.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        std::vector<std::string> keys;
        const Json json = whole();
        for (const Json& part : {json, json["tasks"][0], json["probes"][0]})
            for (const auto& [key, value] : part.items())
                keys.push_back(key);
        for (const SettingDescription& setting : describe(ProbeSettings{}))
            keys.push_back(setting.key);
        for (const std::string& key : keys)
            QVERIFY2(text.contains("`" + QByteArray::fromStdString(key) + "`"), key.c_str());
        QVERIFY(keys.size() > 25);
    }
};

QTEST_GUILESS_MAIN(TestSpec)
#include "tst_spec.moc"
