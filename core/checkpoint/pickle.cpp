// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/pickle.h"

#include "base/printable.h"
#include "checkpoint/picklestack.h"

#include <array>

namespace strata {

namespace {

constexpr std::size_t kMaxKeyBytes = 128;  // of a storage key; torch writes numbers
constexpr std::size_t kMaxSteps = 10'000'000;
constexpr std::size_t kMaxRank = 16;
constexpr std::size_t kMaxArguments = 8;

constexpr std::array<std::string_view, 10> kStorageTypes{
    "DoubleStorage", "FloatStorage", "HalfStorage", "BFloat16Storage", "LongStorage",
    "IntStorage",    "ShortStorage", "CharStorage", "ByteStorage",     "BoolStorage"};

/// The torch half: the few globals that plain weights name, and the instructions.
class Machine : private PickleStack {
  public:
    using PickleStack::PickleStack;

    Pickle run() {
        std::size_t steps = 0;
        while (!step()) {
            if (++steps > kMaxSteps) refuse("the pickle is longer than any weights need");
            checkStack();
        }
        m_pickle.bytesUsed = m_position;
        return std::move(m_pickle);
    }

  private:
    void pushGlobal(std::string_view module, std::string_view name) {
        bool isKnown =
            (module == "collections" && name == "OrderedDict") ||
            (module == "torch._utils" &&
             (name == "_rebuild_tensor_v2" || name == "_rebuild_tensor" || name == "_rebuild_parameter"));
        for (const std::string_view type : kStorageTypes)
            isKnown = isKnown || (module == "torch" && name == type);
        if (!isKnown)
            refuse("it names " + printable(module, 80) + "." + printable(name, 80) +
                   ", which is no part of plain weights");
        pushText(std::string(module) + " " + std::string(name), Kind::Global);
    }
    std::vector<std::int64_t> numbers(Index tuple, const char* what) {
        const PickleValue& from = value(tuple);
        if (from.kind != Kind::Tuple || from.items.size() > kMaxRank)
            refuse(std::string("the ") + what + " of a tensor is not a tuple of at most 16 numbers");
        std::vector<std::int64_t> out;
        for (const Index item : from.items) {
            if (value(item).kind != Kind::Int)
                refuse(std::string("the ") + what + " of a tensor holds something else than numbers");
            if (value(item).integer < 0) refuse(std::string("the ") + what + " of a tensor is negative");
            out.push_back(value(item).integer);
        }
        return out;
    }

    void rebuildTensor(const std::vector<Index>& arguments) {
        if (arguments.size() < 4 || value(arguments[0]).kind != Kind::Storage ||
            value(arguments[1]).kind != Kind::Int)
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
        if (tensor.size.size() != tensor.stride.size())
            refuse("size and stride of a tensor differ in length");
        push(std::move(tensor));
    }

    void reduce() {
        const Index arguments = pop(), callee = pop();
        if (value(callee).kind != Kind::Global || value(arguments).kind != Kind::Tuple)
            refuse("the pickle calls what cannot be called");
        const std::string name = value(callee).text;
        // Checked before the copy: a long tuple, recalled again and again, would cost quadratic time.
        if (value(arguments).items.size() > kMaxArguments)
            refuse("the pickle calls " + name + " with too much");
        const std::vector<Index> items = value(arguments).items;
        if (name == "collections OrderedDict") {
            push(Kind::Dict);
            if (!items.empty()) fillFromPairs(peek(), items);
        } else if (name == "torch._utils _rebuild_parameter") {
            if (items.empty() || value(items[0]).kind != Kind::Tensor)
                refuse("a parameter is rebuilt from no tensor");
            pushAgain(items[0]);
        } else if (name == "torch._utils _rebuild_tensor_v2" || name == "torch._utils _rebuild_tensor") {
            rebuildTensor(items);
        } else {
            refuse("the pickle calls " + name);
        }
    }

    /// Python 2 saved an OrderedDict as a call with one list of [key, value] lists.
    void fillFromPairs(Index dict, const std::vector<Index>& arguments) {
        const auto isSequence = [&](Index index) {
            return value(index).kind == Kind::List || value(index).kind == Kind::Tuple;
        };
        if (arguments.size() != 1 || !isSequence(arguments[0]))
            refuse("an OrderedDict is made from arguments");
        const std::size_t pairs = value(arguments[0]).items.size();
        for (std::size_t i = 0; i < pairs; ++i) {
            const Index pair = value(arguments[0]).items[i];
            if (!isSequence(pair) || value(pair).items.size() != 2)
                refuse("an OrderedDict is made from no pairs");
            extend(dict, {value(pair).items[0], value(pair).items[1]});
        }
    }

    void persistentStorage() {
        const Index id = pop();
        if (value(id).kind != Kind::Tuple || value(id).items.size() < 5 || value(id).items.size() > 6)
            refuse("a storage is not described as torch does");
        const std::vector<Index> items = value(id).items;
        if (value(items[0]).kind != Kind::Text || value(items[0]).text != "storage" ||
            value(items[1]).kind != Kind::Global || value(items[2]).kind != Kind::Text ||
            value(items[3]).kind != Kind::Text || value(items[4]).kind != Kind::Int)
            refuse("a storage is not described as torch does");
        if (items.size() > 5 && value(items[5]).kind != Kind::None)
            refuse("storage views of very old files are not supported");
        PickleValue storage;
        for (const std::string_view type : kStorageTypes)
            if (value(items[1]).text == "torch " + std::string(type)) storage.storageType = type;
        if (storage.storageType.empty()) refuse("a storage has the foreign type " + value(items[1]).text);
        if (value(items[2]).text.size() > kMaxKeyBytes) refuse("the key of a storage is too long");
        if (!isDevice(value(items[3]).text))
            refuse("a storage was saved on the device \"" + printable(value(items[3]).text, 80) + "\"");
        if (value(items[4]).integer < 0) refuse("a storage has a negative length");
        storage.kind = Kind::Storage;
        storage.text = value(items[2]).text;
        storage.integer = value(items[4]).integer;
        push(std::move(storage));
    }

