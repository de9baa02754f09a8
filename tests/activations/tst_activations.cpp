// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "activations/activationcache.h"
#include "base/cancellation.h"
#include "base/error.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <fstream>

using namespace strata;
namespace fs = std::filesystem;

namespace {

Tokenizer smallTokenizer() {
    return Tokenizer::fromVocabText("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\nsat\n##s\non\nmat\n", {},
                                    "test");
}

Corpus smallCorpus() {
    Corpus corpus;
    corpus.file = "small.conllu";
    const auto sentence = [&](const std::string& id, std::vector<std::string> words) {
        Sentence s{id, std::move(words), {}};
        for (std::int32_t w = 0; w < static_cast<std::int32_t>(s.words.size()); ++w)
            s.targets.push_back({{w, w + 1}, std::nullopt, {w % 2 == 0 ? "A" : "B"}});
        corpus.sentences.push_back(std::move(s));
    };
    sentence("s1", {"the", "cats", "sat"});
    sentence("s2", {"the", "\u200b", "mat"});              // a word without pieces
    sentence("s3", {"on", "on", "on", "on", "on", "on"});  // long
    corpus.sentences.push_back({"s4", {"cat"}, {}});       // no targets
    sentence("s5", {"cat"});
    return corpus;
}

bool mentions(const std::vector<Omission>& omissions, const std::string& where, const std::string& what) {
    for (const Omission& one : omissions)
        if (one.where.find(where) != std::string::npos && one.what.find(what) != std::string::npos)
            return true;
    return false;
}

/// A tiny random BERT and a text; counts how often the encoder was asked for.
struct Fixture {
    QTemporaryDir folder;
    BertWeights weights;
    std::unique_ptr<Encoder> encoder;
    PieceCorpus text;
    int encodings = 0;

    Fixture() {
        BertConfig config;
        config.layers = 2;
        config.hidden = 32;
        config.heads = 2;
        config.intermediate = 64;
        config.vocabulary = 11;
        config.positions = 16;
        weights = randomBertWeights(config, 1);
        encoder = Encoder::create(weights, {});
        text = toPieces(smallCorpus(), smallTokenizer(), {"A", "B"}, {});
    }
    fs::path path() const { return folder.path().toStdString(); }
    std::shared_ptr<const Activations> get(ActivationCache& cache, const std::string& checkpoint = "c",
                                           NumberType type = NumberType::Float32,
                                           const std::stop_token& stop = {}) {
        return cache.get({checkpoint, text.textHash, type}, text, weights.config,
                         [&]() -> Encoder& {
                             ++encodings;
                             return *encoder;
                         },
                         stop, {});
    }
    std::vector<fs::path> files(const std::string& part = ".act") const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator(path()))
            if (entry.path().filename().string().find(part) != std::string::npos &&
                entry.path().extension() != ".lock")
                found.push_back(entry.path());
        return found;
    }
};

}  // namespace

/// From words to pieces, and the cache of hidden states.
class TestActivations : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void projectsWordsOntoPieces();
    void countsWhatIsLeftOut();
    void limitsSentences();
    void holdsWhatTheEncoderGives();
    void storesHalfPrecision();
    void encodesOnce();
    void remakesDamagedFiles();
    void leavesNothingWhenStopped();
    void keepsTheBudget();
    void keepsFilesInUse();
    void cleansUpAfterTheKilled();
};

void TestActivations::projectsWordsOntoPieces() {
    const PieceCorpus text = toPieces(smallCorpus(), smallTokenizer(), {"A", "B"}, {});
    QCOMPARE(text.sentences.size(), std::size_t{4});
    const PieceSentence& first = text.sentences[0];
    QVERIFY((first.ids == std::vector<std::int32_t>{2, 5, 6, 8, 7, 3}));
    QCOMPARE(first.targets.size(), std::size_t{3});
    QVERIFY((first.targets[1].span1 == PieceSpan{2, 3}));
    QVERIFY((first.targets[1].span2 == first.targets[1].span1));
    QVERIFY(first.targets[1].labels == std::vector<std::int32_t>{1});
    QVERIFY((first.targets[2].span1 == PieceSpan{4, 4}));
    QCOMPARE(text.sentences[3].sentence, 4);
    QCOMPARE(text.targetCount, std::int64_t{3 + 2 + 6 + 1});
    QCOMPARE(text.pieceCount, std::int64_t{6 + 4 + 8 + 3});
    QVERIFY(!text.twoSpans);
    QVERIFY_THROWS_EXCEPTION(Error, toPieces(smallCorpus(), smallTokenizer(), {"A"}, {}));
}

