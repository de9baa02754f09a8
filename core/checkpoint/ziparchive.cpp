// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/ziparchive.h"

#include "base/error.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <zlib.h>

namespace strata {

namespace {

constexpr std::uint32_t kEndSignature = 0x06054b50, kEnd64Signature = 0x06064b50,
                        kLocator64Signature = 0x07064b50, kCentralSignature = 0x02014b50,
                        kLocalSignature = 0x04034b50;
constexpr std::size_t kMaxEntries = 200'000;

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
    throw Error("Cannot read " + where, why, "The archive is damaged or no torch archive; copy it again");
}

/// Bounds-checked little-endian reads.
class Reader {
  public:
    Reader(std::span<const std::byte> file, const std::string& where) : m_file(file), m_where(where) {}

    template <typename T>
    T at(std::uint64_t position) const {
        need(position, sizeof(T));
        T value;
        std::memcpy(&value, m_file.data() + position, sizeof value);
        return value;
    }
    std::string text(std::uint64_t position, std::size_t length) const {
        need(position, length);
        return {reinterpret_cast<const char*>(m_file.data()) + position, length};
    }
    void need(std::uint64_t position, std::uint64_t length) const {
        if (position > m_file.size() || length > m_file.size() - position)
            refuse(m_where, "the zip directory points behind the end of the file");
    }

  private:
    std::span<const std::byte> m_file;
    const std::string& m_where;
};

struct Directory {
    std::uint64_t entries = 0, offset = 0, size = 0;
    std::uint64_t end = 0;  ///< where the end records begin, which is where the directory must end
};

/// The end record: the last one whose comment reaches exactly to the end of the file.
std::uint64_t findEnd(std::span<const std::byte> file, const Reader& reader, const std::string& where) {
    if (file.size() < 22) refuse(where, "the file is too short for a zip archive");
    std::uint64_t end = file.size() - 22;
    const std::uint64_t lowest = end > 65535 ? end - 65535 : 0;
    while (reader.at<std::uint32_t>(end) != kEndSignature ||
           reader.at<std::uint16_t>(end + 20) != file.size() - 22 - end) {
        if (end == lowest) refuse(where, "the zip archive has no end record (truncated?)");
        --end;
    }
    return end;
}

Directory findDirectory(std::span<const std::byte> file, const Reader& reader, const std::string& where) {
    const std::uint64_t end = findEnd(file, reader, where);
    Directory found{reader.at<std::uint16_t>(end + 10), reader.at<std::uint32_t>(end + 16),
                    reader.at<std::uint32_t>(end + 12), end};
    bool isOneDisk =
        reader.at<std::uint32_t>(end + 4) == 0 && reader.at<std::uint16_t>(end + 8) == found.entries;
    if (end >= 20 && reader.at<std::uint32_t>(end - 20) == kLocator64Signature) {
        const auto end64 = reader.at<std::uint64_t>(end - 20 + 8);
        if (end64 > end - 20 || reader.at<std::uint32_t>(end64) != kEnd64Signature)
            refuse(where, "the zip64 end record is not where it should be");
        const Directory wide{reader.at<std::uint64_t>(end64 + 32), reader.at<std::uint64_t>(end64 + 48),
                             reader.at<std::uint64_t>(end64 + 40), end64};
        const bool agree = (found.entries == 0xFFFF || found.entries == wide.entries) &&
                           (found.offset == 0xFFFFFFFF || found.offset == wide.offset) &&
                           (found.size == 0xFFFFFFFF || found.size == wide.size);
        if (!agree) refuse(where, "the two end records of the zip archive disagree");
        isOneDisk = isOneDisk && reader.at<std::uint32_t>(end - 20 + 4) == 0 &&
                    reader.at<std::uint64_t>(end64 + 16) == 0 &&
                    reader.at<std::uint64_t>(end64 + 24) == wide.entries &&
                    reader.at<std::uint64_t>(end64 + 4) + 12 == end - 20 - end64;
        found = wide;
    }
    if (!isOneDisk) refuse(where, "the end records of the zip archive are damaged");
    reader.need(found.offset, found.size);
    if (found.offset + found.size != found.end)
        refuse(where, "the zip directory does not end where it should");
    return found;
}

/// 64-bit sizes stand in the extra field, in this order, where the 32-bit field is all ones.
void readZip64(const Reader& reader, std::uint64_t extra, std::size_t length, std::uint64_t& size,
               std::uint64_t& compressed, std::uint64_t& offset) {
    for (std::size_t at = 0; at + 4 <= length;) {
        const auto id = reader.at<std::uint16_t>(extra + at);
        const std::size_t bytes = reader.at<std::uint16_t>(extra + at + 2);
        if (id == 1) {
            std::uint64_t field = extra + at + 4;
            const std::uint64_t stop = field + bytes;
            for (std::uint64_t* value : {&size, &compressed, &offset}) {
                if (*value != 0xFFFFFFFF || field + 8 > stop) continue;
                *value = reader.at<std::uint64_t>(field);
                field += 8;
            }
            return;
        }
        at += 4 + bytes;
    }
}

/// One entry of the central directory.
struct Central {
    std::string name;
    std::uint16_t flags = 0, method = 0;
    std::uint32_t crc = 0, time = 0;
    std::uint64_t compressed = 0, size = 0, local = 0;
};

/// @param at moved behind the entry
Central readCentral(const Reader& reader, std::uint64_t& at, const std::string& where) {
    if (reader.at<std::uint32_t>(at) != kCentralSignature) refuse(where, "the zip directory is damaged");
    Central entry;
    entry.flags = reader.at<std::uint16_t>(at + 8);
    entry.method = reader.at<std::uint16_t>(at + 10);
    entry.time = reader.at<std::uint32_t>(at + 12);
    entry.crc = reader.at<std::uint32_t>(at + 16);
    entry.compressed = reader.at<std::uint32_t>(at + 20);
    entry.size = reader.at<std::uint32_t>(at + 24);
    const std::size_t nameLength = reader.at<std::uint16_t>(at + 28),
                      extraLength = reader.at<std::uint16_t>(at + 30),
                      commentLength = reader.at<std::uint16_t>(at + 32);
    const auto disk = reader.at<std::uint16_t>(at + 34);
    entry.local = reader.at<std::uint32_t>(at + 42);
    entry.name = reader.text(at + 46, nameLength);
    readZip64(reader, at + 46 + nameLength, extraLength, entry.size, entry.compressed, entry.local);
    at += 46 + nameLength + extraLength + commentLength;
    if (disk != 0) refuse(where, "the entry " + entry.name + " lies in another file");
    return entry;
}

bool isUnsafe(const std::string& name) {
    return name.empty() || name.size() > 512 || name.front() == '/' || name.find("..") != std::string::npos ||
           name.find('\\') != std::string::npos || name.find('\0') != std::string::npos;
}

/// Compares an entry with its local header. @return where its bytes begin
std::uint64_t beginOf(const Central& entry, const Reader& reader, const std::string& where) {
    const std::string what = "the entry " + entry.name;
    const std::uint64_t local = entry.local;
    if (reader.at<std::uint32_t>(local) != kLocalSignature) refuse(where, what + " has no local header");
    const std::size_t nameLength = reader.at<std::uint16_t>(local + 26),
                      extraLength = reader.at<std::uint16_t>(local + 28);
    if (reader.text(local + 30, nameLength) != entry.name)
        refuse(where, what + " has another name in its local header");
    const auto flags = reader.at<std::uint16_t>(local + 6);
    if (flags != entry.flags || reader.at<std::uint16_t>(local + 8) != entry.method ||
        reader.at<std::uint32_t>(local + 10) != entry.time)
        refuse(where, what + " is described in two ways");
    constexpr std::uint16_t kSizesFollow = 8;  // checksum and sizes stand behind the data, as torch writes it
    if (!(flags & kSizesFollow)) {
        std::uint64_t compressed = reader.at<std::uint32_t>(local + 18),
                      size = reader.at<std::uint32_t>(local + 22), unused = 0;
        readZip64(reader, local + 30 + nameLength, extraLength, size, compressed, unused);
        if (reader.at<std::uint32_t>(local + 14) != entry.crc || size != entry.size ||
            compressed != entry.compressed)
            refuse(where, what + " has another size or checksum in its local header");
    }
    return local + 30 + nameLength + extraLength;
}

}  // namespace

