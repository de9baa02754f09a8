// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "activations/activationcache.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace strata {

/// Internal: what an activation file holds; format in docs/probing.md. All that must agree before a file is
/// believed.
struct ActivationLayout {
    NumberType numberType = NumberType::Float32;
    std::int32_t layers = 0;  ///< L, so L + 1 states
    std::int32_t hidden = 0;
    std::vector<std::int32_t> pieces;  ///< per sentence
    std::string key;                   ///< hash of checkpoint, text and number type, 32 hexadecimal digits

    std::uint64_t itemSize() const { return numberType == NumberType::BFloat16 ? 2 : 4; }
    std::uint64_t dataOffset() const;   ///< of the first block, a multiple of 4096
    std::uint64_t tableOffset() const;  ///< behind the last block: a checksum for each sentence and layer
    std::uint64_t fileSize() const;
    /// Byte offsets of the sentences' blocks in the file.
    std::vector<std::uint64_t> offsets() const;
    std::string header() const;  ///< everything before the data, with its own checksum
};

/// Checksum of one layer of one sentence, as stored. @param index sentence · (L + 1) + layer
std::uint64_t stateHash(std::size_t index, std::span<const std::byte> stored);

/// Maps a complete file; nullptr when there is none or it is not exactly what the layout says (damaged, cut,
/// foreign). The file is locked as in use while the result lives.
/// @param checksStates whether every state is read and compared with its checksum @throws Cancelled
std::shared_ptr<const Activations> openActivations(const std::filesystem::path& path,
                                                   const ActivationLayout& layout, bool checksStates = true,
                                                   const std::stop_token& stop = {},
                                                   const ProgressSink& progress = {});

/// A file being written under another name: disk space is taken at once, commit() gives it its name,
/// otherwise it goes.
class ActivationWriter {
  public:
    /// @throws Error when the disk has no room, saying how much is needed
    ActivationWriter(std::filesystem::path path, const ActivationLayout& layout);
    ~ActivationWriter();
    ActivationWriter(const ActivationWriter&) = delete;
    ActivationWriter& operator=(const ActivationWriter&) = delete;

    /// @param states [pieces, hidden] of one layer of one sentence
    void write(std::size_t sentence, int layer, std::span<const float> states);
    void commit();

  private:
    void writeAt(std::uint64_t offset, const void* data, std::size_t size);

    std::filesystem::path m_path, m_part;
    const ActivationLayout& m_layout;
    std::vector<std::uint64_t> m_offsets;
    std::vector<std::uint16_t> m_narrow;
    std::vector<std::uint64_t> m_hashes;  ///< [sentence][layer]
    int m_descriptor = -1;
};

}  // namespace strata
