// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace strata {

enum class Activation { Gelu, GeluNew, Relu };  ///< Gelu = exact, with erf; GeluNew = tanh form

/// What config.json says about a BERT. Plain value.
struct BertConfig {
    int layers = 12;
    int hidden = 768;
    int heads = 12;
    int intermediate = 3072;
    int vocabulary = 30522;
    int positions = 512;
    int tokenTypes = 2;
    Activation activation = Activation::Gelu;
    double layerNormEpsilon = 1e-12;
    double initializerRange = 0.02;
    int padTokenId = 0;
    bool tiedEmbeddings = true;

    bool operator==(const BertConfig&) const = default;
};

/// Reads and checks config.json; refuses what is not a BERT encoder. @throws Error
BertConfig readBertConfig(const std::filesystem::path& checkpointFolder);
/// The same from text in memory; `where` names the source in messages. @throws Error
BertConfig parseBertConfig(std::string_view text, const std::string& where);
/// The text of a config.json for this model, Hugging Face style.
std::string bertConfigJson(const BertConfig& config);

}  // namespace strata
