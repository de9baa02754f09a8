// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "adaptation/singlethread.h"

#include "base/system.h"

#include <ATen/Parallel.h>

#include <dlfcn.h>
#include <mutex>

namespace strata {

namespace {

/// OpenBLAS with its own threads keeps their number for the whole process, so the first that needs one thread
/// asks for it and the last puts it back. Another BLAS knows neither function, and nothing happens.
class BlasThreads {
  public:
    void hold() {
        const std::lock_guard lock(m_mutex);
        if (m_holders++ > 0) return;
        const auto get = reinterpret_cast<int (*)()>(::dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
        m_before = get ? get() : 0;
        set(1);
    }
    void release() {
        const std::lock_guard lock(m_mutex);
        if (--m_holders == 0) set(m_before);
    }

  private:
    static void set(int threads) {
        const auto call = reinterpret_cast<void (*)(int)>(::dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
        if (call && threads > 0) call(threads);
    }
    std::mutex m_mutex;
    int m_holders = 0, m_before = 0;
};

BlasThreads& blasThreads() {
    static BlasThreads threads;
    return threads;
}

}  // namespace

SingleThread::SingleThread() : m_threadsBefore(computeThreads()) {
    at::get_num_threads();  // its first call on a thread would set the number again
    setComputeThreads(1);
    blasThreads().hold();
}

SingleThread::~SingleThread() {
    blasThreads().release();
    setComputeThreads(m_threadsBefore);
}

}  // namespace strata
