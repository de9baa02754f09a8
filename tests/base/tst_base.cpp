// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/cancellation.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/printable.h"
#include "base/randomstream.h"
#include "base/system.h"
#include "base/tilestates.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <numeric>
#include <sys/stat.h>

using namespace strata;
namespace fs = std::filesystem;

class TestBase : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;
    const fs::path m_root = m_directory.path().toStdString();

    fs::path put(const char* name, const std::string& content) const {
        std::ofstream(m_root / name, std::ios::binary) << content;
        return m_root / name;
    }

  private Q_SLOTS:
    void errorsReadAsSentences() {
        const Error error("Cannot read step 20k", "tensor x is missing", "Copy the file again");
        QCOMPARE(std::string(error.what()),
                 std::string("Cannot read step 20k: tensor x is missing. Copy the file again."));
        const Error outer = error.within("Cannot run the sweep");
        QCOMPARE(
            std::string(outer.what()),
            std::string(
                "Cannot run the sweep: Cannot read step 20k: tensor x is missing. Copy the file again."));
        QCOMPARE(outer.advice(), error.advice());
        QCOMPARE(std::string(Error("Why?", "").what()), std::string("Why?"));
    }

    void errorsQuoteHostileBytesSafely() {
        const Error error("Cannot read \xff\x1b[2J", std::string(1 << 20, 'x'));
        QVERIFY(std::string(error.what()).rfind("Cannot read \\xff\\x1b[2J: xxx", 0) == 0);
        QVERIFY(std::string(error.what()).size() < 5000);
    }

    void tilesNeedAKernelThatSavesBothStates() {
        QVERIFY(!savesTiles(0));
        QVERIFY(!savesTiles(0x2E7));    // x87, SSE, AVX, AVX-512, PKRU: the same processor under Linux 5.15
        QVERIFY(!savesTiles(0x202E7));  // with the tiles' configuration only
        QVERIFY(!savesTiles(0x402E7));  // with their data only
        QVERIFY(savesTiles(0x602E7));
        QVERIFY(savesTiles(~std::uint64_t{0}));
        QVERIFY(!savesTiles(std::uint64_t{0x60000} << 32));  // states of the high half
    }

    void printableKeepsText() {
        for (const char* good : {"", "plain", "naïve – 日本語 🙂\tand\nlines", "\xF4\x8F\xBF\xBF"})
            QCOMPARE(printable(good), std::string(good));
        // Stray and cut sequences, an overlong slash, a surrogate, above U+10FFFF, NUL, DEL.
        QCOMPARE(printable("a\x80z"), std::string("a\\x80z"));
        QCOMPARE(printable("\xE2\x82"), std::string("\\xe2\\x82"));
        QCOMPARE(printable("\xC0\xAF"), std::string("\\xc0\\xaf"));
        QCOMPARE(printable("\xED\xA0\x80"), std::string("\\xed\\xa0\\x80"));
        QCOMPARE(printable("\xF4\x90\x80\x80"), std::string("\\xf4\\x90\\x80\\x80"));
        QCOMPARE(printable(std::string("\0\x7F", 2)), std::string("\\x00\\x7f"));
        QCOMPARE(printable("éé", 3), std::string("é…"));
    }

    void jsonIsStrict() {
        QCOMPARE(parseJson(R"({"a": [1, 2.5, "x"], "b": {"a": null}})", "x")["a"][2].get<std::string>(),
                 std::string("x"));
        for (const std::string& bad :
             {std::string(), std::string("{"), std::string("{} {}"), std::string(R"({"a":1,"a":2})"),
              std::string("\"\xff\""), std::string("[NaN]"), std::string(100000, '['),
              std::string(300, '[') + std::string(300, ']')})
            QVERIFY_THROWS_EXCEPTION(Error, parseJson(bad, "x"));
        QVERIFY(parseJson(std::string(200, '[') + std::string(200, ']'), "x").is_array());
        QVERIFY_THROWS_EXCEPTION(Error, readJsonFile(put("large.json", std::string(100, ' ') + "{}"), 50));
        QVERIFY_THROWS_EXCEPTION(Error, readJsonFile(m_root / "none.json"));
    }

    void mapsFiles() {
        const fs::path file = put("mapped", "content");
        MappedFile mapped(file);
        QCOMPARE(mapped.bytes().size(), std::size_t{7});
        QCOMPARE(static_cast<char>(mapped.bytes()[3]), 't');
        mapped.advise(0, 7, true);
        mapped.advise(4096, 7, false);
        const MappedFile moved(std::move(mapped));
        QCOMPARE(moved.bytes().size(), std::size_t{7});
        QVERIFY(MappedFile(put("empty", "")).bytes().empty());
        QVERIFY_THROWS_EXCEPTION(Error, MappedFile(m_root / "none"));
        QVERIFY_THROWS_EXCEPTION(Error, MappedFile(m_root.c_str()));
        const fs::path pipe = m_root / "pipe";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        QVERIFY_THROWS_EXCEPTION(Error, MappedFile{pipe});  // and does not wait for a writer
        QVERIFY_THROWS_EXCEPTION(Error, readTextFile(pipe));
    }

    void writesAtomically() {
        const fs::path file = m_root / "written";
        writeFileAtomically(file, "first");
        writeFileAtomically(file, "second");
        QCOMPARE(readTextFile(file), std::string("second"));
        QVERIFY_THROWS_EXCEPTION(Error, readTextFile(file, 5));
        QVERIFY_THROWS_EXCEPTION(Error, writeFileAtomically(m_root / "no" / "folder", "x"));
        fs::create_symlink(file, m_root / "link");
        writeFileAtomically(m_root / "link", "third");  // the link stays, its target changes
        QVERIFY(fs::is_symlink(m_root / "link"));
        QCOMPARE(readTextFile(file), std::string("third"));
        QVERIFY_THROWS_EXCEPTION(Error, writeFileAtomically("/dev/null", "x"));
        QVERIFY(fs::is_character_file("/dev/null"));
        QVERIFY_THROWS_EXCEPTION(Error, writeFileAtomically(m_root, "x"));
        const auto leftovers =
            std::count_if(fs::directory_iterator(m_root), fs::directory_iterator(), [](const auto& entry) {
                return entry.path().filename().string().find(".part") != std::string::npos;
            });
        QCOMPARE(leftovers, 0);
    }

    void knowsInsideFromOutside() {
        fs::create_directories(m_root / "in" / "deep");
        fs::create_directories(m_root / "inside-not");
        fs::create_directory_symlink(m_root / "inside-not", m_root / "in" / "link");
        QVERIFY(isInside(m_root / "in" / "deep", m_root / "in"));
        QVERIFY(!isInside(m_root / "inside-not", m_root / "in"));
        QVERIFY(!isInside(m_root / "in" / ".." / "inside-not", m_root / "in"));
        QVERIFY(!isInside(m_root / "in" / "link", m_root / "in"));
    }

    void locksExclude() {
        FileLock first(m_root / "lock"), second(m_root / "lock");
        QVERIFY(first.tryLock());
        QVERIFY(!second.tryLock());
        first.unlock();
        QVERIFY(second.tryLock());
    }

    void hashesContent() {
        // XXH3-128 of nothing, as published with the algorithm.
        QCOMPARE(ContentHash().hex(), std::string("99aa06d3014798d86001c324468d497f"));
        QCOMPARE(hashOf("ab").size(), std::size_t{32});
        QVERIFY(ContentHash().add("ab").add("c").hex() != ContentHash().add("a").add("bc").hex());
        const std::string text = "in two parts or in one";
        const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
        QCOMPARE(ContentHash().add(bytes.first(5)).add(bytes.subspan(5)).hex(),
                 ContentHash().add(bytes).hex());
        QVERIFY(seededHash(1, "x") != seededHash(2, "x"));
        QCOMPARE(seededHash(1, "x"), seededHash(1, "x"));
    }

    void randomIsReproducible() {
        // The first numbers of the reference implementation of PCG32 with seed 42, stream 54 (O'Neill 2014,
        // pcg-demo).
        RandomStream reference(42, 54);
        for (const std::uint32_t expected :
             {0xa15c02b7u, 0x7b47f409u, 0xba1d3330u, 0x83d2f293u, 0xbfa4784bu, 0xcbed606eu})
            QCOMPARE(reference.next(), expected);
        RandomStream random(3);
        double sum = 0, squares = 0;
        std::array<int, 7> counts{};
        for (int i = 0; i < 70000; ++i) {
            const double value = random.normal();
            sum += value;
            squares += value * value;
            ++counts[random.below(7)];
            const float uniform = random.uniform(-2, 3);
            QVERIFY(uniform >= -2 && uniform < 3);
        }
        QVERIFY(std::abs(sum / 70000) < 0.02);  // five standard errors
        QVERIFY(std::abs(squares / 70000 - 1) < 0.03);
        for (const int count : counts)
            QVERIFY(std::abs(count - 10000) < 500);
        std::vector<int> order(50), sorted(50);
        std::iota(sorted.begin(), sorted.end(), 0);
        order = sorted;
        random.shuffle(order);
        QVERIFY(order != sorted);
        std::sort(order.begin(), order.end());
        QVERIFY(order == sorted);
    }

    void tellsAboutTheMachine() {
        QVERIFY(processorInfo().cores >= 1);
        const MemoryInfo memory = memoryInfo();
        QVERIFY(memory.totalBytes >= memory.availableBytes && memory.ownPrivateBytes > 0);
        const int threads = computeThreads();
        setComputeThreads(1);
        QCOMPARE(computeThreads(), 1);
        setComputeThreads(threads);
        std::stop_source source;
        throwIfStopped(source.get_token());
        source.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, throwIfStopped(source.get_token()));
    }
};

QTEST_APPLESS_MAIN(TestBase)
#include "tst_base.moc"
