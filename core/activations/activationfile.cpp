// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "activations/activationfile.h"

#include "base/cancellation.h"
#include "base/error.h"
#include "base/hash.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace strata {

namespace {

constexpr char kMagic[8] = {'S', 'T', 'R', 'A', 'T', 'A', 'A', 'C'};
constexpr std::uint32_t kVersion = 2;

template <typename T>
void append(std::string& to, const T& value) {
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string megabytes(std::uint64_t bytes) {
    return std::to_string((bytes + 999999) / 1000000) + " MB";
}

/// A descriptor with a shared lock: the sign that a file is in use.
class InUse {
  public:
    explicit InUse(const std::filesystem::path& path)
        : m_descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (m_descriptor >= 0) ::flock(m_descriptor, LOCK_SH | LOCK_NB);
    }
    InUse(const InUse&) = delete;
    InUse& operator=(const InUse&) = delete;
    ~InUse() {
        if (m_descriptor >= 0) ::close(m_descriptor);
    }

  private:
    int m_descriptor;
};

class MappedActivations : public Activations {
  public:
    MappedActivations(const std::filesystem::path& path, const ActivationLayout& layout)
        : m_inUse(path), m_file(path), m_layout(layout), m_offsets(layout.offsets()) {}

    const MappedFile& file() const { return m_file; }
    int layers() const override { return m_layout.layers; }
    int hidden() const override { return m_layout.hidden; }
    std::size_t sentences() const override { return m_layout.pieces.size(); }
    int pieces(std::size_t sentence) const override { return m_layout.pieces[sentence]; }

    void read(std::size_t sentence, int layer, std::span<float> out) const override {
        if (out.empty()) return;  // memcpy must not see the null pointer of an empty vector
        const std::byte* from = block(sentence, layer);
        if (m_layout.numberType == NumberType::Float32) {
            std::memcpy(out.data(), from, out.size() * sizeof(float));
            return;
        }
        for (std::size_t i = 0; i < out.size(); ++i) {
            std::uint16_t bits = 0;
            std::memcpy(&bits, from + 2 * i, 2);
            out[i] = std::bit_cast<float>(std::uint32_t{bits} << 16u);
        }
    }

    std::span<const float> view(std::size_t sentence, int layer) const override {
        if (m_layout.numberType != NumberType::Float32) return {};
        return {reinterpret_cast<const float*>(block(sentence, layer)), states(sentence)};
    }

    void willNeed(std::size_t sentence) const override {
        m_file.advise(m_offsets[sentence],
                      states(sentence) * m_layout.itemSize() * (static_cast<std::size_t>(layers()) + 1),
                      true);
    }

    std::uint64_t bytes() const override { return m_file.bytes().size(); }

    /// Whether every state has its checksum. Reads the whole file, as an epoch of training does.
    bool isIntact(const std::stop_token& stop, const ProgressSink& progress) const {
        const auto layerCount = static_cast<std::size_t>(layers()) + 1;
        const auto count = static_cast<std::int64_t>(sentences());
        const std::byte* table = m_file.bytes().data() + m_layout.tableOffset();
        std::atomic<bool> isSound{true};
        constexpr std::int64_t kChunk = 256;  // so that a stop is seen soon
        for (std::int64_t begin = 0; begin < count && isSound; begin += kChunk) {
            throwIfStopped(stop);
            const std::int64_t end = std::min(begin + kChunk, count);
#pragma omp parallel for schedule(dynamic, 8)
            for (std::int64_t s = begin; s < end; ++s) {
                const auto sentence = static_cast<std::size_t>(s);
                const std::size_t size = states(sentence) * m_layout.itemSize();
                for (std::size_t l = 0; l < layerCount; ++l) {
                    const std::size_t index = sentence * layerCount + l;
                    std::uint64_t stored = 0;
                    std::memcpy(&stored, table + index * sizeof stored, sizeof stored);
                    if (stateHash(index, {block(sentence, static_cast<int>(l)), size}) != stored)
                        isSound = false;
                }
            }
            if (count > kChunk) report(progress, {"check", end, count, "Checking stored hidden states"});
        }
        return isSound;
    }

  private:
    std::size_t states(std::size_t sentence) const {
        return static_cast<std::size_t>(m_layout.pieces[sentence]) *
               static_cast<std::size_t>(m_layout.hidden);
    }
    const std::byte* block(std::size_t sentence, int layer) const {
        return m_file.bytes().data() + m_offsets[sentence] +
               states(sentence) * m_layout.itemSize() * static_cast<std::size_t>(layer);
    }

    InUse m_inUse;
    MappedFile m_file;
    ActivationLayout m_layout;
    std::vector<std::uint64_t> m_offsets;
};

}  // namespace

std::uint64_t ActivationLayout::dataOffset() const {
    const std::uint64_t header = sizeof kMagic + 4 * sizeof(std::uint32_t) + 2 * sizeof(std::uint64_t) + 32 +
                                 pieces.size() * sizeof(std::int32_t) + 32;
    return (header + 4095) / 4096 * 4096;
}

std::vector<std::uint64_t> ActivationLayout::offsets() const {
    std::vector<std::uint64_t> result;
    result.reserve(pieces.size());
    std::uint64_t at = dataOffset();
    for (const std::int32_t count : pieces) {
        result.push_back(at);
        at += static_cast<std::uint64_t>(count) * static_cast<std::uint64_t>(hidden) *
              (static_cast<std::uint64_t>(layers) + 1) * itemSize();
    }
    return result;
}

