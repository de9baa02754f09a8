// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace strata {

/// The one family of failures. Says what was attempted, on what (file, tensor, line), why it failed with
/// expected and found, and what to do. what() is one readable text, shown unchanged to the user:
/// "Cannot read step 20k: model.bin, tensor X has shape 768x768, expected 768x3072. The file may be …".
/// The texts are always valid UTF-8 of bounded length, whatever bytes of a hostile file they quote.
class Error : public std::runtime_error {
  public:
    /// @param attempted "Cannot read the weights of 'folder'"; @param why cause with where, expected, found;
    /// @param advice what the user can do, a full sentence, may be empty.
    explicit Error(std::string attempted, std::string why, std::string advice = {});

    const std::string& attempted() const { return m_attempted; }
    const std::string& why() const { return m_why; }
    const std::string& advice() const { return m_advice; }

    /// The same failure seen from further up: "<attempted>: <this error's attempt and cause>. <advice>".
    Error within(std::string_view attempted) const;

  private:
    std::string m_attempted;
    std::string m_why;
    std::string m_advice;
};

}  // namespace strata
