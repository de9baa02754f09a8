// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "activations/activationcache.h"

#include "activations/activationfile.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "base/hash.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <numeric>

namespace strata {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kBatchPieces = 4096;
constexpr const char* kEnding = ".states";

ActivationHeader headerFor(const BertConfig& config, const PieceCorpus& text, NumberType type) {
    ActivationHeader header;
    header.layers = config.layers;
    header.hidden = config.hidden;
    header.is16 = type == NumberType::BFloat16;
    for (const PieceSentence& sentence : text.sentences)
        header.pieces.push_back(static_cast<std::int32_t>(sentence.ids.size()));
    return header;
}

fs::path fileOf(const fs::path& folder, const ActivationCache::Key& key) {
    ContentHash hash;
    hash.add(key.checkpointHash).add(key.textHash).add(static_cast<std::uint64_t>(key.numberType));
    return folder / (hash.hex() + kEnding);
}

struct CachedFile {
    fs::path path;
    std::uint64_t bytes = 0;
    fs::file_time_type used;
};

std::vector<CachedFile> cachedFiles(const fs::path& folder) {
    std::vector<CachedFile> files;
    std::error_code problem;
    for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
        std::error_code ignored;
        if (it->path().extension() != kEnding) continue;
        files.push_back({it->path(), it->file_size(ignored), it->last_write_time(ignored)});
    }
    return files;
}

/// Removes what was used longest ago until `needed` more bytes fit the budget.
void makeRoom(const fs::path& folder, std::uint64_t needed, std::uint64_t budget) {
    if (needed > budget)
        throw Error("Cannot keep the hidden states of one text", std::to_string((needed >> 20u) + 1) + " MiB are needed, the disk budget is " + std::to_string(budget >> 20u) + " MiB",
                    "Raise the disk budget in the settings, or limit the sentences");
    auto files = cachedFiles(folder);
    std::sort(files.begin(), files.end(), [](const CachedFile& a, const CachedFile& b) { return a.used < b.used; });
    std::uint64_t used = 0;
    for (const CachedFile& file : files)
        used += file.bytes;
    for (const CachedFile& file : files) {
        if (used + needed <= budget) return;
        std::error_code ignored;
        fs::remove(file.path, ignored);  // whoever maps it keeps it until done
        used -= file.bytes;
    }
}

void encodeInto(ActivationFileWriter& writer, const PieceCorpus& text, Encoder& encoder, const std::stop_token& stop,
                const ProgressSink& progress) {
    std::vector<std::size_t> order(text.sentences.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto lengthOf = [&](std::size_t i) { return static_cast<std::int64_t>(text.sentences[i].ids.size()); };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lengthOf(a) > lengthOf(b); });
    const auto hidden = static_cast<std::int64_t>(encoder.config().hidden);
    const std::int64_t states = encoder.config().layers + 1;
    std::vector<float> blocks;  // of one batch, sentence after sentence as in the file
    std::int64_t done = 0;
    for (std::size_t begin = 0; begin < order.size();) {
        throwIfStopped(stop);
        std::size_t end = begin;
        std::int64_t pieces = 0;
        std::vector<EncoderInput> batch;
        std::vector<std::int64_t> starts;
        while (end < order.size() && (end == begin || pieces + lengthOf(order[end]) <= kBatchPieces)) {
            starts.push_back(pieces);
            batch.push_back({text.sentences[order[end]].ids, {}, {}});
            pieces += lengthOf(order[end++]);
        }
        blocks.resize(static_cast<std::size_t>(pieces * states * hidden));
        encoder.encode(batch, [&](int layer, std::span<const float> values) {
            for (std::size_t s = 0; s < batch.size(); ++s) {
                const std::int64_t length = lengthOf(order[begin + s]);
                const float* from = values.data() + starts[s] * hidden;
                float* to = blocks.data() + (starts[s] * states + layer * length) * hidden;
                std::copy_n(from, length * hidden, to);
            }
        }, stop);
        for (std::size_t s = 0; s < batch.size(); ++s) {
            const std::int64_t length = lengthOf(order[begin + s]);
            writer.writeSentence(order[begin + s], std::span(blocks).subspan(static_cast<std::size_t>(starts[s] * states * hidden), static_cast<std::size_t>(length * states * hidden)));
        }
        done += pieces;
        begin = end;
        report(progress, {"encode", done, text.pieceCount, "pieces", -1});
    }
}

}  // namespace

ActivationCache::ActivationCache(fs::path folder, std::uint64_t budgetBytes) : m_folder(std::move(folder)), m_budgetBytes(budgetBytes) {
    std::error_code problem;
    fs::create_directories(m_folder, problem);
    if (problem) throw Error("Cannot make the folder '" + m_folder.string() + "'", problem.message());
    // What a killed encoding left behind: its process, whose number ends the name, is gone.
    for (fs::directory_iterator it(m_folder, problem), end; !problem && it != end; it.increment(problem)) {
        const std::string name = it->path().filename().string();
        const std::size_t at = name.find(".states.part");
        if (at == std::string::npos) continue;
        const int process = std::atoi(name.c_str() + at + 12);
        std::error_code ignored;
        if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH) fs::remove(it->path(), ignored);
    }
}

bool ActivationCache::contains(const Key& key) const {
    std::error_code ignored;
    return fs::exists(fileOf(m_folder, key), ignored);
}

std::uint64_t ActivationCache::sizeFor(const BertConfig& config, const PieceCorpus& text, NumberType type) const {
    return headerFor(config, text, type).fileBytes();
}

std::shared_ptr<const Activations> ActivationCache::get(const Key& key, const PieceCorpus& text, const BertConfig& config,
                                                        const std::function<Encoder&()>& encoder, const std::stop_token& stop,
                                                        const ProgressSink& progress) {
    const fs::path file = fileOf(m_folder, key);
    const ActivationHeader header = headerFor(config, text, key.numberType);
    if (auto found = openActivationFile(file, header)) {
        std::error_code ignored;
        fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);
        return found;
    }
    makeRoom(m_folder, header.fileBytes(), m_budgetBytes);
    ActivationFileWriter writer(file, header);
    encodeInto(writer, text, encoder(), stop, progress);
    writer.commit();
    auto found = openActivationFile(file, header);
    if (!found) throw Error("Cannot read back '" + file.string() + "'", "it is not what was written", "Check the disk");
    return found;
}

std::uint64_t ActivationCache::bytesUsed() const {
    std::uint64_t bytes = 0;
    for (const CachedFile& file : cachedFiles(m_folder))
        bytes += file.bytes;
    return bytes;
}

void ActivationCache::clear() {
    std::error_code ignored;
    for (const CachedFile& file : cachedFiles(m_folder))
        fs::remove(file.path, ignored);
}

}  // namespace strata
