// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"
#include "inventedheatmap.h"
#include "widgets/plots/figure.h"
#include "widgets/plots/labels.h"

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>

#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include <map>

namespace strata {

/// Figures as files: what a journal asks of a PDF is read back from the PDF itself.
class FigureTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void pdfIsVectorWithEmbeddedFontsAndExactSize_data();
    void pdfIsVectorWithEmbeddedFontsAndExactSize();
    void pngShowsTheColourMap();
    void svgHasTheAskedSize();
    void csvHoldsTheNumbersShown();
    void looksTheSameAtEveryScale();
    void descriptionSurvivesJson();
    void keepsATableOfSomebodyElse();
    void makesTheFolder();
    void saysWhyTheFolderCannotBeMade();
    void refusesWhatItCannotWrite();
    void nothingIsCutAtOneColumn_data();
    void nothingIsCutAtOneColumn();
    void tellsWhetherNumbersFit();
    void explainsTheHatching_data();
    void explainsTheHatching();
    void csvKeepsLinesOfSettings();
    void gridPutsLayersUpwardAndMixApart();
    void namesAreShort();
    void labelsAreThinned();
    void rangeIsOfWhatIsShown();
    void colourMapsRunOneWay();
    void survivesOddHeatmaps();

  private:
    QString file(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    /// All words of the figure, as the SVG has them, one text after the other.
    QString textOf(const FigureDescription& figure, const Heatmap& heatmap) const;
    QTemporaryDir m_folder;
};

void FigureTest::pdfIsVectorWithEmbeddedFontsAndExactSize_data() {
    QTest::addColumn<double>("width");
    QTest::addColumn<double>("height");
    QTest::addColumn<QString>("family");
    QTest::newRow("two columns") << 170.0 << 90.0 << QString();
    QTest::newRow("one column") << 84.0 << 61.3 << QString();
    QTest::newRow("odd size, other font") << 123.45 << 67.89 << QStringLiteral("DejaVu Sans");
}

void FigureTest::pdfIsVectorWithEmbeddedFontsAndExactSize() {
    QFETCH(double, width);
    QFETCH(double, height);
    QFETCH(QString, family);
    FigureDescription figure;
    figure.widthMm = width;
    figure.heightMm = height;
    figure.fontFamily = family;
    figure.caption = QStringLiteral("A caption of several words that says what is seen.");
    writeFigure(file("a.pdf"), figure, test::mockHeatmap());

    QPDF pdf;
    pdf.processFile(file("a.pdf").toStdString().c_str());
    const auto pages = QPDFPageDocumentHelper(pdf).getAllPages();
    QCOMPARE(pages.size(), std::size_t{1});
    QPDFPageObjectHelper page = pages.front();
    for (const char* box : {"/MediaBox", "/CropBox"}) {
        const auto rectangle = page.getAttribute(box, false).getArrayAsRectangle();
        QVERIFY(std::abs((rectangle.urx - rectangle.llx) * 25.4 / 72 - width) < 0.1);
        QVERIFY(std::abs((rectangle.ury - rectangle.lly) * 25.4 / 72 - height) < 0.1);
    }
    int fonts = 0;
    for (QPDFObjectHandle object : pdf.getAllObjects()) {
        if (object.isStream()) {
            auto subtype = object.getDict().getKey("/Subtype");
            QVERIFY(!subtype.isName() || subtype.getName() != "/Image");
            continue;
        }
        if (!object.isDictionary()) continue;
        auto type = object.getKey("/Type");
        if (!type.isName()) continue;
        if (type.getName() == "/Font") QVERIFY(object.getKey("/Subtype").getName() != "/Type3");
        if (type.getName() == "/FontDescriptor") {
            ++fonts;
            QVERIFY(object.hasKey("/FontFile2") || object.hasKey("/FontFile3"));
        }
    }
    QVERIFY(fonts >= 1);
    QCOMPARE(pdf.getTrailer().getKey("/Info").getKey("/Title").getUTF8Value(),
             std::string("Part of speech: micro-F1 on dev"));
    QVERIFY(QFile::exists(file("a.csv")));
}

void FigureTest::pngShowsTheColourMap() {
    FigureDescription figure;
    figure.showNumbers = figure.showTitle = figure.showColourBar = false;
    figure.colourMap = QStringLiteral("Viridis");
    const Heatmap heatmap = test::inventedHeatmap(3, {0, 100, 200}, false);
    writeFigure(file("b.png"), figure, heatmap, 150);
    const QImage image(file("b.png"));
    QCOMPARE(image.width(), qRound(170 / 25.4 * 150));
    QCOMPARE(image.height(), qRound(90 / 25.4 * 150));
    // Every cell's colour stands somewhere in the picture, and the lowest layer lower than the highest.
    const auto [low, high] = rangeOf(figure, heatmap);
    const auto rowOf = [&](std::size_t layer, std::size_t step) {
        const QRgb wanted =
            colourAt(figure.colourMap, colourPosition(heatmap.at(layer, step).value, low, high)).rgb();
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (image.pixel(x, y) == wanted) return y;
        return -1;
    };
    for (std::size_t layer = 0; layer < 3; ++layer)
        for (std::size_t step = 0; step < 3; ++step)
            QVERIFY(rowOf(layer, step) >= 0);
    QVERIFY(rowOf(0, 2) > rowOf(2, 2));
}

void FigureTest::svgHasTheAskedSize() {
    FigureDescription figure;
    figure.widthMm = 84;
    figure.heightMm = 61.3;
    writeFigure(file("c.svg"), figure, test::mockHeatmap());
    QFile svg(file("c.svg"));
    QVERIFY(svg.open(QIODevice::ReadOnly));
    const QByteArray text = svg.readAll();
    QVERIFY(text.contains("width=\"84mm\""));
    QVERIFY(text.contains("height=\"61.3mm\""));
    QVERIFY(text.contains("<text"));
    QVERIFY(!text.contains("<image"));
}

void FigureTest::csvHoldsTheNumbersShown() {
    const Heatmap heatmap = test::mockHeatmap();
    writeFigure(file("d.csv"), {}, heatmap);
    QFile csv(file("d.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    const QByteArray bytes = csv.readAll();
    QCOMPARE(bytes.toStdString(), heatmapCsv(heatmap));
    int rows = 0;
    for (const QByteArray& line : bytes.split('\n'))
        rows += !line.isEmpty() && !line.startsWith('#');
    int measured = 0;
    for (const HeatmapCell& cell : heatmap.cells)
        measured += cell.isMeasured();
    QVERIFY(rows > measured);  // one each, and the header
}

void FigureTest::looksTheSameAtEveryScale() {
    // The same drawing at one and at two pixels a point, the larger one shrunk: nothing may lie elsewhere.
    const auto drawn = [](int scale) {
        QImage image(480 * scale, 260 * scale, QImage::Format_RGB32);
        image.fill(Qt::white);
        image.setDotsPerMeterX(scale * 3000);  // and whatever the device says of itself
        image.setDotsPerMeterY(scale * 3000);
        QPainter painter(&image);
        painter.scale(scale, scale);
        paintFigure(painter, QRectF(0, 0, 480, 260), {}, test::mockHeatmap());
        painter.end();
        return image.scaled(480, 260, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    };
    const QImage once = drawn(1), twice = drawn(2);
    int different = 0;
    for (int y = 0; y < once.height(); ++y)
        for (int x = 0; x < once.width(); ++x)
            different += std::abs(qGray(once.pixel(x, y)) - qGray(twice.pixel(x, y))) > 110;
    QVERIFY2(different < 480 * 260 / 250, qPrintable(QString::number(different)));
}

void FigureTest::descriptionSurvivesJson() {
    FigureDescription figure;
    figure.name = QStringLiteral("Über „Schichten“");
    figure.caption = QStringLiteral("two\nlines");
    figure.query = test::mockHeatmap().query;
    figure.query.seeds = HeatmapQuery::Seeds::One;
    figure.query.seed = 3;
    figure.widthMm = 84.5;
    figure.automaticRange = false;
    figure.low = 0.25;
    figure.logarithmicSteps = true;
    QVERIFY(figureFromJson(toJson(figure)) == figure);
    for (const auto seeds :
         {HeatmapQuery::Seeds::Mean, HeatmapQuery::Seeds::Spread, HeatmapQuery::Seeds::Each}) {
        figure.query.seeds = seeds;
        QVERIFY(figureFromJson(toJson(figure)) == figure);
    }
    QVERIFY_EXCEPTION_THROWN(figureFromJson("[]"), Error);
    QVERIFY_EXCEPTION_THROWN(figureFromJson("{\"format\": \"strata-figure\", \"width_mm\": \"wide\"}"),
                             Error);
    QVERIFY_EXCEPTION_THROWN(figureFromJson("not json"), Error);
    QCOMPARE(figureFromJson("{\"format\": \"strata-figure\", \"width_mm\": 1e30}").widthMm, 1000.0);
}

QString FigureTest::textOf(const FigureDescription& figure, const Heatmap& heatmap) const {
    writeFigure(file("text.svg"), figure, heatmap);
    QFile svg(file("text.svg"));
    if (!svg.open(QIODevice::ReadOnly)) return {};
    QStringList texts;
    QXmlStreamReader reader(&svg);
    while (!reader.atEnd())
        if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == QLatin1String("text"))
            texts << reader.readElementText().trimmed();
    return texts.join(QLatin1Char(' ')).replace(QChar(0xa0), QLatin1Char(' '));
}

void FigureTest::keepsATableOfSomebodyElse() {
    QFile table(file("results.csv"));
    QVERIFY(table.open(QIODevice::WriteOnly));
    table.write("experiment,family,seed\n");
    table.close();
    try {
        writeFigure(file("results.pdf"), {}, test::mockHeatmap());
        QFAIL("the table is lost");
    } catch (const Error& problem) {
        QVERIFY2(std::string(problem.what()).find("results.csv") != std::string::npos, problem.what());
    }
    QVERIFY(!QFile::exists(file("results.pdf")));
    QCOMPARE(table.size(), qint64{23});
    writeFigure(file("own.pdf"), {}, test::mockHeatmap());
    writeFigure(file("own.svg"), {}, test::mockHeatmap());  // a figure's own numbers are replaced
}

void FigureTest::makesTheFolder() {
    writeFigure(file("not/there/yet/f.pdf"), {}, test::mockHeatmap());
    QVERIFY(QFile::exists(file("not/there/yet/f.pdf")));
    QVERIFY(QFile::exists(file("not/there/yet/f.csv")));
    writeFigure(file("nor/this/f.csv"), {}, test::mockHeatmap());
    QVERIFY(QFile::exists(file("nor/this/f.csv")));
}

void FigureTest::saysWhyTheFolderCannotBeMade() {
    QFile plain(file("plain"));
    QVERIFY(plain.open(QIODevice::WriteOnly));
    plain.close();
    for (const char* name : {"plain/g.pdf", "plain/deeper/g.pdf"}) {
        try {
            writeFigure(file(name), {}, test::mockHeatmap());
            QFAIL("written into a file as if it were a folder");
        } catch (const Error& error) {
            const QString text = QString::fromUtf8(error.what());
            QVERIFY2(text.contains(QLatin1String("could not be made")), qPrintable(text));
            QVERIFY2(text.contains(QFileInfo(file(name)).path()), qPrintable(text));
        }
    }
}

void FigureTest::nothingIsCutAtOneColumn_data() {
    QTest::addColumn<double>("height");
    QTest::addColumn<double>("fontSize");
    QTest::newRow("square") << 90.0 << 8.0;
    QTest::newRow("flat") << 50.0 << 8.0;
    QTest::newRow("large letters") << 90.0 << 12.0;
}

void FigureTest::nothingIsCutAtOneColumn() {
    QFETCH(double, height);
    QFETCH(double, fontSize);
    Heatmap heatmap = test::mockHeatmap();
    heatmap.title = "Part of speech: micro-F1 of a-label-with-a-long-name on dev";
    heatmap.subtitle =
        "a-family-of-models-with-a-name-that-is-wider-than-one-column-of-a-journal-can-be · mean of 2 seeds "
        "× 2 probe seeds · zertuche-liu-2021 (epochs=4, learning_rate=0.01) · n = 4,859 targets a cell";
    FigureDescription figure;
    figure.widthMm = 84;
    figure.heightMm = height;
    figure.fontSizePt = fontSize;
    QVERIFY(fitOf(figure, heatmap).hasWholeHead);
    // Lines are joined with a space, also within a broken word: compare without.
    const QString text = textOf(figure, heatmap).remove(QLatin1Char(' '));
    for (const std::string& wanted : {heatmap.title, heatmap.subtitle})
        QVERIFY2(text.contains(QString::fromStdString(wanted).remove(QLatin1Char(' '))), qPrintable(text));
    figure.heightMm = 20;
    QVERIFY(!fitOf(figure, heatmap).hasWholeHead);
    figure.showTitle = false;
    QVERIFY(fitOf(figure, heatmap).hasWholeHead);
    QVERIFY(fitOf(figure, heatmap).hasWholeCaption);
    figure.caption = QStringLiteral("a caption ").repeated(200);
    QVERIFY(!fitOf(figure, heatmap).hasWholeCaption);
}

void FigureTest::tellsWhetherNumbersFit() {
    const Heatmap heatmap = test::mockHeatmap();
    int measured = 0;
    for (const HeatmapCell& cell : heatmap.cells)
        measured += cell.isMeasured();
    const QRegularExpression number(QStringLiteral("\\b[0-9]+\\.[0-9]\\b"));
    FigureDescription figure;
    figure.showColourBar = figure.showTitle = false;
    std::map<FigureFit::Numbers, int> seen;
    for (const bool isLogarithmic : {false, true})
        for (double width = 40; width < 190; width += 10)
            for (const double height : {25.0, 60.0}) {
                figure.logarithmicSteps = isLogarithmic;
                figure.widthMm = width;
                figure.heightMm = height;
                const auto drawn = textOf(figure, heatmap).count(number);
                const FigureFit::Numbers said = fitOf(figure, heatmap).numbers;
                ++seen[said];
                QCOMPARE(said, drawn == measured ? FigureFit::Numbers::All
                               : drawn > 0       ? FigureFit::Numbers::Some
                                                 : FigureFit::Numbers::None);
            }
    QVERIFY(seen[FigureFit::Numbers::All] > 3 && seen[FigureFit::Numbers::None] > 3);
    QVERIFY(seen[FigureFit::Numbers::Some] > 0);
    QCOMPARE(fitOf(figure, Heatmap()).numbers, FigureFit::Numbers::All);  // nothing to say
}

void FigureTest::explainsTheHatching_data() {
    QTest::addColumn<double>("width");
    QTest::addColumn<bool>("bar");
    for (const double width : {40.0, 60.0, 84.0, 170.0})
        for (const bool bar : {true, false})
            QTest::addRow("%g mm%s", width, bar ? ", colour bar" : "") << width << bar;
}

void FigureTest::explainsTheHatching() {
    QFETCH(double, width);
    QFETCH(bool, bar);
    FigureDescription figure;
    figure.widthMm = width;
    figure.showColourBar = bar;
    const QString legend = QStringLiteral("not measured");
    Heatmap failed = test::inventedHeatmap(4, {0, 400, 4800});
    QVERIFY(!textOf(figure, failed).contains(legend));
    for (std::size_t layer = 0; layer < failed.layers.size(); ++layer)
        failed.cells[layer * 3 + 1] = {};
    QVERIFY(textOf(figure, failed).contains(legend));
}

void FigureTest::csvKeepsLinesOfSettings() {
    Heatmap heatmap = test::mockHeatmap();
    heatmap.settingsText = "Settings: {\"epochs\":4}\nExperiment: {\"train_limit\":4000}";
    const std::string csv = heatmapCsv(heatmap);
    QVERIFY(csv.find("\n# Settings: {\"epochs\":4}\n# Experiment: {\"train_limit\":4000}\nfamily,") !=
            std::string::npos);
}

void FigureTest::refusesWhatItCannotWrite() {
    QVERIFY_EXCEPTION_THROWN(writeFigure(file("e.gif"), {}, test::mockHeatmap()), Error);
    QVERIFY_EXCEPTION_THROWN(writeFigure(file("none/e.gif"), {}, test::mockHeatmap()), Error);
    QVERIFY(!QFile::exists(file("none")));  // no folder for what cannot be written anyway
    QVERIFY_EXCEPTION_THROWN(writeFigure(file("e.png"), {}, test::mockHeatmap(), 1e9), Error);
    FigureDescription figure;
    figure.widthMm = 0;
    QVERIFY_EXCEPTION_THROWN(writeFigure(file("e.pdf"), figure, test::mockHeatmap()), Error);
}

void FigureTest::gridPutsLayersUpwardAndMixApart() {
    const Heatmap heatmap = test::inventedHeatmap(4, {0, 10, 100, 1000});
    const HeatmapGrid grid(heatmap, QRectF(0, 0, 400, 400), true);
    QVERIFY(grid.cell({0, 0}).top() > grid.cell({3, 0}).bottom());
    QVERIFY(grid.cell({4, 0}).top() > grid.cell({0, 0}).bottom());
    for (std::size_t layer = 0; layer < 5; ++layer)
        for (std::size_t step = 0; step < 4; ++step) {
            const auto hit = grid.at(grid.cell({layer, step}).center());
            QVERIFY(hit && *hit == (CellIndex{layer, step}));
        }
    QVERIFY(!grid.at(QPointF(-1, 5)));
    const HeatmapGrid plain(heatmap, QRectF(0, 0, 400, 400), false);
    QVERIFY(!plain.isShown(4));
    const HeatmapGrid log(heatmap, QRectF(0, 0, 400, 400), true, StepScale::Logarithmic);
    const double first = log.cell({0, 2}).center().x() - log.cell({0, 1}).center().x();
    QVERIFY(log.cell({0, 3}).left() > log.cell({0, 2}).left() && first > 0);
}

void FigureTest::namesAreShort() {
    QCOMPARE(stepLabel(0), QStringLiteral("0"));
    QCOMPARE(stepLabel(1600), QStringLiteral("1600"));
    QCOMPARE(stepLabel(20000), QStringLiteral("20k"));
    QCOMPARE(stepLabel(1000000), QStringLiteral("1M"));
    QCOMPARE(stepLabel(1200000), QStringLiteral("1.2M"));
    QCOMPARE(stepLabel(std::nullopt), QStringLiteral("–"));
    QCOMPARE(valueText(0.9371, "micro_f1"), QStringLiteral("93.7"));
    QCOMPARE(valueText(2.714, "centre_of_gravity"), QStringLiteral("2.71"));
    QCOMPARE(valueText(std::nan(""), "micro_f1"), QString());
}

void FigureTest::labelsAreThinned() {
    QCOMPARE(thinnedLabels(5, 20, 10).size(), std::size_t{5});
    const auto few = thinnedLabels(145, 3, 28);
    QVERIFY(few.size() > 5 && few.size() <= 15);
    for (std::size_t i = 1; i < few.size(); ++i)
        QVERIFY(static_cast<double>(few[i] - few[i - 1]) * 3 >= 28);
    QVERIFY(thinnedLabels(0, 3, 28).empty());
}

void FigureTest::rangeIsOfWhatIsShown() {
    Heatmap heatmap = test::inventedHeatmap(2, {0, 100});
    heatmap.cells[4].value = 0.99;  // of the mix
    FigureDescription figure;
    QCOMPARE(rangeOf(figure, heatmap).second, 0.99);
    figure.showMix = false;
    QVERIFY(rangeOf(figure, heatmap).second < 0.97);
    Heatmap mixAlone = test::inventedHeatmap(0, {0, 100});
    mixAlone.cells[1].value = 0.98;  // drawn whatever is said
    QCOMPARE(rangeOf(figure, mixAlone).second, 0.98);
}

void FigureTest::colourMapsRunOneWay() {
    for (const QString& name : colourMapNames()) {
        if (name == QLatin1String("Difference")) continue;
        const bool rises = luminance(colourAt(name, 1)) > luminance(colourAt(name, 0));
        for (int i = 0; i < 100; ++i) {
            const double here = luminance(colourAt(name, i / 100.0)),
                         next = luminance(colourAt(name, (i + 1) / 100.0));
            QVERIFY2(rises ? next >= here - 0.004 : next <= here + 0.004, qPrintable(name));
            const QColor ink = textColourOn(colourAt(name, i / 100.0));
            const double light = std::max(luminance(ink), here) + 0.05,
                         dark = std::min(luminance(ink), here) + 0.05;
            QVERIFY2(light / dark > 4.2, qPrintable(name));
        }
    }
}

void FigureTest::survivesOddHeatmaps() {
    Heatmap unmeasured = test::mockHeatmap();
    for (HeatmapCell& cell : unmeasured.cells)
        cell = {};
    Heatmap longNames = test::inventedHeatmap(26, test::manySteps());
    longNames.title = std::string(300, 'W');
    longNames.layers[4] = std::string(200, 'x');
    Heatmap infinite = test::mockHeatmap();
    infinite.cells[3].value = std::numeric_limits<double>::infinity();
    int i = 0;
    for (const Heatmap& heatmap :
         {Heatmap(), test::inventedHeatmap(1, {20000}, false), unmeasured, longNames, infinite}) {
        FigureDescription figure;
        figure.caption = QString(2000, QLatin1Char('c')) + QStringLiteral(" end");
        figure.widthMm = i % 2 ? 30 : 170;
        figure.heightMm = 30;
        writeFigure(m_folder.filePath(QStringLiteral("odd%1.pdf").arg(i)), figure, heatmap);
        writeFigure(m_folder.filePath(QStringLiteral("odd%1.png").arg(i++)), figure, heatmap, 72);
    }
}

}  // namespace strata

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QGuiApplication application(argc, argv);
    strata::FigureTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_figure.moc"
