// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"
#include "corpora/corpus.h"
#include "support/errorof.h"
#include "support/shareddata.h"

#include <QTest>

using namespace strata;

namespace {

const char* const kConllu =
    "# sent_id = a-1\n# text = x\n1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\t_\n1\tdo\t_\tAUX\tVB\t_\t0\troot\t_\t_\n"
    "2\tn't\t_\tPART\tRB\t_\t1\tadvmod\t_\t_\n2.1\tgo\t_\tVERB\tVB\t_\t_\t_\t_\t_\n\n"
    "1\t#\t_\tSYM\tNN\t_\t0\troot\t_\t_\n2\t_\t_\tPUNCT\t,\t_\t1\tpunct\t_\t_";

}  // namespace

class TestCorpora : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void readsConllu() {
        const Corpus corpus = parseConlluPos(kConllu, TagSet::Upos, "fixture");
        QCOMPARE(corpus.sentences.size(), std::size_t{2});
        QCOMPARE(corpus.sentences[0].id, std::string("a-1"));
        QCOMPARE(corpus.sentences[0].words, (std::vector<std::string>{"do", "n't"}));
        QCOMPARE(corpus.sentences[1].words, (std::vector<std::string>{"#", "_"}));
        QCOMPARE(labelsOf({&corpus}), (std::vector<std::string>{"AUX", "PART", "PUNCT", "SYM"}));
        QCOMPARE(parseConlluPos(kConllu, TagSet::Xpos, "fixture").sentences[1].targets[1].labels[0],
                 std::string(","));
    }

    void readsJiant() {
        const Corpus corpus = parseJiantJsonLines(
            "{\"text\": \"He ate\\u00a0it .\", \"targets\": [{\"span1\": [1, 2], \"span2\": [0, 1], "
            "\"label\": \"ARG0\"}, "
            "{\"span1\": [0, 4], \"span2\": [0, 4], \"label\": [\"a\", \"b\"]}], \"info\": {}}\n\n",
            "fixture");
        QCOMPARE(corpus.sentences[0].words, (std::vector<std::string>{"He", "ate", "it", "."}));
        QCOMPARE(corpus.targetCount(), 2);
        QVERIFY((corpus.sentences[0].targets[0].span2 == WordSpan{0, 1}));
        QCOMPARE(corpus.sentences[0].targets[1].labels, (std::vector<std::string>{"a", "b"}));
    }

    /// A task has one span or two; a null is none.
    void refusesMixedSpans() {
        const std::string
            one = R"({"text": "a b", "targets": [{"span1": [0, 1], "label": "X"}]})",
            null = R"({"text": "a b", "targets": [{"span1": [1, 2], "span2": null, "label": "X"}]})",
            two = R"({"text": "a b", "targets": [{"span1": [0, 1], "span2": [1, 2], "label": "X"}]})",
            none = R"({"text": "a b", "targets": []})", line = "\n";
        QCOMPARE(parseJiantJsonLines(one + line + none + line + null, "f").targetCount(), 2);
        QCOMPARE(parseJiantJsonLines(none + line + two + line + two, "f").targetCount(), 2);
        VERIFY_ERROR("line 4: a target has span1 and span2, that of line 2 has span1 alone",
                     parseJiantJsonLines(none + line + one + line + line + two, "f"));
        VERIFY_ERROR("line 2: a target has span1 alone, that of line 1 has span1 and span2",
                     parseJiantJsonLines(two + line + null, "f"));
    }

    void hashIgnoresTheFormat() {
        const Corpus a = parseConlluPos("1\tx\t_\tA\t_\t_\t0\t_\t_\t_\n", TagSet::Upos, "a");
        const Corpus b = parseJiantJsonLines(
            "{\"text\": \"x\", \"targets\": [{\"span1\": [0, 1], \"label\": \"A\"}]}", "b");
        QCOMPARE(a.contentHash(), b.contentHash());
        QVERIFY(a.contentHash() !=
                parseConlluPos("1\tx\t_\tB\t_\t_\t0\t_\t_\t_\n", TagSet::Upos, "a").contentHash());
    }

    void refusesDamage_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("columns") << QByteArray("1\tx\tA\n");
        QTest::newRow("order") << QByteArray("2\tx\t_\tA\t_\t_\t0\t_\t_\t_\n");
        QTest::newRow("number") << QByteArray("99999999999999999999\tx\t_\tA\t_\t_\t0\t_\t_\t_\n");
        QTest::newRow("empty") << QByteArray("\n\n");
        QTest::newRow("tag") << QByteArray("1\tx\t_\tA\xff\t_\t_\t0\t_\t_\t_\n");
        QTest::newRow("span") << QByteArray(
            "{\"text\": \"x\", \"targets\": [{\"span1\": [0, 2], \"label\": \"A\"}]}");
        QTest::newRow("label") << QByteArray(
            "{\"text\": \"x\", \"targets\": [{\"span1\": [0, 1], \"label\": 1}]}");
        QTest::newRow("empty label") << QByteArray(
            "{\"text\": \"x\", \"targets\": [{\"span1\": [0, 1], \"label\": \"\"}]}");
        QTest::newRow("json") << QByteArray("{\"text\": \"x\"");
    }
    void refusesDamage() {
        QFETCH(QByteArray, text);
        const auto read = [&] {
            text.startsWith('{') ? parseJiantJsonLines(text.toStdString(), "f")
                                 : parseConlluPos(text.toStdString(), TagSet::Upos, "f");
        };
        QVERIFY_EXCEPTION_THROWN(read(), Error);
    }

    void realCounts_data() {
        QTest::addColumn<QString>("split");
        QTest::addColumn<int>("sentences");
        QTest::addColumn<int>("targets");
        QTest::newRow("train") << "train" << 12544 << 204577;
        QTest::newRow("dev") << "dev" << 2001 << 25147;
        QTest::newRow("test") << "test" << 2077 << 25094;
    }
    void realCounts() {
        const auto shared = test::sharedFolder();
        if (shared.empty()) QSKIP("needs shared/data/ud_english_ewt");
        QFETCH(QString, split);
        QFETCH(int, sentences);
        QFETCH(int, targets);
        const Corpus corpus =
            readPosCorpus(shared / "data/ud_english_ewt" / (split.toStdString() + ".conllu"), TagSet::Upos);
        QCOMPARE(static_cast<int>(corpus.sentences.size()), sentences);
        QCOMPARE(static_cast<int>(corpus.targetCount()), targets);
        QVERIFY(labelsOf({&corpus}).size() == 17);
    }
};

QTEST_APPLESS_MAIN(TestCorpora)
#include "tst_corpora.moc"
