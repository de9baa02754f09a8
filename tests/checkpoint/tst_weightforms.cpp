// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Every form of weight file, generated: each must give the same values, or the right warning.
#include "base/cancellation.h"
#include "base/error.h"
#include "checkpoint/bertweights.h"
#include "checkpoint/safetensors.h"
#include "checkpoint/weightfixtures.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace strata;
using namespace strata::test;

namespace {

using Saved = std::vector<SavedTensor>;

void renameAll(Saved& tensors, const std::string& from, const std::string& to) {
    for (SavedTensor& tensor : tensors)
        if (const auto at = tensor.name.find(from); at != std::string::npos)
            tensor.name.replace(at, from.size(), to);
}

SavedTensor& named(Saved& tensors, const std::string& name) {
    return *std::find_if(tensors.begin(), tensors.end(),
                         [&](const SavedTensor& t) { return t.name == name; });
}

/// What reading a folder ends with.
struct Outcome {
    std::string error;
    BertWeights weights;
    std::string hash;
};

}  // namespace

class TestWeightForms : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;
    int m_folders = 0;
    const BertWeights m_model = tinyBert();
    const std::string m_hash = checkpointContentHash(m_model);

    Outcome read(const std::vector<std::pair<std::string, std::string>>& files, BertConfig config) {
        const std::filesystem::path folder =
            m_directory.path().toStdString() + "/" + std::to_string(m_folders++);
        putFile(folder / "config.json", bertConfigJson(config));
        for (const auto& [name, content] : files)
            putFile(folder / name, content);
        Outcome outcome;
        try {
            outcome.weights = readBertWeights(folder);
            outcome.hash = checkpointContentHash(folder);
            if (outcome.hash != checkpointContentHash(outcome.weights))
                outcome.error = "the two hashes differ";
        } catch (const Error& error) {
            outcome.error = error.what();
        }
        return outcome;
    }
    Outcome read(const std::string& name, const std::string& content) {
        return read({{name, content}}, m_model.config);
    }

  private Q_SLOTS:
    void givesTheSameValues_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content");
        const auto row = [](const std::string& title, const char* file, const std::string& content) {
            QTest::newRow(title.c_str()) << file << QByteArray::fromStdString(content);
        };
        for (const std::string dtype : {"F64", "F32", "F16", "BF16"}) {
            const Saved saved = savedTensors(m_model, dtype);
            row("safetensors " + dtype, "model.safetensors", safetensorsFile(saved));
            row("zip " + dtype, "pytorch_model.bin", torchZip(saved));
            row("legacy " + dtype, "pytorch_model.bin", torchLegacy(saved));
        }
        const Saved saved = savedTensors(m_model);
        const TorchOptions views{.isTransposedView = true}, parameters{.asParameters = true},
            cuda{.device = "cuda:0"};
        for (const auto& [title, options] :
             {std::pair{"views", views}, std::pair{"parameters", parameters}, std::pair{"cuda", cuda}}) {
            row(std::string("zip ") + title, "pytorch_model.bin", torchZip(saved, options));
            row(std::string("legacy ") + title, "pytorch_model.bin", torchLegacy(saved, options));
        }
        Saved old = saved;
        renameAll(old, "LayerNorm.weight", "LayerNorm.gamma");
        renameAll(old, "LayerNorm.bias", "LayerNorm.beta");
        row("gamma and beta", "pytorch_model.bin", torchLegacy(old));
        Saved withDecoder = saved;
        withDecoder.push_back(named(withDecoder, "bert.embeddings.word_embeddings.weight"));
        withDecoder.back().name = "cls.predictions.decoder.weight";
        withDecoder.push_back(named(withDecoder, "cls.predictions.bias"));
        withDecoder.back().name = "cls.predictions.decoder.bias";
        withDecoder.push_back({"bert.embeddings.position_ids", "I64", {1, 16}, std::string(128, '\0')});
        row("tied decoder and buffer", "model.safetensors", safetensorsFile(withDecoder));
        Saved mixed = saved;
        mixed[3] = savedTensors(m_model, "BF16")[3];
        mixed[9] = savedTensors(m_model, "F64")[9];
        row("mixed types", "model.safetensors", safetensorsFile(mixed));
        std::string spaced = safetensorsHeader(saved);
        spaced.insert(1, " \n\"__metadata__\" : { \"format\" : \"pt\", \"note\":\"} \\u00e9 {\" } , ");
        for (const char start : {'<', ' '}) {  // the header's length may begin like a text
            std::string header = safetensorsHeader(saved), states;
            for (const SavedTensor& tensor : saved)
                states += tensor.bytes;
            while (static_cast<char>(header.size()) != start)
                header += ' ';
            row(std::string("header of a length like ") + start, "model.safetensors",
                safetensorsFile(header, states));
        }
        std::string data;
        for (const SavedTensor& tensor : saved)
            data += tensor.bytes;
        row("odd header", "model.safetensors", safetensorsFile(spaced + "    ", data));
    }
    void givesTheSameValues() {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        const Outcome outcome = read(file.toStdString(), content.toStdString());
        QVERIFY2(outcome.error.empty(), outcome.error.c_str());
        QVERIFY2(outcome.weights.warnings.empty(),
                 outcome.weights.warnings.empty() ? "" : outcome.weights.warnings[0].c_str());
        QVERIFY(outcome.weights.hasMlmHead);
        QCOMPARE(outcome.hash, m_hash);
        for (const auto& [name, tensor] : m_model.tensors)
            QVERIFY2(outcome.weights.at(name).values == tensor.values, name.c_str());
    }

    void readsPickledPairsOfPython2() {
        // OrderedDict([["name", tensor], …]) instead of items set afterwards.
        std::string pickle = statePickle(savedTensors(m_model));
        const std::string call = "ccollections\nOrderedDict\n";
        QVERIFY(pickle.compare(2, call.size() + 3, call + ")R(") == 0);
        // One pair in this manner, the rest as usual, is the same machine.
        const std::string pairs = "\x80\x02" + call + "(](](X\x01" + std::string(3, '\0') + "aNeetR.";
        const Outcome outcome = read("pytorch_model.bin", zipFile({{"a/data.pkl", pairs}}));
        QVERIFY2(outcome.error.find("\"a\" is not a tensor") != std::string::npos, outcome.error.c_str());
    }

    void readsShards() {
        const Saved saved = savedTensors(m_model);
        const auto half = saved.begin() + 11;
        const Saved first(saved.begin(), half), second(half, saved.end());
        for (const bool isBin : {false, true}) {
            const std::string ending = isBin ? ".bin" : ".safetensors",
                              base = isBin ? "pytorch_model" : "model";
            std::string map;
            for (std::size_t i = 0; i < saved.size(); ++i)
                map +=
                    (i ? ",\"" : "\"") + saved[i].name + "\":\"part-" + (i < 11 ? "1" : "2") + ending + "\"";
            const auto write = [&](const Saved& part) {
                return isBin ? torchZip(part) : safetensorsFile(part);
            };
            const std::string index = base + ending + ".index.json", json = "{\"weight_map\":{" + map + "}}";
            const Outcome good =
                read({{index, json}, {"part-1" + ending, write(first)}, {"part-2" + ending, write(second)}},
                     m_model.config);
            QVERIFY2(good.error.empty(), good.error.c_str());
            QCOMPARE(good.hash, m_hash);
            const Outcome missing = read({{index, json}, {"part-1" + ending, write(first)}}, m_model.config);
            QVERIFY(missing.error.find("part-2" + ending + " is not there") != std::string::npos);
            const Outcome lying =
                read({{index, json}, {"part-1" + ending, write(second)}, {"part-2" + ending, write(first)}},
                     m_model.config);
            QVERIFY(lying.error.find("is not in part-") != std::string::npos);
        }
        for (const std::string name : {"../x.safetensors", "/etc/passwd", "..", "", "a/b"}) {
            const Outcome outside =
                read("model.safetensors.index.json", "{\"weight_map\":{\"t\":\"" + name + "\"}}");
            QVERIFY2(outside.error.find("outside the folder") != std::string::npos, outside.error.c_str());
        }
    }

    /// Of sharded weights, the file is named that is at fault.
    void namesTheShard() {
        const Saved saved = savedTensors(m_model);
        const std::string name = "bert.encoder.layer.1.output.dense.bias",
                          word = "bert.embeddings.word_embeddings.weight";
        for (const bool isBin : {false, true}) {
            const std::string ending = isBin ? ".bin" : ".safetensors",
                              index = std::string(isBin ? "pytorch_model" : "model") + ending + ".index.json";
            const auto readParts = [&](const Saved& tensors) {
                std::vector<Saved> parts(2);
                std::string map;
                for (const SavedTensor& tensor : tensors) {
                    const bool isSecond = tensor.name == name;
                    parts[isSecond ? 1 : 0].push_back(tensor);
                    map += (map.empty() ? "\"" : ",\"") + tensor.name + "\":\"part-" +
                           (isSecond ? "2" : "1") + ending + "\"";
                }
                const auto write = [&](const Saved& part) {
                    return isBin ? torchZip(part) : safetensorsFile(part);
                };
                return read({{index, "{\"weight_map\":{" + map + "}}"},
                             {"part-1" + ending, write(parts[0])},
                             {"part-2" + ending, write(parts[1])}},
                            m_model.config)
                    .error;
            };
            QCOMPARE(readParts(saved), std::string());
            Saved other = saved;
            named(other, name).shape = {2, 4};
            std::string error = readParts(other);
            QVERIFY2(error.find("part-2" + ending + ": tensor " + name +
                                " has shape 2x4, config.json wants 8") != std::string::npos,
                     error.c_str());
            named(other, name) = {name, "I64", {4}, std::string(32, '\0')};
            error = readParts(other);
            QVERIFY2(error.find("part-2" + ending + ": tensor " + name + " holds whole numbers") !=
                         std::string::npos,
                     error.c_str());
            Saved lacking = saved;
            std::erase_if(lacking, [&](const SavedTensor& tensor) { return tensor.name == word; });
            error = readParts(lacking);  // it may stand in any of them
            QVERIFY2(error.find(index + ": tensor " + word + " is missing") != std::string::npos,
                     error.c_str());
        }
    }

    void withoutPrefixAndHead() {
        Saved saved = savedTensors(m_model);
        std::erase_if(saved, [](const SavedTensor& tensor) { return tensor.name.rfind("cls.", 0) == 0; });
        const std::string encoderHash = read("model.safetensors", safetensorsFile(saved)).hash;
        renameAll(saved, "bert.", "");
        const Outcome outcome = read("pytorch_model.bin", torchZip(saved));
        QVERIFY2(outcome.error.empty(), outcome.error.c_str());
        QVERIFY(!outcome.weights.hasMlmHead);
        QVERIFY(!outcome.weights.mlmHeadProblem.empty());
        QCOMPARE(outcome.hash, encoderHash);
        QVERIFY(outcome.hash != m_hash);
    }

    void decoders() {
        Saved saved = savedTensors(m_model);
        SavedTensor decoder = named(saved, "bert.embeddings.word_embeddings.weight");
        decoder.name = "cls.predictions.decoder.weight";
        std::swap(decoder.bytes[0], decoder.bytes[decoder.bytes.size() - 1]);
        std::swap(decoder.bytes[3], decoder.bytes[decoder.bytes.size() - 5]);
        saved.push_back(decoder);
        BertConfig untied = m_model.config;
        untied.tiedEmbeddings = false;
        const Outcome own = read({{"model.safetensors", safetensorsFile(saved)}}, untied);
        QVERIFY2(own.error.empty(), own.error.c_str());
        QVERIFY(own.weights.tensors.contains("cls.predictions.decoder.weight"));
        QVERIFY(own.hash != m_hash);
        const Outcome conflict = read("model.safetensors", safetensorsFile(saved));
        QCOMPARE(conflict.weights.warnings.size(), std::size_t{1});
        QVERIFY(!conflict.weights.tensors.contains("cls.predictions.decoder.weight"));
        saved.pop_back();
        const Outcome lacking = read({{"model.safetensors", safetensorsFile(saved)}}, untied);
        QVERIFY(lacking.error.empty() && !lacking.weights.hasMlmHead);
    }

    void warnsOfNonFiniteWeights() {
        for (const float bad : {std::nanf(""), INFINITY}) {
            BertWeights model = m_model;
            model.tensors["encoder.layer.1.output.dense.bias"].values[3] = bad;
            Saved saved = savedTensors(model);
            const Outcome outcome = read("model.safetensors", safetensorsFile(saved));
            QCOMPARE(outcome.weights.warnings.size(), std::size_t{1});
            QVERIFY(outcome.weights.warnings[0].find("encoder.layer.1.output.dense.bias") !=
                    std::string::npos);
            QVERIFY(outcome.hash != m_hash);
        }
    }

    void writesWhatItReads() {
        const std::filesystem::path base = m_directory.path().toStdString() + "/written";
        for (const StoredType type : {StoredType::F32, StoredType::F16, StoredType::BF16}) {
            const auto folder = base / std::to_string(static_cast<int>(type));
            writeBertCheckpoint(folder, m_model, type);
            const BertWeights back = readBertWeights(folder);
            QCOMPARE(back.config, m_model.config);
            QVERIFY(back.warnings.empty());
            QCOMPARE(checkpointContentHash(back), m_hash);
            QCOMPARE(std::distance(std::filesystem::directory_iterator(folder), {}),
                     2);  // no rest of a temporary file
        }
    }

    void roundsToNearestEven() {
        // F16: 1 + 2^-11 lies midway and goes to the even 1; 1 + 3·2^-11 to 1 + 2^-9. Largest, subnormal,
        // overflow.
        const std::vector<float> values{
            1.0f + 0x1p-11f, 1.0f + 3 * 0x1p-11f, 65504.0f, 0x1p-24f, 65520.0f, -0.0f};
        const std::vector<float> half{1.0f, 1.0f + 0x1p-9f, 65504.0f, 0x1p-24f, INFINITY, -0.0f};
        const std::vector<float> brain{1.0f, 1.0f, 65536.0f, 0x1p-24f, 65536.0f, -0.0f};
        BertWeights model = m_model;
        auto& bias = model.tensors["embeddings.LayerNorm.bias"].values;
        std::copy(values.begin(), values.end(), bias.begin());
        const std::filesystem::path folder = m_directory.path().toStdString() + "/rounded";
        for (const auto& [type, expected] :
             {std::pair{StoredType::F16, half}, std::pair{StoredType::BF16, brain}}) {
            writeBertCheckpoint(folder, model, type);
            const BertWeights back = readBertWeights(folder);
            const auto& read = back.at("embeddings.LayerNorm.bias").values;
            for (std::size_t i = 0; i < expected.size(); ++i)
                QVERIFY(read[i] == expected[i] && std::signbit(read[i]) == std::signbit(expected[i]));
        }
    }

    void safetensorsHoldAllKinds() {
        const auto file = std::filesystem::path(m_directory.path().toStdString()) / "kinds.safetensors";
        const std::vector<std::int64_t> whole{-1, 1ll << 60};
        const std::vector<double> fine{0.1, -3e300};
        {
            SafetensorsWriter writer(
                file, {{"whole", "I64", {2}}, {"fine", "F64", {2, 1}}, {"none", "F32", {0, 4}}},
                {{"made", "here"}});
            writer.write(1, 0, std::as_bytes(std::span(fine)));
            writer.write(0, 8, std::as_bytes(std::span(whole).last(1)));
            writer.write(0, 0, std::as_bytes(std::span(whole).first(1)));
            QVERIFY_THROWS_EXCEPTION(Error, writer.write(0, 12, std::as_bytes(std::span(whole).first(1))));
            writer.commit();
        }
        const SafetensorsContent content = readSafetensors(file);
        QCOMPARE(content.ints.at("whole").values, whole);
        QCOMPARE(content.doubles.at("fine"), fine);
        QCOMPARE(content.floats.at("fine").shape, (std::vector<std::int64_t>{2, 1}));
        QVERIFY(content.floats.at("none").values.empty());
        QCOMPARE(content.metadata.at("made"), std::string("here"));
        { const SafetensorsWriter abandoned(file.string() + "2", {{"x", "F32", {2}}}); }
        QVERIFY(!std::filesystem::exists(file.string() + "2"));
    }

    void stopsWhenAsked() {
        const std::filesystem::path folder = m_directory.path().toStdString() + "/stopped";
        writeBertCheckpoint(folder, m_model);
        std::stop_source source;
        source.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, readBertWeights(folder, source.get_token()));
        QVERIFY_THROWS_EXCEPTION(Cancelled, checkpointContentHash(folder, source.get_token()));
    }
};

QTEST_APPLESS_MAIN(TestWeightForms)
#include "tst_weightforms.moc"
