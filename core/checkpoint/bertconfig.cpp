// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/bertconfig.h"

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"

#include <cmath>
#include <initializer_list>

namespace strata {

namespace {

/// Reads checked values of one config.json.
class ConfigReader {
  public:
    ConfigReader(const Json& json, std::string where) : m_json(json), m_where(std::move(where)) {}

    [[noreturn]] void refuse(const std::string& why, const std::string& advice = {}) const {
        throw Error("Cannot use " + m_where, why, advice);
    }

    int size(const char* key, int low, int high, std::initializer_list<int> fallback = {}) const {
        const auto found = m_json.find(key);
        if (found == m_json.end() || found->is_null()) {
            if (fallback.size() == 0) refuse(std::string("\"") + key + "\" is missing");
            return *fallback.begin();
        }
        if (!found->is_number_integer())
            refuse(std::string("\"") + key + "\" must be a whole number, found " + found->dump());
        if (found->is_number_unsigned() && found->get<std::uint64_t>() > static_cast<std::uint64_t>(high))
            refuse(std::string("\"") + key + "\" is " + found->dump() + ", at most " + std::to_string(high) +
                   " is accepted");
        const auto value = found->get<std::int64_t>();
        if (value < low || value > high)
            refuse(std::string("\"") + key + "\" is " + std::to_string(value) + ", expected " +
                   std::to_string(low) + " to " + std::to_string(high));
        return static_cast<int>(value);
    }

    double positive(const char* key, double fallback) const {
        const auto found = m_json.find(key);
        if (found == m_json.end()) return fallback;
        const double value = found->is_number() ? found->get<double>() : std::nan("");
        if (!(value > 0) || !std::isfinite(value))
            refuse(std::string("\"") + key + "\" must be a positive number, found " + found->dump());
        return value;
    }

    std::string text(const char* key, const char* fallback) const {
        const auto found = m_json.find(key);
        if (found == m_json.end() || found->is_null()) return fallback;
        if (!found->is_string())
            refuse(std::string("\"") + key + "\" must be a text, found " + found->dump());
        return found->get<std::string>();
    }

    bool flag(const char* key, bool fallback) const {
        const auto found = m_json.find(key);
        if (found == m_json.end() || found->is_null()) return fallback;
        if (!found->is_boolean())
            refuse(std::string("\"") + key + "\" must be true or false, found " + found->dump());
        return found->get<bool>();
    }

  private:
    const Json& m_json;
    std::string m_where;
};

Activation activationOf(const ConfigReader& reader) {
    const std::string name = reader.text("hidden_act", "gelu");
    if (name == "gelu") return Activation::Gelu;
    if (name == "gelu_new" || name == "gelu_pytorch_tanh") return Activation::GeluNew;
    if (name == "relu") return Activation::Relu;
    reader.refuse("the activation \"" + name + "\" is not known; known are gelu, gelu_new and relu");
}

const char* nameOf(Activation activation) {
    switch (activation) {
        case Activation::GeluNew:
            return "gelu_new";
        case Activation::Relu:
            return "relu";
        case Activation::Gelu:
            break;
    }
    return "gelu";
}

}  // namespace

BertConfig parseBertConfig(std::string_view text, const std::string& where) {
    const Json json = parseJson(text, where);
    const ConfigReader reader(json, where);
    if (!json.is_object()) reader.refuse("it is not a JSON object");
    if (const std::string type = reader.text("model_type", "bert"); type != "bert")
        reader.refuse("its model_type is \"" + type + "\", expected \"bert\"",
                      "Only BERT encoders can be probed here");
    if (const std::string kind = reader.text("position_embedding_type", "absolute"); kind != "absolute")
        reader.refuse("position_embedding_type \"" + kind + "\" is not supported, only \"absolute\"");
    if (reader.flag("is_decoder", false))
        reader.refuse("is_decoder is true: a causal model is not an encoder");
    BertConfig config;
    config.layers = reader.size("num_hidden_layers", 1, 512);
    config.hidden = reader.size("hidden_size", 1, 65'536);
    config.heads = reader.size("num_attention_heads", 1, 4'096);
    config.intermediate = reader.size("intermediate_size", 1, 262'144);
    config.vocabulary = reader.size("vocab_size", 1, 4'000'000);
    config.positions = reader.size("max_position_embeddings", 1, 1'000'000);
    config.tokenTypes = reader.size("type_vocab_size", 1, 1'024, {2});
    config.padTokenId = reader.size("pad_token_id", 0, 4'000'000, {0});
    config.activation = activationOf(reader);
    config.layerNormEpsilon = reader.positive("layer_norm_eps", 1e-12);
    config.initializerRange = reader.positive("initializer_range", 0.02);
    config.tiedEmbeddings = reader.flag("tie_word_embeddings", true);
    if (config.hidden % config.heads != 0)
        reader.refuse("hidden_size " + std::to_string(config.hidden) +
                      " is no multiple of num_attention_heads " + std::to_string(config.heads));
    return config;
}

BertConfig readBertConfig(const std::filesystem::path& folder) {
    const auto file = folder / "config.json";
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        throw Error("Cannot use '" + folder.string() + "'", "it has no config.json",
                    "Copy the model's config.json beside its weights");
    return parseBertConfig(readTextFile(file, 1u << 20u), "'" + file.string() + "'");
}

std::string bertConfigJson(const BertConfig& config) {
    const Json json = {{"architectures", {"BertForMaskedLM"}},
                       {"model_type", "bert"},
                       {"num_hidden_layers", config.layers},
                       {"hidden_size", config.hidden},
                       {"num_attention_heads", config.heads},
                       {"intermediate_size", config.intermediate},
                       {"vocab_size", config.vocabulary},
                       {"max_position_embeddings", config.positions},
                       {"type_vocab_size", config.tokenTypes},
                       {"pad_token_id", config.padTokenId},
                       {"hidden_act", nameOf(config.activation)},
                       {"layer_norm_eps", config.layerNormEpsilon},
                       {"initializer_range", config.initializerRange},
                       {"tie_word_embeddings", config.tiedEmbeddings},
                       {"hidden_dropout_prob", 0.1},
                       {"attention_probs_dropout_prob", 0.1},
                       {"position_embedding_type", "absolute"}};
    return json.dump(2) + "\n";
}

}  // namespace strata
