// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as the zip container of a pytorch_model.bin. Its checksums are mended, so that changes to the pickle
// and to the storages inside get past them.
#include "base/error.h"
#include "checkpoint/torchfile.h"
#include "checkpoint/ziparchive.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>
#include <zlib.h>

namespace {

using namespace strata;

using Bytes = std::span<const std::byte>;

/// Both headers of an entry hold its checksum; that it may also stand elsewhere does no harm here.
void replaceChecksum(std::vector<std::byte>& file, std::uint32_t from, std::uint32_t to) {
    std::byte wanted[4], mended[4];
    std::memcpy(wanted, &from, 4);
    std::memcpy(mended, &to, 4);
    for (auto at = file.begin();; at += 4) {
        at = std::search(at, file.end(), wanted, wanted + 4);
        if (at == file.end()) return;
        std::copy(mended, mended + 4, at);
    }
}

std::vector<std::byte> withMendedChecksums(Bytes file, const std::vector<ZipEntry>& entries) {
    std::vector<std::byte> mended(file.begin(), file.end());
    for (const ZipEntry& entry : entries) {
        const auto crc = static_cast<std::uint32_t>(::crc32(
            0, reinterpret_cast<const Bytef*>(entry.bytes.data()), static_cast<uInt>(entry.bytes.size())));
        if (crc != entry.crc32) replaceChecksum(mended, entry.crc32, crc);
    }
    return mended;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
    std::vector<ZipEntry> entries;
    try {
        entries = parseZip(bytes, "input");
    } catch (const Error&) {
        return 0;
    }
    for (const ZipEntry& entry : entries)
        if (entry.bytes.data() < bytes.data() ||
            entry.bytes.data() + entry.bytes.size() > bytes.data() + size)
            std::abort();
    const std::vector<std::byte> mended = withMendedChecksums(bytes, entries);
    for (const bool checkData : {false, true}) {
        try {
            for (const StoredTensor& tensor : parseTorchFile(mended, "input", checkData).tensors)
                if (tensor.count() <= 1 << 16) (void)toFloat(tensor);
        } catch (const Error&) {
        }
    }
    return 0;
}
