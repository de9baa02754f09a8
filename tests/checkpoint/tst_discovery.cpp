// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Finding checkpoints in generated folder trees.
#include "base/cancellation.h"
#include "base/error.h"
#include "checkpoint/bertweights.h"
#include "checkpoint/cacherevisions.h"
#include "checkpoint/discovery.h"
#include "checkpoint/weightfixtures.h"
#include "support/errorof.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <unistd.h>

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
        fs::create_directory_symlink(elsewhere, root / "all-of-them");  // the first is known by now
        fs::create_directory_symlink(root / "nowhere", root / "dangling");
        const auto found = scanCheckpoints(root);
        QCOMPARE(found.size(), std::size_t{2});
        QCOMPARE(found[0].name, (CheckpointName{"model", 1, 8, ""}));
        QCOMPARE(found[1].name, (CheckpointName{"model", 3, 7, ""}));
    }

    /// Whichever comes first in the alphabet: the name that tells seed and step counts.
    void prefersNamesThatTell() {
        const fs::path root = m_root / "telling", outside = m_root / "untold";
        for (const char* name : {"x1", "x2", "x3/checkpoint-4"})
            put(outside / name);
        put(root / "own");
        put(root / "m-seed_1-step_8");
        fs::create_directory_symlink(outside / "x1", root / "a-best");
        fs::create_directory_symlink(outside / "x1", root / "m-seed_1-step_5");
        fs::create_directory_symlink(outside / "x1", root / "m-step_5");
        fs::create_directory_symlink(outside / "x1", root / "z-seed_2-step_6");  // tells no more
        fs::create_directory_symlink(outside / "x2", root / "m-seed_1-step_6");
        fs::create_directory_symlink(outside / "x2", root / "z-best");
        fs::create_directory_symlink(outside / "x3", root / "b-latest");
        fs::create_directory_symlink(outside / "x3", root / "m-seed_1");
        // A folder in its own place may have a link for a name, too.
        fs::create_directory_symlink(root / "own", root / "a-step_7");
        fs::create_directory_symlink(root / "own", root / "m-seed_1-step_7");
        fs::create_directory_symlink(root / "own", root / "z-seed_1-step_7");
        fs::create_directory_symlink(root / "m-seed_1-step_8", root / "a-seed_9-step_9");
        int seen = 0;
        std::vector<std::string> found;
        for (const CheckpointInfo& info :
             scanCheckpoints(root, {}, {}, [&](const CheckpointInfo&) { ++seen; })) {
            QCOMPARE(parseCheckpointName(info.path), info.name);
            found.push_back(info.path.lexically_relative(fs::canonical(root)).string());
        }
        QCOMPARE(found, (std::vector<std::string>{"m-seed_1/checkpoint-4", "m-seed_1-step_5",
                                                  "m-seed_1-step_6", "m-seed_1-step_7", "m-seed_1-step_8"}));
        QCOMPARE(seen, 5);
    }

    /// Below the root and outside of it; each checkpoint once, however many ways lead there.
    void followsLinksToFoldersOfCheckpoints() {
        const fs::path root = m_root / "gathered", outside = m_root / "outside";
        put(root / "m-seed_0-step_1");
        put(outside / "runs-seed_1" / "checkpoint-2");
        put(outside / "runs-seed_1" / "deep" / "er" / "m-seed_1-step_3");
        put(outside / "other" / "m-seed_2-step_4");
        fs::create_directory_symlink("../outside/runs-seed_1", root / "a");
        fs::create_directory_symlink(outside / "runs-seed_1", root / "b");           // the same again
        fs::create_directory_symlink(outside / "runs-seed_1" / "deep", root / "c");  // a part of it
        fs::create_directory_symlink(outside / "other", outside / "runs-seed_1" / "linked-on");
        // Circles, and the whole disk.
        fs::create_directory_symlink(root, outside / "other" / "back");
        fs::create_directory_symlink(outside / "runs-seed_1", outside / "other" / "round");
        fs::create_directory_symlink(".", root / "itself");
        fs::create_directory_symlink(outside, outside / "other" / "above");
        fs::create_directory_symlink("/", root / "disk");
        fs::create_directory_symlink(m_root, root / "up");
        std::vector<PassedOver> passedOver;
        int seen = 0;
        const auto all = scanCheckpoints(
            root, {}, {}, [&](const CheckpointInfo&) { ++seen; },
            [&](const PassedOver& one) { passedOver.push_back(one); });
        QVERIFY(passedOver.empty());
        QCOMPARE(seen, 4);
        std::vector<std::string> found;
        for (const CheckpointInfo& info : all)
            found.push_back(info.path.lexically_relative(fs::canonical(root)).string());
        QCOMPARE(found,
                 (std::vector<std::string>{"a/checkpoint-2", "m-seed_0-step_1", "a/deep/er/m-seed_1-step_3",
                                           "a/linked-on/m-seed_2-step_4"}));
        QCOMPARE(all[0].name, (CheckpointName{"a", std::nullopt, 2, ""}));  // as the link calls it
    }

    void linksAreBounded() {
        const fs::path chain = m_root / "chain";
        for (int i = 0; i < 20; ++i) {
            put(chain / ("m-step_" + std::to_string(i)));
            fs::create_directory_symlink(chain / ("m-step_" + std::to_string(i + 1)),
                                         chain / ("m-step_" + std::to_string(i)) / "next");
        }
        std::vector<PassedOver> passedOver;
        const auto note = [&](const PassedOver& one) { passedOver.push_back(one); };
        QCOMPARE(scanCheckpoints(chain / "m-step_0", {}, {}, {}, note).size(), std::size_t{13});
        QCOMPARE(passedOver.size(), std::size_t{1});
        QVERIFY2(passedOver[0].why.find("deeper than 12") != std::string::npos, passedOver[0].why.c_str());

        for (int i = 0; i < 10'010; ++i)
            fs::create_directories(m_root / "wide" / std::to_string(i));
        put(m_root / "few" / "m-step_1");
        fs::create_directory_symlink(m_root / "wide", m_root / "few" / "wide");
        passedOver.clear();
        QCOMPARE(scanCheckpoints(m_root / "few", {}, {}, {}, note).size(), std::size_t{1});
        QCOMPARE(passedOver.size(), std::size_t{1});
        QVERIFY2(passedOver[0].why.find("10000 folders") != std::string::npos, passedOver[0].why.c_str());
    }

    /// As a user who may not look everywhere.
    void tellsOfClosedFolders() {
        const fs::path root = m_root / "closed";
        for (const char* name : {"m-seed_0-step_1", "m-seed_0-step_2", "secret/m-seed_0-step_3",
                                 "names/m-seed_0-step_4", "m-seed_0-step_5/secret"})
            put(root / name);
        put(root / "m-seed_0-step_5");
        fs::create_directory_symlink(root / "secret" / "m-seed_0-step_3", root / "link");
        using fs::perms;
        const std::vector<std::pair<fs::path, perms>> closed = {{root / "m-seed_0-step_2", perms::none},
                                                                {root / "secret", perms::none},
                                                                {root / "names", perms{0444}},
                                                                {root / "m-seed_0-step_5", perms{0111}}};
        fs::permissions(m_root, perms{0755});
        for (const auto& [folder, mode] : closed)
            fs::permissions(folder, mode);
        const bool isRoot = ::geteuid() == 0;
        if (isRoot && ::seteuid(65534) != 0) QSKIP("cannot give up root's rights");
        std::vector<PassedOver> passedOver;
        std::vector<CheckpointInfo> found;
        const QString failure = errorOf([&] {
            found =
                scanCheckpoints(root, {}, {}, {}, [&](const PassedOver& one) { passedOver.push_back(one); });
        });
        if (isRoot) QCOMPARE(::seteuid(0), 0);
        for (const auto& [folder, mode] : closed)
            fs::permissions(folder, perms{0755});
        QVERIFY2(failure.isEmpty(), qPrintable(failure));
        QCOMPARE(found.size(), std::size_t{4});
        QVERIFY(found[0].isUsable() && found[3].isUsable());
        for (const std::size_t i : {1u, 2u}) {  // in their places, though closed
            QCOMPARE(found[i].name.step, std::optional<std::int64_t>(i == 1 ? 2 : 4));
            QVERIFY2(found[i].problem.find("Permission denied") != std::string::npos,
                     found[i].problem.c_str());
        }
        std::vector<std::string> names;
        for (const PassedOver& one : passedOver) {
            names.push_back(one.folder.filename().string());
            QVERIFY(!one.why.empty());
        }
        std::sort(names.begin(), names.end());
        QCOMPARE(names, (std::vector<std::string>{"link", "m-seed_0-step_5", "names", "secret"}));
    }

    /// Intermediate checkpoints as branches of one repository.
    void readsRevisions() {
        const fs::path root = m_root / "revisions", repository = root / "models--org--berty-seed_3";
        for (const char* commit : {"aaa0", "aaa1", "aaa2", "aaa3", "aaa4"})
            put(repository / "snapshots" / commit);
        const auto ref = [&](const char* name, const std::string& text) {
            putFile(repository / "refs" / name, text);
        };
        ref("main", "aaa2");  // the last step, as always
        ref("step_20k", "aaa2");
        ref("step1500", "aaa1\n");
        ref("stage1/step_2k", "aaa3");
        ref("refs/pr/7", "aaa3");
        ref("v1.0", "aaa0");
        ref("step_7", std::string(100'000, ' ') + "aaa4");  // too large for a commit
        ref("step_8", "../aaa4");
        ref("step_9", "");
        putFile(root / "elsewhere", "aaa4");
        fs::create_symlink(root / "elsewhere", repository / "refs" / "step_10");
        fs::create_directory_symlink(repository / "refs", repository / "refs" / "round");
        const auto found = scanCheckpoints(root);
        std::vector<std::string> told;
        for (const CheckpointInfo& info : found) {
            QCOMPARE(info.name.seed, std::optional(3));
            QCOMPARE(parseCheckpointName(info.path), info.name);
            QCOMPARE(describeCheckpoint(info.path), std::optional(info));
            QCOMPARE(info.warnings.size(), std::size_t{1});  // no vocabulary
            told.push_back(info.path.filename().string() + " " + info.revision + " " + info.name.family +
                           " " + (info.name.step ? std::to_string(*info.name.step) : "-"));
        }
        QCOMPARE(told, (std::vector<std::string>{"aaa1 step1500 berty 1500", "aaa3 stage1/step_2k berty 2000",
                                                 "aaa2 step_20k berty 20000", "aaa4  berty@aaa4 -",
                                                 "aaa0 v1.0 berty@v1.0 -"}));
        ref("step_30k", "aaa2");
        const auto both = describeCheckpoint(repository / "snapshots" / "aaa2");
        QVERIFY(both && both->warnings.size() == 2);
        QVERIFY2(both->warnings[1].find("step_20k and step_30k") != std::string::npos,
                 both->warnings[1].c_str());
        QCOMPARE(parseCheckpointName("models--a--b-step_40k/snapshots/1", "main"),
                 (CheckpointName{"b", std::nullopt, 40000, ""}));
        QCOMPARE(parseCheckpointName("models--a--pythia-70m/snapshots/1", "stage1-step1000-tokens3B"),
                 (CheckpointName{"pythia-70m", std::nullopt, 1000, ""}));
    }

    /// Only where a name is wanted: steps, main and what stands alone are called as ever.
    void namesRevisionsApart() {
        const fs::path root = m_root / "apart";
        const std::string digits = "0123456789abcdef0123456789abcdef01234567", other(40, 'b');
        const auto snapshot = [&](const char* repository, const std::string& commit, const char* ref) {
            put(root / repository / "snapshots" / commit);
            if (*ref) putFile(root / repository / "refs" / ref, commit);
            return root / repository / "snapshots" / commit;
        };
        const auto main = snapshot("models--a--bert", other, "main");
        QCOMPARE(parseCheckpointName(main).family, std::string("bert"));
        // A config without weights, and weights without config, are no second model.
        putFile(root / "models--a--bert" / "snapshots" / "cc" / "config.json", m_config);
        putFile(root / "models--a--bert" / "snapshots" / "dd" / "model.safetensors", m_weights);
        const auto old = snapshot("models--a--bert", digits, "");
        const auto branch = snapshot("models--a--bert", "ee", "refs/pr/7");
        QCOMPARE(parseCheckpointName(main).family, std::string("bert"));
        QCOMPARE(parseCheckpointName(old).family, std::string("bert@0123456"));
        QCOMPARE(parseCheckpointName(branch).family, std::string("bert@refs/pr/7"));
        QCOMPARE(shortCommit(old / ""), std::string("0123456"));
        QCOMPARE(shortCommit(branch), std::string("ee"));
        // The repository tells the step, its branches do not.
        snapshot("models--a--m-seed_1-step_9", "11", "main");
        snapshot("models--a--m-seed_1-step_9", "22", "v2");
        // Without main, and with the last model beside the steps.
        const auto alone = snapshot("models--a--lone", "33", "v1");
        QCOMPARE(parseCheckpointName(alone).family, std::string("lone"));
        snapshot("models--a--steps", "44", "final");
        snapshot("models--a--steps", "55", "step_5");
        std::vector<std::string> names;
        for (const CheckpointInfo& info : scanCheckpoints(root)) {
            QCOMPARE(parseCheckpointName(info.path), info.name);
            QCOMPARE(describeCheckpoint(info.path), std::optional(info));
            if (info.isUsable())
                names.push_back(info.name.family +
                                (info.name.step ? ":" + std::to_string(*info.name.step) : ""));
        }
        QCOMPARE(names, (std::vector<std::string>{"bert", "bert@0123456", "bert@refs/pr/7", "lone", "m:9",
                                                  "m@v2:9", "steps", "steps:5"}));
        // Weights are told by their content, whatever they are called.
        QCOMPARE(checkpointContentHash(old), checkpointContentHash(main));
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