std::vector<ZipEntry> parseZip(std::span<const std::byte> file, const std::string& where) {
    const Reader reader(file, where);
    const Directory directory = findDirectory(file, reader, where);
    if (directory.entries > kMaxEntries) refuse(where, "the zip archive claims more than 200,000 entries");
    std::vector<ZipEntry> entries;
    std::set<std::string> names;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
    std::uint64_t at = directory.offset;
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
        const Central entry = readCentral(reader, at, where);
        const std::string what = "the entry " + entry.name;
        if (isUnsafe(entry.name))
            refuse(where, "an entry of the zip archive has the unsafe name \"" + entry.name + "\"");
        if (!names.insert(entry.name).second)
            refuse(where, "the zip archive has two entries named " + entry.name);
        if (entry.flags & 1u) refuse(where, what + " is encrypted");
        if (entry.method != 0 || entry.compressed != entry.size)
            refuse(where, what + " is compressed, which torch never does");
        const std::uint64_t begin = beginOf(entry, reader, where);
        reader.need(begin, entry.size);
        if (begin + entry.size > directory.offset) refuse(where, what + " reaches into the zip directory");
        ranges.emplace_back(entry.local, begin + entry.size);
        entries.push_back({entry.name, file.subspan(begin, entry.size), entry.crc});
    }
    if (at != directory.offset + directory.size)
        refuse(where, "the zip directory has another length than it claims");
    std::sort(ranges.begin(), ranges.end());
    for (std::size_t i = 1; i < ranges.size(); ++i)
        if (ranges[i].first < ranges[i - 1].second) refuse(where, "entries of the zip archive overlap");
    return entries;
}

void checkCrc(const ZipEntry& entry, const std::string& where) {
    uLong crc = ::crc32(0, nullptr, 0);
    for (std::size_t done = 0; done < entry.bytes.size();) {
        const std::size_t part = std::min<std::size_t>(entry.bytes.size() - done, 1u << 30u);
        crc =
            ::crc32(crc, reinterpret_cast<const Bytef*>(entry.bytes.data() + done), static_cast<uInt>(part));
        done += part;
    }
    if (static_cast<std::uint32_t>(crc) != entry.crc32)
        refuse(where, "the checksum of the entry " + entry.name + " does not fit its data");
}

}  // namespace strata
