// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"
#include "base/json.h"
#include "checkpoint/bertweights.h"
#include "checkpoint/discovery.h"
#include "support/shareddata.h"

#include <QTest>

#include <set>

using strata::CheckpointName;
using strata::Json;

namespace {

std::filesystem::path golden() {
    const auto shared = strata::test::sharedFolder();
    return shared.empty() ? shared : shared / "golden" / "tiny";
}

}  // namespace

class TestCheckpoint : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void readsNames_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("family");
        QTest::addColumn<int>("seed");
        QTest::addColumn<qint64>("step");
        QTest::addColumn<QString>("adaptedFrom");
        const auto row = [](const char* folder, const char* family, int seed, qint64 step,
                            const char* adapted) {
            QTest::newRow(folder) << folder << family << seed << step << adapted;
        };
        row("multiberts-seed_0-step_20k", "multiberts", 0, 20000, "");
        row("MultiBertGunjanPatrick/multiberts-seed-0-20k", "multiberts", 0, 20000, "");
        row("finetuned-chemprot-seed-0-0k", "chemprot", 0, 0, "chemprot");
        row("runs/seed0-step1500", "runs", 0, 1500, "");
        row("multiberts-seed_3-step_2000k", "multiberts", 3, 2000000, "");
        row("minibert-seed_0-step_800", "minibert", 0, 800, "");
        row("bert-step_0.5k", "bert", -1, 500, "");
        row("bert-seed_1-step_1.5M", "bert", 1, 1500000, "");
        row("bert-v1.5-step_20", "bert-v1.5", -1, 20, "");
        row("multiberts-seed_0-step_-1", "multiberts", 0, -1, "");
        row("multiberts-seed_4", "multiberts", 4, -1, "");
        row("bert-base-uncased", "bert-base-uncased", -1, -1, "");
        row("models--google--multiberts-seed_1-step_40k/snapshots/0123abc", "multiberts", 1, 40000, "");
        row("tiny/checkpoint-500", "tiny", -1, 500, "");
    }
    void readsNames() {
        QFETCH(QString, folder);
        QFETCH(QString, family);
        QFETCH(int, seed);
        QFETCH(qint64, step);
        QFETCH(QString, adaptedFrom);
        const CheckpointName name = strata::parseCheckpointName(folder.toStdString());
        QCOMPARE(QString::fromStdString(name.family), family);
        QCOMPARE(name.seed.value_or(-1), seed);
        QCOMPARE(name.step.value_or(-1), step);
        QCOMPARE(QString::fromStdString(name.adaptedFrom), adaptedFrom);
    }

    void goldenModelsLoadAndHash() {
        if (golden().empty()) QSKIP("needs shared/golden/tiny");
        std::map<std::string, std::string> hashes;
        for (const Json& model : strata::readJsonFile(golden() / "models.json")) {
            const auto path = model["path"].get<std::string>();
            const auto weights = strata::readBertWeights(golden() / path);
            const bool providesMlm = model["provides"].dump().find("mlm") != std::string::npos;
            QVERIFY2(weights.hasMlmHead == providesMlm, path.c_str());
            if (path.find("tied_conflict") != std::string::npos) QVERIFY(!weights.warnings.empty());
            hashes[path] = strata::checkpointContentHash(weights);
            QCOMPARE(strata::checkpointContentHash(golden() / path),
                     hashes[path]);  // streamed, without a copy
        }
        std::set<std::string> distinct;
        const Json groups = strata::readJsonFile(golden() / "weight_groups.json")["groups"];
        for (const auto& [name, parts] : groups.items()) {
            const auto& same = parts["encoder_and_mlm_head_identical"];
            for (const Json& path : same)
                QVERIFY2(hashes[path.get<std::string>()] == hashes[same[0].get<std::string>()],
                         path.get<std::string>().c_str());
            if (!same.empty())
                QVERIFY2(distinct.insert(hashes[same[0].get<std::string>()]).second, name.c_str());
        }
    }

    void goldenRefusals() {
        if (golden().empty()) QSKIP("needs shared/golden/tiny/refuse");
        QStringList wrong;
        for (const Json& entry : strata::readJsonFile(golden() / "refuse" / "expected.json")) {
            const auto path = entry["path"].get<std::string>();
            const auto expected = entry["expect"].get<std::string>();
            std::string outcome, text;
            try {
                const auto weights = strata::readBertWeights(golden() / path);
                outcome = !weights.warnings.empty() ? "load_with_warning" : "load";
                if (!weights.hasMlmHead) outcome = "load_encoder_refuse_mlm";
                if (outcome == "load_with_warning") text = weights.warnings.front();
            } catch (const strata::Error& error) {
                outcome = "refuse";
                text = error.what();
            }
            const bool eitherWay =
                expected == "refuse_or_load" || expected == "refuse_or_ignore" ||
                (expected == "refuse_or_warn" && outcome != "load") ||
                (path.find("prefix_and_noprefix") != std::string::npos && outcome == "refuse");
            if (outcome != expected && !eitherWay)
                wrong << QString::fromStdString(path + ": " + outcome + ", expected " + expected + ". " +
                                                text);
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    }

    void scansRealCheckpoints() {
        const auto shared = strata::test::sharedFolder();
        if (shared.empty()) QSKIP("needs shared/checkpoints");
        const auto found = strata::scanCheckpoints(shared / "checkpoints");
        QCOMPARE(found.size(), std::size_t{18});
        for (const auto& checkpoint : found) {
            QVERIFY2(checkpoint.isUsable(), checkpoint.problem.c_str());
            QCOMPARE(checkpoint.layers, 6);
            QCOMPARE(checkpoint.name.family, std::string("minibert"));
        }
    }
};

QTEST_APPLESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
