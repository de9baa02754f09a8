// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "sourcetree.h"

#include <QFileInfo>
#include <QMap>
#include <QRegularExpression>
#include <QTest>

using namespace strata::test;

namespace {

/// docs/design.md: a folder includes folders on lower floors only; base is open to all.
const QMap<QString, int> kFloors = {{"base", 0},      {"text", 0},        {"checkpoint", 0}, {"bert", 1},
                                    {"corpora", 1},   {"activations", 2}, {"store", 2},      {"probing", 3},
                                    {"knowledge", 3}, {"adaptation", 3},  {"experiment", 4}, {"analysis", 4},
                                    {"widgets", 5},   {"app", 6}};

const QStringList kTorchFolders = {"bert", "activations", "probing", "knowledge", "adaptation"};

bool isSource(const QString& file) {
    static const QStringList endings = {"cpp", "h", "inl"};
    return endings.contains(QFileInfo(file).suffix());
}

bool isOurs(const QString& file) {
    return isSource(file) &&
           (file.startsWith("core/") || file.startsWith("widgets/") || file.startsWith("app/"));
}

/// "core/text/tokenizer.cpp" -> "text", "widgets/plots/figure.h" -> "widgets"
QString folderOf(const QString& file) {
    const QStringList parts = file.split('/');
    return parts.value(parts.value(0) == "core" ? 1 : 0);
}

struct Include {
    QString path;
    bool isQuoted = false;
};

QList<Include> includesOf(const QByteArray& content) {
    static const QRegularExpression expression("^[ \\t]*#[ \\t]*include[ \\t]*([<\"])([^>\"]+)[>\"]",
                                               QRegularExpression::MultilineOption);
    QList<Include> includes;
    auto matches = expression.globalMatch(QString::fromUtf8(content));
    while (matches.hasNext()) {
        const auto match = matches.next();
        includes.append({match.captured(2), match.captured(1) == "\""});
    }
    return includes;
}

/// Empty when a file of `folder` may include `path`; else why not.
QString breach(const QString& folder, const Include& include, bool isHeader) {
    const QString& path = include.path;
    if (path.contains("../")) return "paths start at a floor, not at '..'";
    const QString first = path.section('/', 0, 0);
    static const QRegularExpression torch("^(torch|ATen|c10)/");
    static const QRegularExpression sql("^(SQLiteCpp/|sqlite3\\.h)");
    if (path.contains(torch) && (isHeader || !kTorchFolders.contains(folder)))
        return "libtorch does not belong here";
    if (path.contains(sql) && folder != "store") return "only store speaks SQL";
    if (!include.isQuoted) {
        static const QRegularExpression qt("^Q[A-Z]|^Qt|^q[a-z]+\\.h");
        const bool isCore = kFloors.value(folder) < kFloors["widgets"];
        return isCore && path.contains(qt) ? "no Qt in core" : QString();
    }
    if (!path.contains('/'))
        return path.endsWith(".moc") || path.endsWith(".inl") ? QString() : "include paths show the layer";
    if (!kFloors.contains(first) || first == folder || first == "base") return {};
    return kFloors[first] < kFloors[folder] ? QString() : "it stands no lower";
}

}  // namespace

