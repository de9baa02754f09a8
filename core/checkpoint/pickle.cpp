// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/pickle.h"

#include "base/error.h"

#include <array>
#include <cstring>
#include <string_view>
#include <unordered_map>

namespace strata {

namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMaxTextBytes = 1u << 20u;
constexpr std::size_t kMaxRank = 16;

constexpr std::array<std::string_view, 10> kStorageTypes{"DoubleStorage", "FloatStorage", "HalfStorage", "BFloat16Storage",
                                                         "LongStorage",   "IntStorage",   "ShortStorage", "CharStorage",
                                                         "ByteStorage",   "BoolStorage"};

class Machine {
  public:
    Machine(std::span<const std::byte> bytes, const std::string& where) : m_bytes(bytes), m_where(where) {}

    Pickle run() {
        while (!step()) {
        }
        m_pickle.bytesUsed = m_position;
        return std::move(m_pickle);
    }

  private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error("Cannot read " + m_where, why + " (byte " + std::to_string(m_position) + " of the pickle)",
                    "Only plain weights are accepted from a pickle; nothing in it was executed");
    }

    template <typename T>
    T read() {
        if (m_bytes.size() - m_position < sizeof(T)) refuse("the pickle ends in the middle");
        T value;
        std::memcpy(&value, m_bytes.data() + m_position, sizeof value);
        m_position += sizeof value;
        return value;
    }
    std::string_view readText(std::uint64_t length) {
        if (length > m_bytes.size() - m_position) refuse("a text claims " + std::to_string(length) + " bytes, the pickle ends before");
        if (length > kMaxTextBytes) refuse("a text is longer than 1 MiB");
        const std::string_view text(reinterpret_cast<const char*>(m_bytes.data()) + m_position, length);
        m_position += length;
        return text;
    }
    std::string_view readLine() {
        const char* begin = reinterpret_cast<const char*>(m_bytes.data()) + m_position;
        const void* end = std::memchr(begin, '\n', m_bytes.size() - m_position);
        if (!end) refuse("the pickle ends in the middle of a line");
        const auto length = static_cast<std::size_t>(static_cast<const char*>(end) - begin);
        const std::string_view text = readText(length);
        ++m_position;
        return text;
    }

    std::int32_t make(Kind kind) {
        m_pickle.arena.emplace_back();
        m_pickle.arena.back().kind = kind;
        return static_cast<std::int32_t>(m_pickle.arena.size() - 1);
    }
    PickleValue& value(std::int32_t index) { return m_pickle.arena[static_cast<std::size_t>(index)]; }
    void push(Kind kind) { m_stack.push_back(make(kind)); }
    void pushInt(std::int64_t number, Kind kind = Kind::Int) {
        push(kind);
        value(m_stack.back()).integer = number;
    }
    void pushText(std::string_view text, Kind kind = Kind::Text) {
        push(kind);
        value(m_stack.back()).text = text;
    }
    std::int32_t pop() {
        if (m_stack.empty()) refuse("the pickle takes from an empty stack");
        const std::int32_t index = m_stack.back();
        m_stack.pop_back();
        if (value(index).kind == Kind::Mark) refuse("the pickle takes a mark for a value");
        return index;
    }
    std::int32_t peek() {
        if (m_stack.empty() || value(m_stack.back()).kind == Kind::Mark) refuse("the pickle takes from an empty stack");
        return m_stack.back();
    }
    std::vector<std::int32_t> popToMark() {
        std::size_t at = m_stack.size();
        while (at > 0 && value(m_stack[at - 1]).kind != Kind::Mark)
            --at;
        if (at == 0) refuse("the pickle has no mark where one is needed");
        std::vector<std::int32_t> items(m_stack.begin() + static_cast<std::ptrdiff_t>(at), m_stack.end());
        m_stack.resize(at - 1);
        return items;
    }
    void pushItems(Kind kind, std::vector<std::int32_t> items) {
        push(kind);
        value(m_stack.back()).items = std::move(items);
    }
    void setItems(std::int32_t dict, const std::vector<std::int32_t>& items) {
        if (value(dict).kind != Kind::Dict || items.size() % 2 != 0) refuse("items are set on what is not a dict");
        value(dict).items.insert(value(dict).items.end(), items.begin(), items.end());
    }
    void appendItems(std::int32_t list, const std::vector<std::int32_t>& items) {
        if (value(list).kind != Kind::List) refuse("items are appended to what is not a list");
        value(list).items.insert(value(list).items.end(), items.begin(), items.end());
    }
    void memoize(std::uint64_t index) { m_memo[index] = peek(); }
    void recall(std::uint64_t index) {
        const auto found = m_memo.find(index);
        if (found == m_memo.end()) refuse("memo entry " + std::to_string(index) + " was never stored");
        m_stack.push_back(found->second);
    }

