// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/cacherevisions.h"

#include "base/error.h"
#include "base/file.h"
#include "base/printable.h"
#include "checkpoint/discovery.h"

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

/// Lower is better.
int rankOf(const std::string& revision) {
    if (parseCheckpointName({}, revision).step) return 0;
    return revision == "main" ? 1 : 2;
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

}  // namespace strata