void TestActivations::countsWhatIsLeftOut() {
    const PieceCorpus cut = toPieces(smallCorpus(), smallTokenizer(), {"A", "B"}, {6, false, 0});
    QVERIFY(mentions(cut.omissions, "s2", "no pieces"));
    QVERIFY(mentions(cut.omissions, "s4", "without targets"));
    QVERIFY(mentions(cut.omissions, "s3", "cut to 6 of 8 pieces"));
    QVERIFY(mentions(cut.omissions, "s3", "target on words 5 to 5"));
    QVERIFY(mentions(cut.omissions, "s3", "target on words 6 to 6"));
    QCOMPARE(cut.omissions.size(), std::size_t{5});
    QCOMPARE(cut.sentences[2].targets.size(), std::size_t{4});
    QCOMPARE(cut.sentences[2].ids.size(), std::size_t{6});
    QCOMPARE(cut.sentences[2].ids.back(), 3);

    const PieceCorpus passed = toPieces(smallCorpus(), smallTokenizer(), {"A", "B"}, {6, true, 0});
    QCOMPARE(passed.sentences.size(), std::size_t{3});
    QVERIFY(mentions(passed.omissions, "s3", "passed over: 8 pieces"));
    QVERIFY_THROWS_EXCEPTION(Error, toPieces(smallCorpus(), smallTokenizer(), {"A", "B"}, {2, true, 0}));
}

void TestActivations::limitsSentences() {
    const PieceCorpus text = toPieces(smallCorpus(), smallTokenizer(), {"A", "B"}, {6, true, 2});
    QCOMPARE(text.sentences.size(), std::size_t{2});
    QVERIFY(text.textHash != toPieces(smallCorpus(), smallTokenizer(), {"A", "B"}, {6, true, 0}).textHash);
}

void TestActivations::holdsWhatTheEncoderGives() {
    Fixture f;
    ActivationCache cache(f.path(), 100'000'000);
    const auto states = f.get(cache);
    QCOMPARE(states->layers(), 2);
    QCOMPARE(states->sentences(), f.text.sentences.size());
    QCOMPARE(states->bytes(), cache.sizeFor(f.weights.config, f.text, NumberType::Float32));
    QCOMPARE(cache.bytesUsed(), states->bytes());
    for (std::size_t s = 0; s < f.text.sentences.size(); ++s) {
        const EncoderInput input{f.text.sentences[s].ids, {}, {}};
        f.encoder->encode(std::span(&input, 1), [&](int layer, std::span<const float> expected) {
            const auto view = states->view(s, layer);
            std::vector<float> copy(view.size());
            states->read(s, layer, copy);
            QCOMPARE(view.size(), expected.size());
            for (std::size_t i = 0; i < expected.size(); ++i) {
                QVERIFY(std::abs(view[i] - expected[i]) < 1e-5f);
                QCOMPARE(copy[i], view[i]);
            }
        });
    }
}

void TestActivations::storesHalfPrecision() {
    Fixture f;
    ActivationCache cache(f.path(), 100'000'000);
    const auto full = f.get(cache), half = f.get(cache, "c", NumberType::BFloat16);
    QVERIFY(half->bytes() < full->bytes());
    QVERIFY(half->view(0, 1).empty());
    std::vector<float> values(full->view(0, 1).size());
    half->read(0, 1, values);
    for (std::size_t i = 0; i < values.size(); ++i)
        QVERIFY(std::abs(values[i] - full->view(0, 1)[i]) <= std::abs(values[i]) / 128.0f + 1e-6f);
}

void TestActivations::encodesOnce() {
    Fixture f;
    ActivationCache cache(f.path(), 100'000'000);
    QVERIFY(!cache.contains({"c", f.text.textHash, NumberType::Float32}));
    f.get(cache);
    f.get(cache);
    QCOMPARE(f.encodings, 1);
    QVERIFY(cache.contains({"c", f.text.textHash, NumberType::Float32}));
    f.get(cache, "another checkpoint");
    QCOMPARE(f.encodings, 2);
    ActivationCache second(f.path(), 100'000'000);
    f.get(second);
    QCOMPARE(f.encodings, 2);
    second.clear();
    QCOMPARE(second.bytesUsed(), std::uint64_t{0});
}

