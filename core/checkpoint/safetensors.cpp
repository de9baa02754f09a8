// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/safetensors.h"

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "checkpoint/weightfiles.h"

#include <algorithm>
#include <cstring>

namespace strata {

namespace {

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

[[noreturn]] void refuse(const std::string& where, const std::string& why, const std::string& advice = {}) {
    throw Error("Cannot read " + where, why, advice);
}

std::uint64_t offsetAt(const Json& value, const std::string& where, const std::string& name) {
    if (!value.is_number_unsigned() && !(value.is_number_integer() && value.get<std::int64_t>() >= 0))
        refuse(where, "tensor " + name + ": an offset is " + value.dump() + ", expected a whole number from 0");
    return value.get<std::uint64_t>();
}

StoredTensor entryOf(const std::string& name, const Json& entry, std::span<const std::byte> data,
                     const std::string& where, std::uint64_t& begin, std::uint64_t& end) {
    const auto field = [&](const char* key) -> const Json& {
        const auto found = entry.find(key);
        if (found == entry.end()) refuse(where, "tensor " + name + " has no \"" + key + "\"");
        return *found;
    };
    if (!entry.is_object()) refuse(where, "the header entry of tensor " + name + " is not an object");
    StoredTensor tensor;
    tensor.name = name;
    const Json& dtype = field("dtype");
    const auto kind = dtype.is_string() ? storedKind(dtype.get<std::string>()) : std::nullopt;
    if (!kind) refuse(where, "tensor " + name + " has the number type " + dtype.dump() + ", which is not supported");
    tensor.kind = *kind;
    const Json& shape = field("shape");
    if (!shape.is_array() || shape.size() > 16) refuse(where, "tensor " + name + " has no proper shape");
    for (const Json& size : shape) {
        if (!size.is_number_integer() || (!size.is_number_unsigned() && size.get<std::int64_t>() < 0))
            refuse(where, "tensor " + name + " has the size " + size.dump() + " in its shape");
        tensor.shape.push_back(size.is_number_unsigned() && size.get<std::uint64_t>() > (1ull << 40) ? (1ll << 41)
                                                                                                  : size.get<std::int64_t>());
    }
    const auto count = checkedCount(tensor.shape);
    if (!count) refuse(where, "tensor " + name + " has the absurd shape " + shape.dump());
    const Json& offsets = field("data_offsets");
    if (!offsets.is_array() || offsets.size() != 2) refuse(where, "tensor " + name + " needs two data_offsets");
    begin = offsetAt(offsets[0], where, name);
    end = offsetAt(offsets[1], where, name);
    if (begin > end || end > data.size())
        refuse(where,
               "tensor " + name + " lies at bytes " + std::to_string(begin) + " to " + std::to_string(end) + ", the data has " +
                   std::to_string(data.size()),
               "The file is truncated or damaged; copy it again");
    const std::uint64_t expected = static_cast<std::uint64_t>(*count) * itemSize(tensor.kind);
    if (end - begin != expected)
        refuse(where, "tensor " + name + " of shape " + shapeText(tensor.shape) + " and type " + nameOf(tensor.kind) +
                          " needs " + std::to_string(expected) + " bytes, its range has " + std::to_string(end - begin));
    tensor.storage = data.subspan(begin, end - begin);
    return tensor;
}

void checkMetadata(const Json& metadata, const std::string& where, std::map<std::string, std::string>* out) {
    if (!metadata.is_object()) refuse(where, "__metadata__ is not an object");
    for (const auto& [key, value] : metadata.items()) {
        if (!value.is_string()) refuse(where, "the value of \"" + key + "\" in __metadata__ is not a text");
        if (out) out->emplace(key, value.get<std::string>());
    }
}

}  // namespace

std::vector<StoredTensor> parseSafetensors(std::span<const std::byte> file, const std::string& where,
                                           std::map<std::string, std::string>* metadata) {
    refuseForeignText(file, where);
    if (file.size() < 8) refuse(where, "it has " + std::to_string(file.size()) + " bytes, too few for a safetensors file");
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, file.data(), 8);
    if (headerBytes > kMaxHeaderBytes)
        refuse(where, "its header claims " + std::to_string(headerBytes) + " bytes, at most 100 MB are allowed",
               "It is not a safetensors file");
    if (headerBytes > file.size() - 8)
        refuse(where, "its header should have " + std::to_string(headerBytes) + " bytes, the file ends before that",
               "The file is truncated; copy it again");
    if (headerBytes < 2) refuse(where, "its header is empty");
    const std::string_view text(reinterpret_cast<const char*>(file.data()) + 8, headerBytes);
    const Json header = parseJson(text, where);
    if (!header.is_object()) refuse(where, "its header is not a JSON object");
    const auto data = file.subspan(8 + headerBytes);
    struct Range {
        std::uint64_t begin, end;
        std::string name;
    };
    std::vector<Range> ranges;
    std::vector<StoredTensor> tensors;
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") {
            checkMetadata(entry, where, metadata);
            continue;
        }
        Range range{0, 0, name};
        tensors.push_back(entryOf(name, entry, data, where, range.begin, range.end));
        ranges.push_back(range);
    }
    std::sort(ranges.begin(), ranges.end(),
              [](const Range& a, const Range& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::uint64_t position = 0;
    for (const Range& range : ranges) {
        if (range.begin != position)
            refuse(where, "tensor " + range.name + " begins at byte " + std::to_string(range.begin) + ", expected " +
                              std::to_string(position) + (range.begin < position ? " (tensors overlap)" : " (a hole)"));
        position = range.end;
    }
    if (position != data.size())
        refuse(where, std::to_string(data.size() - position) + " bytes behind the last tensor belong to nothing");
    return tensors;
}

SafetensorsContent readSafetensors(const std::filesystem::path& file) {
    const MappedFile mapped(file);
    SafetensorsContent content;
    for (const StoredTensor& tensor : parseSafetensors(mapped.bytes(), "'" + file.string() + "'", &content.metadata)) {
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
