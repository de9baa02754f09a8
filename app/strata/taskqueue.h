// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>

namespace strata {

/// Jobs for one thread: questions of the user go before background work. Called from two threads; locks are
/// held only to put in or take out.
class TaskQueue {
  public:
    using Task = std::function<void(const std::stop_token&)>;
    void push(Task task, bool isUrgent);
    /// Forgets background work that has not begun.
    void dropBackground();
    /// Forgets everything that has not begun.
    void dropAll();
    /// Runs jobs until a stop is requested, then those urgent ones that wait (they see the stop). An
    /// exception of a job goes to `failed`.
    void run(const std::stop_token& stop, const std::function<void(const std::string&)>& failed);

  private:
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<Task> m_urgent, m_background;
};

}  // namespace strata
