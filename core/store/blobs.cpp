// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "store/blobs.h"

#include "base/error.h"
#include "base/json.h"

#include <zstd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace strata {

namespace {

constexpr std::uint64_t kMaxBlobBytes = 1ull << 31;
/// A block of zstd takes four bytes at least and unfolds to 128 KiB at most (RFC 8878, section 3.1.1.2).
constexpr std::uint64_t kMinBlockBytes = 4, kMaxUnfoldedBlockBytes = 1u << 17u;
constexpr std::uint32_t kVersion = 1;

std::string compressed(const std::string& plain) {
    std::string out(ZSTD_compressBound(plain.size()), '\0');
    const std::size_t size = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3);
    if (ZSTD_isError(size)) throw Error("Cannot compress a result", ZSTD_getErrorName(size));
    out.resize(size);
    return out;
}

std::string decompressed(const std::string& blob) {
    const unsigned long long size = ZSTD_getFrameContentSize(blob.data(), blob.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kMaxBlobBytes ||
        size > blob.size() / kMinBlockBytes * kMaxUnfoldedBlockBytes)
        throw Error("Cannot read a stored result", "its compressed form is damaged");
    std::string out(size, '\0');
    const std::size_t done = ZSTD_decompress(out.data(), out.size(), blob.data(), blob.size());
    if (ZSTD_isError(done) || done != size)
        throw Error("Cannot read a stored result", "its compressed form is damaged");
    return out;
}

template <typename T>
void put(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

class Reader {
  public:
    explicit Reader(const std::string& bytes) : m_bytes(bytes) {}
    template <typename T>
    T take() {
        need(sizeof(T));
        T value;
        std::memcpy(&value, m_bytes.data() + m_position, sizeof value);
        m_position += sizeof value;
        return value;
    }
    std::string text(std::size_t length) {
        need(length);
        m_position += length;
        return m_bytes.substr(m_position - length, length);
    }
    void skip(std::size_t length) {
        need(length);
        m_position += length;
    }

  private:
    void need(std::size_t length) const {
        if (length > m_bytes.size() - m_position)
            throw Error("Cannot read stored predictions", "they end in the middle");
    }
    const std::string& m_bytes;
    std::size_t m_position = 0;
};

/// A position of a stored target. get() alone would also take fractions, of any size.
std::int32_t wordAt(const Json& target, std::size_t index) {
    if (!target.at(index).is_number_integer())
        throw Error("Cannot read the stored sentences", "a target has a position that is no whole number");
    return target.at(index).get<std::int32_t>();
}

std::uint16_t quantised(float probability) {
    return static_cast<std::uint16_t>(std::lround(std::clamp(probability, 0.0f, 1.0f) * 65535.0f));
}

}  // namespace

std::string packPredictions(const std::map<std::string, std::vector<StoredPrediction>>& byLayer) {
    std::string out;
    put(out, kVersion);
    const std::uint32_t count =
        byLayer.empty() ? 0 : static_cast<std::uint32_t>(byLayer.begin()->second.size());
    put(out, count);
    put(out, static_cast<std::uint32_t>(byLayer.size()));
    if (!byLayer.empty()) {
        const auto& shared = byLayer.begin()->second;
        for (const auto& row : shared)
            put(out, row.sentence);
        for (const auto& row : shared)
            put(out, row.target);
        for (const auto& row : shared)
            put(out, static_cast<std::int16_t>(row.gold));
    }
    for (const auto& [layer, rows] : byLayer) {
        for (const auto& row : rows)
            if (std::max(row.gold, row.best) > std::numeric_limits<std::int16_t>::max())
                throw Error("Cannot store predictions", "there are more than 32,767 labels");
        if (rows.size() != count)
            throw Error("Cannot store predictions", "the layers have different numbers of targets");
        put(out, static_cast<std::uint32_t>(layer.size()));
        out += layer;
        for (const auto& row : rows)
            put(out, static_cast<std::int16_t>(row.best));
        for (const auto& row : rows)
            put(out, quantised(row.probabilityOfBest));
        for (const auto& row : rows)
            put(out, quantised(row.probabilityOfGold));
    }
    return compressed(out);
}

std::vector<StoredPrediction> unpackPredictions(const std::string& blob, const std::string& wanted) {
    const std::string plain = decompressed(blob);
    Reader reader(plain);
    if (reader.take<std::uint32_t>() != kVersion)
        throw Error("Cannot read stored predictions", "a newer Strata wrote them");
    const auto count = reader.take<std::uint32_t>(), layers = reader.take<std::uint32_t>();
    if (layers > 0 && count > plain.size() / 10)  // 10 bytes of a target are shared by the layers
        throw Error("Cannot read stored predictions", "they claim more than they hold");
    std::vector<StoredPrediction> rows(layers > 0 ? count : 0);
    for (auto& row : rows)
        row.sentence = reader.take<std::int32_t>();
    for (auto& row : rows)
        row.target = reader.take<std::int32_t>();
    for (auto& row : rows)
        row.gold = reader.take<std::int16_t>();
    for (std::uint32_t layer = 0; layer < layers; ++layer) {
        const std::string name = reader.text(reader.take<std::uint32_t>());
        if (name != wanted) {
            reader.skip(std::size_t{count} * 6);
            continue;
        }
        for (auto& row : rows)
            row.best = reader.take<std::int16_t>();
        for (auto& row : rows)
            row.probabilityOfBest = static_cast<float>(reader.take<std::uint16_t>()) / 65535.0f;
        for (auto& row : rows)
            row.probabilityOfGold = static_cast<float>(reader.take<std::uint16_t>()) / 65535.0f;
        return rows;
    }
    return {};
}

std::string packSentences(const std::vector<StoredSentence>& sentences) {
    Json json = Json::array();
    for (const StoredSentence& sentence : sentences) {
        Json targets = Json::array();
        for (const StoredTarget& target : sentence.targets)
            targets.push_back({target.begin1, target.end1, target.begin2, target.end2, target.labels});
        json.push_back({sentence.id, sentence.words, std::move(targets)});
    }
    // A word that is not valid UTF-8 must not lose the whole run: it is shown with replacement characters.
    return compressed(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::vector<StoredSentence> unpackSentences(const std::string& blob) {
    const Json json = parseJson(decompressed(blob), "the stored sentences");
    std::vector<StoredSentence> sentences;
    try {
        for (const Json& entry : json) {
            StoredSentence sentence{
                entry.at(0).get<std::string>(), entry.at(1).get<std::vector<std::string>>(), {}};
            for (const Json& t : entry.at(2))
                sentence.targets.push_back({wordAt(t, 0), wordAt(t, 1), wordAt(t, 2), wordAt(t, 3),
                                            t.at(4).get<std::vector<std::string>>()});
            sentences.push_back(std::move(sentence));
        }
    } catch (const Json::exception& problem) {
        throw Error("Cannot read the stored sentences", problem.what());
    }
    return sentences;
}

}  // namespace strata
