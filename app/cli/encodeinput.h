// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "bert/encoder.h"
#include "text/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace strata::cli {

/// What `encode` sends through the model: rows of equal or different lengths.
struct EncodeInput {
    struct Row {
        std::vector<std::int32_t> ids, typeIds;  ///< typeIds empty = all 0
        std::vector<std::uint8_t> keyMask;       ///< empty = attend to all
    };
    std::vector<Row> rows;
    std::int64_t longest = 0;    ///< ids of the longest row
    std::int64_t cutRows = 0;    ///< sentences longer than the model's positions
    std::int64_t cutPieces = 0;  ///< pieces left out of them

    EncoderInput input(std::size_t row) const {
        return {rows[row].ids, rows[row].typeIds, rows[row].keyMask};
    }
};

/// One sentence a line, [CLS] and [SEP] added, cut to `positions` ids. The file "-" is standard input.
/// @throws Error
EncodeInput readSentences(const std::filesystem::path& file, const Tokenizer& tokenizer, int positions);

/// input_ids and, when there, attention_mask and token_type_ids, all of shape [sentences, longest]. Every
/// position is computed, also those that the mask keeps others from attending to. @throws Error
EncodeInput readIds(const std::filesystem::path& safetensorsFile);

}  // namespace strata::cli
