// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "base/error.h"
#include "base/wording.h"
#include "checkpoint/bertweights.h"
#include "checkpoint/discovery.h"

#include <algorithm>
#include <map>
#include <memory>

namespace strata::cli {

namespace {

struct Options {
    std::string folder;
    bool json = false, noHash = false;
};

/// Published families have had the same weights under two steps: such checkpoints are told of each other.
void flagEqualWeights(std::vector<CheckpointInfo>& checkpoints) {
    std::map<std::string, const CheckpointInfo*> seen;
    for (CheckpointInfo& checkpoint : checkpoints) {
        if (checkpoint.contentHash.empty()) continue;
        const auto [first, isNew] = seen.emplace(checkpoint.contentHash, &checkpoint);
        if (!isNew) checkpoint.warnings.push_back("same weights as " + first->second->path.string());
    }
}

void addHashes(std::vector<CheckpointInfo>& checkpoints, const std::stop_token& stop, StatusLine& status) {
    std::int64_t done = 0;
    for (CheckpointInfo& checkpoint : checkpoints) {
        status.sink()(
            {"hash", ++done, static_cast<std::int64_t>(checkpoints.size()), checkpoint.path.string()});
        if (!checkpoint.isUsable()) continue;
        try {
            checkpoint.contentHash = checkpointContentHash(checkpoint.path, stop, &checkpoint.warnings);
        } catch (const Error& error) {
            checkpoint.problem = error.what();  // the headers were sound, the data are not
        }
    }
    flagEqualWeights(checkpoints);
}

template <typename Number>
Json orNull(const std::optional<Number>& number) {
    return number ? Json(*number) : Json();
}

Json toJson(const CheckpointInfo& checkpoint) {
    return {{"path", checkpoint.path.string()},
            {"family", checkpoint.name.family},
            {"seed", orNull(checkpoint.name.seed)},
            {"step", orNull(checkpoint.name.step)},
            {"adapted_from", checkpoint.name.adaptedFrom},
            {"revision", checkpoint.revision},
            {"layers", checkpoint.layers},
            {"hidden", checkpoint.hidden},
            {"heads", checkpoint.heads},
            {"vocab", checkpoint.vocabulary},
            {"format", checkpoint.format},
            {"dtype", checkpoint.dtype},
            {"mlm_head", checkpoint.hasMlmHead},
            {"uncased", checkpoint.uncased},
            {"bytes", checkpoint.bytes},
            {"content_hash", checkpoint.contentHash},
            {"problem", checkpoint.problem},
            {"warnings", checkpoint.warnings}};
}

void print(const std::vector<CheckpointInfo>& checkpoints) {
    const bool hasRevisions = std::any_of(checkpoints.begin(), checkpoints.end(),
                                          [](const CheckpointInfo& one) { return !one.revision.empty(); });
    std::vector<std::vector<std::string>> rows = {
        {"family", "seed", "step", "shape", "format", "type", "MLM head", "hash"}};
    if (hasRevisions) rows[0].emplace_back("revision");
    rows[0].emplace_back("folder");
    for (const CheckpointInfo& one : checkpoints) {
        rows.push_back(
            {one.name.family, one.name.seed ? std::to_string(*one.name.seed) : "–",
             one.name.step ? std::to_string(*one.name.step) : "–",
             one.isUsable() ? std::to_string(one.layers) + "×" + std::to_string(one.hidden) : "unusable",
             one.format, one.dtype, one.hasMlmHead ? "yes" : "no", one.contentHash.substr(0, 8)});
        if (hasRevisions) rows.back().push_back(one.revision.empty() ? "–" : one.revision);
        rows.back().push_back(one.path.string());
    }
    printTable(rows);
    for (const CheckpointInfo& one : checkpoints) {
        const std::string path = oneLine(one.path.string());
        if (!one.isUsable()) say(path + ": " + oneLine(one.problem));
        for (const std::string& warning : one.warnings)
            say(path + ": warning: " + oneLine(warning));
    }
}

/// A search through a whole disk meets many; the first ones tell what is the matter.
void say(const std::vector<PassedOver>& passedOver, StatusLine& status) {
    constexpr std::size_t kMost = 20;
    for (std::size_t i = 0; i < std::min(kMost, passedOver.size()); ++i)
        status.event(oneLine(passedOver[i].folder.string()) + ": passed over: " + oneLine(passedOver[i].why));
    if (passedOver.size() > kMost)
        status.event(counted(static_cast<std::int64_t>(passedOver.size() - kMost), "other folder") +
                     " passed over");
}

int scan(const Options& options, const std::stop_token& stop) {
    StatusLine status;
    std::vector<PassedOver> passedOver;
    auto checkpoints = scanCheckpoints(options.folder, stop, status.sink(), {},
                                       [&](const PassedOver& one) { passedOver.push_back(one); });
    say(passedOver, status);
    if (!options.noHash) addHashes(checkpoints, stop, status);
    if (options.json) {
        Json array = Json::array();
        for (const CheckpointInfo& checkpoint : checkpoints)
            array.push_back(toJson(checkpoint));
        printJson(array);
        return kOk;
    }
    if (!checkpoints.empty()) print(checkpoints);
    status.event(checkpoints.empty() ? "No checkpoints under " + oneLine(options.folder)
                                     : counted(static_cast<std::int64_t>(checkpoints.size()), "checkpoint"));
    return kOk;
}

}  // namespace

void addScan(CLI::App& app, Program& program) {
    CLI::App* command = app.add_subcommand("scan", "Find checkpoints under a folder and describe them");
    auto options = std::make_shared<Options>();
    command->add_option("DIR", options->folder, "folder of checkpoints, or a Hugging Face cache")->required();
    command->add_flag("--json", options->json, "an array of objects");
    command->add_flag("--no-hash", options->noHash, "headers only: do not read the weights for content_hash");
    command->footer(
        "Examples:\n"
        "  strata-cli scan ~/multiberts\n"
        "  strata-cli scan --json --no-hash ~/.cache/huggingface | jq '.[] | select(.problem != \"\")'");
    command->callback([options, &program] {
        program.command = [options, &program] { return scan(*options, program.stop.get_token()); };
    });
}

}  // namespace strata::cli