    /// "cpu", "cuda:0", "mps", …: letters, then perhaps a number. Where it lay does not matter here.
    static bool isDevice(std::string_view text) {
        const auto isLetter = [](char c) { return c >= 'a' && c <= 'z'; };
        const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
        std::size_t at = 0;
        while (at < text.size() && isLetter(text[at]))
            ++at;
        if (at == 0 || at > 16 || text.size() > 24) return false;
        if (at < text.size() && text[at++] != ':') return false;
        while (at < text.size() && isDigit(text[at]))
            ++at;
        return at == text.size();
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
                if (const auto protocol = read<std::uint8_t>(); protocol > 5)
                    refuse("pickle protocol " + std::to_string(protocol) + " is unknown");
                break;
            case 0x95:
                read<std::uint64_t>();
                break;
            case '.':
                m_pickle.top = pop();
                return true;
            case '(':
                push(Kind::Mark);
                break;
            case '0':
                pop();
                break;
            case '1':
                popToMark();
                break;
            case '2':
                pushAgain(peek());
                break;
            case 'N':
                push(Kind::None);
                break;
            case 0x88:
                pushInt(1, Kind::Bool);
                break;
            case 0x89:
                pushInt(0, Kind::Bool);
                break;
            case 'J':
                pushInt(read<std::int32_t>());
                break;
            case 'K':
                pushInt(read<std::uint8_t>());
                break;
            case 'M':
                pushInt(read<std::uint16_t>());
                break;
            case 'I':
                pushDecimal(readLine());
                break;
            case 'L':
                pushDecimal(readLine());
                break;
            case 0x8a:
                pushLong(readText(read<std::uint8_t>()));
                break;
            case 0x8b:
                pushLong(readText(read<std::uint32_t>()));
                break;
            case 'G':
                read<std::uint64_t>();
                push(Kind::Float);
                break;
            case 'F':
                readLine();
                push(Kind::Float);
                break;
            case 0x8c:
                pushText(readText(read<std::uint8_t>()));
                break;
            case 'X':
                pushText(readText(read<std::uint32_t>()));
                break;
            case 0x8d:
                pushText(readText(read<std::uint64_t>()));
                break;
            case 'V':
                pushText(readLine());
                break;
            case 'U':
                pushText(readText(read<std::uint8_t>()));
                break;
            case 'T':
                pushText(readText(read<std::uint32_t>()));
                break;
            case 'S':
                pushQuoted(readLine());
                break;
            case 'C':
                pushText(readText(read<std::uint8_t>()), Kind::Bytes);
                break;
            case 'B':
                pushText(readText(read<std::uint32_t>()), Kind::Bytes);
                break;
            case 0x8e:
                pushText(readText(read<std::uint64_t>()), Kind::Bytes);
                break;
            case '}':
                push(Kind::Dict);
                break;
            case ']':
                push(Kind::List);
                break;
            case ')':
                push(Kind::Tuple);
                break;
            case 't':
                pushItems(Kind::Tuple, popToMark());
                break;
            case 'l':
                pushItems(Kind::List, popToMark());
                break;
            case 'd': {
                const auto items = popToMark();
                push(Kind::Dict);
                setItems(peek(), items);
                break;
            }
            case 0x85:
                pushItems(Kind::Tuple, popMany(1));
                break;
            case 0x86:
                pushItems(Kind::Tuple, popMany(2));
                break;
            case 0x87:
                pushItems(Kind::Tuple, popMany(3));
                break;
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
            case 'q':
                memoize(read<std::uint8_t>());
                break;
            case 'r':
                memoize(read<std::uint32_t>());
                break;
            case 'p':
                memoize(readLineNumber());
                break;
            case 0x94:
                memoizeNext();
                break;
            case 'h':
                recall(read<std::uint8_t>());
                break;
            case 'j':
                recall(read<std::uint32_t>());
                break;
            case 'g':
                recall(readLineNumber());
                break;
            case 'c': {
                const auto module = readLine();
                pushGlobal(module, readLine());
                break;
            }
            case 0x93: {
                const Index name = pop(), module = pop();
                if (value(name).kind != Kind::Text || value(module).kind != Kind::Text)
                    refuse("a global has no name");
                pushGlobal(std::string(value(module).text), std::string(value(name).text));
                break;
            }
            case 'R':
                reduce();
                break;
            case 'b':
                build();
                break;
            case 'Q':
                persistentStorage();
                break;
            default:
                refuse("the pickle holds the instruction " + std::to_string(code) +
                       ", which plain weights never need");
        }
        return false;
    }
};

}  // namespace

const PickleValue* Pickle::find(const PickleValue& dict, const std::string& key) const {
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2)
        if (at(dict.items[i]).kind == PickleValue::Kind::Text && at(dict.items[i]).text == key)
            return &at(dict.items[i + 1]);
    return nullptr;
}

Pickle parsePickle(std::span<const std::byte> bytes, const std::string& where) {
    return Machine(bytes, where).run();
}

}  // namespace strata
