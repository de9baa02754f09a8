// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "activations/activationfile.h"

#include "base/error.h"

#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>

namespace strata {

namespace {

constexpr std::uint64_t kPage = 4096;
constexpr char kMagic[16] = "strata-states-1";

struct FixedHeader {
    char magic[16] = {};
    std::int32_t layers = 0, hidden = 0, is16 = 0, reserved = 0;
    std::uint64_t sentences = 0, fileBytes = 0;
};

std::uint16_t rounded16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return static_cast<std::uint16_t>((bits + 0x7FFFu + ((bits >> 16u) & 1u)) >> 16u);
}

FixedHeader fixedOf(const ActivationHeader& header) {
    FixedHeader fixed;
    std::memcpy(fixed.magic, kMagic, sizeof kMagic);
    fixed.layers = header.layers;
    fixed.hidden = header.hidden;
    fixed.is16 = header.is16;
    fixed.sentences = header.pieces.size();
    fixed.fileBytes = header.fileBytes();
    return fixed;
}

class MappedActivations final : public Activations {
  public:
    MappedActivations(MappedFile file, const ActivationHeader& header) : m_file(std::move(file)), m_header(header) {
        std::uint64_t offset = header.dataBegin();
        for (std::size_t i = 0; i < header.pieces.size(); ++i) {
            m_offsets.push_back(offset);
            offset += header.blockBytes(i);
        }
    }

    int layers() const override { return m_header.layers; }
    int hidden() const override { return m_header.hidden; }
    std::size_t sentences() const override { return m_header.pieces.size(); }
    int pieces(std::size_t sentence) const override { return m_header.pieces[sentence]; }
    std::uint64_t bytes() const override { return m_file.bytes().size(); }
    void willNeed(std::size_t sentence) const override { m_file.advise(m_offsets[sentence], m_header.blockBytes(sentence), true); }

    std::span<const float> view(std::size_t sentence, int layer) const override {
        if (m_header.is16) return {};
        const std::size_t count = layerValues(sentence);
        return {reinterpret_cast<const float*>(m_file.bytes().data() + m_offsets[sentence]) + count * static_cast<std::size_t>(layer), count};
    }

    void read(std::size_t sentence, int layer, std::span<float> out) const override {
        const std::size_t count = layerValues(sentence);
        if (!m_header.is16) {
            const auto from = view(sentence, layer);
            std::memcpy(out.data(), from.data(), count * sizeof(float));
            return;
        }
        const auto* from = reinterpret_cast<const std::uint16_t*>(m_file.bytes().data() + m_offsets[sentence]) + count * static_cast<std::size_t>(layer);
        for (std::size_t i = 0; i < count; ++i)
            out[i] = std::bit_cast<float>(std::uint32_t{from[i]} << 16u);
    }

  private:
    std::size_t layerValues(std::size_t sentence) const {
        return static_cast<std::size_t>(m_header.pieces[sentence]) * static_cast<std::size_t>(m_header.hidden);
    }

    MappedFile m_file;
    ActivationHeader m_header;
    std::vector<std::uint64_t> m_offsets;
};

}  // namespace

std::uint64_t ActivationHeader::dataBegin() const {
    const std::uint64_t table = sizeof(FixedHeader) + pieces.size() * sizeof(std::int32_t);
    return (table + kPage - 1) / kPage * kPage;
}

std::uint64_t ActivationHeader::blockBytes(std::size_t sentence) const {
    const std::uint64_t values = static_cast<std::uint64_t>(layers + 1) * static_cast<std::uint64_t>(pieces[sentence]) * static_cast<std::uint64_t>(hidden);
    return values * (is16 ? 2 : 4);
}

std::uint64_t ActivationHeader::fileBytes() const {
    std::uint64_t bytes = dataBegin();
    for (std::size_t i = 0; i < pieces.size(); ++i)
        bytes += blockBytes(i);
    return bytes;
}

std::shared_ptr<const Activations> openActivationFile(const std::filesystem::path& file, const ActivationHeader& expected) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return nullptr;
    try {
        MappedFile mapped(file);
        const FixedHeader fixed = fixedOf(expected);
        const std::size_t table = expected.pieces.size() * sizeof(std::int32_t);
        const bool isSound = mapped.bytes().size() == fixed.fileBytes && std::memcmp(mapped.bytes().data(), &fixed, sizeof fixed) == 0 &&
                             std::memcmp(mapped.bytes().data() + sizeof fixed, expected.pieces.data(), table) == 0;
        if (!isSound) return nullptr;
        return std::make_shared<MappedActivations>(std::move(mapped), expected);
    } catch (const Error&) {
        return nullptr;  // a cache that cannot be read is a cache that is not there
    }
}

ActivationFileWriter::ActivationFileWriter(std::filesystem::path file, ActivationHeader header)
    : m_file(std::move(file)), m_temporary(m_file.string() + ".part" + std::to_string(::getpid())), m_header(std::move(header)) {
    const std::uint64_t bytes = m_header.fileBytes();
    const std::string attempt = "Cannot keep the hidden states in '" + m_file.string() + "'";
    m_descriptor = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (m_descriptor < 0) throw Error(attempt, std::strerror(errno));
    if (const int problem = ::posix_fallocate(m_descriptor, 0, static_cast<off_t>(bytes)); problem != 0) {
        ::close(m_descriptor);
        ::unlink(m_temporary.c_str());
        throw Error(attempt, std::string(std::strerror(problem)) + "; " + std::to_string(bytes >> 20u) + " MiB are needed",
                    "Free some disk space, or put the workspace on another disk");
    }
    std::uint64_t offset = m_header.dataBegin();
    for (std::size_t i = 0; i < m_header.pieces.size(); ++i) {
        m_offsets.push_back(offset);
        offset += m_header.blockBytes(i);
    }
}

ActivationFileWriter::~ActivationFileWriter() {
    if (m_descriptor < 0) return;
    ::close(m_descriptor);
    ::unlink(m_temporary.c_str());
}

namespace {

void putAt(int descriptor, const std::filesystem::path& file, std::uint64_t at, const void* bytes, std::size_t count) {
    std::size_t done = 0;
    while (done < count) {
        const ssize_t put = ::pwrite(descriptor, static_cast<const char*>(bytes) + done, count - done, static_cast<off_t>(at + done));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw Error("Cannot write '" + file.string() + "'", std::strerror(errno));
        done += static_cast<std::size_t>(put);
    }
}

}  // namespace

void ActivationFileWriter::writeSentence(std::size_t sentence, std::span<const float> block) {
    if (!m_header.is16) return putAt(m_descriptor, m_file, m_offsets[sentence], block.data(), block.size_bytes());
    m_narrow.resize(block.size());
    for (std::size_t i = 0; i < block.size(); ++i)
        m_narrow[i] = rounded16(block[i]);
    putAt(m_descriptor, m_file, m_offsets[sentence], m_narrow.data(), m_narrow.size() * sizeof(std::uint16_t));
}

void ActivationFileWriter::commit() {
    const FixedHeader fixed = fixedOf(m_header);
    putAt(m_descriptor, m_file, 0, &fixed, sizeof fixed);
    putAt(m_descriptor, m_file, sizeof fixed, m_header.pieces.data(), m_header.pieces.size() * sizeof(std::int32_t));
    // Data reach the disk before the name does: after a power cut a file under its name is whole.
    if (::fdatasync(m_descriptor) != 0 || ::rename(m_temporary.c_str(), m_file.c_str()) != 0)
        throw Error("Cannot write '" + m_file.string() + "'", std::strerror(errno));
    ::close(m_descriptor);
    m_descriptor = -1;
}

}  // namespace strata
