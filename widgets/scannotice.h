// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <QWidget>

class QPushButton;

namespace strata {

class Backend;
class Notice;

/// How a search for checkpoints goes, with a button that stops it; afterwards what there is to say about it.
/// Takes no room when there is nothing to say.
class ScanNotice : public QWidget {
    Q_OBJECT
  public:
    ScanNotice(Backend* backend, QWidget* parent);
    void begin(const QString& folder);
    void clear();

  private:
    void say(const QString& text, bool isSearching);

    Notice* m_notice;
    QPushButton* m_stop;
    QString m_folder;
};

}  // namespace strata
