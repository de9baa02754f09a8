// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Finding checkpoints in generated folder trees.
#include "base/cancellation.h"
#include "base/error.h"
#include "checkpoint/discovery.h"
#include "checkpoint/weightfixtures.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace strata;
using namespace strata::test;
namespace fs = std::filesystem;

class TestDiscovery : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;
    const fs::path m_root = m_directory.path().toStdString();
    const BertWeights m_model = tinyBert();
    const std::string m_config = bertConfigJson(m_model.config);
    const std::string m_weights = safetensorsFile(savedTensors(m_model, "BF16"));

    void put(const fs::path& folder) {
        putFile(folder / "config.json", m_config);
        putFile(folder / "model.safetensors", m_weights);
    }

  private Q_SLOTS:
    void describes() {
        const fs::path root = m_root / "describe";
        put(root / "fam-seed_1-step_3k");
        putFile(root / "fam-seed_1-step_3k" / "tokenizer_config.json", R"({"do_lower_case": false})");
        const auto info = describeCheckpoint(root / "fam-seed_1-step_3k");
        QVERIFY(info && info->isUsable());
        QCOMPARE(info->layers, 2);
        QCOMPARE(info->hidden, 8);
        QCOMPARE(info->vocabulary, 24);
        QCOMPARE(info->format, std::string("safetensors"));
        QCOMPARE(info->dtype, std::string("BF16"));
        QVERIFY(info->hasMlmHead && !info->uncased && info->contentHash.empty());
        QCOMPARE(info->bytes, static_cast<std::uint64_t>(m_weights.size()));
        QCOMPARE(info->name, (CheckpointName{"fam", 1, 3000, ""}));
        QVERIFY(!describeCheckpoint(root).has_value());
        putFile(root / "webpage" / "config.json", R"({"port": 80})");
        QVERIFY(!describeCheckpoint(root / "webpage").has_value());
    }

    void sortsAndTellsProblems() {
        const fs::path root = m_root / "tree";
        for (const char* name :
             {"b-seed_0-step_10k", "b-seed_0-step_2k", "a-seed_1-step_5", "deep/er/a-seed_0-step_5"})
            put(root / name);
        putFile(root / "c-seed_0-step_1" / "config.json", m_config);
        putFile(root / "d-seed_0-step_1" / "pytorch_model.bin", torchZip(savedTensors(m_model)));
        putFile(root / "e-seed_0-step_1" / "config.json", m_config);
        putFile(root / "e-seed_0-step_1" / "model.safetensors",
                "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
        putFile(root / "f-seed_0-step_1" / "config.json", R"({"model_type": "gpt2", "hidden_size": 8})");
        int seen = 0;
        const auto found = scanCheckpoints(root, {}, {}, [&](const CheckpointInfo&) { ++seen; });
        QCOMPARE(seen, 8);
        std::vector<std::string> names, problems;
        for (const CheckpointInfo& info : found) {
            names.push_back(info.name.family + std::to_string(*info.name.seed) + ":" +
                            std::to_string(*info.name.step));
            problems.push_back(info.problem);
        }
        QCOMPARE(names, (std::vector<std::string>{"a0:5", "a1:5", "b0:2000", "b0:10000", "c0:1", "d0:1",
                                                  "e0:1", "f0:1"}));
        for (int i = 0; i < 4; ++i)
            QVERIFY2(problems[static_cast<std::size_t>(i)].empty(),
                     problems[static_cast<std::size_t>(i)].c_str());
        QVERIFY(problems[4].find("no weight file") != std::string::npos);
        QVERIFY(problems[5].find("no config.json") != std::string::npos);
        QVERIFY(problems[6].find("git lfs pull") != std::string::npos);
        QVERIFY(problems[7].find("gpt2") != std::string::npos);
    }

    void readsCaches() {
        const fs::path root = m_root / "hub",
                       repository = root / "models--google--multiberts-seed_0-step_20k";
        putFile(repository / "blobs" / "aa", m_config);
        putFile(repository / "blobs" / "bb", m_weights);
        putFile(repository / "refs" / "main", "0123");
        fs::create_directories(repository / "snapshots" / "0123");
        fs::create_symlink("../../blobs/aa", repository / "snapshots" / "0123" / "config.json");
        fs::create_symlink("../../blobs/bb", repository / "snapshots" / "0123" / "model.safetensors");
        const fs::path half = root / "models--google--multiberts-seed_0-step_40k" / "snapshots" / "4567";
        fs::create_directories(half);
        fs::create_symlink(repository / "blobs" / "aa", half / "config.json");
        fs::create_symlink("../../blobs/none", half / "model.safetensors");
        const auto found = scanCheckpoints(root);
        QCOMPARE(found.size(), std::size_t{2});
        QCOMPARE(found[0].name, (CheckpointName{"multiberts", 0, 20000, ""}));
        QVERIFY2(found[0].isUsable(), found[0].problem.c_str());
        QCOMPARE(found[1].name, (CheckpointName{"multiberts", 0, 40000, ""}));
        QVERIFY(found[1].problem.find("Finish the download") != std::string::npos);
    }

    void findsCheckpointsOfTrainers() {
        const fs::path root = m_root / "trainer" / "model-seed_2";
        put(root);
        put(root / "checkpoint-500");
        fs::create_directory_symlink(root, root / "checkpoint-500" / "circle");
        const auto found = scanCheckpoints(m_root / "trainer");
        QCOMPARE(found.size(), std::size_t{2});
        QCOMPARE(found[0].name, (CheckpointName{"model", 2, std::nullopt, ""}));
        QCOMPARE(found[1].name, (CheckpointName{"model", 2, 500, ""}));
    }

    void takesLinksToCheckpoints() {
        const fs::path root = m_root / "linked", elsewhere = m_root / "elsewhere";
        put(elsewhere / "model-seed_1-step_7");
        put(root / "model-seed_1-step_8");
        fs::create_directory_symlink(elsewhere / "model-seed_1-step_7", root / "model-seed_3-step_7");
        fs::create_directory_symlink(root / "model-seed_1-step_8", root / "again");  // no second one
        fs::create_directory_symlink(elsewhere, root / "not-followed");
        fs::create_directory_symlink(root / "nowhere", root / "dangling");
        const auto found = scanCheckpoints(root);
        QCOMPARE(found.size(), std::size_t{2});
        QCOMPARE(found[0].name, (CheckpointName{"model", 1, 8, ""}));
        QCOMPARE(found[1].name, (CheckpointName{"model", 3, 7, ""}));
    }

    void isQuick() {
        // Headers only: 1,000 checkpoints; measured 0.1 s, bounded loosely for slow machines and sanitizers.
        const fs::path root = m_root / "many", weights = m_root / "many.safetensors";
        putFile(weights, m_weights);
        for (int i = 0; i < 1000; ++i) {
            const fs::path folder = root / ("m-seed_0-step_" + std::to_string(i));
            putFile(folder / "config.json", m_config);
            fs::create_symlink(weights, folder / "model.safetensors");
        }
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(scanCheckpoints(root).size(), std::size_t{1000});
        QVERIFY2(timer.elapsed() < 10000, qPrintable(QString::number(timer.elapsed())));
        std::stop_source source;
        source.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, scanCheckpoints(root, source.get_token()));
        QVERIFY_THROWS_EXCEPTION(Error, scanCheckpoints(m_root / "nowhere"));
    }
};

QTEST_APPLESS_MAIN(TestDiscovery)
#include "tst_discovery.moc"
