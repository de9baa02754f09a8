// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/encodeinput.h"

#include "base/error.h"
#include "base/file.h"
#include "checkpoint/safetensors.h"
#include "checkpoint/storedtensor.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>

namespace strata::cli {

namespace {

Error badIds(const std::filesystem::path& file, const std::string& why) {
    return Error(
        "Cannot read ids from '" + file.string() + "'", why,
        "Give input_ids, and if wanted attention_mask and token_type_ids, as integers of the same shape "
        "[sentences, longest].");
}

/// @return null when the tensor is not there
const IntTensor* find(const SafetensorsContent& content, const std::string& name,
                      const std::filesystem::path& file) {
    if (content.floats.contains(name)) throw badIds(file, "tensor " + name + " holds no integers");
    const auto found = content.ints.find(name);
    return found == content.ints.end() ? nullptr : &found->second;
}

const IntTensor* findLike(const SafetensorsContent& content, const std::string& name, const IntTensor& like,
                          const std::filesystem::path& file) {
    const IntTensor* tensor = find(content, name, file);
    if (tensor && tensor->shape != like.shape)
        throw badIds(file, "tensor " + name + " has shape " + shapeText(tensor->shape) + ", input_ids has " +
                               shapeText(like.shape));
    return tensor;
}

/// One row narrowed to 32 bits; the encoder checks the values against the model.
std::vector<std::int32_t> narrowRow(const IntTensor& tensor, std::size_t row, std::size_t length,
                                    const std::filesystem::path& file) {
    std::vector<std::int32_t> narrow(length);
    for (std::size_t i = 0; i < length; ++i) {
        const std::int64_t value = tensor.values[row * length + i];
        if (value < 0 || value > std::numeric_limits<std::int32_t>::max())
            throw badIds(file, "row " + std::to_string(row) + " holds the number " + std::to_string(value));
        narrow[i] = static_cast<std::int32_t>(value);
    }
    return narrow;
}

/// All of it, up to the size that a text file may have.
std::string standardInput() {
    constexpr std::size_t kMostBytes = std::size_t{1} << 30u;
    std::string text;
    std::vector<char> buffer(1 << 16);
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), stdin)) {
        text.append(buffer.data(), count);
        if (text.size() > kMostBytes)
            throw Error("Cannot read standard input", "it is larger than 1 GiB", "Give it in parts.");
    }
    if (std::ferror(stdin)) throw Error("Cannot read standard input", std::strerror(errno));
    return text;
}

}  // namespace

EncodeInput readSentences(const std::filesystem::path& file, const Tokenizer& tokenizer, int positions) {
    const std::string text = file == "-" ? standardInput() : readTextFile(file);
    const std::size_t room = static_cast<std::size_t>(std::max(positions - 2, 0));
    EncodeInput input;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        Pieces pieces = tokenizer.tokenize(std::string_view(text).substr(begin, end - begin));
        if (pieces.ids.size() > room) {
            ++input.cutRows;
            input.cutPieces += static_cast<std::int64_t>(pieces.ids.size() - room);
            pieces.ids.resize(room);
        }
        EncodeInput::Row row;
        row.ids.reserve(pieces.ids.size() + 2);
        row.ids.push_back(tokenizer.clsId());
        row.ids.insert(row.ids.end(), pieces.ids.begin(), pieces.ids.end());
        row.ids.push_back(tokenizer.sepId());
        input.longest = std::max(input.longest, static_cast<std::int64_t>(row.ids.size()));
        input.rows.push_back(std::move(row));
        begin = end + 1;
    }
    if (input.rows.empty())
        throw Error("Cannot encode " + (file == "-" ? "standard input" : "'" + file.string() + "'"),
                    "it is empty");
    return input;
}

EncodeInput readIds(const std::filesystem::path& safetensorsFile) {
    const SafetensorsContent content = readSafetensors(safetensorsFile);
    const IntTensor* ids = find(content, "input_ids", safetensorsFile);
    if (!ids) throw badIds(safetensorsFile, "there is no tensor input_ids");
    if (ids->shape.size() != 2 || ids->shape[0] < 1 || ids->shape[1] < 1)
        throw badIds(safetensorsFile, "input_ids has shape " + shapeText(ids->shape));
    const IntTensor* mask = findLike(content, "attention_mask", *ids, safetensorsFile);
    const IntTensor* types = findLike(content, "token_type_ids", *ids, safetensorsFile);
    const auto length = static_cast<std::size_t>(ids->shape[1]);
    EncodeInput input;
    input.longest = ids->shape[1];
    for (std::size_t row = 0; row < static_cast<std::size_t>(ids->shape[0]); ++row) {
        EncodeInput::Row one;
        one.ids = narrowRow(*ids, row, length, safetensorsFile);
        if (types) one.typeIds = narrowRow(*types, row, length, safetensorsFile);
        if (mask) {
            one.keyMask.resize(length);
            for (std::size_t i = 0; i < length; ++i)
                one.keyMask[i] = mask->values[row * length + i] != 0;
            if (std::find(one.keyMask.begin(), one.keyMask.end(), 1) == one.keyMask.end())
                throw badIds(safetensorsFile,
                             "the attention mask of row " + std::to_string(row) + " is all zero");
        }
        input.rows.push_back(std::move(one));
    }
    return input;
}

}  // namespace strata::cli
