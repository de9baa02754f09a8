// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/spec.h"

#include "base/error.h"
#include "experiment/jsonfields.h"
#include "probing/probesettings.h"

#include <algorithm>
#include <set>

namespace strata {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxNameBytes = 1000;  // it stands in tables and file names

std::string absolutePath(const std::string& text, const fs::path& base) {
    if (text.empty()) return text;
    const fs::path path(text);
    return (path.is_absolute() ? path : base / path).lexically_normal().string();
}

TaskSpec parseTask(const Json& json, const std::string& where, const fs::path& base) {
    const JsonFields fields(
        json, where, {"type", "name", "tags", "train", "dev", "test", "score", "train_limit", "max_pieces"});
    TaskSpec task;
    task.type = fields.text("type", "pos");
    if (task.type != "pos")
        fields.refuse("type", "the task \"" + task.type + "\" is not known; known is \"pos\"");
    task.name = fields.text("name", task.type);
    if (task.name.empty()) fields.refuse("name", "it is empty");
    task.tags = fields.text("tags", "upos");
    if (task.tags != "upos" && task.tags != "xpos")
        fields.refuse("tags", "expected \"upos\" or \"xpos\", found \"" + task.tags + "\"");
    task.train = absolutePath(fields.text("train"), base);
    if (task.train.empty()) fields.refuse("train", "it is empty");
    task.dev = absolutePath(fields.text("dev", ""), base);
    task.test = absolutePath(fields.text("test", ""), base);
    task.score = fields.text("score", "dev");
    if (task.score != "train" && task.score != "dev" && task.score != "test")
        fields.refuse("score", "expected \"train\", \"dev\" or \"test\", found \"" + task.score + "\"");
    if (task.score == "dev" && task.dev.empty())
        fields.refuse("dev", "it is missing, but \"score\" is \"dev\"");
    if (task.score == "test" && task.test.empty())
        fields.refuse("test", "it is missing, but \"score\" is \"test\"");
    task.trainLimit = fields.whole("train_limit", 0, 0, 1'000'000'000);
    task.maxPieces = static_cast<int>(fields.whole("max_pieces", 0, 0, 1'000'000));
    if (task.maxPieces != 0 && task.maxPieces < 3)
        fields.refuse("max_pieces", "at least 3 are needed: [CLS], a piece, [SEP]");
    return task;
}

void parseLayers(const Json& json, const JsonFields& fields, ProbeSpec& probe) {
    if (!json.contains("layers")) return;
    const Json& layers = json["layers"];
    if (layers.is_string() && layers.get<std::string>() == "all") return;
    if (layers.is_string() && layers.get<std::string>() == "none") {
        probe.allLayers = false;
        return;
    }
    if (!layers.is_array())
        fields.refuse("layers", "expected \"all\", \"none\" or a list of layers such as [0, 6, 12]");
    probe.allLayers = false;
    std::set<int> seen;
    for (const Json& layer : layers) {
        if (!layer.is_number_integer() || layer.get<std::int64_t>() < 0 || layer.get<std::int64_t>() > 1000)
            fields.refuse("layers", layer.dump() + " is no layer");
        if (seen.insert(layer.get<int>()).second) probe.layers.push_back(layer.get<int>());
    }
}

ProbeSpec parseProbe(const Json& json, const std::string& where) {
    const JsonFields fields(json, where, {"preset", "layers", "mix", "seeds", "set", "dtype"});
    ProbeSpec probe;
    probe.preset = fields.text("preset", "zertuche-liu-2021");
    probe.mix = fields.flag("mix", true);
    parseLayers(json, fields, probe);
    if (!probe.allLayers && probe.layers.empty() && !probe.mix)
        fields.refuse("layers", "neither a layer nor the mix is asked for");
    if (json.contains("seeds")) {
        const Json& seeds = json["seeds"];
        if (!seeds.is_array() || seeds.empty() || seeds.size() > 1000)
            fields.refuse("seeds", "expected a list such as [0, 1, 2]");
        probe.seeds.clear();
        std::set<std::uint64_t> seen;
        for (const Json& seed : seeds) {
            if (!seed.is_number_integer() || seed.get<std::int64_t>() < 0)
                fields.refuse("seeds", seed.dump() + " is no seed");
            if (seen.insert(seed.get<std::uint64_t>()).second)
                probe.seeds.push_back(seed.get<std::uint64_t>());
        }
    }
    if (json.contains("set")) probe.overrides = json["set"];
    probe.dtype = fields.text("dtype", "fp32");
    if (probe.dtype != "fp32" && probe.dtype != "bf16")
        fields.refuse("dtype", "expected \"fp32\" or \"bf16\"");
    try {
        withOverrides(probePreset(probe.preset),
                      probe.overrides);  // says what is wrong before anything is computed
    } catch (const Error& error) {
        throw error.within("Cannot use " + where);
    }
    return probe;
}

const Json& list(const Json& json, const JsonFields& fields, const char* key) {
    if (!json.contains(key) || !json[key].is_array() || json[key].empty())
        fields.refuse(key, "expected a list with at least one entry");
    if (json[key].size() > 10'000) fields.refuse(key, "it has more than 10,000 entries");
    return json[key];
}

}  // namespace

ExperimentSpec parseSpec(const Json& json, const fs::path& base) {
    const JsonFields fields(json, "the experiment", {"name", "note", "checkpoints", "tasks", "probes"});
    ExperimentSpec spec;
    spec.name = fields.text("name");
    if (spec.name.empty()) fields.refuse("name", "it is empty");
    const bool hasControls = std::any_of(spec.name.begin(), spec.name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (hasControls) fields.refuse("name", "it holds control characters");
    if (spec.name.size() > kMaxNameBytes) fields.refuse("name", "it is longer than 1,000 bytes");
    spec.note = fields.text("note", "");
    for (const Json& entry : list(json, fields, "checkpoints")) {
        if (!entry.is_string() || entry.get<std::string>().empty())
            fields.refuse("checkpoints", entry.dump() + " is no folder");
        spec.checkpoints.push_back(absolutePath(entry.get<std::string>(), base));
    }
    std::size_t index = 0;
    std::set<std::string> names;
    for (const Json& entry : list(json, fields, "tasks")) {
        spec.tasks.push_back(parseTask(entry, "tasks[" + std::to_string(index++) + "]", base));
        if (!names.insert(spec.tasks.back().name).second)
            fields.refuse("tasks",
                          "two tasks are named \"" + spec.tasks.back().name + "\"; give each a \"name\"");
    }
    index = 0;
    for (const Json& entry : list(json, fields, "probes"))
        spec.probes.push_back(parseProbe(entry, "probes[" + std::to_string(index++) + "]"));
    return spec;
}

ExperimentSpec readSpec(const fs::path& file) {
    const Json json = readJsonFile(file);
    try {
        return parseSpec(json, fs::absolute(file).parent_path());
    } catch (const Error& error) {
        throw error.within("Cannot use '" + file.string() + "'");
    }
}

Json toJson(const ExperimentSpec& spec) {
    Json json = {{"name", spec.name},
                 {"note", spec.note},
                 {"checkpoints", spec.checkpoints},
                 {"tasks", Json::array()},
                 {"probes", Json::array()}};
    for (const TaskSpec& task : spec.tasks) {
        Json entry = {{"type", task.type},
                      {"name", task.name},
                      {"tags", task.tags},
                      {"train", task.train.string()},
                      {"score", task.score}};
        if (!task.dev.empty()) entry["dev"] = task.dev.string();
        if (!task.test.empty()) entry["test"] = task.test.string();
        if (task.trainLimit > 0) entry["train_limit"] = task.trainLimit;
        if (task.maxPieces > 0) entry["max_pieces"] = task.maxPieces;
        json["tasks"].push_back(std::move(entry));
    }
    for (const ProbeSpec& probe : spec.probes) {
        Json entry = {{"preset", probe.preset},
                      {"mix", probe.mix},
                      {"seeds", probe.seeds},
                      {"set", probe.overrides},
                      {"dtype", probe.dtype}};
        entry["layers"] = probe.allLayers ? Json("all") : Json(probe.layers);
        json["probes"].push_back(std::move(entry));
    }
    return json;
}

std::string exampleSpec() {
    return R"({
  "name": "POS over layers and steps",
  "note": "Universal part-of-speech tags of the English Web Treebank",
  "checkpoints": ["checkpoints/minibert-seed_*"],
  "tasks": [
    {"type": "pos", "tags": "upos",
     "train": "data/ud_english_ewt/train.conllu",
     "dev": "data/ud_english_ewt/dev.conllu",
     "score": "dev", "train_limit": 4000, "max_pieces": 128}
  ],
  "probes": [
    {"preset": "zertuche-liu-2021", "layers": "all", "mix": true, "seeds": [0, 1, 2],
     "set": {"epochs": 5, "learning_rate": 0.001}}
  ]
}
)";
}

}  // namespace strata