    void pushGlobal(std::string_view module, std::string_view name) {
        const std::string both = std::string(module) + " " + std::string(name);
        bool isKnown = both == "collections OrderedDict" || both == "torch._utils _rebuild_tensor_v2" ||
                       both == "torch._utils _rebuild_tensor" || both == "torch._utils _rebuild_parameter";
        for (const std::string_view type : kStorageTypes)
            isKnown = isKnown || (module == "torch" && name == type);
        if (!isKnown)
            refuse("it names " + std::string(module) + "." + std::string(name).substr(0, 80) + ", which is no part of plain weights");
        pushText(both, Kind::Global);
    }
    void pushLong(std::string_view bytes) {
        if (bytes.size() > 10) refuse("a number is too large");
        std::uint64_t number = 0;  // legacy files begin with a magic number of 10 bytes: its low 8 bytes do
        for (std::size_t i = 0; i < bytes.size() && i < 8; ++i)
            number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
        if (!bytes.empty() && bytes.size() < 8 && (static_cast<unsigned char>(bytes.back()) & 0x80u))
            number |= ~std::uint64_t{0} << (8 * bytes.size());
        pushInt(static_cast<std::int64_t>(number));
        if (bytes.size() > 8) value(m_stack.back()).text = std::string(bytes);
    }
    void pushDecimal(std::string_view line) {
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

    std::vector<std::int64_t> numbers(std::int32_t tuple, const char* what) {
        const PickleValue& from = value(tuple);
        if (from.kind != Kind::Tuple || from.items.size() > kMaxRank)
            refuse(std::string("the ") + what + " of a tensor is not a tuple of at most 16 numbers");
        std::vector<std::int64_t> out;
        for (const std::int32_t item : from.items) {
            if (value(item).kind != Kind::Int) refuse(std::string("the ") + what + " of a tensor holds something else than numbers");
            if (value(item).integer < 0) refuse(std::string("the ") + what + " of a tensor is negative");
            out.push_back(value(item).integer);
        }
        return out;
    }

    void rebuildTensor(const std::vector<std::int32_t>& arguments) {
        if (arguments.size() < 4 || value(arguments[0]).kind != Kind::Storage || value(arguments[1]).kind != Kind::Int)
            refuse("a tensor is rebuilt from the wrong things");
        PickleValue tensor;
        tensor.kind = Kind::Tensor;
        tensor.text = value(arguments[0]).text;
        tensor.storageType = value(arguments[0]).storageType;
        tensor.storageItems = value(arguments[0]).integer;
        tensor.integer = value(arguments[1]).integer;
        if (tensor.integer < 0) refuse("the storage offset of a tensor is negative");
        tensor.size = numbers(arguments[2], "size");
        tensor.stride = numbers(arguments[3], "stride");
        if (tensor.size.size() != tensor.stride.size()) refuse("size and stride of a tensor differ in length");
        m_pickle.arena.push_back(std::move(tensor));
        m_stack.push_back(static_cast<std::int32_t>(m_pickle.arena.size() - 1));
    }

    void reduce() {
        const std::int32_t arguments = pop(), callee = pop();
        if (value(callee).kind != Kind::Global || value(arguments).kind != Kind::Tuple) refuse("the pickle calls what cannot be called");
        const std::string name = value(callee).text;
        const std::vector<std::int32_t> items = value(arguments).items;
        if (name == "collections OrderedDict") {
            if (!items.empty()) refuse("an OrderedDict is made from arguments");
            push(Kind::Dict);
        } else if (name == "torch._utils _rebuild_parameter") {
            if (items.empty() || value(items[0]).kind != Kind::Tensor) refuse("a parameter is rebuilt from no tensor");
            m_stack.push_back(items[0]);
        } else if (name == "torch._utils _rebuild_tensor_v2" || name == "torch._utils _rebuild_tensor") {
            rebuildTensor(items);
        } else {
            refuse("the pickle calls " + name);
        }
    }

    void persistentStorage() {
        const std::int32_t id = pop();
        const std::vector<std::int32_t> items = value(id).items;
        if (value(id).kind != Kind::Tuple || items.size() < 5 || value(items[0]).text != "storage" ||
            value(items[1]).kind != Kind::Global || value(items[2]).kind != Kind::Text || value(items[4]).kind != Kind::Int)
            refuse("a storage is not described as torch does");
        if (items.size() > 5 && value(items[5]).kind != Kind::None) refuse("storage views of very old files are not supported");
        const std::string& type = value(items[1]).text;
        if (type.rfind("torch ", 0) != 0) refuse("a storage has the foreign type " + type);
        if (value(items[4]).integer < 0) refuse("a storage has a negative length");
        PickleValue storage;
        storage.kind = Kind::Storage;
        storage.storageType = type.substr(6);
        storage.text = value(items[2]).text;
        storage.integer = value(items[4]).integer;
        m_pickle.arena.push_back(std::move(storage));
        m_stack.push_back(static_cast<std::int32_t>(m_pickle.arena.size() - 1));
    }

    void build() {
        pop();  // state of an OrderedDict (its _metadata); only values that this machine made can be in it
        if (value(peek()).kind != Kind::Dict) refuse("a state is set on what is not a dict");
    }

    /// @return true after STOP
    bool step() {
        const auto code = read<std::uint8_t>();
        switch (code) {
            case 0x80:
                if (const auto protocol = read<std::uint8_t>(); protocol > 5) refuse("pickle protocol " + std::to_string(protocol) + " is unknown");
                break;
            case 0x95: read<std::uint64_t>(); break;
            case '.': m_pickle.top = pop(); return true;
            case '(': push(Kind::Mark); break;
            case '0': pop(); break;
            case '1': popToMark(); break;
            case '2': m_stack.push_back(peek()); break;
            case 'N': push(Kind::None); break;
            case 0x88: pushInt(1, Kind::Bool); break;
            case 0x89: pushInt(0, Kind::Bool); break;
            case 'J': pushInt(read<std::int32_t>()); break;
            case 'K': pushInt(read<std::uint8_t>()); break;
            case 'M': pushInt(read<std::uint16_t>()); break;
            case 'I': pushDecimal(readLine()); break;
            case 'L': pushDecimal(readLine()); break;
            case 0x8a: pushLong(readText(read<std::uint8_t>())); break;
            case 0x8b: pushLong(readText(read<std::uint32_t>())); break;
            case 'G': read<std::uint64_t>(); push(Kind::Float); break;
            case 'F': readLine(); push(Kind::Float); break;
            case 0x8c: pushText(readText(read<std::uint8_t>())); break;
            case 'X': pushText(readText(read<std::uint32_t>())); break;
            case 0x8d: pushText(readText(read<std::uint64_t>())); break;
            case 'V': pushText(readLine()); break;
            case 'U': pushText(readText(read<std::uint8_t>())); break;
            case 'T': pushText(readText(read<std::uint32_t>())); break;
            case 'S': pushQuoted(readLine()); break;
            case 'C': pushText(readText(read<std::uint8_t>()), Kind::Bytes); break;
            case 'B': pushText(readText(read<std::uint32_t>()), Kind::Bytes); break;
            case 0x8e: pushText(readText(read<std::uint64_t>()), Kind::Bytes); break;
            case '}': push(Kind::Dict); break;
            case ']': push(Kind::List); break;
            case ')': push(Kind::Tuple); break;
            case 't': pushItems(Kind::Tuple, popToMark()); break;
            case 'l': pushItems(Kind::List, popToMark()); break;
            case 'd': {
                const auto items = popToMark();
                push(Kind::Dict);
                setItems(m_stack.back(), items);
                break;
            }
            case 0x85: pushItems(Kind::Tuple, popMany(1)); break;
            case 0x86: pushItems(Kind::Tuple, popMany(2)); break;
            case 0x87: pushItems(Kind::Tuple, popMany(3)); break;
            case 's': {
                const auto items = popMany(2);
                setItems(peek(), items);
                break;
            }
            case 'u': {
                const auto items = popToMark();
                setItems(peek(), items);
                break;
            }
            case 'a': {
                const auto items = popMany(1);
                appendItems(peek(), items);
                break;
            }
            case 'e': {
                const auto items = popToMark();
                appendItems(peek(), items);
                break;
            }
            case 'q': memoize(read<std::uint8_t>()); break;
            case 'r': memoize(read<std::uint32_t>()); break;
            case 'p': memoize(lineNumber()); break;
            case 0x94: memoize(m_memo.size()); break;
            case 'h': recall(read<std::uint8_t>()); break;
            case 'j': recall(read<std::uint32_t>()); break;
            case 'g': recall(lineNumber()); break;
            case 'c': {
                const auto module = readLine();
                pushGlobal(module, readLine());
                break;
            }
            case 0x93: {
                const std::int32_t name = pop(), module = pop();
                if (value(name).kind != Kind::Text || value(module).kind != Kind::Text) refuse("a global has no name");
                pushGlobal(std::string(value(module).text), std::string(value(name).text));
                break;
            }
            case 'R': reduce(); break;
            case 'b': build(); break;
            case 'Q': persistentStorage(); break;
            default: refuse("the pickle holds the instruction " + std::to_string(code) + ", which plain weights never need");
        }
        return false;
    }

    std::vector<std::int32_t> popMany(std::size_t count) {
        std::vector<std::int32_t> items(count);
        for (std::size_t i = count; i-- > 0;)
            items[i] = pop();
        return items;
    }
    std::uint64_t lineNumber() {
        pushDecimal(readLine());
        const std::int64_t number = value(pop()).integer;
        if (number < 0) refuse("a memo entry has a negative number");
        return static_cast<std::uint64_t>(number);
    }
    void pushQuoted(std::string_view line) {
        if (line.size() >= 2 && (line.front() == '\'' || line.front() == '"') && line.back() == line.front())
            line = line.substr(1, line.size() - 2);
        pushText(line);
    }

    std::span<const std::byte> m_bytes;
    const std::string& m_where;
    std::size_t m_position = 0;
    Pickle m_pickle;
    std::vector<std::int32_t> m_stack;
    std::unordered_map<std::uint64_t, std::int32_t> m_memo;
};

}  // namespace

const PickleValue* Pickle::find(const PickleValue& dict, const std::string& key) const {
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2)
        if (at(dict.items[i]).kind == Kind::Text && at(dict.items[i]).text == key) return &at(dict.items[i + 1]);
    return nullptr;
}

Pickle parsePickle(std::span<const std::byte> bytes, const std::string& where) {
    return Machine(bytes, where).run();
}

}  // namespace strata
