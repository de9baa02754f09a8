// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/picklestack.h"

#include "base/error.h"

#include <algorithm>

namespace strata {

namespace {

constexpr std::size_t kMaxTextBytes = 1u << 20u;      // of one text
constexpr std::size_t kMaxAllTextBytes = 32u << 20u;  // of all texts together
constexpr std::size_t kMaxValues = 400'000;
constexpr std::size_t kMaxItems = 4'000'000;  // of the stack, and of all containers together

}  // namespace

void PickleStack::refuse(const std::string& why) const {
    throw Error("Cannot read " + m_where, why + " (byte " + std::to_string(m_position) + " of the pickle)",
                "Only plain weights are accepted from a pickle; nothing in it was executed");
}

std::string_view PickleStack::readText(std::uint64_t length) {
    if (length > m_bytes.size() - m_position)
        refuse("a text claims " + std::to_string(length) + " bytes, the pickle ends before");
    if (length > kMaxTextBytes) refuse("a text is longer than 1 MiB");
    const std::string_view text(reinterpret_cast<const char*>(m_bytes.data()) + m_position, length);
    m_position += length;
    return text;
}

std::string_view PickleStack::readLine() {
    const std::size_t within = std::min(m_bytes.size() - m_position, kMaxTextBytes);
    const char* begin = reinterpret_cast<const char*>(m_bytes.data()) + m_position;
    const void* end = within == 0 ? nullptr : std::memchr(begin, '\n', within);
    if (!end) refuse("the pickle ends in the middle of a line");
    const std::string_view text = readText(static_cast<std::size_t>(static_cast<const char*>(end) - begin));
    ++m_position;
    return text;
}

std::uint64_t PickleStack::readLineNumber() {
    pushDecimal(readLine());
    const std::int64_t number = value(pop()).integer;
    if (number < 0) refuse("a memo entry has a negative number");
    return static_cast<std::uint64_t>(number);
}

PickleStack::Index PickleStack::make(PickleValue made) {
    if (m_pickle.arena.size() >= kMaxValues) refuse("the pickle holds more values than any weights need");
    m_textBytes += made.text.size();
    m_items += made.items.size();
    if (m_textBytes > kMaxAllTextBytes) refuse("the pickle holds more text than any weights need");
    if (m_items > kMaxItems) refuse("the containers of the pickle are larger than any weights need");
    m_pickle.arena.push_back(std::move(made));
    return static_cast<Index>(m_pickle.arena.size() - 1);
}

void PickleStack::push(PickleValue made) {
    m_stack.push_back(make(std::move(made)));
}

void PickleStack::push(Kind kind) {
    PickleValue made;
    made.kind = kind;
    push(std::move(made));
}

void PickleStack::pushInt(std::int64_t number, Kind kind) {
    PickleValue made;
    made.kind = kind;
    made.integer = number;
    push(std::move(made));
}

void PickleStack::pushText(std::string_view text, Kind kind) {
    PickleValue made;
    made.kind = kind;
    made.text = text;
    push(std::move(made));
}

void PickleStack::pushItems(Kind kind, std::vector<Index> items) {
    PickleValue made;
    made.kind = kind;
    made.items = std::move(items);
    push(std::move(made));
}

void PickleStack::pushQuoted(std::string_view line) {
    if (line.size() < 2 || (line.front() != '\'' && line.front() != '"') || line.back() != line.front())
        refuse("a quoted text has no quotes");
    pushText(line.substr(1, line.size() - 2));
}

void PickleStack::pushLong(std::string_view bytes) {
    if (bytes.size() > 10) refuse("a number is too large");
    std::uint64_t number = 0;  // legacy files begin with a magic number of 10 bytes: its low 8 bytes are kept
    for (std::size_t i = 0; i < bytes.size() && i < 8; ++i)
        number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    if (!bytes.empty() && bytes.size() < 8 && (static_cast<unsigned char>(bytes.back()) & 0x80u))
        number |= ~std::uint64_t{0} << (8 * bytes.size());
    PickleValue made;
    made.kind = Kind::Int;
    made.integer = static_cast<std::int64_t>(number);
    if (bytes.size() > 8) made.text = bytes;
    push(std::move(made));
}

void PickleStack::pushDecimal(std::string_view line) {
    if (line == "01" || line == "00") return pushInt(line == "01", Kind::Bool);
    if (!line.empty() && line.back() == 'L') line.remove_suffix(1);
    std::int64_t number = 0;
    const bool isNegative = !line.empty() && line.front() == '-';
    if (isNegative) line.remove_prefix(1);
    if (line.empty() || line.size() > 18) refuse("a decimal number is not readable");
    for (const char digit : line) {
        if (digit < '0' || digit > '9') refuse("a decimal number is not readable");
        number = number * 10 + (digit - '0');
    }
    pushInt(isNegative ? -number : number);
}

PickleStack::Index PickleStack::pop() {
    const Index index = peek();
    m_stack.pop_back();
    return index;
}

PickleStack::Index PickleStack::peek() {
    if (m_stack.empty()) refuse("the pickle takes from an empty stack");
    if (value(m_stack.back()).kind == Kind::Mark) refuse("the pickle takes a mark for a value");
    return m_stack.back();
}

std::vector<PickleStack::Index> PickleStack::popMany(std::size_t count) {
    std::vector<Index> items(count);
    for (std::size_t i = count; i-- > 0;)
        items[i] = pop();
    return items;
}

std::vector<PickleStack::Index> PickleStack::popToMark() {
    std::size_t at = m_stack.size();
    while (at > 0 && value(m_stack[at - 1]).kind != Kind::Mark)
        --at;
    if (at == 0) refuse("the pickle has no mark where one is needed");
    std::vector<Index> items(m_stack.begin() + static_cast<std::ptrdiff_t>(at), m_stack.end());
    m_stack.resize(at - 1);
    return items;
}

void PickleStack::setItems(Index dict, const std::vector<Index>& items) {
    if (value(dict).kind != Kind::Dict || items.size() % 2 != 0)
        refuse("items are set on what is not a dict");
    extend(dict, items);
}

void PickleStack::appendItems(Index list, const std::vector<Index>& items) {
    if (value(list).kind != Kind::List) refuse("items are appended to what is not a list");
    extend(list, items);
}

void PickleStack::extend(Index container, const std::vector<Index>& items) {
    m_items += items.size();
    if (m_items > kMaxItems) refuse("the containers of the pickle are larger than any weights need");
    value(container).items.insert(value(container).items.end(), items.begin(), items.end());
}

void PickleStack::memoize(std::uint64_t index) {
    m_memo[index] = peek();
    if (m_memo.size() > kMaxValues) refuse("the memo of the pickle is larger than any weights need");
}

void PickleStack::recall(std::uint64_t index) {
    const auto found = m_memo.find(index);
    if (found == m_memo.end()) refuse("memo entry " + std::to_string(index) + " was never stored");
    m_stack.push_back(found->second);
}

void PickleStack::checkStack() const {
    if (m_stack.size() > kMaxItems) refuse("the stack of the pickle is larger than any weights need");
}

}  // namespace strata