void TestActivations::remakesDamagedFiles() {
    Fixture f;
    ActivationCache cache(f.path(), 100'000'000);
    const float expected = f.get(cache)->view(0, 1)[5];
    const fs::path file = f.files().at(0);
    const auto overwrite = [&](std::streamoff at) {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(at);
        stream.put('\x7f');
    };
    int made = 1;
    for (const std::streamoff at :
         {0, 9, 13, 17, 25, 33, 41, 80}) {  // magic, version, sizes, key, piece counts
        overwrite(at);
        QCOMPARE(f.get(cache)->view(0, 1)[5], expected);
        QCOMPARE(f.encodings, ++made);
    }
    // The first state, one in the middle, the table of checksums.
    const auto size = static_cast<std::streamoff>(fs::file_size(file));
    for (const std::streamoff at : {std::streamoff{4096}, 4096 + (size - 4096) / 2, size - 3}) {
        overwrite(at);
        QCOMPARE(f.get(cache)->view(0, 1)[5], expected);
        QCOMPARE(f.encodings, ++made);
    }
    fs::remove_all(f.path());  // the folder may be deleted at any time
    QCOMPARE(f.get(cache)->view(0, 1)[5], expected);
    QCOMPARE(f.encodings, ++made);
    fs::resize_file(file, fs::file_size(file) - 1);
    QCOMPARE(f.get(cache)->view(0, 1)[5], expected);
    fs::resize_file(file, 0);
    QCOMPARE(f.get(cache)->view(0, 1)[5], expected);
    QCOMPARE(f.encodings, made + 2);
}

void TestActivations::leavesNothingWhenStopped() {
    Fixture f;
    ActivationCache cache(f.path(), 100'000'000);
    std::stop_source source;
    source.request_stop();
    QVERIFY_THROWS_EXCEPTION(Cancelled, f.get(cache, "c", NumberType::Float32, source.get_token()));
    QVERIFY(f.files().empty());
    QVERIFY(f.get(cache));
}

void TestActivations::keepsTheBudget() {
    Fixture f;
    const std::uint64_t one =
        ActivationCache(f.path(), 1).sizeFor(f.weights.config, f.text, NumberType::Float32);
    ActivationCache tight(f.path(), one - 1);
    try {
        f.get(tight);
        QFAIL("took more than its budget");
    } catch (const Error& error) {
        QVERIFY2(std::string(error.what()).find("budget") != std::string::npos, error.what());
    }
    QCOMPARE(f.encodings, 0);
    ActivationCache two(f.path(), 2 * one);
    f.get(two, "a");
    QTest::qSleep(20);
    f.get(two, "b");
    QTest::qSleep(20);
    f.get(two, "a");  // used last
    QTest::qSleep(20);
    f.get(two, "c");
    QCOMPARE(two.bytesUsed(), 2 * one);
    QVERIFY(two.contains({"a", f.text.textHash, NumberType::Float32}));
    QVERIFY(!two.contains({"b", f.text.textHash, NumberType::Float32}));
}

void TestActivations::keepsFilesInUse() {
    Fixture f;
    const std::uint64_t one =
        ActivationCache(f.path(), 1).sizeFor(f.weights.config, f.text, NumberType::Float32);
    ActivationCache cache(f.path(), one);
    auto held = f.get(cache, "a");
    f.get(cache, "b");
    QVERIFY(cache.contains({"a", f.text.textHash, NumberType::Float32}));
    held.reset();
    f.get(cache, "c");
    QVERIFY(!cache.contains({"a", f.text.textHash, NumberType::Float32}));
    QCOMPARE(cache.bytesUsed(), one);
}

void TestActivations::cleansUpAfterTheKilled() {
    Fixture f;
    ActivationCache cache(f.path(), 100'000'000);
    std::ofstream(f.path() / "0123.act.part999999") << "half";
    f.get(cache);
    QVERIFY(f.files(".part").empty());
}

QTEST_APPLESS_MAIN(TestActivations)
#include "tst_activations.moc"
