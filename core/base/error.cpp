// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "base/error.h"

#include "base/printable.h"

#include <utility>

namespace strata {

namespace {

std::string withFullStop(std::string text) {
    if (!text.empty() && text.back() != '.' && text.back() != '!' && text.back() != '?') text += '.';
    return text;
}

std::string composed(const std::string& attempted, const std::string& why, const std::string& advice) {
    std::string text = attempted;
    if (!why.empty()) text += (text.empty() ? "" : ": ") + why;
    text = withFullStop(std::move(text));
    if (!advice.empty()) text += ' ' + withFullStop(advice);
    return text;
}

}  // namespace

Error::Error(std::string attempted, std::string why, std::string advice)
    : std::runtime_error(composed(printable(attempted), printable(why), printable(advice))),
      m_attempted(printable(attempted)),
      m_why(printable(why)),
      m_advice(printable(advice)) {}

Error Error::within(std::string_view attempted) const {
    return Error(std::string(attempted), m_why.empty() ? m_attempted : m_attempted + ": " + m_why, m_advice);
}

}  // namespace strata
