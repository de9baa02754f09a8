// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/pickle.h"

#include <cstring>
#include <map>

namespace strata {

/// The plain half of the pickle machine: bytes, stack, memo and containers, each bounded. It knows nothing of
/// torch. Lives inside one parsePickle call.
class PickleStack {
  public:
    PickleStack(std::span<const std::byte> bytes, const std::string& where)
        : m_bytes(bytes), m_where(where) {}

  protected:
    using Kind = PickleValue::Kind;
    using Index = std::int32_t;  ///< into the arena

    [[noreturn]] void refuse(const std::string& why) const;

    template <typename T>
    T read() {
        if (m_bytes.size() - m_position < sizeof(T)) refuse("the pickle ends in the middle");
        T value;
        std::memcpy(&value, m_bytes.data() + m_position, sizeof value);
        m_position += sizeof value;
        return value;
    }
    std::string_view readText(std::uint64_t length);
    std::string_view readLine();
    std::uint64_t readLineNumber();

    PickleValue& value(Index index) { return m_pickle.arena[static_cast<std::size_t>(index)]; }
    void push(PickleValue made);
    void push(Kind kind);
    void pushInt(std::int64_t number, Kind kind = Kind::Int);
    void pushText(std::string_view text, Kind kind = Kind::Text);
    void pushQuoted(std::string_view line);
    void pushLong(std::string_view bytes);
    void pushDecimal(std::string_view line);
    void pushItems(Kind kind, std::vector<Index> items);
    void pushAgain(Index index) { m_stack.push_back(index); }

    Index pop();
    Index peek();
    std::vector<Index> popMany(std::size_t count);
    std::vector<Index> popToMark();

    void setItems(Index dict, const std::vector<Index>& items);
    void appendItems(Index list, const std::vector<Index>& items);
    void extend(Index container, const std::vector<Index>& items);
    void memoize(std::uint64_t index);
    void memoizeNext() { memoize(m_memo.size()); }
    void recall(std::uint64_t index);
    void checkStack() const;

    std::span<const std::byte> m_bytes;
    const std::string& m_where;
    std::size_t m_position = 0;
    Pickle m_pickle;

  private:
    Index make(PickleValue made);

    std::vector<Index> m_stack;
    std::map<std::uint64_t, Index> m_memo;  ///< ordered: hostile numbers cannot make it slow
    std::size_t m_textBytes = 0;            ///< of all texts
    std::size_t m_items = 0;                ///< of all containers
};

}  // namespace strata
