// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "support/shareddata.h"
#include "text/tokenizer.h"

#include <QByteArray>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using strata::Json;
using strata::Tokenizer;
using strata::TokenizerOptions;

namespace {

const char* const kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nrun\n##ning\n##s\ncafe\n,\n.\n!\nis\n##"
    "i\ni\nRun\nCafé\n水\nx\ny\n##y\n";

Tokenizer fixture(bool lowercase) {
    TokenizerOptions options;
    options.lowercase = lowercase;
    return Tokenizer::fromVocabText(kVocabulary, options, "fixture");
}

std::vector<Json> jsonLines(const std::filesystem::path& file) {
    std::vector<Json> rows;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        if (!line.empty()) rows.push_back(Json::parse(line));
    return rows;
}

std::filesystem::path golden() {
    const auto shared = strata::test::sharedFolder();
    return shared.empty() ? shared : shared / "golden" / "tokenizer";
}

}  // namespace

class TestTokenizer : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void splitsWordsGreedily() {
        const auto pieces = fixture(true).tokenize("The running, RUNS!");
        QCOMPARE(pieces.tokens, (std::vector<std::string>{"the", "run", "##ning", ",", "run", "##s", "!"}));
    }

    void stripsAccentsOnlyWhenUncased() {
        QCOMPARE(fixture(true).tokenize("CAFÉ cafe\u0301").tokens,
                 (std::vector<std::string>{"cafe", "cafe"}));
        QCOMPARE(fixture(false).tokenize("Café").tokens, (std::vector<std::string>{"Café"}));
    }

    void protectsSpecialTokensInsideWords() {
        QCOMPARE(fixture(true).tokenize("x[MASK]y").tokens, (std::vector<std::string>{"x", "[MASK]", "y"}));
        QCOMPARE(fixture(false).tokenize("[MA\u200BSK]").tokens, (std::vector<std::string>{"[MASK]"}));
    }

    void spacesIdeographsAndDropsControls() {
        QCOMPARE(fixture(true).tokenize("x水y\u00ADy").tokens,
                 (std::vector<std::string>{"x", "水", "y", "##y"}));
        QVERIFY(fixture(true).tokenize("\u200B\u0007").ids.empty());
    }

    void mapsHardWordsToUnknown() {
        QCOMPARE(fixture(true).tokenize("😀").tokens, (std::vector<std::string>{"[UNK]"}));
        QCOMPARE(fixture(true).tokenize("x" + std::string(100, 'y')).tokens,
                 (std::vector<std::string>{"[UNK]"}));
        QCOMPARE(fixture(true).tokenize("x" + std::string(99, 'y')).tokens.size(), std::size_t{100});
    }

    void keepsWordsWithoutPiecesAsEmptyIntervals() {
        const std::vector<std::string> words{"runs", "\u200B", "the"};
        QCOMPARE(fixture(true).tokenizeWords(words).offsets, (std::vector<std::int32_t>{0, 2, 2, 3}));
    }

    void readsInvalidUtf8() {
        QCOMPARE(fixture(true).tokenize("x\xFFy").tokens, (std::vector<std::string>{"x", "##y"}));
    }

    void refusesAVocabularyWithoutSpecialTokens() {
        QVERIFY_EXCEPTION_THROWN(Tokenizer::fromVocabText("a\nb\n", {}, "fixture"), strata::Error);
        QVERIFY_EXCEPTION_THROWN(
            Tokenizer::fromTokenizerJsonText("{\"model\": {\"type\": \"BPE\"}}", "fixture"), strata::Error);
    }

    void refusesEndlessPieces() {
        const auto json = [](const std::string& piece, const std::string& prefix, const std::string& added) {
            const Json vocabulary = {{"[UNK]", 0}, {"[CLS]", 1}, {"[SEP]", 2}, {piece, 3}};
            const Json file = {
                {"normalizer", {{"type", "BertNormalizer"}}},
                {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
                {"model",
                 {{"type", "WordPiece"}, {"continuing_subword_prefix", prefix}, {"vocab", vocabulary}}},
                {"added_tokens", Json::array({{{"id", 4}, {"content", added}}})}};
            return file.dump();
        };
        const std::string endless(513, 'a');
        Tokenizer::fromTokenizerJsonText(json("a", "##", "b"), "fixture");
        for (const std::string& text :
             {json(endless, "##", "b"), json("a", endless, "b"), json("a", "##", endless)})
            QVERIFY_EXCEPTION_THROWN(Tokenizer::fromTokenizerJsonText(text, "fixture"), strata::Error);
    }

    void ordersMarks() {
        // Not in canonical order: 302E and 302F are kept and of class 224, 1D165 of class 216 goes before
        // them.
        TokenizerOptions options;
        const auto tokenizer =
            Tokenizer::fromVocabText("[UNK]\n[CLS]\n[SEP]\na\U0001D165\u302F\u302E\n", options, "fixture");
        QCOMPARE(tokenizer.tokenize("a\u0301\u302F\u0316\u302E\U0001D165").ids,
                 (std::vector<std::int32_t>{3}));
    }

    void hostileTextsTakeNoSquareOfTheirLength_data() {
        QTest::addColumn<QByteArray>("part");
        QTest::newRow("special tokens") << QByteArray("[SEP]");
        QTest::newRow("words") << QByteArray("x ");
        QTest::newRow("letters") << QByteArray("y");
        QTest::newRow("marks out of order") << QByteArray("\u0301\u0316");
        QTest::newRow("kept marks") << QByteArray("\u302E\U0001D165");
    }
    void hostileTextsTakeNoSquareOfTheirLength() {
        QFETCH(QByteArray, part);
        // In proportion this takes a second; as a square, hours.
        QVERIFY(fixture(true).tokenize(part.repeated(1'000'000).toStdString()).ids.size() <= 1'000'000);
    }

    void unreadableFilesAreErrors() {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        std::filesystem::create_symlink("vocab.txt", path / "vocab.txt");  // a circle
        QVERIFY_EXCEPTION_THROWN(Tokenizer::fromFolder(path), strata::Error);
        std::filesystem::remove(path / "vocab.txt");
        strata::writeFileAtomically(path / "vocab.txt", kVocabulary);
        std::filesystem::create_symlink("tokenizer_config.json", path / "tokenizer_config.json");
        QVERIFY_EXCEPTION_THROWN(Tokenizer::fromFolder(path), strata::Error);
    }

    void hashTellsSettingsApart() {
        QVERIFY(fixture(true).hash() != fixture(false).hash());
        QCOMPARE(fixture(true).hash(), fixture(true).hash());
    }

    void goldenCases_data() {
        QTest::addColumn<bool>("lowercase");
        QTest::newRow("uncased") << true;
        QTest::newRow("cased") << false;
    }
    void goldenCases() {
        if (golden().empty()) QSKIP("needs shared/golden/tokenizer");
        QFETCH(bool, lowercase);
        TokenizerOptions options;
        options.lowercase = lowercase;
        const std::string kind = lowercase ? "uncased" : "cased";
        const auto tokenizer = Tokenizer::fromVocabFile(golden() / ("vocab-" + kind + ".txt"), options);
        int cases = 0;
        for (const Json& row : jsonLines(golden() / ("cases_" + kind + ".jsonl"))) {
            const auto pieces = tokenizer.tokenize(row["text"].get<std::string>());
            if (pieces.ids != row["ids"].get<std::vector<std::int32_t>>())
                QFAIL((row.dump() + " -> " + Json(pieces.tokens).dump()).c_str());
            ++cases;
        }
        QCOMPARE(cases, 820);
        for (const Json& row : jsonLines(golden() / ("word_cases_" + kind + ".jsonl"))) {
            const auto words = row["words"].get<std::vector<std::string>>();
            const auto pieces = tokenizer.tokenizeWords(words);
            QCOMPARE(pieces.ids, row["ids"].get<std::vector<std::int32_t>>());
            for (std::size_t i = 0; i < words.size(); ++i) {
                QCOMPARE(pieces.offsets[i], row["word_to_piece"][i][0].get<std::int32_t>());
                QCOMPARE(pieces.offsets[i + 1], row["word_to_piece"][i][1].get<std::int32_t>());
            }
        }
        for (const Json& row : jsonLines(golden() / "invalid_utf8_cases.jsonl")) {
            const auto bytes =
                QByteArray::fromBase64(QByteArray::fromStdString(row["bytes_base64"].get<std::string>()));
            QCOMPARE(tokenizer.tokenize(bytes.toStdString()).tokens,
                     row[kind + "_replace"].get<std::vector<std::string>>());
        }
    }

    void goldenTokenizerJson() {
        if (golden().empty()) QSKIP("needs shared/golden/tokenizer");
        int variants = 0;
        for (const auto& entry : std::filesystem::directory_iterator(golden() / "tokenizer_json")) {
            if (!std::filesystem::exists(entry.path() / "tokenizer.json")) continue;
            const auto tokenizer = Tokenizer::fromTokenizerJson(entry.path() / "tokenizer.json");
            for (const Json& row : jsonLines(entry.path() / "cases.jsonl")) {
                const auto pieces = tokenizer.tokenizeAsConfigured(row["text"].get<std::string>());
                if (pieces.ids != row["ids"].get<std::vector<std::int32_t>>())
                    QFAIL((entry.path().string() + row.dump() + " -> " + Json(pieces.tokens).dump()).c_str());
            }
            ++variants;
        }
        QCOMPARE(variants, 10);
        for (const auto& entry : std::filesystem::directory_iterator(golden() / "tokenizer_json" / "refuse"))
            if (entry.path().filename() != "expected.json")
                QVERIFY_EXCEPTION_THROWN(Tokenizer::fromTokenizerJson(entry.path()), strata::Error);
    }
};

QTEST_APPLESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
