// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/randomstream.h"
#include "store/blobs.h"
#include "support/errorof.h"
#include "support/workspacerows.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <zstd.h>

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace strata;
using namespace strata::test;

namespace {

using ByLayer = std::map<std::string, std::vector<StoredPrediction>>;

/// Predictions as a run of 13 layers and a mix makes them.
ByLayer invented(int targets) {
    RandomStream random(5);
    std::vector<StoredPrediction> shared;
    for (int i = 0; i < targets; ++i)
        shared.push_back({i / 3, i % 3, i == 4 ? -1 : static_cast<std::int32_t>(random.below(17)), 0, 0, 0});
    ByLayer all;
    for (int layer = 0; layer <= 13; ++layer) {
        auto& rows = all[layer == 13 ? "mix" : std::to_string(layer)] = shared;
        for (auto& row : rows) {
            row.best = static_cast<std::int32_t>(random.below(17));
            row.probabilityOfBest = random.uniform();
            row.probabilityOfGold = random.uniform();
        }
    }
    return all;
}

std::string compressed(const std::string& plain) {
    std::string out(ZSTD_compressBound(plain.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 1));
    return out;
}

std::string words(std::initializer_list<std::uint32_t> values) {
    std::string out;
    for (const std::uint32_t value : values)
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    return out;
}

std::vector<StoredSentence> someSentences() {
    return {{"weblog-1",
             {"Käse", "\"quoted\"", "日本", "\n"},
             {{0, 1, -1, -1, {"NOUN"}}, {1, 3, 0, 2, {"A", "B"}}}},
            {"", {}, {}}};
}

}  // namespace

