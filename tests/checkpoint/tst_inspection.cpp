// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/inspection.h"
#include "checkpoint/weightfixtures.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace strata;
using namespace strata::test;

namespace fs = std::filesystem;

/// What is told of one checkpoint, and of one that is no longer there.
class TestInspection : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;
    const fs::path m_root = m_directory.path().toStdString();
    const BertWeights m_model = tinyBert();

    fs::path put(const std::string& name, const std::string& file, const std::string& content) const {
        putFile(m_root / name / "config.json", bertConfigJson(m_model.config));
        putFile(m_root / name / file, content);
        return m_root / name;
    }
    static const TensorRow* rowOf(const CheckpointContent& content, const std::string& name) {
        const auto found = std::find_if(content.tensors.begin(), content.tensors.end(),
                                        [&](const TensorRow& row) { return row.name == name; });
        return found == content.tensors.end() ? nullptr : &*found;
    }

  private Q_SLOTS:
    void listsTensorsOfEveryForm_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("dtype");
        const auto add = [](const char* name, const char* file, const std::string& bytes, const char* dtype) {
            QTest::newRow(name) << QString::fromLatin1(file) << QByteArray::fromStdString(bytes)
                                << QString::fromLatin1(dtype);
        };
        add("safetensors", "model.safetensors", safetensorsFile(savedTensors(m_model, "BF16")), "BF16");
        add("zip", "pytorch_model.bin", torchZip(savedTensors(m_model, "F16")), "F16");
        add("before 1.6", "pytorch_model.bin", torchLegacy(savedTensors(m_model)), "F32");
    }
    void listsTensorsOfEveryForm() {
        QFETCH(QString, file);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, dtype);
        const auto content =
            readCheckpointContent(put(QTest::currentDataTag(), file.toStdString(), bytes.toStdString()));
        QCOMPARE(content.configProblem, std::string());
        QCOMPARE(content.tensorsProblem, std::string());
        QVERIFY(content.config == m_model.config);
        QCOMPARE(content.tensors.size(), m_model.tensors.size());
        for (const auto& [name, tensor] : m_model.tensors) {
            const TensorRow* row = rowOf(content, name.rfind("cls.", 0) == 0 ? name : "bert." + name);
            QVERIFY2(row, name.c_str());
            QCOMPARE(row->shape, tensor.shape);
            QCOMPARE(row->dtype, dtype.toStdString());
            QCOMPARE(row->file, file.toStdString());
        }
    }

    void tellsRevisions() {
        const std::string weights = safetensorsFile(savedTensors(m_model));
        const fs::path snapshot = put("models--a--b/snapshots/12ab", "model.safetensors", weights);
        QVERIFY(readCheckpointContent(snapshot).revisions.empty());
        for (const char* name : {"main", "step_3", "early"})
            putFile(m_root / "models--a--b" / "refs" / name, "12ab");
        QCOMPARE(readCheckpointContent(snapshot).revisions,
                 (std::vector<std::string>{"step_3", "main", "early"}));
        QVERIFY(readCheckpointContent(put("plain", "model.safetensors", weights)).revisions.empty());
    }

    /// Data that are nonsense are no matter.
    void readsNoData() {
        std::vector<SavedTensor> tensors = savedTensors(m_model);
        for (SavedTensor& tensor : tensors)
            std::fill(tensor.bytes.begin(), tensor.bytes.end(), '\xFF');
        const auto content =
            readCheckpointContent(put("nonsense", "model.safetensors", safetensorsFile(tensors)));
        QCOMPARE(content.tensors.size(), tensors.size());
    }

    void countsNumbersInNames() {
        std::vector<SavedTensor> tensors;
        for (const char* name : {"layer.10.x", "layer.2.x", "layer.02.y", "layer", "layer.2", "a\\u0001"})
            tensors.push_back({name, "U8", {1}, "x"});
        const auto content =
            readCheckpointContent(put("names", "model.safetensors", safetensorsFile(tensors)));
        QCOMPARE(content.tensorsProblem, std::string());
        std::vector<std::string> names;
        for (const TensorRow& row : content.tensors)
            names.push_back(row.name);
        QCOMPARE(names, (std::vector<std::string>{"a\\x01", "layer", "layer.2", "layer.2.x", "layer.02.y",
                                                  "layer.10.x"}));
    }

    void saysWhatCannotBeRead() {
        const auto half = readCheckpointContent(
            put("half", "model.safetensors", safetensorsFile(savedTensors(m_model)).substr(0, 400)));
        QVERIFY(half.config && half.tensors.empty());
        QVERIFY2(half.tensorsProblem.find("model.safetensors") != std::string::npos,
                 half.tensorsProblem.c_str());
        const fs::path folder =
            put("bad config", "model.safetensors", safetensorsFile(savedTensors(m_model)));
        putFile(folder / "config.json", "{");
        const auto bad = readCheckpointContent(folder);
        QVERIFY(!bad.config && !bad.configProblem.empty());
        QCOMPARE(bad.tensors.size(), m_model.tensors.size());
        const auto none = readCheckpointContent(m_root / "nowhere");
        QVERIFY(!none.configProblem.empty() && !none.tensorsProblem.empty());
    }

    void tellsHowACheckpointWent() {
        const fs::path folder =
            put("drive/models/one", "model.safetensors", safetensorsFile(savedTensors(m_model)));
        QCOMPARE(absenceOf(folder, true), std::string());
        const auto holds = [&](const char* part, bool hadWeights = true) {
            return absenceOf(folder, hadWeights).find(part) != std::string::npos;
        };
        fs::remove(folder / "model.safetensors");
        QVERIFY(holds("weight file is gone"));
        QCOMPARE(absenceOf(folder, false), std::string());  // it never had any: that is its problem, no news
        fs::remove_all(folder);
        QVERIFY(holds("folder is gone: it was deleted"));
        QVERIFY(holds("folder is gone", false));
        putFile(folder, "a file");
        QVERIFY(holds("folder is gone: a file"));
        fs::rename(m_root / "drive", m_root / "unplugged");
        QVERIFY(holds(("there is no '" + (m_root / "drive").string() + "'").c_str()));
        fs::rename(m_root / "unplugged", m_root / "drive");
    }
};

QTEST_GUILESS_MAIN(TestInspection)
#include "tst_inspection.moc"
