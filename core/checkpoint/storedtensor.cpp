// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/storedtensor.h"

#include "base/hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

namespace strata {

namespace {

struct KindRow {
    StoredKind kind;
    const char* name;
    std::size_t bytes;
    bool isFloating;
};

constexpr std::array<KindRow, 10> kKinds{{{StoredKind::F64, "F64", 8, true},
                                          {StoredKind::F32, "F32", 4, true},
                                          {StoredKind::F16, "F16", 2, true},
                                          {StoredKind::BF16, "BF16", 2, true},
                                          {StoredKind::I64, "I64", 8, false},
                                          {StoredKind::I32, "I32", 4, false},
                                          {StoredKind::I16, "I16", 2, false},
                                          {StoredKind::I8, "I8", 1, false},
                                          {StoredKind::U8, "U8", 1, false},
                                          {StoredKind::Bool, "BOOL", 1, false}}};

const KindRow& row(StoredKind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}

template <typename T>
T load(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

float fromHalf(std::uint16_t bits) {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16u;
    const std::uint32_t exponent = (bits >> 10u) & 0x1Fu;
    std::uint32_t fraction = bits & 0x3FFu;
    if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000u | (fraction << 13u));
    if (exponent != 0) return std::bit_cast<float>(sign | ((exponent + 112u) << 23u) | (fraction << 13u));
    const float value = static_cast<float>(fraction) * 0x1p-24f;  // subnormal half, exact in float
    return sign ? -value : value;
}

struct BrainFloat {
    std::uint16_t bits;
};
struct HalfFloat {
    std::uint16_t bits;
};

template <typename Out, typename Stored>
Out widened(const std::byte* at) {
    const Stored stored = load<Stored>(at);
    if constexpr (std::is_same_v<Stored, BrainFloat>)
        return static_cast<Out>(std::bit_cast<float>(std::uint32_t{stored.bits} << 16u));
    else if constexpr (std::is_same_v<Stored, HalfFloat>)
        return static_cast<Out>(fromHalf(stored.bits));
    else
        return static_cast<Out>(stored);
}

/// Calls use with a value of the C++ type of a kind, so that loops are compiled per type.
template <typename Use>
void withType(StoredKind kind, const Use& use) {
    switch (kind) {
        case StoredKind::F64:
            return use(double{});
        case StoredKind::F32:
            return use(float{});
        case StoredKind::F16:
            return use(HalfFloat{});
        case StoredKind::BF16:
            return use(BrainFloat{});
        case StoredKind::I64:
            return use(std::int64_t{});
        case StoredKind::I32:
            return use(std::int32_t{});
        case StoredKind::I16:
            return use(std::int16_t{});
        case StoredKind::I8:
            return use(std::int8_t{});
        case StoredKind::U8:
        case StoredKind::Bool:
            return use(std::uint8_t{});
    }
}

template <typename Out>
void copyRow(StoredKind kind, const std::byte* from, std::span<Out> out) {
    withType(kind, [&](auto stored) {
        using Stored = decltype(stored);
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = widened<Out, Stored>(from + i * sizeof(Stored));
    });
}

template <typename Out, typename Stored>
void copyView(const StoredTensor& tensor, const std::byte* base, std::span<Out> out) {
    std::vector<std::int64_t> index(tensor.shape.size(), 0);
    std::int64_t position = 0;
    for (Out& value : out) {
        value = widened<Out, Stored>(base + static_cast<std::size_t>(position) * sizeof(Stored));
        for (std::size_t d = tensor.shape.size(); d-- > 0;) {
            position += tensor.strides[d];
            if (++index[d] < tensor.shape[d]) break;
            position -= tensor.strides[d] * tensor.shape[d];
            index[d] = 0;
        }
    }
}

const std::byte* firstByte(const StoredTensor& tensor) {
    return tensor.storage.data() + static_cast<std::size_t>(tensor.offset) * itemSize(tensor.kind);
}

template <typename Out>
std::vector<Out> copied(const StoredTensor& tensor) {
    std::vector<Out> out(static_cast<std::size_t>(tensor.count()));
    if (out.empty()) return out;
    const std::byte* base = firstByte(tensor);
    if (std::is_same_v<Out, float> && tensor.kind == StoredKind::F32 && tensor.isContiguous())
        std::memcpy(out.data(), base, out.size() * sizeof(Out));
    else if (tensor.isContiguous())
        copyRow<Out>(tensor.kind, base, out);
    else
        withType(tensor.kind, [&](auto stored) { copyView<Out, decltype(stored)>(tensor, base, out); });
    return out;
}

}  // namespace

std::size_t itemSize(StoredKind kind) {
    return row(kind).bytes;
}

const char* nameOf(StoredKind kind) {
    return row(kind).name;
}

std::optional<StoredKind> storedKind(std::string_view name) {
    for (const KindRow& entry : kKinds)
        if (name == entry.name) return entry.kind;
    return std::nullopt;
}

bool isFloating(StoredKind kind) {
    return row(kind).isFloating;
}

std::int64_t StoredTensor::count() const {
    return checkedCount(shape).value_or(0);
}

bool StoredTensor::isContiguous() const {
    if (strides.empty()) return true;
    std::int64_t expected = 1;
    for (std::size_t d = shape.size(); d-- > 0;) {
        if (shape[d] != 1 && strides[d] != expected) return false;
        expected *= shape[d];
    }
    return true;
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
    if (shape.empty()) return "scalar";
    std::string text;
    for (const std::int64_t size : shape)
        text += (text.empty() ? "" : "x") + std::to_string(size);
    return text;
}

std::optional<std::int64_t> checkedCount(const std::vector<std::int64_t>& shape) {
    std::int64_t count = 1;
    for (const std::int64_t size : shape) {
        if (size < 0) return std::nullopt;
        if (size != 0 && count > (std::int64_t{1} << 40) / size) return std::nullopt;
        count *= size;
    }
    return count;
}

std::vector<float> toFloat(const StoredTensor& tensor) {
    return copied<float>(tensor);
}

void forEachFloatBlock(const StoredTensor& tensor,
                       const std::function<void(std::span<const std::byte>)>& use) {
    const auto count = static_cast<std::size_t>(tensor.count());
    if (count == 0) return;
    if (!tensor.isContiguous()) {
        const std::vector<float> values = toFloat(tensor);
        return use(std::as_bytes(std::span(values)));
    }
    const std::byte* base = firstByte(tensor);
    if (tensor.kind == StoredKind::F32) return use({base, count * sizeof(float)});
    constexpr std::size_t kBlock = 16'384;
    std::vector<float> block(std::min(count, kBlock));
    for (std::size_t done = 0; done < count; done += block.size()) {
        const std::span<float> part = std::span(block).first(std::min(block.size(), count - done));
        copyRow<float>(tensor.kind, base + done * itemSize(tensor.kind), part);
        use(std::as_bytes(part));
    }
}

bool haveEqualFloats(const StoredTensor& a, const StoredTensor& b) {
    if (a.shape != b.shape) return false;
    if (a.kind == b.kind && a.storage.data() == b.storage.data() && a.offset == b.offset &&
        (a.strides == b.strides || (a.isContiguous() && b.isContiguous())))
        return true;
    ContentHash first, second;
    forEachFloatBlock(a, [&](std::span<const std::byte> bytes) { first.add(bytes); });
    forEachFloatBlock(b, [&](std::span<const std::byte> bytes) { second.add(bytes); });
    return first.hex() == second.hex();
}

std::vector<double> toDouble(const StoredTensor& tensor) {
    return copied<double>(tensor);
}

std::vector<std::int64_t> toInt(const StoredTensor& tensor) {
    return copied<std::int64_t>(tensor);
}

}  // namespace strata
