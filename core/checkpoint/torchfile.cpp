// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/torchfile.h"

#include "base/error.h"
#include "base/printable.h"
#include "checkpoint/pickle.h"
#include "checkpoint/weightfiles.h"
#include "checkpoint/ziparchive.h"

#include <cstring>
#include <map>
#include <string_view>

namespace strata {

namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMaxNameBytes = 512;
using Storages = std::map<std::string, std::span<const std::byte>>;

[[noreturn]] void refuse(const std::string& where, const std::string& why, const std::string& advice = {}) {
    throw Error("Cannot read " + where, why, advice);
}

StoredKind kindOf(std::string_view storageType, const std::string& where) {
    static const std::map<std::string_view, StoredKind> kinds{
        {"DoubleStorage", StoredKind::F64}, {"FloatStorage", StoredKind::F32},
        {"HalfStorage", StoredKind::F16},   {"BFloat16Storage", StoredKind::BF16},
        {"LongStorage", StoredKind::I64},   {"IntStorage", StoredKind::I32},
        {"ShortStorage", StoredKind::I16},  {"CharStorage", StoredKind::I8},
        {"ByteStorage", StoredKind::U8},    {"BoolStorage", StoredKind::Bool}};
    const auto found = kinds.find(storageType);
    if (found == kinds.end())
        refuse(where, "the storage type " + std::string(storageType) + " is not supported");
    return found->second;
}

/// Last item a view touches, or -1 for an empty one; refuses what overflows.
std::int64_t lastItem(const PickleValue& tensor, const std::string& name, const std::string& where) {
    const auto count = checkedCount(tensor.size);
    if (!count) refuse(where, "tensor " + name + " has the absurd shape " + shapeText(tensor.size));
    if (*count == 0) return -1;
    std::int64_t last = tensor.integer;
    for (std::size_t d = 0; d < tensor.size.size(); ++d) {
        std::int64_t reach = 0;
        if (__builtin_mul_overflow(tensor.size[d] - 1, tensor.stride[d], &reach) ||
            __builtin_add_overflow(last, reach, &last))
            refuse(where, "the strides of tensor " + name + " overflow");
    }
    return last;
}

std::vector<StoredTensor> tensorsOf(const Pickle& pickle, const Storages& storages,
                                    const std::string& where) {
    const PickleValue& top = pickle.topValue();
    if (top.kind != Kind::Dict)
        refuse(where, "it does not hold a dict of tensors", "Save the model's state_dict() instead");
    std::vector<StoredTensor> tensors;
    for (std::size_t i = 0; i + 1 < top.items.size(); i += 2) {
        const PickleValue& key = pickle.at(top.items[i]);
        const PickleValue& value = pickle.at(top.items[i + 1]);
        if (key.kind != Kind::Text) refuse(where, "a name in it is not a text");
        if (key.text.empty() || key.text.size() > kMaxNameBytes ||
            printable(key.text, kMaxNameBytes) != key.text)
            refuse(where, "the tensor name \"" + printable(key.text, 80) + "\" is no proper one");
        if (value.kind != Kind::Tensor)
            refuse(where, "\"" + key.text + "\" is not a tensor",
                   "It looks like a training state; save the model's state_dict() instead");
        const auto storage = storages.find(value.text);
        if (storage == storages.end())
            refuse(where, "tensor " + key.text + ": its storage " + value.text + " is not there");
        StoredTensor tensor;
        tensor.name = key.text;
        tensor.kind = kindOf(value.storageType, where);
        const auto items = static_cast<std::int64_t>(storage->second.size() / itemSize(tensor.kind));
        if (storage->second.size() % itemSize(tensor.kind) != 0 || value.storageItems != items)
            refuse(where, "tensor " + key.text + ": its storage claims " +
                              std::to_string(value.storageItems) + " items, there are " +
                              std::to_string(items));
        const std::int64_t last = lastItem(value, key.text, where);
        if (last >= items)
            refuse(where, "tensor " + key.text + " reaches to item " + std::to_string(last) +
                              " of a storage of " + std::to_string(items));
        tensor.shape = value.size;
        tensor.strides = value.stride;
        tensor.offset = value.integer;
        tensor.storage = storage->second;
        tensors.push_back(std::move(tensor));
    }
    if (tensors.empty()) refuse(where, "there is no tensor in it");
    return tensors;
}

std::string asText(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<StoredTensor> parseZipForm(std::span<const std::byte> file, const std::string& where,
                                       bool checkData) {
    const std::vector<ZipEntry> entries = parseZip(file, where);
    std::string top;
    const ZipEntry* pickled = nullptr;
    for (const ZipEntry& entry : entries) {
        const std::size_t slash = entry.name.find('/');
        if (slash == std::string::npos || entry.name.substr(slash + 1) != "data.pkl") continue;
        if (pickled) refuse(where, "it has two data.pkl: " + pickled->name + " and " + entry.name);
        pickled = &entry;
        top = entry.name.substr(0, slash + 1);
    }
    if (!pickled) refuse(where, "the archive has no data.pkl", "It is not a torch file");
    Storages storages;
    for (const ZipEntry& entry : entries) {
        const std::string inner = entry.name.rfind(top, 0) == 0 ? entry.name.substr(top.size()) : "";
        if (inner == "constants.pkl" || inner.rfind("code/", 0) == 0)
            refuse(where, "it is a TorchScript program", "Save the model's state_dict() instead");
        if (inner == "byteorder" &&
            asText(entry.bytes.first(std::min<std::size_t>(entry.bytes.size(), 16))) != "little")
            refuse(where, "its numbers are in big-endian order");
        if (checkData) checkCrc(entry, where);
        if (inner.rfind("data/", 0) != 0) continue;
        storages.emplace(inner.substr(5), entry.bytes);
    }
    if (!checkData) checkCrc(*pickled, where);
    const Pickle pickle = parsePickle(pickled->bytes, where);
    return tensorsOf(pickle, storages, where);
}

/// Before torch 1.6: magic, protocol, system, the object, the storage keys; then each storage with its item
/// count.
std::vector<StoredTensor> parseLegacyForm(std::span<const std::byte> file, const std::string& where) {
    std::size_t position = 0;
    const auto next = [&] {
        Pickle pickle = parsePickle(file.subspan(position), where);
        position += pickle.bytesUsed;
        return pickle;
    };
    const Pickle magic = next();
    constexpr std::uint64_t kMagicLow = 0xa86a20f9469cfc6c;  // of 0x1950a86a20f9469cfc6c
    if (magic.topValue().kind != Kind::Int ||
        static_cast<std::uint64_t>(magic.topValue().integer) != kMagicLow)
        refuse(where, "it does not begin with torch's magic number", "It is not a torch file");
    const Pickle protocol = next();
    if (protocol.topValue().kind != Kind::Int || protocol.topValue().integer != 1001)
        refuse(where, "its format version is not 1001");
    const Pickle system = next();
    const PickleValue* little = system.find(system.topValue(), "little_endian");
    if (system.topValue().kind != Kind::Dict || !little || little->integer != 1)
        refuse(where, "its numbers are not in little-endian order");
    const Pickle object = next();
    const Pickle keys = next();
    if (keys.topValue().kind != Kind::List) refuse(where, "the list of storages is missing");
    std::map<std::string, std::size_t> itemBytes;
    for (const PickleValue& value : object.arena)
        if (value.kind == Kind::Storage) itemBytes[value.text] = itemSize(kindOf(value.storageType, where));
    Storages storages;
    for (const std::int32_t index : keys.topValue().items) {
        const std::string& key = keys.at(index).text;
        const auto bytes = itemBytes.find(key);
        if (keys.at(index).kind != Kind::Text || bytes == itemBytes.end())
            refuse(where, "the list of storages names one that nothing uses");
        if (file.size() - position < 8)
            refuse(where, "the file ends before storage " + key, "It is truncated; copy it again");
        std::uint64_t items = 0;
        std::memcpy(&items, file.data() + position, 8);
        position += 8;
        if (items > (file.size() - position) / bytes->second)
            refuse(
                where,
                "storage " + key + " claims " + std::to_string(items) + " items, the file ends before that",
                "It is truncated; copy it again");
        if (!storages.emplace(key, file.subspan(position, items * bytes->second)).second)
            refuse(where, "storage " + key + " is listed twice");
        position += items * bytes->second;
    }
    if (position != file.size()) refuse(where, "bytes behind the last storage belong to nothing");
    return tensorsOf(object, storages, where);
}

}  // namespace

TorchFile parseTorchFile(std::span<const std::byte> file, const std::string& where, bool checkData) {
    refuseForeignText(file, where);
    const std::string head = asText(file.first(std::min<std::size_t>(file.size(), 4)));
    if (head.rfind("PK", 0) == 0) return {parseZipForm(file, where, checkData), true};
    if (file.size() > 262 && asText(file.subspan(257, 5)) == "ustar")
        refuse(where, "it is in the tar form of torch before 0.2, which is not supported");
    if (head.empty() || static_cast<unsigned char>(head[0]) != 0x80)
        refuse(where, "it is neither a zip archive nor a pickle", "It is not a torch file");
    return {parseLegacyForm(file, where), false};
}

}  // namespace strata
