// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "widgets/settingspage.h"

#include "base/system.h"
#include "base/wording.h"
#include "widgets/pieces.h"

#include <QFormLayout>
#include <QSettings>
#include <QVBoxLayout>

namespace strata {

SettingsPage::SettingsPage(Backend* backend, QWidget* parent) : QWidget(parent), m_backend(backend) {
    setObjectName(QStringLiteral("settingsPage"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 14, 20, 14);
    layout->setSpacing(12);
    layout->addWidget(makeTitle(tr("Settings"), this));
    auto* card = makeCard(this);
    card->setMaximumWidth(720);
    auto* form = new QFormLayout(card);
    form->setContentsMargins(18, 16, 18, 16);
    form->setVerticalSpacing(10);
    const auto combo = [&](const char* name, const QString& label, const QString& explanation,
                           const QList<QPair<QString, QString>>& entries) {
        auto* box = new QComboBox(card);
        box->setObjectName(QString::fromLatin1(name));
        box->setAccessibleName(label);
        box->setToolTip(explanation);
        for (const auto& [text, value] : entries)
            box->addItem(text, value);
        form->addRow(label, box);
        return box;
    };
    const auto spin = [&](const char* name, const QString& label, const QString& explanation, int low,
                          int high, const QString& suffix, const QString& special) {
        auto* box = new QSpinBox(card);
        box->setObjectName(QString::fromLatin1(name));
        box->setAccessibleName(label);
        box->setToolTip(explanation);
        box->setRange(low, high);
        box->setSuffix(suffix);
        if (!special.isEmpty()) box->setSpecialValueText(special);
        box->setKeyboardTracking(false);
        form->addRow(label, box);
        connect(box, &QSpinBox::valueChanged, this, &SettingsPage::store);
        return box;
    };
    m_theme = combo("themeChoice", tr("Look"), tr("Light, dark, or as the system has it"),
                    {{tr("as the system"), QStringLiteral("system")},
                     {tr("light"), QStringLiteral("light")},
                     {tr("dark"), QStringLiteral("dark")}});
    m_theme->setCurrentIndex(
        std::max(0, m_theme->findData(QSettings().value(QStringLiteral("theme"), QStringLiteral("system")))));
    setFocusProxy(m_theme);
    connect(m_theme, &QComboBox::activated, this,
            [this] { Q_EMIT themeChosen(m_theme->currentData().toString()); });
    m_threads = spin(
        "threadsSpin", tr("Threads"),
        tr("How many threads a run computes with. The window stays quick: runs work at a lower priority."), 0,
        1024, {}, tr("all cores"));
    m_disk = spin("diskBudget", tr("Disk for hidden states"),
                  tr("Hidden states are kept so that no text is encoded twice; what was used longest ago "
                     "goes when the budget is reached. They can be deleted at any time."),
                  1, 100'000, tr(" GB"), {});
    m_memory = spin("memoryBudget", tr("Memory"),
                    tr("How much private memory probes trained together may take"), 1, 10'000, tr(" GB"), {});
    m_device = combo("deviceChoice", tr("Compute on"), tr("CUDA needs a libtorch built with it"),
                     {{tr("the processor"), QStringLiteral("cpu")}, {tr("CUDA"), QStringLiteral("cuda")}});
    connect(m_device, &QComboBox::activated, this, &SettingsPage::store);
    layout->addWidget(card);
    auto* clear = makeButton(
        QStringLiteral("clearCache"), tr("Delete kept hidden states"),
        tr("Frees the disk now; they are computed again when a new run needs them. Results stay."), this);
    connect(clear, &QPushButton::clicked, m_backend, [this] { m_backend->clearActivationCache(); });
    layout->addWidget(clear, 0, Qt::AlignLeft);
    layout->addSpacing(8);
    layout->addWidget(makeHeading(tr("This machine"), this));
    const ProcessorInfo& processor = processorInfo();
    QString isa = QString::fromStdString(instructionSetText(processor));
    if (!processor.avx2) isa += tr(": computing will be slow");
    layout->addWidget(makeMuted(
        tr("%1 · %2 · %3\nbf16: %4\nBLAS: %6\nMemory: %5. For the rates that it really reaches, and "
           "what to do about a slow one: strata-cli doctor")
            .arg(QString::fromStdString(processor.name),
                 countedText(processor.cores, tr("%1 core"), tr("%1 cores")), isa,
                 processor.multipliesBf16()
                     ? tr("multiplied in hardware")
                     : tr("not multiplied in hardware; bf16 runs are computed in fp32"),
                 sizeText(static_cast<double>(memoryInfo().totalBytes)), QString::fromStdString(blasName())),
        this));
    layout->addStretch();
}

void SettingsPage::chooseTheme(const QString& theme) {
    m_theme->setCurrentIndex(std::max(0, m_theme->findData(theme)));
    Q_EMIT themeChosen(m_theme->currentData().toString());
}

void SettingsPage::setSnapshot(std::shared_ptr<const WorkspaceSnapshot> snapshot) {
    m_isFilling = true;
    m_threads->setValue(snapshot->runner.threads);
    m_disk->setValue(static_cast<int>(snapshot->runner.diskBudgetBytes >> 30u));
    m_memory->setValue(static_cast<int>(snapshot->runner.memoryBudgetBytes >> 30u));
    m_device->setCurrentIndex(snapshot->runner.cuda ? 1 : 0);
    m_isFilling = false;
}

void SettingsPage::store() {
    if (m_isFilling) return;
    RunnerSettings settings;
    settings.threads = m_threads->value();
    settings.diskBudgetBytes = static_cast<std::uint64_t>(m_disk->value()) << 30u;
    settings.memoryBudgetBytes = static_cast<std::uint64_t>(m_memory->value()) << 30u;
    settings.cuda = m_device->currentData().toString() == QLatin1String("cuda");
    m_backend->setRunnerSettings(settings);
}

}  // namespace strata
