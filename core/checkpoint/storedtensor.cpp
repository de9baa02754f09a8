// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/storedtensor.h"

#include <array>
#include <bit>
#include <cstring>

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

template <typename Out>
Out widened(StoredKind kind, const std::byte* at) {
    switch (kind) {
        case StoredKind::F64: return static_cast<Out>(load<double>(at));
        case StoredKind::F32: return static_cast<Out>(load<float>(at));
        case StoredKind::F16: return static_cast<Out>(fromHalf(load<std::uint16_t>(at)));
        case StoredKind::BF16:
            return static_cast<Out>(std::bit_cast<float>(std::uint32_t{load<std::uint16_t>(at)} << 16u));
        case StoredKind::I64: return static_cast<Out>(load<std::int64_t>(at));
        case StoredKind::I32: return static_cast<Out>(load<std::int32_t>(at));
        case StoredKind::I16: return static_cast<Out>(load<std::int16_t>(at));
        case StoredKind::I8: return static_cast<Out>(load<std::int8_t>(at));
        case StoredKind::U8:
        case StoredKind::Bool: return static_cast<Out>(load<std::uint8_t>(at));
    }
    return Out{};
}

template <typename Out>
std::vector<Out> copied(const StoredTensor& tensor) {
    const auto count = static_cast<std::size_t>(tensor.count());
    const std::size_t bytes = itemSize(tensor.kind);
    std::vector<Out> out(count);
    if (count == 0) return out;
    const std::byte* base = tensor.storage.data() + static_cast<std::size_t>(tensor.offset) * bytes;
    if (tensor.isContiguous()) {
        if (std::is_same_v<Out, float> && tensor.kind == StoredKind::F32) {
            std::memcpy(out.data(), base, count * bytes);
        } else {
            for (std::size_t i = 0; i < count; ++i)
                out[i] = widened<Out>(tensor.kind, base + i * bytes);
        }
        return out;
    }
    std::vector<std::int64_t> index(tensor.shape.size(), 0);
    std::int64_t position = 0;
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = widened<Out>(tensor.kind, base + static_cast<std::size_t>(position) * bytes);
        for (std::size_t d = tensor.shape.size(); d-- > 0;) {
            position += tensor.strides[d];
            if (++index[d] < tensor.shape[d]) break;
            position -= tensor.strides[d] * tensor.shape[d];
            index[d] = 0;
        }
    }
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

std::vector<double> toDouble(const StoredTensor& tensor) {
    return copied<double>(tensor);
}

std::vector<std::int64_t> toInt(const StoredTensor& tensor) {
    return copied<std::int64_t>(tensor);
}

}  // namespace strata
