// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/plots/pdfsize.h"

#include "base/error.h"

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include <QString>

namespace strata {

QByteArray withPageSize(const QByteArray& pdf, double widthPt, double heightPt) {
    try {
        QPDF document;
        document.setSuppressWarnings(true);
        document.processMemoryFile("figure", pdf.constData(), static_cast<std::size_t>(pdf.size()));
        const auto pages = QPDFPageDocumentHelper(document).getAllPages();
        if (pages.size() != 1)
            throw Error("Cannot set the figure's page size",
                        "the PDF has " + std::to_string(pages.size()) + " pages");
        QPDFPageObjectHelper page = pages.front();
        QPDFObjectHandle oldBox = page.getAttribute("/MediaBox", false);
        const double oldHeight =
            oldBox.getArrayItem(3).getNumericValue() - oldBox.getArrayItem(1).getNumericValue();

        // PDF counts upward: moving the drawing down by the surplus keeps its top at the page's top.
        const QByteArray shift = "1 0 0 1 0 " + QByteArray::number(heightPt - oldHeight, 'f', 4) + " cm\n";
        page.addPageContents(document.newStream(shift.toStdString()), true);
        const auto box = QPDFObjectHandle::newArray(QPDFObjectHandle::Rectangle(0, 0, widthPt, heightPt));
        for (const char* name : {"/MediaBox", "/CropBox", "/TrimBox"})
            page.getObjectHandle().replaceKey(name, box);

        QPDFWriter writer(document);
        writer.setOutputMemory();
        writer.setStreamDataMode(qpdf_s_compress);
        writer.write();
        const auto buffer = writer.getBufferSharedPointer();
        return {reinterpret_cast<const char*>(buffer->getBuffer()),
                static_cast<qsizetype>(buffer->getSize())};
    } catch (const Error&) {
        throw;
    } catch (const std::exception& failure) {
        throw Error("Cannot set the figure's page size", failure.what());
    }
}

}  // namespace strata
