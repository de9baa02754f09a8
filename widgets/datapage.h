// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "widgets/backend.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QUndoStack>
#include <QWidget>

namespace strata {

class LabelBars;
class Notice;
class SentenceList;

/// Data sets, described once and previewed as sentences with their tags above the words. The form belongs to
/// one data set of one workspace; what is typed is stored when a field is left. GUI thread.
class DataPage : public QWidget {
    Q_OBJECT
  public:
    DataPage(Backend* backend, QUndoStack* undo, QWidget* parent = nullptr);
    void setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot);
    /// Takes a dropped file for the split that its name tells (train, dev, test), else for the first empty
    /// one; begins another data set rather than replace a file. @return why it was not taken, else empty
    QString takeFile(const QString& file);
    /// Stores what is typed and not stored yet: before the workspace is left.
    void flush();
    /// Puts a removed one back, or removes it again; for undo.
    void restoreDataset(const DatasetRow& row);
    void removeDataset(const std::string& name);

  public Q_SLOTS:
    void beginNew();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    QWidget* makeForm();
    QWidget* makeList();
    QWidget* makePreview();
    void show(const DatasetRow& row);
    void showRowOf(std::int64_t id);
    DatasetRow edited() const;
    bool isBlank() const;
    const DatasetRow* rowNamed(const std::string& name) const;
    std::string freeName(const QString& wanted) const;
    void store();
    void askToRemove();
    void preview();
    void showPreview(const DatasetPreview& preview);
    void updateFormat();
    QLineEdit* addFile(QLayout* layout, const QString& name, const QString& label,
                       const QString& explanation);

    Backend* m_backend;
    QUndoStack* m_undo;
    std::shared_ptr<const WorkspaceSnapshot> m_snapshot;
    std::int64_t m_current = 0;          ///< of this workspace; 0 = a new one is being described
    DatasetRow m_shown;                  ///< as the form was filled
    std::optional<DatasetRow> m_stored;  ///< sent to be stored, not yet seen in a snapshot
    bool m_isNewWanted = false;
    quint64 m_previewId = 0;
    QListWidget* m_list;
    QLineEdit *m_name, *m_train, *m_dev, *m_test;
    QPlainTextEdit* m_note;
    QComboBox *m_tags, *m_split;
    QPushButton* m_remove;
    QLabel *m_counts, *m_omissions, *m_format;
    Notice *m_problem, *m_nameProblem, *m_filesProblem;
    SentenceList* m_sentences;
    LabelBars* m_bars;
};

enum class TextFormat { Unknown, Conllu, JsonLines };
/// What an annotated text is, by its beginning; by its ending when it cannot be read. Reads the first bytes
/// only.
TextFormat textFormat(const QString& file);

}  // namespace strata
