// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "activations/activationcache.h"

namespace strata {

/// The file of one (checkpoint, text, number type): a header of one page with the sizes, the piece count of each
/// sentence (int32), then from a page boundary one block [L+1][pieces][hidden] per sentence in text order.
struct ActivationHeader {
    std::int32_t layers = 0, hidden = 0;
    std::int32_t is16 = 0;
    std::vector<std::int32_t> pieces;

    std::uint64_t dataBegin() const;
    std::uint64_t blockBytes(std::size_t sentence) const;
    std::uint64_t fileBytes() const;
};

/// Opens a complete file. @return null when it is missing, damaged or of other sizes than expected
std::shared_ptr<const Activations> openActivationFile(const std::filesystem::path& file, const ActivationHeader& expected);

/// Writes a file under a temporary name; nothing is believed before commit().
class ActivationFileWriter {
  public:
    /// Reserves the whole space. @throws Error when the disk is too full
    ActivationFileWriter(std::filesystem::path file, ActivationHeader header);
    ~ActivationFileWriter();
    ActivationFileWriter(const ActivationFileWriter&) = delete;
    ActivationFileWriter& operator=(const ActivationFileWriter&) = delete;
    /// @param block [L+1][pieces][hidden]
    void writeSentence(std::size_t sentence, std::span<const float> block);
    void commit();

  private:
    std::filesystem::path m_file, m_temporary;
    ActivationHeader m_header;
    std::vector<std::uint64_t> m_offsets;
    std::vector<std::uint16_t> m_narrow;
    int m_descriptor = -1;
};

}  // namespace strata
