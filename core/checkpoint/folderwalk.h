// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace strata {

/// What a walk tells of. Folders are named as they are reached: through the link, where one leads there.
struct FolderVisitor {
    /// A folder, before those in it. @return whether it is a checkpoint, which is then not shown again
    std::function<bool(const std::filesystem::path& folder)> look;
    /// A folder that may not be read and is no checkpoint as far as can be seen.
    std::function<void(const std::filesystem::path& folder, const std::string& why)> closed;
    /// A folder of which something was left out for another reason.
    std::function<void(const std::filesystem::path& folder, const std::string& why)> leftOut;
    /// How much a folder's name tells: of the links to one folder, the first that tells most is followed.
    std::function<int(const std::filesystem::path& folder)> telling;
    /// A link to a checkpoint that was looked at. @return whether it goes by the link's name from here on
    std::function<bool(const std::filesystem::path& link, const std::filesystem::path& seen)> renamed;
};

/// Walks the folders of a tree in order, then those that links in it lead to. No folder is walked twice, no
/// link is followed that leads back to a folder it stands in; depth and number of folders behind links are
/// bounded. Folders of a cache that hold no checkpoint (blobs, locks) are passed over.
/// @param root canonical. @throws Cancelled
void walkFolders(const std::filesystem::path& root, const FolderVisitor& visitor,
                 const std::stop_token& stop);

}  // namespace strata
