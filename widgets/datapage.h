// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QWidget>

namespace strata {

class LabelBars;
class Notice;
class SentenceList;

/// Data sets, described once and previewed as sentences with their tags above the words.
class DataPage : public QWidget {
    Q_OBJECT
  public:
    explicit DataPage(Backend* backend, QWidget* parent = nullptr);
    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    /// Takes a dropped file for the split that its name tells (train, dev, test), else for the first empty
    /// one.
    void takeFile(const QString& file);

  private:
    QWidget* makeForm();
    QWidget* makePreview();
    void show(const DatasetRow& row);
    DatasetRow edited() const;
    void store();
    void preview();
    void showPreview(const DatasetPreview& preview);
    QLineEdit* addFile(QLayout* layout, const QString& name, const QString& label,
                       const QString& explanation);

    Backend* m_backend;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    std::int64_t m_current = 0;
    quint64 m_previewId = 0;
    QListWidget* m_list;
    QLineEdit *m_name, *m_train, *m_dev, *m_test;
    QComboBox *m_tags, *m_split;
    QLabel *m_counts, *m_omissions;
    Notice* m_problem;
    SentenceList* m_sentences;
    LabelBars* m_bars;
};

}  // namespace strata
