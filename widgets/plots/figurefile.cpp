// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"
#include "widgets/plots/figure.h"
#include "widgets/plots/pdfsize.h"

#include <QPdfWriter>

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QSaveFile>
#include <QSvgGenerator>

#include <cmath>
#include <filesystem>
#include <system_error>

namespace strata {
namespace {

constexpr double kPointsPerMm = 72 / 25.4;

QString attempted(const QString& file) {
    return QStringLiteral("Cannot write the figure '%1'").arg(file);
}

[[noreturn]] void fail(const QString& file, const QString& why, const char* advice) {
    throw Error(attempted(file).toStdString(), why.toStdString(), advice);
}

/// The folder that the Figures page proposes is not there before the first figure is written.
void makeFolderOf(const QString& file) {
    const QString folder = QFileInfo(file).absolutePath();
    std::error_code problem;
    std::filesystem::create_directories(folder.toStdString(), problem);
    if (problem || !QFileInfo(folder).isDir())
        fail(file,
             QStringLiteral("its folder '%1' could not be made: %2")
                 .arg(folder, problem ? QString::fromStdString(problem.message())
                                      : QStringLiteral("a file of this name is there")),
             "Choose a folder that can be written to.");
}

/// All or nothing: a figure that was there before stays when the disk is full.
void save(const QString& file, const QByteArray& bytes) {
    makeFolderOf(file);
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size() || !out.commit())
        fail(file, out.errorString(), "Choose a folder that can be written to and has room.");
}

/// Whether a file is there that no figure wrote: nobody who asks for a PDF expects to lose a table.
bool isForeign(const QString& csv) {
    QFile file(csv);
    if (!file.open(QIODevice::ReadOnly)) return file.exists();
    const QByteArray head = file.read(1 << 20);
    return !head.isEmpty() && !(head.startsWith("# ") && head.contains("\nfamily,adapted_from,task,"));
}

QRectF areaOf(const FigureDescription& figure) {
    return {0, 0, figure.widthMm * kPointsPerMm, figure.heightMm * kPointsPerMm};
}

QString titleOf(const FigureDescription& figure, const Heatmap& heatmap) {
    return figure.name.isEmpty() ? QString::fromStdString(heatmap.title) : figure.name;
}

QByteArray pdfOf(const FigureDescription& figure, const Heatmap& heatmap) {
    const QRectF area = areaOf(figure);
    QByteArray bytes;
    {
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        QPdfWriter writer(&buffer);
        writer.setTitle(titleOf(figure, heatmap));
        writer.setCreator(QStringLiteral("Strata " STRATA_VERSION));
        constexpr int kDpi = 1200;
        writer.setResolution(kDpi);
        writer.setPageSize(QPageSize(QSizeF(std::ceil(area.width()) + 1, std::ceil(area.height()) + 1),
                                     QPageSize::Point, QString(), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF(0, 0, 0, 0));
        QPainter painter;
        if (!painter.begin(&writer))
            throw Error("Cannot draw the figure as PDF", "the PDF writer did not start");
        painter.scale(kDpi / 72.0, kDpi / 72.0);
        paintFigure(painter, area, figure, heatmap);
    }
    return withPageSize(bytes, area.width(), area.height());
}

QByteArray svgOf(const FigureDescription& figure, const Heatmap& heatmap) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setTitle(titleOf(figure, heatmap));
    generator.setDescription(QString::fromStdString(heatmap.settingsText));
    // The size is a whole number of dots; 100 dots a millimetre keep the asked one.
    generator.setResolution(2540);
    generator.setSize(QSize(static_cast<int>(std::lround(figure.widthMm * 100)),
                            static_cast<int>(std::lround(figure.heightMm * 100))));
    generator.setViewBox(areaOf(figure));
    QPainter painter;
    if (!painter.begin(&generator))
        throw Error("Cannot draw the figure as SVG", "the SVG writer did not start");
    paintFigure(painter, areaOf(figure), figure, heatmap);
    painter.end();
    return bytes;
}

QByteArray pngOf(const QString& file, const FigureDescription& figure, const Heatmap& heatmap, double dpi) {
    const double perPoint = dpi / 72;
    const QRectF area = areaOf(figure);
    const double width = std::round(area.width() * perPoint), height = std::round(area.height() * perPoint);
    if (!(dpi >= 10) || width < 1 || height < 1 || width * height > 4e8)
        fail(file, QStringLiteral("%1 × %2 pixels are outside what can be drawn").arg(width).arg(height),
             "Choose a smaller size or fewer dots per inch.");
    QImage image(static_cast<int>(width), static_cast<int>(height), QImage::Format_RGB32);
    if (image.isNull())
        fail(file, QStringLiteral("there is not enough memory for the picture"),
             "Choose fewer dots per inch.");
    image.fill(Qt::white);
    image.setDotsPerMeterX(static_cast<int>(std::lround(dpi / 0.0254)));
    image.setDotsPerMeterY(static_cast<int>(std::lround(dpi / 0.0254)));
    image.setText(QStringLiteral("Title"), titleOf(figure, heatmap));
    image.setText(QStringLiteral("Description"), QString::fromStdString(heatmap.settingsText));
    QPainter painter(&image);
    painter.scale(perPoint, perPoint);
    paintFigure(painter, area, figure, heatmap);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG")) fail(file, QStringLiteral("the picture could not be compressed"), "");
    return bytes;
}

}  // namespace

void writeFigure(const QString& file, const FigureDescription& figure, const Heatmap& heatmap, double dpi) {
    const QString ending = QFileInfo(file).suffix().toLower();
    const auto isSane = [](double mm) { return mm >= 10 && mm <= 2000; };
    if (!isSane(figure.widthMm) || !isSane(figure.heightMm))
        fail(file,
             QStringLiteral("a size of %1 × %2 mm was asked for").arg(figure.widthMm).arg(figure.heightMm),
             "Choose between 10 and 2000 mm.");
    const QFileInfo info(file);
    const QString beside = info.path() + QLatin1Char('/') + info.completeBaseName() + QStringLiteral(".csv");
    if (ending != QLatin1String("csv") && isForeign(beside))
        fail(file,
             QStringLiteral("its numbers would go to '%1', which is there and not a figure's").arg(beside),
             "Give the figure another name, or move that file away.");
    QByteArray bytes;
    if (ending == QLatin1String("pdf"))
        bytes = pdfOf(figure, heatmap);
    else if (ending == QLatin1String("svg"))
        bytes = svgOf(figure, heatmap);
    else if (ending == QLatin1String("png"))
        bytes = pngOf(file, figure, heatmap, dpi);
    else if (ending != QLatin1String("csv"))
        fail(file, QStringLiteral("its ending '%1' names no known format").arg(ending),
             "Use pdf, svg, png or csv.");
    const QByteArray csv = QByteArray::fromStdString(heatmapCsv(heatmap));
    if (bytes.isEmpty()) {
        save(file, csv);
        return;
    }
    save(file, bytes);
    save(beside, csv);
}

void writeFigure(const std::filesystem::path& file, const FigureDescription& figure, const Heatmap& heatmap,
                 double dpi) {
    writeFigure(QString::fromStdString(file.string()), figure, heatmap, dpi);
}

}  // namespace strata
