// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/cancellation.h"
#include "base/system.h"
#include "experiment/runresult.h"
#include "runmaterial.h"
#include "support/errorof.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <fstream>
#include <numeric>

using namespace strata;
using namespace strata::test;

/// What an experiment will cost, against counts worked out by hand and the run itself.
class TestPlan : public QObject {
    Q_OBJECT

    using Order = std::vector<std::size_t>;

    static std::vector<std::string> namesOf(const Plan& plan) {
        std::vector<std::string> names;
        for (const PlannedRun& run : plan.runs)
            names.push_back(plan.checkpoints[run.checkpoint].path.filename().string());
        return names;
    }
    static std::string warningsOf(const Plan& plan) {
        std::string all;
        for (const std::string& warning : plan.warnings)
            all += warning + "\n";
        return all;
    }
    ExperimentSpec spec(const std::vector<std::string>& checkpoints = {"ck"}) const {
        return m_material->spec(checkpoints);
    }

  private Q_SLOTS:
    void init() { m_material = std::make_unique<RunMaterial>(); }

    void coarseFirst() {
        QCOMPARE(coarseOrder(0), Order{});
        QCOMPARE(coarseOrder(1), Order{0});
        QCOMPARE(coarseOrder(2), (Order{0, 1}));
        QCOMPARE(coarseOrder(3), (Order{0, 2, 1}));
        QCOMPARE(coarseOrder(5), (Order{0, 4, 2, 1, 3}));
        QCOMPARE(coarseOrder(9), (Order{0, 8, 4, 2, 6, 1, 3, 5, 7}));
        for (std::size_t count = 0; count < 70; ++count) {
            Order order = coarseOrder(count), all(count);
            std::sort(order.begin(), order.end());
            std::iota(all.begin(), all.end(), std::size_t{0});
            QCOMPARE(order, all);
        }
    }

    void runsTakeTurns() {
        Workspace workspace = m_material->workspace("ws");
        QCOMPARE(
            namesOf(makePlan(spec(), workspace)),
            (std::vector<std::string>{"tiny-seed_0-step_0", "tiny-seed_1-step_0", "tiny-seed_0-step_20",
                                      "tiny-seed_1-step_20", "tiny-seed_0-step_10", "tiny-seed_1-step_10"}));
    }

    /// First, last and middle with one probe seed each, before any other seed.
    void firstSeedsOfTheCoarsePicture() {
        Workspace workspace = m_material->workspace("ws");
        ExperimentSpec wanted = spec({"ck/tiny-seed_0-*"});
        wanted.probes[0].seeds = {3, 1};
        const auto order = [&] {
            QStringList text;
            const Plan plan = makePlan(wanted, workspace);
            for (const PlannedRun& run : plan.runs)
                text
                    << QStringLiteral("%1/%2").arg(*plan.checkpoints[run.checkpoint].name.step).arg(run.seed);
            return text.join(' ');
        };
        QCOMPARE(order(), QStringLiteral("0/3 20/3 10/3 0/1 20/1 10/1"));
        RunnerSettings settings;  // a disk that keeps only one checkpoint's states
        settings.diskBudgetBytes = makePlan(wanted, workspace).diskBytes / 3;
        storeRunnerSettings(workspace, settings);
        QCOMPARE(order(), QStringLiteral("0/3 0/1 20/3 20/1 10/3 10/1"));
    }

    void foretellsFailure() {
        Workspace workspace = m_material->workspace("ws");
        ExperimentSpec wanted = spec();
        wanted.probes[0].allLayers = false;
        wanted.probes[0].layers = {0, 7};
        wanted.probes.push_back(wanted.probes[0]);  // twice the same
        RunnerSettings settings;
        settings.diskBudgetBytes = 1000;
        storeRunnerSettings(workspace, settings);
        const Plan plan = makePlan(wanted, workspace);
        QCOMPARE(plan.runs.size(), std::size_t{6});
        const std::string warnings = warningsOf(plan);
        QVERIFY2(warnings.find("Layer 7 will fail") != std::string::npos, warnings.c_str());
        QVERIFY2(warnings.find("disk budget") != std::string::npos, warnings.c_str());
    }

