// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <filesystem>

namespace strata::cli {

/// A folder of its own under the system's temporary one, removed with all it holds on destruction.
class TemporaryFolder {
  public:
    TemporaryFolder();  ///< @throws Error
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }

  private:
    std::filesystem::path m_path;
};

}  // namespace strata::cli
