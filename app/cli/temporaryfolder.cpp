// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/temporaryfolder.h"

#include "base/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace strata::cli {

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "strata-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw Error("Cannot make a temporary folder", std::strerror(errno));
    m_path = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;  // what cannot be removed now, the system's own cleaning removes
    std::filesystem::remove_all(m_path, ignored);
}

}  // namespace strata::cli
