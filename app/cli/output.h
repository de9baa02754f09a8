// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/json.h"
#include "base/progress.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strata::cli {

/// Data, on standard output. Invalid UTF-8 becomes U+FFFD.
void printJson(const Json& json);
void printLine(const std::string& line);
/// Words, on standard error.
void say(const std::string& line);

/// Columns as wide as their longest text, two spaces between; the first row is the head. A cell stays on its
/// line whatever name stands in it.
void printTable(const std::vector<std::vector<std::string>>& rows);

/// A name made fit for a line: as printable(), with line breaks and tabs as \n and \t.
std::string oneLine(std::string_view text);
std::string bytesText(std::uint64_t bytes);  ///< "3.2 GiB"
std::string durationText(double seconds);    ///< "2 min 5 s"
std::string numberText(double value);        ///< shortest text that reads back as the same number; "" for NaN
std::string csvField(const std::string& text);  ///< quoted when it must be (RFC 4180)

/// Progress on standard error: on a terminal one line that is written over, else a line for each new text.
class StatusLine {
  public:
    StatusLine();
    ~StatusLine();
    StatusLine(const StatusLine&) = delete;
    StatusLine& operator=(const StatusLine&) = delete;

    /// Something that changes all the time; shown on a terminal only, at most ten times a second.
    void update(const std::string& text);
    /// Something that happened: a line that stays.
    void event(const std::string& text);
    /// A sink that shows the progress as "encode 12 of 40 …" and each new phase as an event.
    ProgressSink sink();

  private:
    void erase();

    bool m_isTerminal;
    bool m_isShown = false;
    std::chrono::steady_clock::time_point m_last{};
    std::string m_phase;
};

/// "train 12 of 40 sentences, loss 0.31"
std::string progressText(const Progress& progress);

}  // namespace strata::cli
