// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QObject>
#include <QStringList>

#include <vector>

namespace strata {

/// The workspace's saved figures, one list for all pages: read from the snapshot's setting "figures" (a JSON
/// array of figure descriptions), written back through Backend::setSetting. Lives with its backend, on the
/// GUI thread.
class FigureList : public QObject {
    Q_OBJECT
  public:
    static FigureList* of(Backend* backend);  ///< the backend's one list, made at the first call

    /// Reads the list when the workspace is another one; what was changed here since is newer than any
    /// snapshot.
    void setSnapshot(const std::shared_ptr<const WorkspaceSnapshot>& snapshot);
    const std::vector<FigureDescription>& figures() const { return m_figures; }
    /// A file's name (without folder and ending) for each figure, made from its title; no two are equal.
    QStringList fileNames() const;
    /// The same for a figure that is not in the list.
    QString fileNameOf(const FigureDescription& figure) const;
    /// Adds it under a name that no other has; returns its index.
    std::size_t add(FigureDescription figure);
    void replace(std::size_t index, const FigureDescription& figure);
    void remove(std::size_t index);

  Q_SIGNALS:
    void changed();

  private:
    explicit FigureList(Backend* backend);
    void store();

    Backend* m_backend;
    QString m_folder;
    std::vector<FigureDescription> m_figures;
};

}  // namespace strata