    void saysWhenBf16IsNotMultiplied() {
        Workspace workspace = m_material->workspace("bf16");
        ExperimentSpec wanted = spec();
        const std::string asFloat32 = makePlan(wanted, workspace).runs.at(0).key;
        wanted.probes[0].dtype = "bf16";
        const Plan plan = makePlan(wanted, workspace);
        const bool isThere = processorInfo().multipliesBf16();
        QCOMPARE(warningsOf(plan).find("bf16") != std::string::npos, !isThere);
        // What is computed in fp32 must not be kept as a result in bf16.
        QCOMPARE(plan.runs.at(0).key == asFloat32, !isThere);
        QCOMPARE(plan.spec.probes[0].dtype, std::string(isThere ? "bf16" : "fp32"));
    }

    void textsOfATaskAgreeInTheirSpans() {
        Workspace workspace = m_material->workspace("spans");
        const auto put = [&](const char* name, const char* target) {
            const std::filesystem::path path = m_material->path(name);
            std::ofstream(path) << R"({"text": "a b", "targets": [)" << target << "]}\n";
            return path;
        };
        ExperimentSpec wanted = spec();
        wanted.tasks[0].train = put("one.jsonl", R"({"span1": [0, 1], "label": "X"})");
        wanted.tasks[0].dev = put("two.jsonl", R"({"span1": [0, 1], "span2": [1, 2], "label": "X"})");
        VERIFY_ERROR("one.jsonl' have one span, those of", makePlan(wanted, workspace));
    }

    void namesTheNumbersOfAdamInAKeyOnlyWhereTheyDiffer() {
        ProbeSpec probe;
        const auto settings = [&] { return runFields({}, {}, {}, probe, 0, "").settingsJson; };
        // Workspaces filled before Adam's numbers could be set hold keys without them.
        const std::string before = settings();
        QVERIFY2(before.find("adam_") == std::string::npos, before.c_str());
        probe.overrides["adam_beta2"] = 0.999;
        QCOMPARE(settings(), before);
        probe.overrides["adam_beta2"] = 0.98;
        QVERIFY2(settings().find("\"adam_beta2\":0.98") != std::string::npos, settings().c_str());
    }

    void counts() {
        Workspace workspace = m_material->workspace("ws");
        ExperimentSpec wanted = spec();
        wanted.tasks.push_back(wanted.tasks[0]);  // another training text, the same dev text
        wanted.tasks[1].name = "limited";
        wanted.tasks[1].trainLimit = 10;
        wanted.probes.push_back(wanted.probes[0]);
        wanted.probes[0].seeds = {0, 1, 2};
        wanted.probes[1].overrides["epochs"] = 1;
        const Plan plan = makePlan(wanted, workspace);
        QCOMPARE(plan.checkpoints.size(), std::size_t{6});
        QCOMPARE(plan.runs.size(), std::size_t{6 * 2 * 4});
        QCOMPARE(plan.encodingPasses, std::int64_t{6 * 3});
        QVERIFY(plan.runsThere == 0 && plan.encodingPassesCached == 0 && plan.unusable.empty());
        QVERIFY(plan.warnings.empty());
        QVERIFY(0 < plan.secondsLow && plan.secondsLow < plan.secondsExpected &&
                plan.secondsExpected < plan.secondsHigh);
        std::set<std::string> keys;
        for (const PlannedRun& run : plan.runs)
            keys.insert(run.key);
        QCOMPARE(keys.size(), plan.runs.size());
        const Json json = toJson(plan);
        QCOMPARE(json["runs"].get<int>(), 48);
        QCOMPARE(json["encoding_passes"].get<int>(), 18);
        QCOMPARE(json["order"].size(), std::size_t{48});
        // A number type of its own is another set of hidden states.
        wanted.probes[1].dtype = "bf16";
        QCOMPARE(makePlan(wanted, workspace).encodingPasses,
                 std::int64_t{6 * 3 * (processorInfo().multipliesBf16() ? 2 : 1)});
    }

