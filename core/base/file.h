// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace strata {

/// A whole file mapped read-only. Movable; unmapped on destruction. Empty files give an empty span.
class MappedFile {
  public:
    /// @throws Error when the path cannot be opened, is no regular file, or cannot be mapped.
    explicit MappedFile(const std::filesystem::path& path);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    const std::filesystem::path& path() const { return m_path; }

    /// Tells the kernel that a range will be read soon (true) or is not needed any more (false).
    void advise(std::size_t offset, std::size_t length, bool willNeed) const;

  private:
    std::filesystem::path m_path;
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

/// @throws Error when the file is missing, unreadable or larger than maxBytes.
std::string readTextFile(const std::filesystem::path& path, std::uint64_t maxBytes = 1ull << 30);

/// The file that a write to `path` would replace: where a link leads, else the path itself. @throws Error
/// when a folder, device or the like stands there
std::filesystem::path replaceableFile(const std::filesystem::path& path);
/// Writes beside the target, syncs, then renames: readers see the old or the new file, never a part.
void writeFileAtomically(const std::filesystem::path& path, std::string_view content);

/// True when `path`, links resolved, lies inside `folder`. Both must exist.
bool isInside(const std::filesystem::path& path, const std::filesystem::path& folder);

/// An exclusive advisory lock on a file, created when missing; held until destruction.
/// Two processes (or two objects) cannot hold it at once; the kernel frees it when a process dies.
class FileLock {
  public:
    explicit FileLock(const std::filesystem::path& path);
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();
    /// False when somebody else holds it.
    [[nodiscard]] bool tryLock();
    void unlock();

  private:
    int m_descriptor = -1;
};

}  // namespace strata