class TestHouse : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        m_files = projectFiles();
        QVERIFY2(m_files.contains("CMakeLists.txt"),
                 "the project's sources are not where they were built from");
    }

    void breachesAreSeen() {  // the rules themselves
        QCOMPARE(breach("text", {"base/error.h", true}, false), QString());
        QCOMPARE(breach("probing", {"bert/encoder.h", true}, false), QString());
        QVERIFY(!breach("text", {"checkpoint/discovery.h", true}, false).isEmpty());
        QVERIFY(!breach("bert", {"corpora/corpus.h", true}, false).isEmpty());
        QVERIFY(!breach("store", {"experiment/plan.h", true}, false).isEmpty());
        QVERIFY(!breach("store", {"torch/torch.h", false}, false).isEmpty());
        QVERIFY(!breach("bert", {"torch/torch.h", false}, true).isEmpty());
        QVERIFY(breach("bert", {"torch/torch.h", false}, false).isEmpty());
        QVERIFY(!breach("analysis", {"QString", false}, false).isEmpty());
        QVERIFY(!breach("analysis", {"SQLiteCpp/Database.h", false}, false).isEmpty());
        QVERIFY(!breach("text", {"../base/error.h", true}, false).isEmpty());
        QCOMPARE(includesOf("#include <a>\n  # include \"b/c.h\"\n// #include \"d.h\"\n").size(), 2);
    }

    void floors() {
        int seen = 0;
        for (const QString& file : m_files) {
            if (!isOurs(file)) continue;
            const bool isHeader = QFileInfo(file).suffix() == "h";
            for (const Include& include : includesOf(contentOf(file))) {
                ++seen;
                const QString why = breach(folderOf(file), include, isHeader);
                if (!why.isEmpty()) QFAIL(qPrintable(file + " includes " + include.path + ": " + why));
            }
        }
        QVERIFY(seen > 100);
    }

    void everyFolderHasAFloor() {
        for (const QString& file : m_files)
            if (isOurs(file) && file.count('/') >= 2)
                QVERIFY2(kFloors.contains(folderOf(file)), qPrintable(file));
    }

    void sqlStaysInStore() {
        static const QRegularExpression sql(
            "\\b(SELECT\\s.*\\sFROM|INSERT\\s+(OR\\s+\\w+\\s+)?INTO|CREATE\\s+(TABLE|VIEW|INDEX)|DELETE\\s+"
            "FROM|PRAGMA)\\b");
        for (const QString& file : m_files) {
            if (!isOurs(file) || file.startsWith("core/store/")) continue;
            for (const QByteArray& line : contentOf(file).split('\n')) {
                if (line.trimmed().startsWith("//")) continue;
                QVERIFY2(!QString::fromUtf8(line).contains(sql), qPrintable(file + ": " + line));
            }
        }
    }

    void licenceStandsOnTop() {
        static const QStringList endings = {"cpp", "h", "inl", "cmake", "sh", "py"};
        for (const QString& file : m_files) {
            const QFileInfo info(file);
            if (!endings.contains(info.suffix()) && info.fileName() != "CMakeLists.txt" && file != ".ci/run")
                continue;
            const QByteArray head = contentOf(file).left(300);
            QVERIFY2(head.contains("SPDX-License-Identifier: GPL-3.0-or-later") &&
                         head.contains("SPDX-FileCopyrightText: The Strata developers"),
                     qPrintable(file));
        }
    }

    void filesAreSmall() {
        for (const QString& file : m_files)
            QVERIFY2(QFileInfo(projectPath(file)).size() <= 1'000'000, qPrintable(file));
    }

    void sourcesDoOneThing() {  // style: aim at 100 lines, split at 400; only tables may be longer
        for (const QString& file : m_files)
            if (isOurs(file)) QVERIFY2(contentOf(file).count('\n') <= 600, qPrintable(file));
    }

    void documentsLeadSomewhere() {
        static const QRegularExpression link("\\]\\(([^)#:\\s]+)[)#]"), mention("\\bdocs/\\w+\\.md\\b");
        int seen = 0;
        for (const QString& file : m_files) {
            const bool isDocument = QFileInfo(file).suffix() == "md";
            if (!isDocument && !isOurs(file)) continue;
            auto matches = (isDocument ? link : mention).globalMatch(QString::fromUtf8(contentOf(file)));
            while (matches.hasNext()) {
                const auto match = matches.next();
                const QString target =
                    isDocument ? QFileInfo(file).path() + "/" + match.captured(1) : match.captured(0);
                QVERIFY2(QFileInfo::exists(projectPath(target)), qPrintable(file + " names " + target));
                ++seen;
            }
        }
        QVERIFY(seen > 10);
    }

  private:
    QStringList m_files;
};

QTEST_APPLESS_MAIN(TestHouse)
#include "tst_house.moc"