    void diskAsTheRunTakesIt() {
        Workspace workspace = m_material->workspace("ws");
        const ExperimentSpec wanted = spec({"ck/tiny-seed_0-*"});
        const Plan before = makePlan(wanted, workspace);
        runSpec(workspace, wanted);
        std::uint64_t bytes = 0;
        for (const auto& entry : std::filesystem::directory_iterator(workspace.activationsFolder()))
            if (entry.path().extension() == ".act") bytes += entry.file_size();
        QCOMPARE(before.diskBytes, bytes);
        QVERIFY(bytes > 50'000);
    }

    void whatIsThereAlready() {
        Workspace workspace = m_material->workspace("ws");
        ExperimentSpec wanted = spec({"ck/tiny-seed_0-*"});
        runSpec(workspace, wanted);
        const Plan again = makePlan(wanted, workspace);
        QVERIFY(again.runsThere == 3 && again.runs.size() == 3 && again.runs[0].isThere);
        QVERIFY(again.encodingPasses == 0 && again.diskBytes == 0 && again.secondsExpected == 0);
        QVERIFY2(again.estimateBasis.find("3 earlier runs") != std::string::npos,
                 again.estimateBasis.c_str());
        // Another probe seed: the hidden states are there. Another checkpoint: they are not.
        wanted.probes[0].seeds = {0, 1};
        wanted.checkpoints = spec().checkpoints;
        const Plan more = makePlan(wanted, workspace);
        QVERIFY(more.runs.size() == 12 && more.runsThere == 3);
        QVERIFY(more.encodingPasses == 12 && more.encodingPassesCached == 6);
        QVERIFY(more.diskBytes > 0 && more.secondsExpected > 0);
    }

    void patternsAndFolders_data() {
        QTest::addColumn<QStringList>("entries");
        QTest::addColumn<int>("count");
        QTest::newRow("folder above") << QStringList{"ck"} << 6;
        QTest::newRow("one") << QStringList{"ck/tiny-seed_0-step_10"} << 1;
        QTest::newRow("star") << QStringList{"ck/tiny-seed_0-*"} << 3;
        QTest::newRow("question mark") << QStringList{"ck/tiny-seed_?-step_0"} << 2;
        QTest::newRow("brackets") << QStringList{"c[jk]/*_[2-9]0"} << 2;
        QTest::newRow("overlapping") << QStringList{"ck/tiny-seed_0-*", "ck", "ck/../ck/tiny-seed_1-step_0"}
                                     << 6;
    }
    void patternsAndFolders() {
        QFETCH(QStringList, entries);
        std::vector<std::string> texts;
        for (const QString& entry : entries)
            texts.push_back(entry.toStdString());
        Workspace workspace = m_material->workspace("ws");
        const Plan plan = makePlan(spec(texts), workspace);
        QTEST(static_cast<int>(plan.checkpoints.size()), "count");
        QVERIFY2(plan.warnings.empty(), warningsOf(plan).c_str());
    }

    /// A name that fits nothing is never passed over in silence, wherever it stands in the list.
    void namesOfNothing() {
        Workspace workspace = m_material->workspace("ws");
        for (const auto& entries : {std::vector<std::string>{"ck/typo", "ck"}, {"ck", "ck/typo-*"}}) {
            const Plan plan = makePlan(spec(entries), workspace);
            QCOMPARE(plan.checkpoints.size(), std::size_t{6});
            QVERIFY2(warningsOf(plan).find("/ck/typo") != std::string::npos, warningsOf(plan).c_str());
        }
        VERIFY_ERROR("names no checkpoint folder", makePlan(spec({"nowhere"}), workspace));
        VERIFY_ERROR("names no checkpoint folder", makePlan(spec({"nowhere/*"}), workspace));
        QVERIFY(QDir().mkpath(m_material->at("empty")));
        VERIFY_ERROR("/empty", makePlan(spec({"empty"}), workspace));
    }

    void damagedCheckpoint() {
        writeFile(m_material->checkpoint(0, 10) + "/model.safetensors", "damaged");
        QVERIFY(QFile::remove(m_material->checkpoint(0, 20) + "/vocab.txt"));
        Workspace workspace = m_material->workspace("ws");
        const Plan plan = makePlan(spec(), workspace);
        QCOMPARE(plan.checkpoints.size(), std::size_t{4});
        QCOMPARE(plan.unusable.size(), std::size_t{2});
        for (const CheckpointInfo& info : plan.unusable)
            QVERIFY(!info.problem.empty());
        VERIFY_ERROR("no checkpoint can be used", makePlan(spec({"ck/tiny-seed_0-step_10"}), workspace));
    }

    void equalWeights() {
        for (const char* file : {"model.safetensors"}) {
            const QString target = m_material->checkpoint(1, 20) + '/' + file;
            QVERIFY(QFile::remove(target) && QFile::copy(m_material->checkpoint(1, 10) + '/' + file, target));
        }
        Workspace workspace = m_material->workspace("ws");
        const Plan plan = makePlan(spec(), workspace);
        QCOMPARE(plan.warnings.size(), std::size_t{1});
        const std::string warning = plan.warnings[0];
        QVERIFY2(warning.find("seed 1 step 20") != std::string::npos &&
                     warning.find("seed 1 step 10") != std::string::npos,
                 warning.c_str());
        QCOMPARE(plan.runs.size(), std::size_t{6});
        // One of the two is computed; the estimate knows it.
        QCOMPARE(plan.encodingPasses, std::int64_t{5 * 2});
    }

    void correctedNames() {
        Workspace workspace = m_material->workspace("ws");
        const Plan before = makePlan(spec({"ck/tiny-seed_0-*"}), workspace);
        // step_0 is really step 50: the last one, and not the first to run.
        workspace.correctCheckpointName(before.checkpointIds[before.runs[0].checkpoint], "renamed", 0, 50);
        workspace.correctCheckpointName(before.checkpointIds[before.runs[1].checkpoint], "renamed", 0, 20);
        workspace.correctCheckpointName(before.checkpointIds[before.runs[2].checkpoint], "renamed", 0, 10);
        const Plan plan = makePlan(spec({"ck/tiny-seed_0-*"}), workspace);
        QCOMPARE(namesOf(plan), (std::vector<std::string>{"tiny-seed_0-step_10", "tiny-seed_0-step_0",
                                                          "tiny-seed_0-step_20"}));
        QCOMPARE(plan.checkpoints[plan.runs[1].checkpoint].name.family, std::string("renamed"));
    }

    /// New weights in an old file of the same size are other weights.
    void replacedWeights() {
        Workspace workspace = m_material->workspace("ws");
        const ExperimentSpec wanted = spec({"ck/tiny-seed_0-step_10"});
        const std::string key = makePlan(wanted, workspace).runs.at(0).key;
        QCOMPARE(makePlan(wanted, workspace).runs.at(0).key, key);
        const QString file = m_material->checkpoint(0, 10) + "/model.safetensors";
        const qint64 size = QFile(file).size();
        writeTinyCheckpoint(m_material->checkpoint(0, 10), 4711);
        QCOMPARE(QFile(file).size(), size);
        QVERIFY(makePlan(wanted, workspace).runs.at(0).key != key);
    }

    void keysDependOnTexts() {
        Workspace workspace = m_material->workspace("ws");
        ExperimentSpec wanted = spec({"ck/tiny-seed_0-step_10"});
        std::set<std::string> keys;
        const auto add = [&](const auto& change) {
            ExperimentSpec other = wanted;
            change(other);
            keys.insert(makePlan(other, workspace).runs.at(0).key);
        };
        add([](ExperimentSpec&) {});
        add([](ExperimentSpec& s) { s.name = "another name is the same run"; });
        add([](ExperimentSpec& s) { s.tasks[0].trainLimit = 20; });
        add([](ExperimentSpec& s) { s.tasks[0].name = "other"; });
        add([](ExperimentSpec& s) { s.probes[0].dtype = "bf16"; });
        add([](ExperimentSpec& s) { s.probes[0].mix = false; });
        add([](ExperimentSpec& s) { s.probes[0].allLayers = false; });
        add([](ExperimentSpec& s) { s.probes[0].overrides["epochs"] = 3; });
        add([](ExperimentSpec& s) { s.probes[0].seeds = {9}; });
        add([this](ExperimentSpec& s) { s.tasks[0].train = m_material->path("other.conllu"); });
        add([](ExperimentSpec& s) { s.tasks[0].score = "train"; });
        QCOMPARE(keys.size(), std::size_t{processorInfo().multipliesBf16() ? 10u : 9u});
    }

    void leftOutSentences() {
        Workspace workspace = m_material->workspace("ws");
        ExperimentSpec wanted = spec();
        wanted.tasks[0].maxPieces = 7;  // five words at most
        const Plan plan = makePlan(wanted, workspace);
        QCOMPARE(plan.warnings.size(), std::size_t{1});  // said once, not for each checkpoint
        QVERIFY2(warningsOf(plan).find("pos, train: ") != std::string::npos &&
                     warningsOf(plan).find("left out") != std::string::npos,
                 warningsOf(plan).c_str());
        QVERIFY(!plan.omissions.empty());
        for (const PlanOmission& omission : plan.omissions)
            QVERIFY(omission.task == "pos" && omission.split == "train" && !omission.where.empty());
        QCOMPARE(toJson(plan)["omissions"].size(), plan.omissions.size());
        wanted.tasks[0].maxPieces = 3;
        VERIFY_ERROR("train.conllu", makePlan(wanted, workspace));
    }

    void differentModelsOfOneName() {
        std::filesystem::create_directories(m_material->path("twin"));
        std::filesystem::copy(m_material->path("ck/tiny-seed_0-step_10"),
                              m_material->path("twin/tiny-seed_0-step_0"),
                              std::filesystem::copy_options::recursive);
        Workspace workspace = m_material->workspace("ws");
        const Plan plan = makePlan(spec({"ck/tiny-seed_0-step_0", "twin"}), workspace);
        QVERIFY2(warningsOf(plan).find("are different models") != std::string::npos,
                 warningsOf(plan).c_str());
    }

    void bracketsInARealName() {
        std::filesystem::rename(m_material->path("ck"), m_material->path("ck[1]*"));
        Workspace workspace = m_material->workspace("ws");
        QCOMPARE(makePlan(spec({"ck[1]*/tiny-seed_0-*"}), workspace).runs.size(), std::size_t{3});
    }

    void missingText() {
        Workspace workspace = m_material->workspace("ws");
        ExperimentSpec wanted = spec();
        wanted.tasks[0].dev = m_material->path("nowhere.conllu");
        VERIFY_ERROR("nowhere.conllu", makePlan(wanted, workspace));
        writeFile(m_material->at("empty.conllu"), "");
        wanted.tasks[0].dev = m_material->path("empty.conllu");
        QVERIFY(!errorOf([&] { makePlan(wanted, workspace); }).isEmpty());
    }

    void cancelled() {
        Workspace workspace = m_material->workspace("ws");
        std::stop_source stop;
        QVERIFY_THROWS_EXCEPTION(Cancelled, makePlan(spec(), workspace, stop.get_token(),
                                                     [&](const Progress&) { stop.request_stop(); }));
        QVERIFY(stop.stop_requested());
        QCOMPARE(makePlan(spec(), workspace).runs.size(), std::size_t{6});
    }

  private:
    std::unique_ptr<RunMaterial> m_material;
};

QTEST_GUILESS_MAIN(TestPlan)
#include "tst_plan.moc"
