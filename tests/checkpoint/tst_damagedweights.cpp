// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Damaged and hostile weight files, made here one by one: refused with a message, quickly, in little memory.
#include "base/error.h"
#include "base/printable.h"
#include "base/system.h"
#include "checkpoint/bertweights.h"
#include "checkpoint/damages.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace strata;
using namespace strata::test;

class TestDamagedWeights : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;
    const std::filesystem::path m_folder = m_directory.path().toStdString();
    const BertWeights m_model = tinyBert();
    const std::vector<SavedTensor> m_saved = savedTensors(m_model);
    const std::string m_safetensors = safetensorsFile(m_saved), m_zip = torchZip(m_saved),
                      m_legacy = torchLegacy(m_saved);

    /// @return "" when it loads without a word and with the undamaged values; else what was said
    std::string said(const std::string& file, const std::string& content, bool* isSilentlyWrong = nullptr) {
        for (const char* other : {"model.safetensors", "pytorch_model.bin"})
            std::filesystem::remove(m_folder / other);
        putFile(m_folder / file, content);
        try {
            const BertWeights weights = readBertWeights(m_folder);
            if (!weights.warnings.empty()) return weights.warnings.front();
            if (!weights.hasMlmHead) return weights.mlmHeadProblem;
            if (isSilentlyWrong)
                *isSilentlyWrong = checkpointContentHash(weights) != checkpointContentHash(m_model);
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    }

  private Q_SLOTS:
    void initTestCase() {
        putFile(m_folder / "config.json", bertConfigJson(m_model.config));
        for (const auto& [file, content] : {std::pair{"model.safetensors", m_safetensors},
                                            {"pytorch_model.bin", m_zip},
                                            {"pytorch_model.bin", m_legacy}})
            QCOMPARE(said(file, content), std::string());
    }

    void refusesEveryDamage() {
        const std::vector<Damage> all = damagesOf(m_model);
        QVERIFY2(all.size() >= 200, qPrintable(QString::number(all.size())));
        QStringList wrong;
        qint64 slowest = 0;
        const std::uint64_t before = memoryInfo().ownPrivateBytes;
        for (const Damage& damage : all) {
            QElapsedTimer timer;
            timer.start();
            const std::string message = said(damage.file, damage.content);
            slowest = std::max(slowest, timer.elapsed());
            const bool isRefusal = message.rfind("Cannot ", 0) == 0 || message.rfind("the MLM head", 0) == 0;
            if (!isRefusal || printable(message, 1u << 20u) != message)
                wrong << QString::fromStdString(damage.title + ": \"" + message + "\"");
        }
        const std::uint64_t after = memoryInfo().ownPrivateBytes;
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
#ifndef STRATA_SANITIZED  // slower and larger by design
        QVERIFY2(slowest < 1000, qPrintable(QString::number(slowest)));
        QVERIFY2(after < before + (64u << 20u), qPrintable(QString::number((after - before) >> 20u)));
#else
        Q_UNUSED(before)
        Q_UNUSED(after)
#endif
        qInfo("%zu damaged files refused, the slowest in %lld ms", all.size(),
              static_cast<long long>(slowest));
    }

    /// Any single bit of a header, and any of checksummed data: never silently other values. (The legacy form
    /// has no checksum: a flipped stride can be another legal view there, so only the lack of a crash is
    /// proven for it.)
    void noBitFlipIsSilentlyWrong() {
        struct Range {
            const char* file;
            const std::string* whole;
            std::size_t begin, end, stride;
        };
        const std::size_t header = 8 + safetensorsHeader(m_saved).size();
        const std::size_t directory = m_zip.find("PK\x01\x02");
        const std::size_t raw = m_legacy.size() - (m_safetensors.size() - header);
        int loaded = 0, total = 0;
        for (const Range& range : {Range{"model.safetensors", &m_safetensors, 0, header, 7},
                                   Range{"pytorch_model.bin", &m_zip, 0, directory, 61},
                                   Range{"pytorch_model.bin", &m_zip, directory, m_zip.size(), 11},
                                   Range{"pytorch_model.bin", &m_legacy, 0, raw, 23}}) {
            for (std::size_t bit = 0; bit < (range.end - range.begin) * 8; bit += range.stride) {
                bool isSilentlyWrong = false;
                const std::size_t byte = range.begin + bit / 8;
                loaded += said(range.file, flipped(*range.whole, byte, bit % 8), &isSilentlyWrong).empty();
                ++total;
                if (range.whole == &m_legacy) continue;
                QVERIFY2(!isSilentlyWrong,
                         qPrintable(QString("%1 byte %2 bit %3").arg(range.file).arg(byte).arg(bit % 8)));
            }
        }
        qInfo("%d bits flipped one at a time: %d refused or warned of, %d without effect on the weights",
              total, total - loaded, loaded);
    }
};

QTEST_APPLESS_MAIN(TestDamagedWeights)
#include "tst_damagedweights.moc"