std::uint64_t ActivationLayout::tableOffset() const {
    std::uint64_t count = 0;
    for (const std::int32_t of : pieces)
        count += static_cast<std::uint64_t>(of);
    return dataOffset() +
           count * static_cast<std::uint64_t>(hidden) * (static_cast<std::uint64_t>(layers) + 1) * itemSize();
}

std::uint64_t ActivationLayout::fileSize() const {
    return tableOffset() + pieces.size() * (static_cast<std::uint64_t>(layers) + 1) * sizeof(std::uint64_t);
}

std::string ActivationLayout::header() const {
    std::string text(kMagic, sizeof kMagic);
    append(text, kVersion);
    append(text, static_cast<std::uint32_t>(numberType));
    append(text, static_cast<std::uint32_t>(layers));
    append(text, static_cast<std::uint32_t>(hidden));
    append(text, std::uint64_t{pieces.size()});
    append(text, fileSize());
    text += key;
    text.append(reinterpret_cast<const char*>(pieces.data()), pieces.size() * sizeof(std::int32_t));
    text += hashOf(text);
    return text;
}

std::uint64_t stateHash(std::size_t index, std::span<const std::byte> stored) {
    return seededHash(index, {reinterpret_cast<const char*>(stored.data()), stored.size()});
}

std::shared_ptr<const Activations> openActivations(const std::filesystem::path& path,
                                                   const ActivationLayout& layout, bool checksStates,
                                                   const std::stop_token& stop,
                                                   const ProgressSink& progress) {
    std::error_code failed;
    if (std::filesystem::file_size(path, failed) != layout.fileSize() || failed) return nullptr;
    try {
        auto result = std::make_shared<MappedActivations>(path, layout);
        const std::string header = layout.header();
        const std::span<const std::byte> bytes = result->file().bytes();
        if (bytes.size() != layout.fileSize() || std::memcmp(bytes.data(), header.data(), header.size()) != 0)
            return nullptr;
        if (checksStates && !result->isIntact(stop, progress)) return nullptr;
        return result;
    } catch (const Error&) {
        return nullptr;  // unreadable is as good as absent: it is made again
    }
}

ActivationWriter::ActivationWriter(std::filesystem::path path, const ActivationLayout& layout)
    : m_path(std::move(path)),
      m_part(m_path.string() + ".part" + std::to_string(::getpid())),
      m_layout(layout),
      m_offsets(layout.offsets()),
      m_hashes(layout.pieces.size() * (static_cast<std::size_t>(layout.layers) + 1)),
      m_descriptor(::open(m_part.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    const std::string attempt = "Cannot store the hidden states in '" + m_path.parent_path().string() + "'";
    if (m_descriptor < 0) throw Error(attempt, std::strerror(errno));
    ::flock(m_descriptor, LOCK_EX | LOCK_NB);  // tells others that its writer lives
    const int failed = ::posix_fallocate(m_descriptor, 0, static_cast<off_t>(layout.fileSize()));
    if (failed != 0) {
        ::close(m_descriptor);
        ::unlink(m_part.c_str());
        throw Error(attempt, megabytes(layout.fileSize()) + " are needed: " + std::strerror(failed),
                    failed == ENOSPC
                        ? "Free some room on the disk, or choose another workspace, fewer sentences or bf16."
                        : "");
    }
}

ActivationWriter::~ActivationWriter() {
    if (m_descriptor < 0) return;
    ::unlink(m_part.c_str());
    ::close(m_descriptor);
}

void ActivationWriter::writeAt(std::uint64_t offset, const void* data, std::size_t size) {
    const char* from = static_cast<const char*>(data);
    while (size > 0) {
        const ssize_t put = ::pwrite(m_descriptor, from, size, static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0)
            throw Error("Cannot store the hidden states in '" + m_part.string() + "'", std::strerror(errno),
                        "Look whether the disk is full or read-only.");
        from += put;
        offset += static_cast<std::uint64_t>(put);
        size -= static_cast<std::size_t>(put);
    }
}

void ActivationWriter::write(std::size_t sentence, int layer, std::span<const float> states) {
    const std::uint64_t at =
        m_offsets[sentence] + states.size() * m_layout.itemSize() * static_cast<std::uint64_t>(layer);
    const std::size_t index =
        sentence * (static_cast<std::size_t>(m_layout.layers) + 1) + static_cast<std::size_t>(layer);
    if (m_layout.numberType == NumberType::Float32) {
        m_hashes[index] = stateHash(index, std::as_bytes(states));
        writeAt(at, states.data(), states.size_bytes());
        return;
    }
    m_narrow.resize(states.size());
    for (std::size_t i = 0; i < states.size(); ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(states[i]);
        const bool isNan = (bits & 0x7fffffffu) > 0x7f800000u;
        m_narrow[i] =
            static_cast<std::uint16_t>(isNan ? 0x7fc0u : (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u);
    }
    m_hashes[index] = stateHash(index, std::as_bytes(std::span(m_narrow)));
    writeAt(at, m_narrow.data(), m_narrow.size() * 2);
}

void ActivationWriter::commit() {
    writeAt(m_layout.tableOffset(), m_hashes.data(), m_hashes.size() * sizeof(std::uint64_t));
    // The header goes last, so that even a file that lost its data in a power cut is seldom believed.
    if (::fdatasync(m_descriptor) != 0)
        throw Error("Cannot store the hidden states in '" + m_part.string() + "'", std::strerror(errno));
    const std::string header = m_layout.header();
    writeAt(0, header.data(), header.size());
    if (::fdatasync(m_descriptor) != 0 || ::rename(m_part.c_str(), m_path.c_str()) != 0)
        throw Error("Cannot store the hidden states in '" + m_path.string() + "'", std::strerror(errno));
    ::close(m_descriptor);
    m_descriptor = -1;
}

}  // namespace strata
