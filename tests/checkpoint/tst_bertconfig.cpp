// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"
#include "base/json.h"
#include "checkpoint/bertconfig.h"

#include <QTest>

using namespace strata;

class TestBertConfig : public QObject {
    Q_OBJECT

    const Json m_minimal = {{"hidden_size", 8},       {"num_attention_heads", 2},
                            {"num_hidden_layers", 3}, {"intermediate_size", 12},
                            {"vocab_size", 24},       {"max_position_embeddings", 16}};

  private Q_SLOTS:
    void fillsInDefaults() {
        const BertConfig config = parseBertConfig(m_minimal.dump(), "x");
        QCOMPARE(config, (BertConfig{.layers = 3,
                                     .hidden = 8,
                                     .heads = 2,
                                     .intermediate = 12,
                                     .vocabulary = 24,
                                     .positions = 16}));
    }

    void comesBackAsWritten() {
        const BertConfig config{.layers = 4,
                                .hidden = 30,
                                .heads = 3,
                                .intermediate = 7,
                                .vocabulary = 99,
                                .positions = 64,
                                .tokenTypes = 1,
                                .activation = Activation::GeluNew,
                                .layerNormEpsilon = 1e-5,
                                .initializerRange = 0.1,
                                .padTokenId = 3,
                                .tiedEmbeddings = false};
        QCOMPARE(parseBertConfig(bertConfigJson(config), "x"), config);
    }

    void ignoresWhatItDoesNotUse() {
        Json json = m_minimal;
        json["architectures"] = {"BertForPreTraining"};
        json["task_specific_params"] = {{"deep", {1, 2, {{"er", nullptr}}}}};
        json["pooler_type"] = 5;
        QCOMPARE(parseBertConfig(json.dump(), "x"), parseBertConfig(m_minimal.dump(), "x"));
    }

    void refuses_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("inMessage");
        const auto row = [](const char* key, const char* value, const char* inMessage) {
            QTest::addRow("%s %s", key, value) << key << value << inMessage;
        };
        row("model_type", "\"gpt2\"", "gpt2");
        row("model_type", "\"roberta\"", "roberta");
        row("model_type", "7", "must be a text");
        row("position_embedding_type", "\"relative_key\"", "relative_key");
        row("is_decoder", "true", "causal");
        row("is_decoder", "1", "true or false");
        row("num_attention_heads", "3", "no multiple");
        row("num_attention_heads", "0", "expected 1");
        row("num_hidden_layers", "0", "expected 1");
        row("num_hidden_layers", "-1", "expected 1");
        row("num_hidden_layers", "1000000000", "at most");
        row("hidden_size", "\"8\"", "whole number");
        row("hidden_size", "8.0", "whole number");
        row("vocab_size", "18446744073709551615", "at most");
        row("vocab_size", "1e9", "whole number");
        row("intermediate_size", "null", "missing");
        row("layer_norm_eps", "0", "positive");
        row("layer_norm_eps", "-1e-12", "positive");
        row("layer_norm_eps", "\"nan\"", "positive");
        row("layer_norm_eps", "1e999", "JSON");
        row("hidden_act", "\"swish\"", "swish");
        row("tie_word_embeddings", "\"yes\"", "true or false");
    }
    void refuses() {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, inMessage);
        Json json = m_minimal;
        json.erase(key.toStdString());
        std::string text = json.dump();
        text.insert(1, "\"" + key.toStdString() + "\":" + value.toStdString() + ",");
        try {
            (void)parseBertConfig(text, "'config.json'");
            QFAIL("it was accepted");
        } catch (const Error& error) {
            const QString message = error.what();
            QVERIFY2(message.contains(inMessage) && message.contains("'config.json'"), error.what());
        }
    }

    void refusesWhatIsNoConfig() {
        for (const char* text : {"", "[]", "7", "{", "{\"hidden_size\": NaN}", "<html>"})
            QVERIFY_THROWS_EXCEPTION(Error, parseBertConfig(text, "x"));
        QVERIFY_THROWS_EXCEPTION(Error, readBertConfig("/nonexistent"));
    }
};

QTEST_APPLESS_MAIN(TestBertConfig)
#include "tst_bertconfig.moc"
