// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "pagefixture.h"
#include "widgets/datapage.h"

#include <QMimeData>
#include <QPlainTextEdit>

#include <cmath>

namespace strata {

using namespace test;

/// The Data page: what belongs to one workspace stays there, and nothing is stored that was not meant.
class DataPageTest : public PageFixture {
    Q_OBJECT
  private Q_SLOTS:
    void dataFormStaysInItsWorkspace();
    void dataKeepsNoteAndType();
    void dataNamesAreNotTakenTwice();
    void dataRemovalIsUndone();
    void dataTakesOnlyAnnotatedText();
    void dataTellsMissingFiles();
};

void DataPageTest::dataFormStaysInItsWorkspace() {
    auto first = snapshot("/a"), second = snapshot("/b"), third = snapshot("/c");
    first->datasets = {dataset(7, "alpha")};
    second->datasets = {dataset(7, "beta")};
    send(first);
    m_window->showPage(PageKind::Data);
    QCOMPARE(child<QLineEdit>("datasetName")->text(), QStringLiteral("alpha"));
    m_window->openWorkspace(QStringLiteral("/b"));
    send(second);
    m_window->showPage(PageKind::Data);
    QCOMPARE(child<QLineEdit>("datasetName")->text(), QStringLiteral("beta"));
    QCOMPARE(child<QLineEdit>("trainFile")->text(), QStringLiteral("/data/beta/train.conllu"));
    QVERIFY(m_backend->saved.empty());
    type("devFile", QStringLiteral("/data/beta/other.conllu"));
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    QCOMPARE(m_backend->saved.back().id, 7);
    QCOMPARE(m_backend->saved.back().name, std::string("beta"));
    m_window->openWorkspace(QStringLiteral("/c"));
    send(third);
    QVERIFY(child<QLineEdit>("datasetName")->text().isEmpty());
    QVERIFY(child<QLineEdit>("devFile")->text().isEmpty());
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    // What was typed and not entered is kept where it was typed.
    send(first);
    m_window->showPage(PageKind::Data);
    type("testFile", QStringLiteral("/data/alpha/test.conllu"), false);
    m_window->openWorkspace(QStringLiteral("/b"));
    QCOMPARE(m_backend->saved.size(), std::size_t{2});
    QCOMPARE(m_backend->saved.back().name, std::string("alpha"));
}

void DataPageTest::dataKeepsNoteAndType() {
    auto first = snapshot("/a");
    DatasetRow row = dataset(7, "alpha");
    row.type = "other";
    row.note = "Latin script";
    first->datasets = {row};
    send(first);
    m_window->showPage(PageKind::Data);
    auto* note = child<QPlainTextEdit>("datasetNote");
    QCOMPARE(note->toPlainText(), QStringLiteral("Latin script"));
    QCOMPARE(child<QLabel>("datasetFormat")->text(), QStringLiteral("CoNLL-U"));
    type("devFile", QStringLiteral("/data/alpha/d.conllu"));
    QCOMPARE(m_backend->saved.back().note, row.note);
    QCOMPARE(m_backend->saved.back().type, row.type);
    note->setFocus();
    note->setPlainText(QStringLiteral("Cyrillic script"));
    child<QLineEdit>("datasetName")->setFocus();
    QCOMPARE(m_backend->saved.back().note, std::string("Cyrillic script"));
    // A field left without a change stores nothing.
    const std::size_t count = m_backend->saved.size();
    note->setFocus();
    child<QLineEdit>("datasetName")->setFocus();
    QCOMPARE(m_backend->saved.size(), count);
}

void DataPageTest::dataNamesAreNotTakenTwice() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "alpha")};
    send(first);
    m_window->showPage(PageKind::Data);
    QTest::mouseClick(child<QPushButton>("newDataset"), Qt::LeftButton);
    type("datasetName", QStringLiteral("alpha"));
    type("trainFile", QStringLiteral("/data/x/train.conllu"));
    QVERIFY(m_backend->saved.empty());
    QVERIFY(child<QLabel>("datasetProblem")->text().contains(QStringLiteral("alpha")));
    type("datasetName", QStringLiteral("beta"));
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    QCOMPARE(m_backend->saved.back().id, 0);
    auto next = std::make_shared<WorkspaceSnapshot>(*first);
    DatasetRow stored = m_backend->saved.back();
    stored.id = 2;
    next->datasets.push_back(stored);
    send(next);
    type("devFile", QStringLiteral("/data/x/dev.conllu"));
    QCOMPARE(m_backend->saved.back().id, 2);
}

