// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/weightfiles.h"

#include "base/error.h"
#include "base/json.h"
#include "checkpoint/torchfile.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace strata {

namespace {

namespace fs = std::filesystem;

constexpr const char* kSafetensors = "model.safetensors";
constexpr const char* kSafetensorsIndex = "model.safetensors.index.json";
constexpr const char* kBin = "pytorch_model.bin";
constexpr const char* kBinIndex = "pytorch_model.bin.index.json";

/// Links count even when their target is missing: opening one then says so.
bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

/// A Hugging Face cache names its files by links into its blobs; an interrupted download leaves links to
/// nothing.
void refuseDanglingLink(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_symlink(path, ignored) && !fs::exists(path, ignored))
        throw Error("Cannot read '" + path.string() + "'",
                    "it is a link to '" + fs::read_symlink(path, ignored).string() + "', which is not there",
                    "Finish the download");
}

/// Weights in a form that another library wrote.
const char* foreignWeights(const fs::path& folder) {
    for (const char* name : {"tf_model.h5", "flax_model.msgpack", "model.ckpt.index", "bert_model.ckpt.index",
                             "pytorch_model.pt", "model.onnx"})
        if (isThere(folder / name)) return name;
    return nullptr;
}

/// Adds one file's tensors. @return "zip" or "pre-1.6" for a .bin
std::string addFile(WeightFiles& files, const fs::path& path, bool isBin, bool checkData) {
    const std::string where = "'" + path.string() + "'";
    refuseDanglingLink(path);
    MappedFile mapped(path);
    std::vector<StoredTensor> tensors;
    std::string form;
    if (isBin) {
        TorchFile parsed = parseTorchFile(mapped.bytes(), where, checkData);
        tensors = std::move(parsed.tensors);
        form = parsed.isZip ? "zip" : "pre-1.6";
    } else {
        tensors = parseSafetensors(mapped.bytes(), where);
    }
    files.bytes += mapped.bytes().size();
    for (StoredTensor& tensor : tensors) {
        files.fileNames.push_back(path.filename().string());
        files.tensors.push_back(std::move(tensor));
    }
    files.files.push_back(std::move(mapped));
    return form;
}

WeightFiles openShards(const fs::path& folder, const char* indexName, bool isBin, bool checkData) {
    const fs::path indexPath = folder / indexName;
    const std::string where = "'" + indexPath.string() + "'", attempt = "Cannot read " + where;
    refuseDanglingLink(indexPath);
    const std::map<std::string, std::string> map =
        parseShardIndex(readTextFile(indexPath, 16u << 20u), where);
    std::set<std::string> names;
    for (const auto& [tensor, file] : map)
        names.insert(file);
    WeightFiles files;
    files.mainName = indexName;
    std::string form;
    for (const std::string& name : names) {
        if (!isThere(folder / name))
            throw Error(attempt, "the shard " + name + " is not there", "Download the missing file");
        form = addFile(files, folder / name, isBin, checkData);
    }
    std::map<std::string, std::string> present;
    for (std::size_t i = 0; i < files.tensors.size(); ++i) {
        const auto [first, isNew] = present.emplace(files.tensors[i].name, files.fileNames[i]);
        if (!isNew)
            throw Error(attempt, "tensor " + first->first + " stands in two shards, " + first->second +
                                     " and " + files.fileNames[i]);
    }
    for (const auto& [tensor, file] : map) {
        const auto found = present.find(tensor);
        if (found == present.end() || found->second != file)
            throw Error(attempt, "tensor " + tensor + " is not in " + file);
    }
    const std::string shards = std::to_string(names.size()) + (names.size() == 1 ? " shard" : " shards");
    files.format = isBin ? "bin (" + form + "), " + shards : "safetensors, " + shards;
    return files;
}

}  // namespace

std::map<std::string, std::string> parseShardIndex(std::string_view json, const std::string& where) {
    const std::string attempt = "Cannot read " + where;
    const Json index = parseJson(json, where);
    const auto map = index.is_object() ? index.find("weight_map") : index.end();
    if (!index.is_object() || map == index.end() || !map->is_object())
        throw Error(attempt, "it has no \"weight_map\"");
    std::map<std::string, std::string> files;
    std::set<std::string> names;
    for (const auto& [tensor, file] : map->items()) {
        if (!file.is_string()) throw Error(attempt, "the file of tensor " + tensor + " is not a text");
        const auto name = file.get<std::string>();
        if (name.empty() || name.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos ||
            name == "..")
            throw Error(attempt,
                        "the file of tensor " + tensor + ", \"" + name + "\", is outside the folder");
        names.insert(name);
        files.emplace(tensor, name);
    }
    if (names.empty() || names.size() > 10'000)
        throw Error(attempt, "it names " + std::to_string(names.size()) + " files");
    return files;
}

bool hasWeightFile(const fs::path& folder) {
    for (const char* name : {kSafetensors, kSafetensorsIndex, kBin, kBinIndex})
        if (isThere(folder / name)) return true;
    return false;
}

WeightFiles openWeightFiles(const fs::path& folder, bool checkData) {
    WeightFiles files;
    if (isThere(folder / kSafetensors)) {
        addFile(files, folder / kSafetensors, false, checkData);
        files.mainName = kSafetensors;
        files.format = "safetensors";
        return files;
    }
    if (isThere(folder / kSafetensorsIndex)) return openShards(folder, kSafetensorsIndex, false, checkData);
    if (isThere(folder / kBin)) {
        files.mainName = kBin;
        files.format = "bin (" + addFile(files, folder / kBin, true, checkData) + ")";
        return files;
    }
    if (isThere(folder / kBinIndex)) return openShards(folder, kBinIndex, true, checkData);
    if (const char* name = foreignWeights(folder))
        throw Error(
            "Cannot use '" + folder.string() + "'",
            "its weights are in " + std::string(name) + ", which is not read",
            "Convert it to model.safetensors, for example with save_pretrained of the transformers library");
    throw Error("Cannot use '" + folder.string() + "'", "it has no weight file",
                "model.safetensors or pytorch_model.bin is expected beside config.json");
}

void refuseForeignText(std::span<const std::byte> file, const std::string& where) {
    const std::string_view head(reinterpret_cast<const char*>(file.data()),
                                std::min<std::size_t>(file.size(), 512));
    if (file.empty()) throw Error("Cannot read " + where, "the file is empty", "Download it again");
    if (head.rfind("version https://git-lfs", 0) == 0)
        throw Error("Cannot read " + where, "it is a Git LFS pointer, not the weights themselves",
                    "Fetch the file with `git lfs pull`");
    const std::size_t first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first != std::string_view::npos && head[first] == '<')
        throw Error("Cannot read " + where, "it is a web page, not weights",
                    "The download failed; get the file itself again");
}

}  // namespace strata
