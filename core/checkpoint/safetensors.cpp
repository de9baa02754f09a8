// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/safetensors.h"

#include "base/error.h"
#include "base/file.h"
#include "checkpoint/safetensorsheader.h"
#include "checkpoint/weightfiles.h"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace strata {

namespace {

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

[[noreturn]] void refuse(const std::string& where, const std::string& why, const std::string& advice = {}) {
    throw Error("Cannot read " + where, why, advice);
}

/// Compares an entry with the data of the file.
StoredTensor tensorOf(const SafetensorsEntry& entry, std::span<const std::byte> data,
                      const std::string& where) {
    if (entry.begin > entry.end || entry.end > data.size())
        refuse(where,
               "tensor " + entry.name + " lies at bytes " + std::to_string(entry.begin) + " to " +
                   std::to_string(entry.end) + ", the data has " + std::to_string(data.size()),
               "The file is truncated or damaged; copy it again");
    StoredTensor tensor;
    tensor.name = entry.name;
    tensor.kind = entry.kind;
    tensor.shape = entry.shape;
    const std::uint64_t expected = static_cast<std::uint64_t>(tensor.count()) * itemSize(tensor.kind);
    if (entry.end - entry.begin != expected)
        refuse(where, "tensor " + entry.name + " of shape " + shapeText(tensor.shape) + " and type " +
                          nameOf(tensor.kind) + " needs " + std::to_string(expected) +
                          " bytes, its range has " + std::to_string(entry.end - entry.begin));
    tensor.storage = data.subspan(entry.begin, entry.end - entry.begin);
    return tensor;
}

/// @pre at least 8 bytes
std::uint64_t headerLengthOf(std::span<const std::byte> file) {
    std::uint64_t length = 0;
    std::memcpy(&length, file.data(), sizeof length);
    return length;
}

}  // namespace

std::vector<StoredTensor> parseSafetensors(std::span<const std::byte> file, const std::string& where,
                                           std::map<std::string, std::string>* metadata) {
    if (file.size() < 8 || headerLengthOf(file) > file.size() - 8)
        refuseForeignText(file,
                          where);  // not before: a sound header's length may look like the start of a text
    if (file.size() < 8)
        refuse(where, "it has " + std::to_string(file.size()) + " bytes, too few for a safetensors file");
    const std::uint64_t headerBytes = headerLengthOf(file);
    if (headerBytes > kMaxHeaderBytes)
        refuse(where,
               "its header claims " + std::to_string(headerBytes) + " bytes, at most 100 MB are allowed",
               "It is not a safetensors file");
    if (headerBytes > file.size() - 8)
        refuse(where,
               "its header should have " + std::to_string(headerBytes) + " bytes, the file ends before that",
               "The file is truncated; copy it again");
    if (headerBytes < 2) refuse(where, "its header is empty");
    const std::string_view text(reinterpret_cast<const char*>(file.data()) + 8, headerBytes);
    std::vector<SafetensorsEntry> entries = parseSafetensorsHeader(text, where, metadata);
    const auto data = file.subspan(8 + headerBytes);
    std::sort(entries.begin(), entries.end(), [](const SafetensorsEntry& a, const SafetensorsEntry& b) {
        return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
    });
    std::vector<StoredTensor> tensors;
    std::uint64_t position = 0;
    for (const SafetensorsEntry& range : entries) {
        tensors.push_back(tensorOf(range, data, where));
        if (range.begin != position)
            refuse(where, "tensor " + range.name + " begins at byte " + std::to_string(range.begin) +
                              ", expected " + std::to_string(position) +
                              (range.begin < position ? " (tensors overlap)" : " (a hole)"));
        position = range.end;
    }
    if (position != data.size())
        refuse(where,
               std::to_string(data.size() - position) + " bytes behind the last tensor belong to nothing");
    return tensors;
}

SafetensorsContent readSafetensors(const std::filesystem::path& file) {
    const MappedFile mapped(file);
    SafetensorsContent content;
    for (const StoredTensor& tensor :
         parseSafetensors(mapped.bytes(), "'" + file.string() + "'", &content.metadata)) {
        if (isFloating(tensor.kind)) {
            content.floats[tensor.name] = {tensor.shape, toFloat(tensor)};
            if (tensor.kind == StoredKind::F64) content.doubles[tensor.name] = toDouble(tensor);
        } else {
            content.ints[tensor.name] = {tensor.shape, toInt(tensor)};
        }
    }
    return content;
}

}  // namespace strata
