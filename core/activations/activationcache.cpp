// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "activations/activationcache.h"

#include "activations/activationfile.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "base/hash.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <numeric>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace strata {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kBatchRows = 4096;

std::string keyText(const ActivationCache::Key& key) {
    return ContentHash()
        .add(std::string_view(key.checkpointHash))
        .add(std::string_view(key.textHash))
        .add(key.numberType == NumberType::BFloat16 ? "bf16" : "fp32")
        .hex();
}

fs::path fileOf(const fs::path& folder, const ActivationCache::Key& key) {
    return folder / (keyText(key) + ".act");
}

ActivationLayout layoutOf(const BertConfig& config, const PieceCorpus& text, NumberType type,
                          std::string key) {
    ActivationLayout layout;
    layout.numberType = type;
    layout.layers = config.layers;
    layout.hidden = config.hidden;
    layout.key = std::move(key);
    layout.pieces.reserve(text.sentences.size());
    for (const PieceSentence& sentence : text.sentences)
        layout.pieces.push_back(static_cast<std::int32_t>(sentence.ids.size()));
    return layout;
}

/// Deletes a file unless somebody holds it open with a lock. @return whether it is gone
bool removeUnused(const fs::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool isFree = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (isFree) ::unlink(path.c_str());
    ::close(descriptor);
    return isFree;
}

struct CachedFile {
    fs::path path;
    std::uint64_t bytes = 0;
    fs::file_time_type used;
};

/// Complete files, oldest use first. Removes what killed encodings left, if asked to.
std::vector<CachedFile> filesIn(const fs::path& folder, bool cleanUp) {
    std::vector<CachedFile> files;
    std::error_code failed;
    for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
        const fs::path& path = it->path();
        std::error_code ignored;
        if (path.extension() == ".act") {
            files.push_back({path, it->file_size(ignored), it->last_write_time(ignored)});
        } else if (cleanUp && path.extension().string().rfind(".part", 0) == 0) {
            removeUnused(path);
        }
    }
    std::sort(files.begin(), files.end(),
              [](const CachedFile& a, const CachedFile& b) { return a.used < b.used; });
    return files;
}

void makeRoom(const fs::path& folder, std::uint64_t needed, std::uint64_t budget) {
    const std::vector<CachedFile> files = filesIn(folder, true);
    std::uint64_t used = needed;
    for (const CachedFile& file : files)
        used += file.bytes;
    for (const CachedFile& file : files) {
        if (used <= budget) break;
        if (removeUnused(file.path)) used -= file.bytes;
    }
}

/// Sentences of similar length together, longest first: ties in file order, so always the same batches.
std::vector<std::size_t> byLength(const PieceCorpus& text) {
    std::vector<std::size_t> order(text.sentences.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return text.sentences[a].ids.size() > text.sentences[b].ids.size();
    });
    return order;
}

void encodeAll(Encoder& encoder, const PieceCorpus& text, ActivationWriter& writer,
               const std::stop_token& stop, const ProgressSink& progress) {
    const std::vector<std::size_t> order = byLength(text);
    const auto hidden = static_cast<std::size_t>(encoder.config().hidden);
    std::int64_t done = 0;
    for (std::size_t begin = 0; begin < order.size();) {
        throwIfStopped(stop);
        std::vector<EncoderInput> batch;
        std::int64_t rows = 0;
        std::size_t end = begin;
        for (; end < order.size(); ++end) {
            const std::vector<std::int32_t>& ids = text.sentences[order[end]].ids;
            if (end > begin && rows + static_cast<std::int64_t>(ids.size()) > kBatchRows) break;
            batch.push_back({ids, {}, {}});
            rows += static_cast<std::int64_t>(ids.size());
        }
        encoder.encode(
            batch,
            [&](int layer, std::span<const float> states) {
                std::size_t row = 0;
                for (std::size_t i = begin; i < end; ++i) {
                    const std::size_t pieces = text.sentences[order[i]].ids.size();
                    writer.write(order[i], layer, states.subspan(row * hidden, pieces * hidden));
                    row += pieces;
                }
            },
            stop);
        begin = end;
        done += rows;
        report(progress,
               {"encode", done, text.pieceCount,
                "Encoding, " + std::to_string(done) + " of " + std::to_string(text.pieceCount) + " pieces"});
    }
}

}  // namespace

ActivationCache::ActivationCache(fs::path folder, std::uint64_t budgetBytes)
    : m_folder(std::move(folder)), m_budgetBytes(budgetBytes) {
    makeFolder();
}

void ActivationCache::makeFolder() const {
    std::error_code failed;
    fs::create_directories(m_folder, failed);
    if (failed) throw Error("Cannot make the folder '" + m_folder.string() + "'", failed.message());
}

bool ActivationCache::contains(const Key& key) const {
    std::error_code failed;
    return fs::is_regular_file(fileOf(m_folder, key), failed);
}

std::uint64_t ActivationCache::sizeFor(const BertConfig& config, const PieceCorpus& text,
                                       NumberType type) const {
    return layoutOf(config, text, type, std::string(32, '0')).fileSize();
}

std::shared_ptr<const Activations> ActivationCache::get(const Key& key, const PieceCorpus& text,
                                                        const BertConfig& config,
                                                        const std::function<Encoder&()>& encoder,
                                                        const std::stop_token& stop,
                                                        const ProgressSink& progress) {
    const ActivationLayout layout = layoutOf(config, text, key.numberType, keyText(key));
    const fs::path path = fileOf(m_folder, key);
    const auto open = [&](bool checksStates) -> std::shared_ptr<const Activations> {
        auto found = openActivations(path, layout, checksStates, stop, progress);
        std::error_code ignored;
        if (found) fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
        return found;
    };
    if (auto found = open(true)) return found;
    if (layout.fileSize() > m_budgetBytes)
        throw Error("Cannot store the hidden states of a text",
                    std::to_string(layout.fileSize() / 1000000 + 1) + " MB are needed, the budget is " +
                        std::to_string(m_budgetBytes / 1000000) + " MB",
                    "Raise the disk budget in the settings, or limit the number of sentences.");

    makeFolder();  // it may be deleted at any time, also now
    // One process encodes, the others wait for its file. The lock is of the text and checkpoint, not of the
    // folder.
    FileLock lock(path.string() + ".lock");
    while (!lock.tryLock()) {
        throwIfStopped(stop);
        report(progress,
               {"encode", 0, text.pieceCount, "Waiting for another program that encodes the same text"});
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    if (auto found = open(true)) return found;
    std::error_code ignored;
    fs::remove(path, ignored);  // damaged, if there is one
    makeRoom(m_folder, layout.fileSize(), m_budgetBytes);
    ActivationWriter writer(path, layout);
    encodeAll(encoder(), text, writer, stop, progress);
    writer.commit();
    auto made = open(false);  // what was written a moment ago
    if (!made)
        throw Error("Cannot read the hidden states in '" + path.string() + "'",
                    "the file changed after it was written");
    return made;
}

std::uint64_t ActivationCache::bytesUsed() const {
    std::uint64_t sum = 0;
    for (const CachedFile& file : filesIn(m_folder, false))
        sum += file.bytes;
    return sum;
}

void ActivationCache::clear() {
    for (const CachedFile& file : filesIn(m_folder, true))
        removeUnused(file.path);
}

}  // namespace strata
