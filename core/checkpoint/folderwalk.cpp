// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/folderwalk.h"

#include "base/cancellation.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <set>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace strata {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 12;
/// A link may lead to a whole disk, which nobody meant when choosing the folder.
constexpr std::size_t kMaxBehindLinks = 10'000;

/// What the kernel shows as files holds no checkpoint, and much that nobody may read.
bool isOfKernel(const fs::path& folder) {
    return folder == "/proc" || folder == "/sys" || folder == "/dev";
}

bool isSkipped(const fs::path& name) {
    return name == ".git" || name == "blobs" || name == ".locks";
}

/// Of canonical paths; a folder contains itself.
bool contains(const fs::path& outer, const fs::path& inner) {
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

struct Listing {
    std::vector<fs::path> folders, links;
    std::vector<fs::path> closedLinks;  ///< they lead to where nobody may look
    std::string why;                    ///< why it is not complete; empty = it is
};

Listing list(const fs::path& folder) {
    Listing listing;
    std::error_code problem;
    for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
        if (isSkipped(it->path().filename()) || isOfKernel(it->path())) continue;
        std::error_code closed, ignored;
        const bool isFolder = it->is_directory(closed), isLink = it->is_symlink(ignored);
        if (isFolder)
            (isLink ? listing.links : listing.folders).push_back(it->path());
        else if (isLink && closed == std::errc::permission_denied)
            listing.closedLinks.push_back(it->path());
    }
    // Of a folder that may be read but not searched, names are seen and nothing behind them.
    if (!problem && ::faccessat(AT_FDCWD, folder.c_str(), X_OK, AT_EACCESS) != 0)
        problem = {errno, std::generic_category()};
    // Somebody may be deleting the tree meanwhile.
    if (problem && problem != std::errc::no_such_file_or_directory) listing.why = problem.message();
    for (auto* paths : {&listing.folders, &listing.links, &listing.closedLinks})
        std::sort(paths->begin(), paths->end());
    return listing;
}

class FolderWalk {
  public:
    FolderWalk(const fs::path& root, const FolderVisitor& visitor, const std::stop_token& stop)
        : m_root(root), m_visitor(visitor), m_stop(stop) {}

    void run() {
        visit({m_root, m_root, 0, false});
        while (!m_links.empty())
            followLinks();
    }

  private:
    /// A folder as it is reached and as it really is.
    struct Place {
        fs::path shown, real;
        int depth = 0;
        bool isBehindLink = false;
        int telling = 0;
    };
    struct Link {
        fs::path shown, standsIn;
        int depth = 0;
    };

    void visit(const Place& place) {
        throwIfStopped(m_stop);
        if (place.isBehindLink && !enter(place)) return;
        const bool isCheckpoint = look(place);
        const Listing listing = list(place.shown);
        if (!listing.why.empty())
            (isCheckpoint ? m_visitor.leftOut : m_visitor.closed)(place.shown, listing.why);
        if (!isCheckpoint)
            for (const fs::path& link : listing.closedLinks)
                m_visitor.closed(link, "it is a link to where you may not look");
        if (place.depth >= kMaxDepth) {
            if (!listing.folders.empty() || !listing.links.empty())
                m_visitor.leftOut(place.shown,
                                  "what is in it lies deeper than " + std::to_string(kMaxDepth) + " folders");
            return;
        }
        // A checkpoint may hold others: trainers write checkpoint-500, … into the folder of the final model.
        for (const fs::path& child : listing.folders)
            visit({child, place.real / child.filename(), place.depth + 1, place.isBehindLink});
        for (const fs::path& link : listing.links)
            m_links.push_back({link, place.real, place.depth + 1});
    }

    /// Links last: what was found in its own place is not shown again.
    void followLinks() {
        std::vector<Place> places;
        for (const Link& link : std::exchange(m_links, {})) {
            throwIfStopped(m_stop);
            std::error_code problem;
            const fs::path real = fs::canonical(link.shown, problem);
            if (problem || contains(real, m_root) || contains(real, link.standsIn)) continue;
            if (const auto seen = m_checkpoints.find(real);
                seen != m_checkpoints.end() && m_visitor.renamed(link.shown, seen->second))
                seen->second = link.shown;
            if (isWalked(real)) continue;
            places.push_back({link.shown, real, link.depth, true, m_visitor.telling(link.shown)});
        }
        std::stable_sort(places.begin(), places.end(),
                         [](const Place& a, const Place& b) { return a.telling > b.telling; });
        // A link to one checkpoint may be there to give it a name: it goes before those to folders of many.
        for (const Place& place : places) {
            throwIfStopped(m_stop);
            look(place);
        }
        for (const Place& place : places)
            visit(place);
    }

    bool look(const Place& place) {
        if (m_checkpoints.contains(place.real)) return true;
        if (!m_visitor.look(place.shown)) return false;
        m_checkpoints.emplace(place.real, place.shown);
        return true;
    }

    /// Notes a folder behind a link. @return false when it must not be walked
    bool enter(const Place& place) {
        if (isWalked(place.real)) return false;
        if (m_behindLinks.size() >= kMaxBehindLinks) {
            if (!std::exchange(m_isFull, true))
                m_visitor.leftOut(place.shown, "links lead to more than " + std::to_string(kMaxBehindLinks) +
                                                   " folders: this one and those after it are left out");
            return false;
        }
        m_behindLinks.insert(place.real);
        return true;
    }

    bool isWalked(const fs::path& real) const {
        if (!contains(m_root, real)) return m_behindLinks.contains(real);
        const fs::path below = real.lexically_relative(m_root);
        return std::distance(below.begin(), below.end()) <= kMaxDepth &&
               std::none_of(below.begin(), below.end(), isSkipped);
    }

    const fs::path& m_root;
    const FolderVisitor& m_visitor;
    const std::stop_token& m_stop;
    std::vector<Link> m_links;
    std::map<fs::path, fs::path> m_checkpoints;  ///< as they really are -> as they are shown
    std::set<fs::path> m_behindLinks;            ///< walked, outside the tree
    bool m_isFull = false;
};

}  // namespace

void walkFolders(const fs::path& root, const FolderVisitor& visitor, const std::stop_token& stop) {
    FolderWalk(root, visitor, stop).run();
}

}  // namespace strata
