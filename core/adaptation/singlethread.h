// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

namespace strata {

/// While one lives, libtorch computes on the calling thread alone. A small model's products are too short to
/// be shared: handing them to other threads costs more than they do, and many times more on a busy machine.
class SingleThread {
  public:
    SingleThread();
    ~SingleThread();
    SingleThread(const SingleThread&) = delete;
    SingleThread& operator=(const SingleThread&) = delete;

  private:
    int m_threadsBefore;
};

}  // namespace strata
