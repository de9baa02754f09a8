// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
//
// What is changed in the composer is taken back with Ctrl+Z: whole compositions, as they were before and
// after.
#include "widgets/experimentpage.h"
#include "widgets/pieces.h"

#include <QUndoCommand>

namespace strata {

namespace {

/// One change of the composition. Steps of one kind that follow each other are one.
class ChangeComposition : public QUndoCommand {
  public:
    using Composition = ExperimentPage::Composition;
    ChangeComposition(ExperimentPage* page, const QString& what, int kind, Composition before,
                      Composition after)
        : QUndoCommand(QObject::tr("change of %1 on the Experiment page").arg(what)),
          m_page(page),
          m_kind(kind),
          m_before(std::move(before)),
          m_after(std::move(after)) {}
    int id() const override { return m_kind; }
    bool mergeWith(const QUndoCommand* other) override {
        m_after = static_cast<const ChangeComposition*>(other)->m_after;
        setObsolete(m_after == m_before);
        return true;
    }
    void redo() override {
        if (m_isTakenBack) m_page->compose(m_after);  // at first it is there already
    }
    void undo() override {
        m_isTakenBack = true;
        m_page->compose(m_before);
    }

  private:
    ExperimentPage* m_page;
    int m_kind;
    bool m_isTakenBack = false;
    Composition m_before, m_after;
};

}  // namespace

/// While a field is typed in, its letters are its own to take back; what is entered is one change.
void ExperimentPage::rememberTyping(QLineEdit* edit, const QString& what) {
    connect(edit, &QLineEdit::textEdited, this, qOverload<>(&ExperimentPage::composed));
    connect(edit, &QLineEdit::editingFinished, this, [this, edit, what] {
        if (!edit->isModified()) return;
        edit->setText(edit->text());
        remember(what);
    });
}

/// All steps until the box is left are one change.
void ExperimentPage::rememberSteps(QSpinBox* box, const QString& what, int kind) {
    passUndo(box);
    connect(box, &QSpinBox::valueChanged, this,
            [this, what, kind] { composed(what, 2 * m_stepping + kind); });
    connect(box, &QSpinBox::editingFinished, this, [this] { ++m_stepping; });
}

void ExperimentPage::remember(const QString& what, int kind) {
    Composition now = composition();
    if (m_isFilling || now == m_remembered) return;
    Composition before = std::exchange(m_remembered, now);
    m_undo->push(new ChangeComposition(this, what, kind, std::move(before), std::move(now)));
}

ExperimentPage::Composition ExperimentPage::composition() const {
    return {state(), m_dataset->currentData().toLongLong(), m_refused, m_whole};
}

void ExperimentPage::compose(const Composition& wanted) {
    m_isFilling = true;
    m_wantedData.reset();
    m_whole = wanted.whole;
    m_refused = wanted.refused;
    put(wanted.state);
    const int index = m_dataset->findData(wanted.dataset);
    if (index >= 0) m_dataset->setCurrentIndex(index);
    showCheckpoints();
    showSettings();
    m_isFilling = false;
    m_remembered = composition();
    m_store.start();
    changed();
}

}  // namespace strata