void DataPageTest::dataRemovalIsUndone() {
    auto first = snapshot("/a"), empty = snapshot("/a");
    first->datasets = {dataset(3, "alpha")};
    first->datasets.front().note = "note";
    send(first);
    m_window->showPage(PageKind::Data);
    QTest::mouseClick(child<QPushButton>("deleteDataset"), Qt::LeftButton);
    QCOMPARE(m_backend->deleted, std::vector<std::int64_t>{3});
    send(empty);
    QVERIFY(child<QLineEdit>("datasetName")->text().isEmpty());
    child<QWidget>("datasetList")->setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    QCOMPARE(m_backend->saved.back().name, std::string("alpha"));
    QCOMPARE(m_backend->saved.back().note, std::string("note"));
    QCOMPARE(child<QLineEdit>("datasetName")->text(), QStringLiteral("alpha"));
}

void DataPageTest::dataTakesOnlyAnnotatedText() {
    const QString readme = write("README.md", "# A readme\n"), junk = write("notes.txt", "Some words.\n"),
                  spec = write("experiment.json", "{\n  \"name\": \"x\"\n}\n"),
                  train = write("x-train.conllu", "# id\n1\tA\t_\tDET\n\n"),
                  json = write("x.jsonl", "{\"text\": \"A b\", \"targets\": []}\n");
    QCOMPARE(textFormat(train), TextFormat::Conllu);
    QCOMPARE(textFormat(json), TextFormat::JsonLines);
    QCOMPARE(textFormat(spec), TextFormat::Unknown);
    auto first = snapshot("/a");
    first->datasets = {dataset(3, "alpha")};
    first->datasets.front().testPath = "/data/alpha/test.conllu";
    send(first);
    m_window->showPage(PageKind::Checkpoints);
    for (const QString& file : {readme, junk}) {
        m_window->takePath(file);
        QVERIFY(m_backend->saved.empty());
        QVERIFY(m_window->statusText().contains(QStringLiteral("no annotated text")));
        QVERIFY(child<QWidget>("checkpointsPage")->isVisible());
    }
    QCOMPARE(child<QLineEdit>("trainFile")->text(), QStringLiteral("/data/alpha/train.conllu"));
    // Another text: another data set, not another file of this one.
    m_window->takePath(train);
    QVERIFY(child<QWidget>("dataPage")->isVisible());
    QCOMPARE(m_backend->saved.size(), std::size_t{1});
    QCOMPARE(m_backend->saved.back().id, 0);
    QCOMPARE(m_backend->saved.back().trainPath, train.toStdString());
}

/// Before anybody presses Run.
void DataPageTest::dataTellsMissingFiles() {
    auto first = snapshot("/a");
    first->datasets = {dataset(1, "alpha")};
    send(first);
    m_window->showPage(PageKind::Data);
    auto* notice = child<QLabel>("datasetFilesProblem");
    QVERIFY(!notice->isVisible());
    const auto answer = [&](std::vector<std::string> missing, std::int64_t sentences) {
        auto preview = std::make_shared<DatasetPreview>();
        preview->row = first->datasets.front();
        preview->missing = std::move(missing);
        preview->sentenceCount = preview->targetCount = sentences;
        preview->labelCounts = {{"NOUN", 1}};
        Q_EMIT m_backend->datasetPreviewReady(m_backend->lastPreview, preview);
    };
    answer({"Dev: there is no file 'x'.", "Test: there is no file 'y'."}, 1);
    QVERIFY(notice->isVisible());
    QCOMPARE(notice->text(), QStringLiteral("Dev: there is no file 'x'.\nTest: there is no file 'y'."));
    // They may be back when the page is looked at again.
    const quint64 asked = m_backend->lastPreview;
    m_window->showPage(PageKind::Queue);
    m_window->showPage(PageKind::Data);
    QVERIFY(m_backend->lastPreview > asked);
    const auto labels = child<QWidget>("dataPage")->findChildren<QLabel*>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->text() == QStringLiteral("1 sentence · 1 target · 1 label");
    }));
    type("devFile", QStringLiteral("/data/alpha/other.conllu"));
    answer({}, 2);
    QVERIFY(!notice->isVisible());
    answer({"Dev: there is no file 'x'."}, 1);
    QTest::mouseClick(child<QPushButton>("newDataset"), Qt::LeftButton);
    QVERIFY(!notice->isVisible());  // of another one
}

}  // namespace strata

QTEST_MAIN(strata::DataPageTest)
#include "tst_datapage.moc"
