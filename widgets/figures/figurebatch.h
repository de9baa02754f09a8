// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QObject>
#include <QStringList>

#include <vector>

namespace strata {

/// Writes several figures one after the other: asks for the numbers of each, has it drawn, goes on. A figure
/// that fails does not keep the others from being written. GUI thread; the work is the backend's.
class FigureBatch : public QObject {
    Q_OBJECT
  public:
    explicit FigureBatch(Backend* backend, QObject* parent = nullptr);
    /// @param files one for each figure
    void start(std::vector<FigureDescription> figures, QStringList files);
    void stop();  ///< says nothing more; what was asked for may still be written
    bool isRunning() const { return m_isRunning; }

  Q_SIGNALS:
    void progressed(int done, int total);
    /// @param problems a text for each figure that was not written, with its name
    void finished(int written, const QStringList& problems);

  private:
    void goOn();
    void giveUp(const QString& problem);

    Backend* m_backend;
    std::vector<FigureDescription> m_figures;
    QStringList m_files, m_problems;
    std::size_t m_at = 0;
    int m_written = 0;
    quint64 m_heatmapId = 0, m_exportId = 0;
    bool m_isRunning = false;
};

}  // namespace strata
