// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/file.h"

#include "base/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace strata {

namespace {

/// A file descriptor that closes itself.
struct Descriptor {
    int value = -1;
    explicit Descriptor(int descriptor) : value(descriptor) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value >= 0) ::close(value);
    }
};

std::string reason() {
    return std::strerror(errno);
}

std::size_t regularFileSize(int descriptor, const std::filesystem::path& path) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) throw Error("Cannot read '" + path.string() + "'", reason());
    if (!S_ISREG(status.st_mode))
        throw Error("Cannot read '" + path.string() + "'", "it is not a regular file");
    return static_cast<std::size_t>(status.st_size);
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) : m_path(path) {
    // O_NONBLOCK: a named pipe in a hostile folder must not block the open.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.value < 0) throw Error("Cannot open '" + path.string() + "'", reason());
    m_size = regularFileSize(file.value, path);
    if (m_size == 0) return;
    void* address = ::mmap(nullptr, m_size, PROT_READ, MAP_SHARED, file.value, 0);
    if (address == MAP_FAILED) {
        m_size = 0;
        throw Error("Cannot map '" + path.string() + "' into memory", reason());
    }
    m_data = static_cast<const std::byte*>(address);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_path(std::move(other.m_path)),
      m_data(std::exchange(other.m_data, nullptr)),
      m_size(std::exchange(other.m_size, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(m_path, other.m_path);
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

MappedFile::~MappedFile() {
    if (m_data) ::munmap(const_cast<std::byte*>(m_data), m_size);
}

void MappedFile::advise(std::size_t offset, std::size_t length, bool willNeed) const {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t begin = offset / page * page;
    if (begin >= m_size) return;
    const std::size_t end = std::min(m_size, offset + length);
    // Only a hint: failure changes nothing but speed.
    ::madvise(const_cast<std::byte*>(m_data) + begin, end - begin, willNeed ? MADV_WILLNEED : MADV_DONTNEED);
}

std::string readTextFile(const std::filesystem::path& path, std::uint64_t maxBytes) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.value < 0) throw Error("Cannot open '" + path.string() + "'", reason());
    const std::size_t size = regularFileSize(file.value, path);
    if (size > maxBytes)
        throw Error("Cannot read '" + path.string() + "'", "it has " + std::to_string(size) +
                                                               " bytes, at most " + std::to_string(maxBytes) +
                                                               " are accepted here");
    std::string content(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::read(file.value, content.data() + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Error("Cannot read '" + path.string() + "'", reason());
        if (got == 0) break;  // truncated while being read
        done += static_cast<std::size_t>(got);
    }
    content.resize(done);
    return content;
}

std::filesystem::path replaceableFile(const std::filesystem::path& path) {
    std::error_code problem;
    const auto status = std::filesystem::status(path, problem);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        throw Error("Cannot write '" + path.string() + "'",
                    std::filesystem::is_directory(status) ? "it is a folder" : "it is no plain file");
    const auto target = std::filesystem::canonical(path, problem);
    return problem ? path : target;
}

void writeFileAtomically(const std::filesystem::path& name, std::string_view content) {
    const std::filesystem::path path = replaceableFile(name);
    const std::string attempt = "Cannot write '" + path.string() + "'";
    const std::filesystem::path temporary = path.string() + ".part" + std::to_string(::getpid());
    try {
        const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
        if (file.value < 0) throw Error(attempt, reason());
        std::size_t done = 0;
        while (done < content.size()) {
            const ssize_t put = ::write(file.value, content.data() + done, content.size() - done);
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) throw Error(attempt, reason(), "Is the disk full?");
            done += static_cast<std::size_t>(put);
        }
        if (::fsync(file.value) != 0) throw Error(attempt, reason());
        if (::rename(temporary.c_str(), path.c_str()) != 0) throw Error(attempt, reason());
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
}

bool isInside(const std::filesystem::path& path, const std::filesystem::path& folder) {
    std::error_code ignored;
    const auto inner = std::filesystem::weakly_canonical(path, ignored);
    const auto outer = std::filesystem::weakly_canonical(folder, ignored);
    const auto relative = inner.lexically_relative(outer);
    return !relative.empty() && *relative.begin() != "..";
}

FileLock::FileLock(const std::filesystem::path& path)
    : m_descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (m_descriptor < 0) throw Error("Cannot open the lock '" + path.string() + "'", reason());
}

FileLock::~FileLock() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

bool FileLock::tryLock() {
    return ::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0;
}

void FileLock::unlock() {
    ::flock(m_descriptor, LOCK_UN);
}

}  // namespace strata
