// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/explore/inspectormodels.h"

#include "widgets/pieces.h"
#include "widgets/plots/colourmap.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace strata {
namespace {

bool isWrittenWithoutSpaces(QChar character) {
    switch (character.script()) {
        case QChar::Script_Han:
        case QChar::Script_Hiragana:
        case QChar::Script_Katakana:
        case QChar::Script_Bopomofo:
            return true;
        default:
            return character.unicode() >= 0x3000 && character.unicode() <= 0x303f;
    }
}

QString percent(double share) {
    return QString::number(share * 100, 'f', 1);
}

/// "91.0", and of several runs "91.0 ± 0.4".
QString scoreText(double mean, double spread) {
    return std::isfinite(spread) ? QStringLiteral("%1 ± %2").arg(percent(mean), percent(spread))
                                 : percent(mean);
}

bool isSame(const Example& a, const Example& b) {
    const auto fieldsOf = [](const Example& example) {
        const StoredTarget& target = example.target;
        return std::tie(example.sentenceId, example.words, target.begin1, target.end1, target.begin2,
                        target.end2, example.gold, example.predicted, example.otherPredicted,
                        example.probability, example.isRight);
    };
    return fieldsOf(a) == fieldsOf(b);
}

}  // namespace

RunningText runningText(const std::vector<std::string>& words, std::size_t begin, std::size_t end) {
    RunningText result;
    for (std::size_t i = begin; i < end && i < words.size(); ++i) {
        const QString word = QString::fromStdString(words[i]);
        const bool isTight =
            result.text.isEmpty() || word.isEmpty() ||
            (isWrittenWithoutSpaces(result.text.back()) && isWrittenWithoutSpaces(word.front()));
        if (!isTight) result.text += QLatin1Char(' ');
        const int from = static_cast<int>(result.text.size());
        result.text += word;
        result.wordRanges.emplace_back(from, static_cast<int>(result.text.size()));
    }
    return result;
}

Verdicts verdictsOf(const Example& example) {
    const auto words = [](const char* text) { return QCoreApplication::translate("Verdicts", text); };
    const QString said = QString::fromStdString(example.predicted),
                  other = QString::fromStdString(example.otherPredicted);
    Verdicts verdicts;
    verdicts.isHereRight = example.isRight;
    verdicts.isThereRight = !other.isEmpty() && example.otherPredicted == example.gold;
    if (other.isEmpty()) {
        if (!example.isRight) verdicts.here = words("said %1").arg(said);
        return verdicts;
    }
    verdicts.here = words("here %1").arg(said);
    verdicts.there = words("there %1").arg(other);
    return verdicts;
}

void LabelModel::setLabels(std::vector<LabelScore> labels) {
    beginResetModel();
    m_labels = std::move(labels);
    endResetModel();
}

int LabelModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_labels.size());
}

QVariant LabelModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const LabelScore& label = m_labels[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            return QString::fromStdString(label.label);
        case ScoreRole:
        case SortRole:
            return label.f1;
        case SpreadRole:
            return label.f1Spread;
        case CountRole:
            return static_cast<qlonglong>(label.gold);
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
            return textOf(label);
        default:
            return {};
    }
}

bool LabelModel::hasSpread() const {
    return std::any_of(m_labels.begin(), m_labels.end(),
                       [](const LabelScore& label) { return std::isfinite(label.f1Spread); });
}

QString LabelModel::textOf(const LabelScore& label) const {
    QStringList words = {
        tr("%1: F1 %2").arg(QString::fromStdString(label.label), scoreText(label.f1, label.f1Spread))};
    const auto add = [&](const QString& name, const ScoreOverRuns& score) {
        if (score.runs == 0) return;
        words << name.arg(scoreText(score.mean, score.spread));
        if (score.runs < label.runs)
            words.back() += score.runs == 1 ? tr(" (of 1 run)") : tr(" (of %1 runs)").arg(score.runs);
    };
    add(tr("precision %1"), label.precision);
    add(tr("recall %1"), label.recall);
    words << (label.gold == 1 ? tr("%1 gold target") : tr("%1 gold targets")).arg(countText(label.gold));
    if (label.runs > 1) words << tr("mean of %1 runs").arg(label.runs);
    return words.join(QStringLiteral(", "));
}

