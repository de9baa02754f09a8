// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/weightindex.h"

#include "base/error.h"

#include <algorithm>
#include <bit>
#include <set>
#include <string_view>

namespace strata {

namespace {

using Shape = std::vector<std::int64_t>;

/// Canonical names of all encoder tensors with their shapes.
std::map<std::string, Shape> encoderShapes(const BertConfig& config) {
    const std::int64_t h = config.hidden, m = config.intermediate;
    std::map<std::string, Shape> shapes{{"embeddings.word_embeddings.weight", {config.vocabulary, h}},
                                        {"embeddings.position_embeddings.weight", {config.positions, h}},
                                        {"embeddings.token_type_embeddings.weight", {config.tokenTypes, h}},
                                        {"embeddings.LayerNorm.weight", {h}},
                                        {"embeddings.LayerNorm.bias", {h}}};
    for (int layer = 0; layer < config.layers; ++layer) {
        const std::string prefix = "encoder.layer." + std::to_string(layer) + ".";
        const auto linear = [&](const char* name, std::int64_t out, std::int64_t in) {
            shapes[prefix + name + ".weight"] = {out, in};
            shapes[prefix + name + ".bias"] = {out};
        };
        linear("attention.self.query", h, h);
        linear("attention.self.key", h, h);
        linear("attention.self.value", h, h);
        linear("attention.output.dense", h, h);
        linear("intermediate.dense", m, h);
        linear("output.dense", h, m);
        for (const char* norm : {"attention.output.LayerNorm", "output.LayerNorm"}) {
            shapes[prefix + norm + ".weight"] = {h};
            shapes[prefix + norm + ".bias"] = {h};
        }
    }
    return shapes;
}

std::map<std::string, Shape> headShapes(const BertConfig& config) {
    const std::int64_t h = config.hidden;
    return {{"cls.predictions.transform.dense.weight", {h, h}},
            {"cls.predictions.transform.dense.bias", {h}},
            {"cls.predictions.transform.LayerNorm.weight", {h}},
            {"cls.predictions.transform.LayerNorm.bias", {h}},
            {"cls.predictions.bias", {config.vocabulary}}};
}

bool startsWith(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

/// LayerNorm.gamma and .beta are the names of the first release.
std::string modernName(std::string name) {
    const auto replaceEnd = [&](std::string_view from, std::string_view to) {
        if (name.size() >= from.size() && name.compare(name.size() - from.size(), from.size(), from) == 0)
            name.replace(name.size() - from.size(), from.size(), to);
    };
    replaceEnd("LayerNorm.gamma", "LayerNorm.weight");
    replaceEnd("LayerNorm.beta", "LayerNorm.bias");
    return name;
}

bool isKnownExtra(std::string_view name) {
    return startsWith(name, "pooler.") || startsWith(name, "cls.seq_relationship.") ||
           startsWith(name, "classifier.") || startsWith(name, "qa_outputs.") ||
           name == "embeddings.position_ids" || name == "embeddings.token_type_ids";
}

class Indexer {
  public:
    Indexer(const WeightFiles& files, const BertConfig& config, const std::filesystem::path& folder)
        : m_files(files), m_config(config), m_folder(folder) {}

    WeightIndex run() {
        collect();
        for (const auto& [name, shape] : encoderShapes(m_config)) {
            const auto found = m_named.find(name);
            if (found == m_named.end()) refuse(missingText(name));
            take(name, *found->second, shape);
        }
        takeHead();
        takeExtras();
        checkExpansion();
        nameDtype();
        return std::move(m_index);
    }

  private:
    [[noreturn]] void refuse(const std::string& why, const std::string& advice = {}) const {
        throw Error("Cannot read the weights of '" + m_folder.string() + "'", why, advice);
    }

    std::string missingText(const std::string& name) const {
        return m_files.mainName + ": tensor bert." + name + " is missing";
    }

    /// "model-00002-of-00003.safetensors: tensor bert.pooler.dense.bias", as it is called there.
    std::string whereIs(const StoredTensor& tensor) const {
        const auto index = static_cast<std::size_t>(&tensor - m_files.tensors.data());
        return m_files.fileNames[index] + ": tensor " + tensor.name;
    }

    void collect() {
        bool hasPrefix = false;
        for (const StoredTensor& tensor : m_files.tensors)
            hasPrefix = hasPrefix || startsWith(tensor.name, "bert.embeddings.") ||
                        startsWith(tensor.name, "bert.encoder.");
        for (std::size_t i = 0; i < m_files.tensors.size(); ++i) {
            const StoredTensor& tensor = m_files.tensors[i];
            std::string name = modernName(tensor.name);
            if (startsWith(name, "bert.")) {
                name = name.substr(5);
            } else if (hasPrefix && (startsWith(name, "embeddings.") || startsWith(name, "encoder.") ||
                                     startsWith(name, "pooler."))) {
                warn("Unexpected tensor " + tensor.name + " beside the one with the bert. prefix: ignored.");
                continue;
            }
            if (!m_named.emplace(name, &tensor).second)
                refuse(m_files.fileNames[i] + ": tensor " + name + " is there twice, once under an old name",
                       "It is not clear which one counts");
        }
    }

    void take(const std::string& name, const StoredTensor& tensor, const Shape& shape) {
        if (!isFloating(tensor.kind))
            refuse(whereIs(tensor) + " holds whole numbers (" + nameOf(tensor.kind) +
                   "), expected floating-point ones");
        if (tensor.shape != shape)
            refuse(whereIs(tensor) + " has shape " + shapeText(tensor.shape) + ", config.json wants " +
                       shapeText(shape),
                   "The file may be of another model");
        m_index.tensors[name] = &tensor;
        m_taken.insert(name);
    }

    void takeHead() {
        const auto bias = m_named.find("cls.predictions.decoder.bias");
        if (bias != m_named.end()) {
            m_named.emplace("cls.predictions.bias", bias->second);  // two names of one tensor
            m_taken.insert("cls.predictions.decoder.bias");
        }
        auto shapes = headShapes(m_config);
        const bool hasDecoder = m_named.contains("cls.predictions.decoder.weight");
        if (hasDecoder) shapes["cls.predictions.decoder.weight"] = {m_config.vocabulary, m_config.hidden};
        std::string missing;
        std::size_t present = 0;
        for (const auto& [name, shape] : shapes) {
            const auto found = m_named.find(name);
            if (found == m_named.end()) {
                missing = name;
                continue;
            }
            take(name, *found->second, shape);
            ++present;
        }
        if (present == 0) {
            m_index.mlmHeadProblem = "the checkpoint has no MLM head";
        } else if (!missing.empty()) {
            m_index.mlmHeadProblem = "the MLM head is incomplete: tensor " + missing + " is missing";
        } else if (!m_config.tiedEmbeddings && !hasDecoder) {
            m_index.mlmHeadProblem =
                "config.json says the decoder is not tied, but tensor cls.predictions.decoder.weight is "
                "missing";
        }
    }

    void takeExtras() {
        for (const auto& [name, tensor] : m_named) {
            if (m_taken.contains(name)) continue;
            if (!isKnownExtra(name)) warn("Unexpected tensor " + tensor->name + ": ignored.");
            if (isFloating(tensor->kind) &&
                (startsWith(name, "pooler.") || startsWith(name, "cls.seq_relationship.")))
                m_index.tensors[name] = tensor;
        }
    }

    /// Views of stride 0 can stand for any number of values: what a file unfolds to must be in proportion to
    /// it.
    void checkExpansion() const {
        std::uint64_t values = 0;
        for (const auto& [name, tensor] : m_index.tensors)
            values += static_cast<std::uint64_t>(tensor->count());
        if (values * sizeof(float) > (std::uint64_t{64} << 20u) + 8 * m_files.bytes)
            refuse("its views unfold to " + std::to_string(values) + " numbers, from files of " +
                   std::to_string(m_files.bytes) + " bytes");
    }

    void nameDtype() {
        for (const auto& [name, tensor] : m_index.tensors) {
            const std::string dtype = nameOf(tensor->kind);
            m_index.dtype = m_index.dtype.empty() || m_index.dtype == dtype ? dtype : "mixed";
            if (m_index.dtype == "mixed") break;
        }
    }

    void warn(const std::string& text) {
        if (m_index.warnings.size() < 20) m_index.warnings.push_back(text);
    }

    const WeightFiles& m_files;
    const BertConfig& m_config;
    const std::filesystem::path& m_folder;
    std::map<std::string, const StoredTensor*> m_named;
    std::set<std::string> m_taken;
    WeightIndex m_index;
};

}  // namespace

WeightIndex indexWeights(const WeightFiles& files, const BertConfig& config,
                         const std::filesystem::path& folder) {
    return Indexer(files, config, folder).run();
}

void settleDecoder(WeightIndex& index, const BertConfig& config) {
    const auto decoder = index.tensors.find("cls.predictions.decoder.weight");
    if (decoder == index.tensors.end()) return;
    const bool isEqual =
        haveEqualFloats(*decoder->second, *index.tensors.at("embeddings.word_embeddings.weight"));
    if (!config.tiedEmbeddings && !isEqual) return;
    if (!isEqual)
        index.warnings.push_back(
            "Tensor cls.predictions.decoder.weight differs from the word embeddings although config.json "
            "says they are "
            "tied: the embeddings are used, as transformers 4.22 did.");
    index.tensors.erase(decoder);
}

std::uint16_t bfloat16Bits(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return static_cast<std::uint16_t>((bits >> 16u) | 0x40u);
    return static_cast<std::uint16_t>((bits + 0x7FFFu + ((bits >> 16u) & 1u)) >> 16u);
}

std::uint16_t halfBits(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16u) & 0x8000u);
    const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
    if (magnitude > 0x7F800000u) return sign | 0x7E00u;
    if (magnitude >= 0x477FF000u) return sign | 0x7C00u;  // rounds past the largest half
    if (magnitude < 0x38800000u) {                        // subnormal: one addition rounds it
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        return sign | static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(shifted) - 0x3F000000u);
    }
    const std::uint32_t rounded = magnitude + 0xFFFu + ((magnitude >> 13u) & 1u) - (112u << 23u);
    return sign | static_cast<std::uint16_t>(rounded >> 13u);
}

}  // namespace strata
