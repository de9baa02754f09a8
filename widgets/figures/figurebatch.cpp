// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/figures/figurebatch.h"

#include <utility>

namespace strata {

FigureBatch::FigureBatch(Backend* backend, QObject* parent) : QObject(parent), m_backend(backend) {
    connect(m_backend, &Backend::heatmapReady, this,
            [this](quint64 id, const std::shared_ptr<const Heatmap>& heatmap) {
                if (!m_isRunning || id != m_heatmapId) return;
                m_heatmapId = 0;
                if (!heatmap || !heatmap->hasNumbers()) return giveUp(tr("there are no results of it"));
                m_exportId =
                    m_backend->exportFigure(m_figures[m_at], heatmap, m_files[static_cast<qsizetype>(m_at)]);
            });
    connect(m_backend, &Backend::requestFailed, this, [this](quint64 id, const QString& message) {
        if (m_isRunning && id == m_heatmapId) giveUp(message);
    });
    connect(m_backend, &Backend::figureExported, this,
            [this](quint64 id, const QString&, const QString& problem) {
                if (!m_isRunning || id != m_exportId) return;
                if (!problem.isEmpty()) return giveUp(problem);
                ++m_written;
                ++m_at;
                goOn();
            });
}

void FigureBatch::start(std::vector<FigureDescription> figures, QStringList files) {
    Q_ASSERT(static_cast<qsizetype>(figures.size()) == files.size());
    m_figures = std::move(figures);
    m_files = std::move(files);
    m_problems.clear();
    m_at = 0;
    m_written = 0;
    m_isRunning = true;
    goOn();
}

void FigureBatch::stop() {
    m_isRunning = false;
    m_heatmapId = m_exportId = 0;
}

void FigureBatch::goOn() {
    m_heatmapId = m_exportId = 0;
    if (m_at >= m_figures.size()) {
        m_isRunning = false;
        Q_EMIT finished(m_written, m_problems);
        return;
    }
    m_heatmapId = m_backend->requestHeatmap(m_figures[m_at].query);
    Q_EMIT progressed(static_cast<int>(m_at), static_cast<int>(m_figures.size()));
}

void FigureBatch::giveUp(const QString& problem) {
    m_problems << tr("“%1”: %2").arg(m_figures[m_at].name, problem);
    ++m_at;
    goOn();
}

}  // namespace strata