void ConfusionModel::setConfusion(std::vector<std::string> labels,
                                  std::vector<std::vector<std::int64_t>> counts) {
    beginResetModel();
    m_labels = std::move(labels);
    m_counts = std::move(counts);
    // A matrix that does not fit its labels is not shown at all rather than read past its end.
    bool isSquare = m_counts.size() == m_labels.size();
    for (const auto& row : m_counts)
        isSquare = isSquare && row.size() == m_labels.size();
    if (!isSquare) m_labels.clear();
    endResetModel();
}

void ConfusionModel::setColours(const QColor& page, const QColor& right, const QColor& wrong) {
    m_page = page;
    m_right = right;
    m_wrong = wrong;
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, rowCount() - 1));
}

int ConfusionModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_labels.size());
}
int ConfusionModel::columnCount(const QModelIndex& parent) const {
    return rowCount(parent);
}

double ConfusionModel::share(int row, int column) const {
    const auto& counts = m_counts[static_cast<std::size_t>(row)];
    std::int64_t sum = 0;
    for (const std::int64_t count : counts)
        sum += count;
    return sum > 0 ? static_cast<double>(counts[static_cast<std::size_t>(column)]) / static_cast<double>(sum)
                   : 0;
}

QVariant ConfusionModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= rowCount()) return {};
    const int row = index.row(), column = index.column();
    const std::int64_t count = m_counts[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
    // The square root lets rare mistakes be seen beside the frequent right ones.
    const QColor shade =
        blend(m_page, row == column ? m_right : m_wrong, std::sqrt(share(row, column)) * 0.85);
    switch (role) {
        case Qt::DisplayRole:
            return count > 0 ? QVariant(countText(count)) : QVariant();
        case Qt::TextAlignmentRole:
            return Qt::AlignCenter;
        case Qt::BackgroundRole:
            return shade;
        case Qt::ForegroundRole:
            return textColourOn(shade);
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
            return tr("gold %1, said %2: %3 (%4% of %1)")
                .arg(headerData(row, Qt::Vertical, Qt::DisplayRole).toString(),
                     headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), countText(count),
                     percent(share(row, column)));
        default:
            return {};
    }
}

QVariant ConfusionModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (section < 0 || section >= rowCount()) return {};
    const QString name = QString::fromStdString(m_labels[static_cast<std::size_t>(section)]);
    if (role == Qt::DisplayRole) return name;
    if (role == Qt::ToolTipRole)
        return orientation == Qt::Vertical ? tr("gold %1").arg(name) : tr("said %1").arg(name);
    return {};
}

void ExampleModel::setExamples(std::vector<Example> examples) {
    if (std::equal(examples.begin(), examples.end(), m_examples.begin(), m_examples.end(), isSame)) return;
    beginResetModel();
    m_examples = std::move(examples);
    endResetModel();
}

int ExampleModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_examples.size());
}

QVariant ExampleModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Example& example = m_examples[static_cast<std::size_t>(index.row())];
    const QString sentence = runningText(example.words, 0, example.words.size()).text;
    if (role == Qt::DisplayRole) return sentence;
    if (role != Qt::ToolTipRole && role != Qt::AccessibleTextRole) return {};
    const QString gold = QString::fromStdString(example.gold),
                  said = QString::fromStdString(example.predicted);
    const Verdicts verdicts = verdictsOf(example);
    const QString verdict = !verdicts.there.isEmpty()
                                ? QStringLiteral("%1, %2, %3").arg(gold, verdicts.here, verdicts.there)
                            : example.isRight ? tr("%1, said rightly").arg(gold)
                                              : tr("%1, said %2").arg(gold, said);
    const QString id = QString::fromStdString(example.sentenceId);
    const QString text = tr("%1; p = %2").arg(verdict, QString::number(example.probability, 'f', 2));
    if (role == Qt::AccessibleTextRole) return QStringLiteral("%1 (%2)").arg(sentence, text);
    return QStringLiteral("<p>%1</p><p>%2%3</p>")
        .arg(sentence.toHtmlEscaped(), text.toHtmlEscaped(),
             id.isEmpty() ? QString() : QStringLiteral("<br>") + id.toHtmlEscaped());
}

}  // namespace strata