/// Predictions and sentences in their compressed form.
class TestBlobs : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void predictionsRoundTrip() {
        const ByLayer all = invented(1000);
        const std::string blob = packPredictions(all);
        for (const auto& [layer, rows] : all) {
            const auto read = unpackPredictions(blob, layer);
            QCOMPARE(read.size(), rows.size());
            for (std::size_t i = 0; i < rows.size(); ++i) {
                QVERIFY(std::fabs(read[i].probabilityOfBest - rows[i].probabilityOfBest) <= 0.5001f / 65535);
                QVERIFY(std::fabs(read[i].probabilityOfGold - rows[i].probabilityOfGold) <= 0.5001f / 65535);
                StoredPrediction same = read[i];
                same.probabilityOfBest = rows[i].probabilityOfBest;
                same.probabilityOfGold = rows[i].probabilityOfGold;
                QVERIFY(same == rows[i]);
            }
        }
        QVERIFY(unpackPredictions(blob, "14").empty());
        QVERIFY(unpackPredictions(blob, "").empty());
        QCOMPARE(packPredictions(all), blob);  // the same bytes for the same numbers
    }

    void probabilitiesOutOfRange() {
        const auto read = unpackPredictions(
            packPredictions({{"0", {{0, 0, 0, 0, 1.5f, -0.5f}, {0, 1, 0, 0, 1.0f, 0.0f}}}}), "0");
        for (const StoredPrediction& row : read)
            QVERIFY(row.probabilityOfBest == 1.0f && row.probabilityOfGold == 0.0f);
    }

    void noPredictions() {
        QVERIFY(unpackPredictions(packPredictions({}), "0").empty());
        QVERIFY(unpackPredictions(packPredictions({{"0", {}}}), "0").empty());
    }

    void layersMustAgree() {
        VERIFY_ERROR("different numbers", packPredictions({{"0", {{}}}, {"1", {{}, {}}}}));
    }

    void sentencesRoundTrip() {
        const auto written = someSentences(), read = unpackSentences(packSentences(written));
        QCOMPARE(read.size(), written.size());
        for (std::size_t i = 0; i < read.size(); ++i) {
            QCOMPARE(read[i].id, written[i].id);
            QCOMPARE(read[i].words, written[i].words);
            QCOMPARE(read[i].targets.size(), written[i].targets.size());
        }
        const StoredTarget& target = read[0].targets[1];
        QCOMPARE((std::vector<int>{target.begin1, target.end1, target.begin2, target.end2}),
                 (std::vector<int>{1, 3, 0, 2}));
        QCOMPARE(target.labels, (std::vector<std::string>{"A", "B"}));
        QVERIFY(unpackSentences(packSentences({})).empty());
        // Not UTF-8: shown with a replacement character instead of losing the run.
        QCOMPARE(unpackSentences(packSentences({{"s", {"a\xff"}, {}}}))[0].words[0], std::string("a\uFFFD"));
    }

    void cutBlobs() {
        const std::string predictions = packPredictions(invented(20)),
                          sentences = packSentences(someSentences());
        for (std::size_t size = 0; size < predictions.size(); ++size)
            VERIFY_ERROR("cannot read", unpackPredictions(predictions.substr(0, size), "mix"));
        for (std::size_t size = 0; size < sentences.size(); ++size)
            VERIFY_ERROR("cannot read", unpackSentences(sentences.substr(0, size)));
    }

    /// Whatever a bit flip makes of a blob: rows or an Error, nothing else.
    void flippedBits() {
        const std::string predictions = packPredictions(invented(20)),
                          sentences = packSentences(someSentences());
        int refused = 0;
        for (const std::string& whole : {predictions, sentences}) {
            for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
                std::string blob = whole;
                blob[bit / 8] = static_cast<char>(blob[bit / 8] ^ (1 << (bit % 8)));
                refused += errorOf([&] {
                               &whole == &predictions ? (void)unpackPredictions(blob, "mix")
                                                      : (void)unpackSentences(blob);
                           }).isEmpty()
                               ? 0
                               : 1;
            }
        }
        QVERIFY(refused > 50);
    }

    void wrongContents_data() {
        QTest::addColumn<QByteArray>("plain");
        const auto row = [](const char* name, const std::string& plain) {
            QTest::newRow(name) << QByteArray::fromStdString(plain);
        };
        row("empty", "");
        row("newer", words({2, 0, 0}));
        row("more targets than bytes", words({1, 0x7fffffff, 1}));
        row("as many targets as bytes", words({1, 14, 1}) + std::string(2, 'x'));
        row("more layers than bytes", words({1, 1, 0xffffffff}) + std::string(10, 'x'));
        row("long name of a layer", words({1, 0, 1, 0xffffffff}));
        row("no layer after the shared part", words({1, 1, 1}) + std::string(10, 'x'));
        row("cut layer", words({1, 1, 1}) + std::string(10, 'x') + words({1}) + "0" + "12345");
    }
    void wrongContents() {
        QFETCH(QByteArray, plain);
        VERIFY_ERROR("cannot read stored predictions",
                     unpackPredictions(compressed(plain.toStdString()), "0"));
    }

    void claimsMoreThanItCanUnfoldTo() {
        // A frame of zstd whose head says 2 GiB, then one repeated byte: memory must not be taken for it.
        const std::string blob("\x28\xb5\x2f\xfd\xa0\xff\xff\xff\x7f\x03\x00\x00\x41", 13);
        VERIFY_ERROR("damaged", unpackPredictions(blob, "0"));
        VERIFY_ERROR("damaged", unpackSentences(blob));
        // What truly unfolds so far is read.
        VERIFY_ERROR("newer", unpackPredictions(compressed(std::string(1u << 24u, 'x')), "0"));
    }

    void wrongSentences_data() {
        QTest::addColumn<QByteArray>("plain");
        for (const char* text :
             {"", "{", "5", "[5]", "{\"a\": 1}", "[[1, [], []]]", "[[\"id\", [], [[0, 1]]]]",
              "[[\"id\", [3], []]]", "[[\"id\"]]", "[[\"id\", [\"w\"], [[0, 1e99, -1, -1, []]]]]"})
            QTest::newRow(text) << QByteArray(text);
        QTest::newRow("deep") << QByteArray("[").repeated(100'000);
    }
    void wrongSentences() {
        QFETCH(QByteArray, plain);
        VERIFY_ERROR("stored sentences", unpackSentences(compressed(plain.toStdString())));
    }

    void throughTheWorkspace() {
        const QTemporaryDir folder;
        Workspace workspace(folder.path().toStdString());
        const CheckpointRow checkpoint = checkpointRow(0, 0);
        const std::int64_t id = workspace.planRun(workspace.addExperiment(experimentRow("e")),
                                                  runRow(checkpoint, workspace.upsertCheckpoint(checkpoint)));
        QVERIFY(workspace.predictions(id, "0").empty());
        Workspace::RunResult result;
        result.predictionsByLayer = invented(50);
        workspace.finishRun(id, result);
        QCOMPARE(workspace.predictions(id, "mix").size(), std::size_t{50});
        QVERIFY(workspace.predictions(id, "99").empty() && workspace.predictions(99, "0").empty());
        QVERIFY(!workspace.hasSentences("h", "dev") && workspace.sentences("h", "dev").empty());
        workspace.storeSentences("h", "dev", someSentences());
        workspace.storeSentences("h", "dev", {});  // the first stays
        QVERIFY(workspace.hasSentences("h", "dev") && !workspace.hasSentences("h", "test"));
        QCOMPARE(workspace.sentences("h", "dev").size(), std::size_t{2});
        SQLite::Database database((folder.path() + "/workspace.sqlite").toStdString(),
                                  SQLite::OPEN_READWRITE);
        database.exec("UPDATE prediction SET data = substr(data, 1, length(data) - 3)");
        database.exec("UPDATE scored_text SET data = x'00'");
        VERIFY_ERROR("damaged", workspace.predictions(id, "mix"));
        VERIFY_ERROR("damaged", workspace.sentences("h", "dev"));
    }
};

QTEST_GUILESS_MAIN(TestBlobs)
#include "tst_blobs.moc"
