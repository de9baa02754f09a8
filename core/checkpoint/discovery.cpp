// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/discovery.h"

#include "base/casing.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/printable.h"
#include "checkpoint/bertconfig.h"
#include "checkpoint/cacherevisions.h"
#include "checkpoint/folderwalk.h"
#include "checkpoint/weightindex.h"

#include <algorithm>
#include <tuple>

namespace strata {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxConfigBytes = 1u << 20u;

bool readUncased(const fs::path& folder) {
    std::error_code ignored;
    try {
        if (!fs::exists(folder / "tokenizer_config.json", ignored))
            return !fs::exists(folder / "vocab.txt", ignored) ||
                   !holdsCapitals(readTextFile(folder / "vocab.txt", 16u << 20u));
        const Json json = readJsonFile(folder / "tokenizer_config.json", 16u << 20u);
        const auto found = json.is_object() ? json.find("do_lower_case") : json.end();
        return !json.is_object() || found == json.end() || !found->is_boolean() || found->get<bool>();
    } catch (const Error&) {
        return true;  // the tokenizer's own reader tells about it when it is needed
    }
}

/// Anything may be called config.json; without weights beside it, it must speak of a model.
bool looksLikeCheckpoint(const fs::path& folder) {
    std::error_code ignored;
    if (hasWeightFile(folder)) return true;
    if (!fs::exists(folder / "config.json", ignored)) return false;
    try {
        const std::string text = readTextFile(folder / "config.json", kMaxConfigBytes);
        return text.find("\"model_type\"") != std::string::npos ||
               text.find("\"hidden_size\"") != std::string::npos;
    } catch (const Error&) {
        return false;
    }
}

/// Of several names for one commit the first counts; that must not go unsaid where they tell different steps.
void addRevision(CheckpointInfo& info, const std::vector<std::string>& names) {
    if (names.empty()) return;
    info.revision = names.front();
    for (const std::string& other : names) {
        const auto step = parseCheckpointName({}, other).step;
        if (!step || step == info.name.step) continue;
        info.warnings.push_back("Its branches " + info.revision + " and " + other +
                                " are the same commit: the step is that of " + info.revision + ".");
        return;
    }
}

/// How much a folder's name tells: the step more than all else.
int tellingOf(const fs::path& folder) {
    const CheckpointName name = parseCheckpointName(folder);
    return (name.step ? 2 : 0) + (name.seed ? 1 : 0);
}

/// @param revisions of the folder's repository; nullptr = it is no snapshot of a cache
CheckpointInfo describe(const fs::path& folder, const CacheRevisions* revisions) {
    CheckpointInfo info;
    info.path = folder;
    info.name = revisions ? snapshotName(folder, *revisions) : parseCheckpointName(folder, {});
    info.uncased = readUncased(folder);
    try {
        const BertConfig config = readBertConfig(folder);
        info.layers = config.layers;
        info.hidden = config.hidden;
        info.heads = config.heads;
        info.vocabulary = config.vocabulary;
        const WeightFiles files = openWeightFiles(folder, false);
        info.format = files.format;
        info.bytes = files.bytes;
        const WeightIndex index = indexWeights(files, config, folder);
        info.dtype = index.dtype;
        info.hasMlmHead = index.mlmHeadProblem.empty();
        info.warnings = index.warnings;
        if (index.mlmHeadProblem.find("incomplete") != std::string::npos)
            info.warnings.push_back("Without MLM head: " + index.mlmHeadProblem + ".");
        std::error_code ignored;
        if (!fs::exists(folder / "vocab.txt", ignored) && !fs::exists(folder / "tokenizer.json", ignored))
            info.warnings.emplace_back(
                "It has neither vocab.txt nor tokenizer.json: no text can be cut into its pieces.");
    } catch (const Error& error) {
        info.problem = error.what();
    } catch (const std::exception& error) {
        info.problem = "Cannot read it: " + printable(error.what());
    }
    if (revisions) addRevision(info, revisionsOf(folder, *revisions));
    return info;
}

/// What one scan gathers.
class Scan {
  public:
    Scan(const ProgressSink& progress, const std::function<void(const CheckpointInfo&)>& found,
         const std::function<void(const PassedOver&)>& passedOver)
        : m_progress(progress), m_found(found), m_passedOver(passedOver) {}

