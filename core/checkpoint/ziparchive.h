// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace strata {

/// Index of a zip archive as torch.save writes it: entries stored, never compressed. Strict: refuses
/// duplicates, compression, encryption, paths that leave the archive, and sizes that disagree. (A general zip
/// library cannot give the place of an entry's bytes in the mapped file, which is what saves the copy.)
struct ZipEntry {
    std::string name;
    std::span<const std::byte> bytes;
    std::uint32_t crc32 = 0;
};

/// @throws Error
std::vector<ZipEntry> parseZip(std::span<const std::byte> file, const std::string& where);
/// @throws Error when the checksum does not fit
void checkCrc(const ZipEntry& entry, const std::string& where);

}  // namespace strata
