// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/encodeoutput.h"

#include <algorithm>

namespace strata::cli {

namespace {

constexpr std::size_t kLogitRows = 64;  ///< positions scored at once: 64 × 30,522 floats are 8 MB

template <typename Number>
std::span<const std::byte> bytesOf(const std::vector<Number>& numbers) {
    return std::as_bytes(std::span(numbers));
}

}  // namespace

EncodeOutput::EncodeOutput(const std::filesystem::path& file, const EncodeInput& input, Encoder& encoder,
                           bool withLogits)
    : m_input(input),
      m_encoder(encoder),
      m_withLogits(withLogits),
      m_layers(static_cast<std::size_t>(encoder.config().layers)),
      m_hidden(static_cast<std::size_t>(encoder.config().hidden)),
      m_vocabulary(static_cast<std::size_t>(encoder.config().vocabulary)) {
    const auto sentences = static_cast<std::int64_t>(input.rows.size());
    const auto hidden = static_cast<std::int64_t>(m_hidden);
    std::vector<SafetensorsWriter::Entry> entries;
    for (std::size_t layer = 0; layer <= m_layers; ++layer)
        entries.push_back({"hidden_" + std::to_string(layer), "F32", {sentences, input.longest, hidden}});
    if (withLogits)
        entries.push_back(
            {"mlm_logits", "F32", {sentences, input.longest, static_cast<std::int64_t>(m_vocabulary)}});
    const std::size_t idEntry = entries.size();
    entries.push_back({"input_ids", "I64", {sentences, input.longest}});
    entries.push_back({"attention_mask", "I64", {sentences, input.longest}});
    m_writer = std::make_unique<SafetensorsWriter>(
        file, std::move(entries),
        std::map<std::string, std::string>{
            {"format", "pt"}, {"made_by", "strata-cli " STRATA_VERSION}, {"encoder", encoder.note()}});
    writeIds(idEntry);
}

void EncodeOutput::writeIds(std::size_t entry) {
    const auto longest = static_cast<std::size_t>(m_input.longest);
    const std::int64_t padding = m_encoder.config().padTokenId;
    for (std::size_t row = 0; row < m_input.rows.size(); ++row) {
        const EncodeInput::Row& one = m_input.rows[row];
        std::vector<std::int64_t> ids(longest, padding), mask(longest, 0);
        std::copy(one.ids.begin(), one.ids.end(), ids.begin());
        for (std::size_t i = 0; i < one.ids.size(); ++i)
            mask[i] = one.keyMask.empty() || one.keyMask[i] != 0;
        m_writer->write(entry, row * longest * sizeof(std::int64_t), bytesOf(ids));
        m_writer->write(entry + 1, row * longest * sizeof(std::int64_t), bytesOf(mask));
    }
}

void EncodeOutput::writeStates(int layer, std::size_t firstRow, std::size_t rows,
                               std::span<const float> states) {
    const auto entry = static_cast<std::size_t>(layer);
    const auto longest = static_cast<std::size_t>(m_input.longest);
    std::size_t begin = 0;
    for (std::size_t row = firstRow; row < firstRow + rows; ++row) {
        const std::size_t count = m_input.rows[row].ids.size() * m_hidden;
        const auto own = states.subspan(begin, count);
        m_writer->write(entry, row * longest * m_hidden * sizeof(float), std::as_bytes(own));
        if (m_withLogits && entry == m_layers) writeLogits(row, own);
        begin += count;
    }
}

void EncodeOutput::writeLogits(std::size_t row, std::span<const float> states) {
    const std::size_t length = states.size() / m_hidden;
    const auto longest = static_cast<std::size_t>(m_input.longest);
    for (std::size_t first = 0; first < length; first += kLogitRows) {
        const std::size_t count = std::min(kLogitRows, length - first);
        m_logits.resize(count * m_vocabulary);
        m_encoder.mlmLogits(states.subspan(first * m_hidden, count * m_hidden), m_logits);
        m_writer->write(m_layers + 1, (row * longest + first) * m_vocabulary * sizeof(float),
                        bytesOf(m_logits));
    }
}

}  // namespace strata::cli
