// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/output.h"

#include "base/printable.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace strata::cli {

namespace {

constexpr std::size_t kLongestName = 8192;  ///< longer than the longest path

/// Columns of a terminal that a text takes: two for an ideograph, none for a combining accent.
std::size_t columns(const std::string& text) {
    std::size_t width = 0;
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    for (auto left = static_cast<utf8proc_ssize_t>(text.size()); left > 0;) {
        utf8proc_int32_t code = 0;
        const utf8proc_ssize_t length = utf8proc_iterate(at, left, &code);
        if (length > 0)
            width += static_cast<std::size_t>(utf8proc_charwidth(code));
        else
            ++width;  // a broken byte is shown as one sign
        at += std::max<utf8proc_ssize_t>(length, 1);
        left -= std::max<utf8proc_ssize_t>(length, 1);
    }
    return width;
}

}  // namespace

void printLine(const std::string& line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
}

void printJson(const Json& json) {
    printLine(json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void say(const std::string& line) {
    std::fprintf(stderr, "%s\n", line.c_str());
}

std::string oneLine(std::string_view text) {
    std::string out;
    for (const char c : printable(text, kLongestName))
        out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : std::string(1, c);
    return out;
}

void printTable(const std::vector<std::vector<std::string>>& cells) {
    std::vector<std::vector<std::string>> rows = cells;
    for (auto& row : rows)
        std::transform(row.begin(), row.end(), row.begin(), oneLine);
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], columns(row[i]));
    }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line.append(widths[i] - columns(row[i]) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        printLine(line);
    }
}

std::string bytesText(std::uint64_t bytes) {
    if (bytes < 1024) return fmt::format("{} bytes", bytes);
    double value = static_cast<double>(bytes);
    const char* unit = "bytes";
    for (const char* next : {"KiB", "MiB", "GiB", "TiB"}) {
        if (value < 1024) break;
        value /= 1024;
        unit = next;
    }
    return fmt::format("{:.1f} {}", value, unit);
}

std::string durationText(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::llround(std::clamp(seconds, 0.0, 1e12)));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string numberText(double value) {
    if (std::isnan(value)) return {};
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

std::string csvField(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

StatusLine::StatusLine() : m_isTerminal(isatty(STDERR_FILENO) == 1) {}

StatusLine::~StatusLine() {
    erase();
}

void StatusLine::erase() {
    if (m_isShown) std::fputs("\r\033[K", stderr);
    m_isShown = false;
}

void StatusLine::update(const std::string& text) {
    const auto now = std::chrono::steady_clock::now();
    if (!m_isTerminal || now - m_last < std::chrono::milliseconds(100)) return;
    m_last = now;
    std::fprintf(stderr, "\r\033[K%s", oneLine(text).c_str());
    std::fflush(stderr);
    m_isShown = true;
}

void StatusLine::event(const std::string& text) {
    erase();
    say(text);
}

ProgressSink StatusLine::sink() {
    return [this](const Progress& progress) {
        if (progress.phase != m_phase && !m_isTerminal) event(progressText(progress));
        m_phase = progress.phase;
        update(progressText(progress));
    };
}

std::string progressText(const Progress& progress) {
    std::string text = progress.phase;
    if (progress.total > 0) text += fmt::format(" {} of {}", progress.done, progress.total);
    if (!progress.text.empty()) text += " " + oneLine(progress.text);
    if (progress.loss >= 0) text += fmt::format(", loss {:.4f}", progress.loss);
    return text;
}

}  // namespace strata::cli
