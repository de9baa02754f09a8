// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/safetensors.h"
#include "cliprocess.h"
#include "support/shareddata.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace strata::test;

/// strata-cli against reference values of the original programs, where they lie beside the project.
class TestCliGolden : public QObject {
    Q_OBJECT

    QString at(const QString& name) const { return m_folder.filePath(name); }

  private Q_SLOTS:
    void init() {
        m_shared = QString::fromStdString(sharedFolder().string());
        if (m_shared.isEmpty()) QSKIP("needs shared/golden beside the project");
    }

    void tokenizer_data() {
        QTest::addColumn<QString>("kind");
        QTest::newRow("uncased") << "uncased";
        QTest::newRow("cased") << "cased";
    }
    void tokenizer() {
        QFETCH(QString, kind);
        const QString folder = m_shared + "/golden/tokenizer/";
        QFile cases(folder + "cases_" + kind + ".jsonl");
        QVERIFY(cases.open(QIODevice::ReadOnly));
        QByteArray input;
        QList<QJsonObject> expected;
        for (const QByteArray& line : cases.readAll().split('\n')) {
            if (line.isEmpty()) continue;
            expected << QJsonDocument::fromJson(line).object();
            const QByteArray list =
                QJsonDocument(QJsonArray{expected.last()["text"]}).toJson(QJsonDocument::Compact);
            input += list.mid(1, list.size() - 2) + '\n';  // Qt writes no bare strings
        }
        QStringList arguments = {"tokenize", "--json-lines", "--vocab", folder + "vocab-" + kind + ".txt"};
        if (kind == "cased") arguments << "--cased";
        const CliOutcome outcome = runCli(arguments, input);
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto lines = outcome.out.trimmed().split('\n');
        QCOMPARE(lines.size(), expected.size());
        for (int i = 0; i < lines.size(); ++i)
            QCOMPARE(QJsonDocument::fromJson(lines[i]).object()["ids"], expected[i]["ids"]);
    }

    void encode_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("group");
        QTest::newRow("safetensors") << "st_f32"
                                     << "base";
        QTest::newRow("legacy pickle") << "bin_legacy"
                                       << "base";
        QTest::newRow("shards") << "st_sharded"
                                << "base";
        QTest::newRow("bf16") << "st_bf16"
                              << "bf16";
        QTest::newRow("odd sizes") << "odd_sizes"
                                   << "odd";
    }
    void encode() {
        QFETCH(QString, model);
        QFETCH(QString, group);
        const QString tiny = m_shared + "/golden/tiny/";
        const QString reference = tiny + "outputs/" + group + ".safetensors";
        const CliOutcome outcome = runCli({"encode", "--checkpoint", tiny + "models/" + model, "--ids",
                                           reference, "--out", at("out.safetensors"), "--mlm-logits"});
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto expected = strata::readSafetensors(reference.toStdString());
        const auto found = strata::readSafetensors(at("out.safetensors").toStdString());
        int compared = 0;
        for (const auto& [name, tensor] : expected.floats) {
            const bool isHidden = name.starts_with("hidden_");
            if (!isHidden && name != "mlm_logits") continue;
            const auto& other = found.floats.at(name);
            QVERIFY(other.shape == tensor.shape);
            double worst = 0;
            for (std::size_t i = 0; i < tensor.values.size(); ++i)
                worst = std::max(worst, std::abs(double{tensor.values[i]} - double{other.values[i]}));
            QVERIFY2(worst <= (isHidden ? 2e-5 : 1e-4), qPrintable(QString::number(worst)));
            ++compared;
        }
        QVERIFY(compared > 2);
    }

    void scanOfPublishedShapes() {
        const CliOutcome outcome = runCli({"scan", m_shared + "/checkpoints", "--json"});
        QCOMPARE(outcome.code, 0);
        const QJsonArray found = QJsonDocument::fromJson(outcome.out).array();
        QCOMPARE(found.size(), 18);
        int withoutHead = 0;
        for (const auto& one : found) {
            const QJsonObject checkpoint = one.toObject();
            QCOMPARE(checkpoint["family"].toString(), "minibert");
            QCOMPARE(checkpoint["layers"].toInt(), 6);
            QCOMPARE(checkpoint["problem"].toString(), "");
            withoutHead += checkpoint["mlm_head"].toBool() ? 0 : 1;
        }
        QCOMPARE(withoutHead, 1);
    }

    void refused() {
        const CliOutcome outcome = runCli({"scan", m_shared + "/golden/tiny/refuse", "--json"});
        QCOMPARE(outcome.code, 0);
        int withWords = 0;
        for (const auto& one : QJsonDocument::fromJson(outcome.out).array()) {
            const QJsonObject checkpoint = one.toObject();
            withWords +=
                !checkpoint["problem"].toString().isEmpty() || !checkpoint["warnings"].toArray().isEmpty();
        }
        QVERIFY(withWords > 100);
    }

  private:
    QTemporaryDir m_folder;
    QString m_shared;
};

QTEST_GUILESS_MAIN(TestCliGolden)
#include "tst_cligolden.moc"
