// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/strata/screenshots.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>

#include <cstdio>
#include <memory>

namespace strata {

void takeScreenshots(MainWindow& window, Backend& backend, const QString& folder, const QString& size) {
    QDir().mkpath(folder);
    const QStringList parts = size.split(QLatin1Char('x'));
    window.resize(parts.value(0).toInt(), parts.value(1).toInt());
    QObject::connect(
        &backend, &Backend::workspaceChanged, &window,
        [&window, folder, hasBegun = false](const std::shared_ptr<const WorkspaceSnapshot>&) mutable {
            if (hasBegun) return;
            hasBegun = true;
            static const QList<QPair<PageKind, QString>> pages{
                {PageKind::Checkpoints, QStringLiteral("checkpoints")},
                {PageKind::Data, QStringLiteral("data")},
                {PageKind::Experiment, QStringLiteral("experiment")},
                {PageKind::Queue, QStringLiteral("queue")},
                {PageKind::Explore, QStringLiteral("explore")},
                {PageKind::Figures, QStringLiteral("figures")},
                {PageKind::Settings, QStringLiteral("settings")}};
            auto* timer = new QTimer(&window);
            timer->setInterval(1200);
            QObject::connect(timer, &QTimer::timeout, &window, [&window, folder, index = 0]() mutable {
                if (index == 0 && window.isShowingWelcome())
                    window.grab().save(folder + QStringLiteral("/welcome.png"));
                if (index > 0)
                    window.grab().save(folder + QLatin1Char('/') + pages[index - 1].second +
                                       QStringLiteral(".png"));
                if (index == pages.size()) return QApplication::quit();
                window.showPage(pages[index++].first);
                if (index == 3)
                    window.findChild<QToolButton*>(QStringLiteral("selectFirstMiddleLast"))->click();
                if (index == 3) window.findChild<QPushButton*>(QStringLiteral("newExperiment"))->click();
            });
            timer->start();
        });
}

void measureGaps(double seconds) {
    auto* timer = new QTimer(qApp);
    timer->setTimerType(Qt::PreciseTimer);
    auto clock = std::make_shared<QElapsedTimer>();
    clock->start();
    QObject::connect(timer, &QTimer::timeout, qApp,
                     [clock, seconds, last = qint64{0}, longest = qint64{0}, when = qint64{0}]() mutable {
                         const qint64 now = clock->nsecsElapsed();
                         if (now - last > longest) {
                             longest = now - last;
                             when = last;
                         }
                         last = now;
                         if (static_cast<double>(now) * 1e-9 < seconds) return;
                         std::printf("longest gap between two events: %.1f ms, at %.1f s of %.0f s\n",
                                     static_cast<double>(longest) * 1e-6, static_cast<double>(when) * 1e-9,
                                     seconds);
                         std::fflush(stdout);
                         QApplication::quit();
                     });
    timer->start(1);
}

}  // namespace strata
