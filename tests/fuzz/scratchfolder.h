// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace strata::fuzz {

/// An empty folder for readers that want files, in memory where there is such a place: a fuzzer writes
/// thousands of files a second. Lives until the program ends.
class ScratchFolder {
  public:
    ScratchFolder() {
        std::error_code ignored;
        const bool hasMemory = std::filesystem::is_directory("/dev/shm", ignored);
        const std::filesystem::path parent = hasMemory ? "/dev/shm" : std::filesystem::temp_directory_path();
        std::string name = (parent / "strata-fuzz-XXXXXX").string();
        if (!::mkdtemp(name.data())) std::abort();
        m_path = name;
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    const std::filesystem::path& path() const { return m_path; }

    std::filesystem::path write(const std::string& name, std::string_view content) {
        std::filesystem::path file = m_path / name;
        std::FILE* stream = std::fopen(file.c_str(), "wb");
        if (!stream || std::fwrite(content.data(), 1, content.size(), stream) != content.size()) std::abort();
        std::fclose(stream);
        m_files.insert(name);
        return file;
    }

    void clear() {
        for (const std::string& name : m_files)
            std::filesystem::remove(m_path / name);
        m_files.clear();
    }

  private:
    std::filesystem::path m_path;
    std::set<std::string> m_files;
};

}  // namespace strata::fuzz
