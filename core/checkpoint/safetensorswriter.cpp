// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "checkpoint/safetensors.h"
#include "checkpoint/storedtensor.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace strata {

struct SafetensorsWriter::Data {
    std::filesystem::path file, temporary;
    std::vector<std::uint64_t> offsets;  ///< of each entry, from the file's beginning
    std::vector<std::uint64_t> sizes;
    int descriptor = -1;

    ~Data() {
        if (descriptor < 0) return;
        ::close(descriptor);
        ::unlink(temporary.c_str());  // never committed
    }

    [[noreturn]] void fail() const {
        throw Error("Cannot write '" + file.string() + "'", std::strerror(errno));
    }

    void put(std::uint64_t at, const void* bytes, std::size_t count) const {
        std::size_t done = 0;
        while (done < count) {
            const ssize_t put = ::pwrite(descriptor, static_cast<const char*>(bytes) + done, count - done,
                                         static_cast<off_t>(at + done));
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) fail();
            done += static_cast<std::size_t>(put);
        }
    }
};

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& file, std::vector<Entry> entries,
                                     const std::map<std::string, std::string>& metadata)
    : m_data(std::make_unique<Data>()) {
    m_data->file = replaceableFile(file);
    m_data->temporary = m_data->file.string() + ".part" + std::to_string(::getpid());
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::uint64_t position = 0;
    for (const Entry& entry : entries) {
        const auto kind = storedKind(entry.dtype);
        const auto count = checkedCount(entry.shape);
        if (!kind || !count)
            throw Error("Cannot write tensor " + entry.name, "its type or shape is not supported");
        const std::uint64_t bytes = static_cast<std::uint64_t>(*count) * itemSize(*kind);
        header[entry.name] = {
            {"dtype", entry.dtype}, {"shape", entry.shape}, {"data_offsets", {position, position + bytes}}};
        m_data->offsets.push_back(position);
        m_data->sizes.push_back(bytes);
        position += bytes;
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');  // data then begin at a multiple of 8
    m_data->descriptor = ::open(m_data->temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (m_data->descriptor < 0) m_data->fail();
    const std::uint64_t length = text.size();
    m_data->put(0, &length, sizeof length);
    m_data->put(8, text.data(), text.size());
    if (::ftruncate(m_data->descriptor, static_cast<off_t>(8 + length + position)) != 0) m_data->fail();
    for (std::uint64_t& offset : m_data->offsets)
        offset += 8 + length;
}

SafetensorsWriter::~SafetensorsWriter() = default;

void SafetensorsWriter::write(std::size_t entryIndex, std::uint64_t byteOffset,
                              std::span<const std::byte> bytes) {
    const std::uint64_t size = m_data->sizes.at(entryIndex);
    if (byteOffset > size || bytes.size() > size - byteOffset)
        throw Error("Cannot write '" + m_data->file.string() + "'", "data reach behind the end of a tensor");
    m_data->put(m_data->offsets[entryIndex] + byteOffset, bytes.data(), bytes.size());
}

void SafetensorsWriter::commit() {
    if (::fsync(m_data->descriptor) != 0) m_data->fail();
    if (::rename(m_data->temporary.c_str(), m_data->file.c_str()) != 0) m_data->fail();
    ::close(m_data->descriptor);
    m_data->descriptor = -1;
}

}  // namespace strata
