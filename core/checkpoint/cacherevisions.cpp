// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/cacherevisions.h"

#include "base/error.h"
#include "base/file.h"
#include "base/printable.h"
#include "checkpoint/discovery.h"
#include "checkpoint/weightfiles.h"

#include <algorithm>
#include <system_error>

namespace strata {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxRefBytes = 256;  // a commit is 40 or 64 digits and perhaps a line end
constexpr int kMaxRefs = 20'000;
constexpr int kMaxRefDepth = 8;  // of the "/" in a branch's name

/// @return empty when the file holds no commit
std::string commitIn(const fs::path& file) {
    try {
        std::string text = readTextFile(file, kMaxRefBytes);
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
            text.pop_back();
        return text.find_first_of(" \t\r\n/") == std::string::npos ? text : std::string();
    } catch (const Error&) {
        return {};
    }
}

constexpr int kOtherRank = 2;

/// Lower is better.
int rankOf(const std::string& revision) {
    if (parseCheckpointName({}, revision).step) return 0;
    return revision == "main" ? 1 : kOtherRank;
}

std::string firstRevision(const fs::path& snapshot, const CacheRevisions& revisions) {
    const std::vector<std::string> names = revisionsOf(snapshot, revisions);
    return names.empty() ? std::string() : names.front();
}

/// Caches are full of snapshots that hold a config or a converted weight file only: they are no models.
bool isComplete(const fs::path& snapshot) {
    std::error_code ignored;
    return fs::exists(snapshot / "config.json", ignored) && hasWeightFile(snapshot);
}

}  // namespace

std::optional<fs::path> cacheRepository(const fs::path& folder) {
    const fs::path above = (folder / "").parent_path().parent_path();
    if (above.filename() != "snapshots") return std::nullopt;
    return above.parent_path();
}

CacheRevisions readCacheRevisions(const fs::path& repository) {
    CacheRevisions revisions;
    const fs::path refs = repository / "refs";
    std::error_code problem, ignored;
    int seen = 0;
    for (fs::recursive_directory_iterator it(refs, fs::directory_options::skip_permission_denied, problem),
         end;
         !problem && it != end && seen < kMaxRefs; it.increment(problem)) {
        ++seen;
        if (it.depth() >= kMaxRefDepth) it.disable_recursion_pending();
        // A cache makes no links here, so none is followed.
        if (it->is_symlink(ignored) || !it->is_regular_file(ignored)) continue;
        const std::string commit = commitIn(it->path());
        if (!commit.empty())
            revisions[commit].push_back(printable(it->path().lexically_relative(refs).generic_string(), 255));
    }
    for (auto& [commit, names] : revisions)
        std::sort(names.begin(), names.end());
    return revisions;
}

std::vector<std::string> revisionsOf(const fs::path& snapshot, const CacheRevisions& revisions) {
    const auto found = revisions.find((snapshot / "").parent_path().filename().string());
    if (found == revisions.end()) return {};
    std::vector<std::string> names = found->second;
    std::stable_sort(names.begin(), names.end(),
                     [](const std::string& a, const std::string& b) { return rankOf(a) < rankOf(b); });
    return names;
}

CheckpointName snapshotName(const fs::path& snapshot, const CacheRevisions& revisions) {
    const std::string revision = firstRevision(snapshot, revisions);
    CheckpointName name = parseCheckpointName(snapshot, revision);
    if (rankOf(revision) < kOtherRank) return name;
    const fs::path own = (snapshot / "").parent_path();
    std::error_code problem;
    for (fs::directory_iterator it(own.parent_path(), problem), end; !problem && it != end;
         it.increment(problem)) {
        const fs::path& other = it->path();
        if (other.filename() == own.filename() ||
            parseCheckpointName(other, firstRevision(other, revisions)) != name || !isComplete(other))
            continue;
        name.family += "@" + (revision.empty() ? shortCommit(own) : revision);
        break;
    }
    return name;
}

std::string hubName(const fs::path& folder) {
    constexpr std::string_view kMark = "models--", kSlash = "--";
    const auto repository = cacheRepository(folder);
    std::string name = repository ? printable(repository->filename().string(), 255) : std::string();
    if (!name.starts_with(kMark)) return {};
    name.erase(0, kMark.size());
    for (std::size_t at = name.find(kSlash); at != std::string::npos; at = name.find(kSlash, at))
        name.replace(at, kSlash.size(), "/");
    return name;
}

std::string shownName(const fs::path& folder) {
    const std::string hub = hubName(folder);
    return hub.empty() ? printable((folder / "").parent_path().filename().string(), 255)
                       : hub + "@" + shortCommit(folder);
}

std::string shortCommit(const fs::path& snapshot) {
    constexpr std::size_t kShort = 7, kLeast = 40;  // digits of an abbreviated and of a SHA-1 commit
    std::string commit = printable((snapshot / "").parent_path().filename().string(), 255);
    const bool isCommit = commit.size() >= kLeast && std::all_of(commit.begin(), commit.end(), [](char c) {
                              return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                          });
    return isCommit ? commit.substr(0, kShort) : commit;
}

}  // namespace strata
