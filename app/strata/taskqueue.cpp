// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/strata/taskqueue.h"

#include "base/cancellation.h"

#include <exception>

namespace strata {

void TaskQueue::push(Task task, bool isUrgent) {
    {
        const std::lock_guard lock(m_mutex);
        (isUrgent ? m_urgent : m_background).push_back(std::move(task));
    }
    m_wake.notify_one();
}

void TaskQueue::dropBackground() {
    const std::lock_guard lock(m_mutex);
    m_background.clear();
}

void TaskQueue::dropAll() {
    const std::lock_guard lock(m_mutex);
    m_urgent.clear();
    m_background.clear();
}

void TaskQueue::run(const std::stop_token& stop, const std::function<void(const std::string&)>& failed) {
    for (;;) {
        Task task;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, stop, [this] { return !m_urgent.empty() || !m_background.empty(); });
            // What a page stores when the window closes must not be lost.
            if (stop.stop_requested() && m_urgent.empty()) return;
            auto& queue = m_urgent.empty() ? m_background : m_urgent;
            task = std::move(queue.front());
            queue.pop_front();
        }
        try {
            task(stop);
        } catch (const Cancelled&) {
            // An outcome, not a failure.
        } catch (const std::exception& problem) {
            failed(problem.what());
        }
    }
}

}  // namespace strata
