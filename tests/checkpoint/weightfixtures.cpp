// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/weightfixtures.h"

#include "base/randomstream.h"

#include <bit>
#include <cstring>
#include <fstream>
#include <zlib.h>

namespace strata::test {

namespace {

template <typename T>
std::string littleEndian(T value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

void addTensor(BertWeights& weights, const std::string& name, std::vector<std::int64_t> shape,
               RandomStream& random) {
    std::size_t count = 1;
    for (const std::int64_t size : shape)
        count *= static_cast<std::size_t>(size);
    FloatTensor tensor{std::move(shape), std::vector<float>(count)};
    // Multiples of 1/64 with at most 7 bits: exact even in bfloat16.
    for (float& value : tensor.values)
        value = (static_cast<float>(random.below(127)) - 63.0f) / 64.0f;
    weights.tensors.emplace(name, std::move(tensor));
}

const char* storageType(const std::string& dtype) {
    if (dtype == "F64") return "DoubleStorage";
    if (dtype == "F16") return "HalfStorage";
    if (dtype == "BF16") return "BFloat16Storage";
    if (dtype == "I64") return "LongStorage";
    return "FloatStorage";
}

std::size_t itemBytes(const std::string& dtype) {
    if (dtype == "F64" || dtype == "I64") return 8;
    return dtype == "F32" ? 4 : 2;
}

/// Exact values only: no rounding is needed.
std::string narrowed(float value, const std::string& dtype) {
    if (dtype == "F64") return littleEndian(static_cast<double>(value));
    if (dtype == "F32") return littleEndian(value);
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (dtype == "BF16") return littleEndian(static_cast<std::uint16_t>(bits >> 16u));
    if (value == 0.0f) return littleEndian(std::uint16_t{0});
    const std::uint32_t exponent = ((bits >> 23u) & 0xFFu) - 112u;
    return littleEndian(
        static_cast<std::uint16_t>(((bits >> 16u) & 0x8000u) | (exponent << 10u) | ((bits >> 13u) & 0x3FFu)));
}

}  // namespace

BertWeights tinyBert() {
    BertWeights weights;
    weights.config = {
        .layers = 2, .hidden = 8, .heads = 2, .intermediate = 12, .vocabulary = 24, .positions = 16};
    RandomStream random(7);
    const auto linear = [&](const std::string& name, std::int64_t out, std::int64_t in) {
        addTensor(weights, name + ".weight", {out, in}, random);
        addTensor(weights, name + ".bias", {out}, random);
    };
    const auto norm = [&](const std::string& name) {
        addTensor(weights, name + ".weight", {8}, random);
        addTensor(weights, name + ".bias", {8}, random);
    };
    addTensor(weights, "embeddings.word_embeddings.weight", {24, 8}, random);
    addTensor(weights, "embeddings.position_embeddings.weight", {16, 8}, random);
    addTensor(weights, "embeddings.token_type_embeddings.weight", {2, 8}, random);
    norm("embeddings.LayerNorm");
    for (const std::string layer : {"encoder.layer.0.", "encoder.layer.1."}) {
        for (const char* part : {"query", "key", "value"})
            linear(layer + "attention.self." + part, 8, 8);
        linear(layer + "attention.output.dense", 8, 8);
        norm(layer + "attention.output.LayerNorm");
        linear(layer + "intermediate.dense", 12, 8);
        linear(layer + "output.dense", 8, 12);
        norm(layer + "output.LayerNorm");
    }
    linear("cls.predictions.transform.dense", 8, 8);
    norm("cls.predictions.transform.LayerNorm");
    addTensor(weights, "cls.predictions.bias", {24}, random);
    weights.hasMlmHead = true;
    return weights;
}

std::vector<SavedTensor> savedTensors(const BertWeights& weights, const std::string& dtype) {
    std::vector<SavedTensor> saved;
    for (const auto& [name, tensor] : weights.tensors) {
        SavedTensor one{name.rfind("cls.", 0) == 0 ? name : "bert." + name, dtype, tensor.shape, {}};
        for (const float value : tensor.values)
            one.bytes += narrowed(value, dtype);
        saved.push_back(std::move(one));
    }
    return saved;
}

std::string safetensorsFile(const std::string& headerJson, const std::string& data) {
    return littleEndian(static_cast<std::uint64_t>(headerJson.size())) + headerJson + data;
}

std::string safetensorsHeader(const std::vector<SavedTensor>& tensors) {
    std::string header = "{";
    std::size_t position = 0;
    for (const SavedTensor& tensor : tensors) {
        std::string shape;
        for (const std::int64_t size : tensor.shape)
            shape += (shape.empty() ? "" : ",") + std::to_string(size);
        header += (header.size() > 1 ? ",\"" : "\"") + tensor.name + R"(":{"dtype":")" + tensor.dtype +
                  R"(","shape":[)" + shape + R"(],"data_offsets":[)" + std::to_string(position) + ",";
        position += tensor.bytes.size();
        header += std::to_string(position) + "]}";
    }
    return header + "}";
}

std::string safetensorsFile(const std::vector<SavedTensor>& tensors) {
    std::string data;
    for (const SavedTensor& tensor : tensors)
        data += tensor.bytes;
    return safetensorsFile(safetensorsHeader(tensors), data);
}

PickleWriter& PickleWriter::raw(const std::string& bytes) {
    m_bytes += bytes;
    return *this;
}

PickleWriter& PickleWriter::text(const std::string& value) {
    return raw("X" + littleEndian(static_cast<std::uint32_t>(value.size())) + value);
}

PickleWriter& PickleWriter::integer(std::int64_t value) {
    if (value >= 0 && value < 256) return raw("K" + littleEndian(static_cast<std::uint8_t>(value)));
    if (value >= INT32_MIN && value <= INT32_MAX)
        return raw("J" + littleEndian(static_cast<std::int32_t>(value)));
    return raw("\x8a\x08" + littleEndian(value));
}

PickleWriter& PickleWriter::tuple(const std::vector<std::int64_t>& values) {
    raw("(");
    for (const std::int64_t value : values)
        integer(value);
    return raw("t");
}

PickleWriter& PickleWriter::global(const std::string& module, const std::string& name) {
    return raw("c" + module + "\n" + name + "\n");
}

std::string statePickle(const std::vector<SavedTensor>& tensors, const TorchOptions& options) {
    PickleWriter out;
    out.raw("\x80\x02").global("collections", "OrderedDict").raw(")R(");
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const SavedTensor& tensor = tensors[i];
        const auto items = static_cast<std::int64_t>(tensor.bytes.size() / itemBytes(tensor.dtype));
        out.text(tensor.name);
        if (options.asParameters) out.global("torch._utils", "_rebuild_parameter").raw("(");
        out.global("torch._utils", "_rebuild_tensor_v2").raw("((").text("storage");
        out.global("torch", storageType(tensor.dtype)).text(std::to_string(i)).text(options.device);
        out.integer(items + options.claimMoreItems).raw("tQ").integer(0).tuple(tensor.shape);
        std::vector<std::int64_t> strides(tensor.shape.size(), 1);
        if (options.isTransposedView && tensor.shape.size() == 2)
            strides[1] = tensor.shape[0];
        else if (tensor.shape.size() == 2)
            strides[0] = tensor.shape[1];
        out.tuple(strides).raw("\x89").global("collections", "OrderedDict").raw(")RtR");
        if (options.asParameters) out.raw("\x88").global("collections", "OrderedDict").raw(")RtR");
    }
    return out.raw("u" + options.extraInstructions + ".").bytes();
}

std::string storageBytes(const SavedTensor& tensor, const TorchOptions& options) {
    if (!options.isTransposedView || tensor.shape.size() != 2) return tensor.bytes;
    const std::size_t item = itemBytes(tensor.dtype);
    const auto rows = static_cast<std::size_t>(tensor.shape[0]),
               columns = static_cast<std::size_t>(tensor.shape[1]);
    std::string out;
    for (std::size_t column = 0; column < columns; ++column)
        for (std::size_t row = 0; row < rows; ++row)
            out += tensor.bytes.substr((row * columns + column) * item, item);
    return out;
}

std::string zipFile(const std::vector<std::pair<std::string, std::string>>& entries) {
    std::string out, directory;
    for (const auto& [name, content] : entries) {
        const auto size = static_cast<std::uint32_t>(content.size());
        const auto crc = static_cast<std::uint32_t>(
            ::crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
        const std::string shared =
            std::string("\0\0\0\0\0\0\0\0", 8) + littleEndian(crc) + littleEndian(size) + littleEndian(size) +
            littleEndian(static_cast<std::uint16_t>(name.size())) + std::string(2, '\0');
        directory += "PK\x01\x02" + std::string(4, '\0') + shared + std::string(10, '\0') +
                     littleEndian(static_cast<std::uint32_t>(out.size())) + name;
        out += "PK\x03\x04" + std::string(2, '\0') + shared + name + content;
    }
    const auto count = static_cast<std::uint16_t>(entries.size());
    const std::string end = "PK\x05\x06" + std::string(4, '\0') + littleEndian(count) + littleEndian(count) +
                            littleEndian(static_cast<std::uint32_t>(directory.size())) +
                            littleEndian(static_cast<std::uint32_t>(out.size())) + std::string(2, '\0');
    return out + directory + end;
}

std::string torchZip(const std::vector<SavedTensor>& tensors, const TorchOptions& options) {
    std::vector<std::pair<std::string, std::string>> entries{
        {"archive/data.pkl", statePickle(tensors, options)}};
    for (std::size_t i = 0; i < tensors.size(); ++i)
        entries.emplace_back("archive/data/" + std::to_string(i), storageBytes(tensors[i], options));
    entries.emplace_back("archive/version", "3\n");
    return zipFile(entries);
}

std::string torchLegacy(const std::vector<SavedTensor>& tensors, const TorchOptions& options) {
    PickleWriter out;
    out.raw(std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15));
    out.raw("\x80\x02").integer(1001).raw(".");
    out.raw("\x80\x02}(").text("protocol_version").integer(1001).text("little_endian").raw("\x88u.");
    out.raw(statePickle(tensors, options)).raw("\x80\x02](");
    for (std::size_t i = 0; i < tensors.size(); ++i)
        out.text(std::to_string(i));
    out.raw("e.");
    for (const SavedTensor& tensor : tensors)
        out.raw(littleEndian(static_cast<std::uint64_t>(tensor.bytes.size() / itemBytes(tensor.dtype))) +
                storageBytes(tensor, options));
    return out.bytes();
}

void putFile(const std::filesystem::path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

}  // namespace strata::test