    bool look(const fs::path& folder) {
        if (++m_seen % 64 == 0) report(m_progress, {"scan", m_seen, 0, folder.string(), -1});
        if (!looksLikeCheckpoint(folder)) return false;
        add(describe(folder, revisionsAt(folder)));
        return true;
    }

    /// @return whether a link to a checkpoint that was seen tells more than its name: then it is listed as
    /// that
    bool renamed(const fs::path& link, const fs::path& seen) {
        if (tellingOf(link) <= tellingOf(seen)) return false;
        const auto found = std::find_if(m_all.begin(), m_all.end(), [&](const CheckpointInfo& one) {
            return one.path.native() == seen.native();
        });
        if (found == m_all.end()) return false;
        *found = describe(link, revisionsAt(link));
        return true;
    }

    void closed(const fs::path& folder, const std::string& why) {
        CheckpointInfo info;
        info.path = folder;
        info.name = parseCheckpointName(folder);
        if (!info.name.step) return passOver(folder, why);
        // By its name it is a checkpoint: it would be missed at its place among the others.
        info.problem = Error("Cannot look into '" + folder.string() + "'", why).what();
        add(std::move(info));
    }

    void passOver(const fs::path& folder, const std::string& why) {
        if (m_passedOver) m_passedOver({folder, why});
    }

    std::vector<CheckpointInfo> sorted() {
        std::sort(m_all.begin(), m_all.end(), [](const CheckpointInfo& a, const CheckpointInfo& b) {
            return std::tie(a.name.family, a.name.adaptedFrom, a.name.seed, a.name.step, a.path) <
                   std::tie(b.name.family, b.name.adaptedFrom, b.name.seed, b.name.step, b.path);
        });
        return std::move(m_all);
    }

  private:
    void add(CheckpointInfo info) {
        if (m_found) m_found(info);
        m_all.push_back(std::move(info));
    }

    /// The snapshots of a repository come one after the other: its refs are read once.
    const CacheRevisions* revisionsAt(const fs::path& folder) {
        const auto repository = cacheRepository(folder);
        if (!repository) return nullptr;
        if (*repository != m_repository) {
            m_repository = *repository;
            m_revisions = readCacheRevisions(*repository);
        }
        return &m_revisions;
    }

    const ProgressSink& m_progress;
    const std::function<void(const CheckpointInfo&)>& m_found;
    const std::function<void(const PassedOver&)>& m_passedOver;
    std::vector<CheckpointInfo> m_all;
    std::int64_t m_seen = 0;
    fs::path m_repository;  ///< whose revisions these are
    CacheRevisions m_revisions;
};

}  // namespace

std::optional<CheckpointInfo> describeCheckpoint(const fs::path& folder) {
    if (!looksLikeCheckpoint(folder)) return std::nullopt;
    const auto repository = cacheRepository(folder);
    if (!repository) return describe(folder, nullptr);
    const CacheRevisions revisions = readCacheRevisions(*repository);
    return describe(folder, &revisions);
}

std::vector<CheckpointInfo> scanCheckpoints(const fs::path& root, const std::stop_token& stop,
                                            const ProgressSink& progress,
                                            const std::function<void(const CheckpointInfo&)>& found,
                                            const std::function<void(const PassedOver&)>& passedOver) {
    std::error_code problem;
    if (!fs::is_directory(root, problem))
        throw Error("Cannot look for checkpoints in '" + root.string() + "'", "it is not a folder");
    if (const fs::directory_iterator readable(root, problem); problem)
        throw Error("Cannot look for checkpoints in '" + root.string() + "'", problem.message());
    Scan scan(progress, found, passedOver);
    const FolderVisitor visitor{
        [&](const fs::path& folder) { return scan.look(folder); },
        [&](const fs::path& folder, const std::string& why) { scan.closed(folder, why); },
        [&](const fs::path& folder, const std::string& why) { scan.passOver(folder, why); }, tellingOf,
        [&](const fs::path& link, const fs::path& seen) { return scan.renamed(link, seen); }};
    walkFolders(fs::canonical(root), visitor, stop);
    return scan.sorted();
}

}  // namespace strata
