// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/damages.h"

namespace strata::test {

namespace {

std::string replaced(std::string content, const std::string& from, const std::string& to) {
    const std::size_t at = content.find(from);
    return at == std::string::npos ? std::string() : content.replace(at, from.size(), to);
}

}  // namespace

std::string flipped(std::string content, std::size_t byte, unsigned bit) {
    content[byte] = static_cast<char>(static_cast<unsigned char>(content[byte]) ^ (1u << bit));
    return content;
}

std::vector<Damage> damagesOf(const BertWeights& model) {
    const std::vector<SavedTensor> saved = savedTensors(model);
    const std::string safetensors = safetensorsFile(saved), zip = torchZip(saved),
                      legacy = torchLegacy(saved);
    std::vector<Damage> all;
    const auto add = [&](const std::string& title, const std::string& content) {
        const char* file = title.rfind("st", 0) == 0 ? "model.safetensors" : "pytorch_model.bin";
        all.push_back({title, file, content});
    };
    // 60 truncated ones.
    for (std::size_t i = 0; i < 20; ++i)
        for (const auto& [name, whole] : {std::pair{"st", &safetensors}, {"zip", &zip}, {"legacy", &legacy}})
            add(std::string(name) + " truncated " + std::to_string(i),
                whole->substr(0, i < 5 ? i * 5 : whole->size() * i / 20 - 1));
    // 96 with one bit flipped: lengths, offsets and names of headers; data where a checksum stands for
    // them.
    const std::size_t header = safetensorsHeader(saved).size();
    for (unsigned i = 0; i < 24; ++i) {
        add("st length bit " + std::to_string(i), flipped(safetensors, i / 3, i % 3 * 3));
        const std::size_t digit = safetensors.find("data_offsets\":[", 8 + header * i / 25) + 15;
        add("st offset bit " + std::to_string(i), flipped(safetensors, digit, i % 3));
        const std::string entry = "archive/data/" + std::to_string(i) + saved[i].bytes;
        add("zip data bit " + std::to_string(i), flipped(zip, zip.find(entry) + entry.size() - 1 - i, i % 8));
        add("zip pickle bit " + std::to_string(i), flipped(zip, zip.find("data.pkl") + 8 + 37 * i, i % 8));
    }
    // Headers that lie.
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {R"("dtype":"F32")", R"("dtype":"F64")"},
             {R"("dtype":"F32")", R"("dtype":"I32")"},
             {R"("dtype":"F32")", R"("dtype":"F24")"},
             {R"("dtype":"F32")", R"("dtype":32)"},
             {R"("shape":[8)", R"("shape":[-8)"},
             {R"("shape":[8)", R"("shape":[9)"},
             {R"("shape":[8)", R"("shape":[8.0)"},
             {R"("shape":[8)", R"("shape":[8,18446744073709551615)"},
             {R"("shape":[8)", R"("shape":[1099511627776,1099511627776,8)"},
             {R"("shape":[8)", R"("shape":[[8])"},
             {R"("data_offsets":[0,)", R"("data_offsets":[4,)"},
             {R"("data_offsets":[0,)", R"("data_offsets":[0,0,)"},
             {R"("data_offsets":[0,)", R"("data_offsets":[18446744073709551615,)"},
             {R"("data_offsets")", R"("offsets")"},
             {"bert.encoder.layer.0", "bert.encoder.layer.9"},
             {"bert.encoder.layer.0", "bert.encoder.layer.1"},
             {R"({"bert)", R"({"__metadata__":{"a":1},"bert)"},
             {R"({"bert)", R"([{"bert)"}})
        add("st says " + to,
            safetensorsFile(replaced(safetensorsHeader(saved), from, to), safetensors.substr(8 + header)));
    add("st hole", safetensorsFile(safetensorsHeader(saved), safetensors.substr(8 + header) + "rest"));
    add("st nested", safetensorsFile(std::string(60000, '['), ""));
    add("st claims 2^63", std::string("\0\0\0\0\0\0\0\x80", 8) + safetensors.substr(8));
    // Pickles that want more than weights.
    for (const std::string call :
         {"cos\nsystem\n", "cposix\nsystem\n", "cbuiltins\neval\n", "c__builtin__\nexec\n",
          "csubprocess\nPopen\n", "ctorch\nload\n", "ctorch.hub\nload\n", "ctorch._utils\n__import__\n",
          "ccollections\nOrderedDict.__init__\n", "(S'true'\nios\nsystem\n",
          "X\2\0\0\0osX\6\0\0\0system\x93"}) {
        // String literals end at a NUL: the last one is put together here.
        const std::string instructions =
            call[0] == 'X' ? PickleWriter().text("os").text("system").raw("\x93").bytes() : call;
        const TorchOptions options{.extraInstructions =
                                       instructions + "X\4" + std::string(3, '\0') + "true\x85R0"};
        add("zip calls " + call, torchZip(saved, options));
        add("legacy calls " + call, torchLegacy(saved, options));
    }
    // Storages and pickles that lie about sizes.
    for (const std::int64_t items :
         {std::int64_t{-1}, std::int64_t{1}, std::int64_t{1000000000}, std::int64_t{1} << 60}) {
        add("zip storage " + std::to_string(items), torchZip(saved, {.claimMoreItems = items}));
        add("legacy storage " + std::to_string(items), torchLegacy(saved, {.claimMoreItems = items}));
    }
    const auto pickle = [&](const std::string& title, const std::string& bytes) {
        add("zip pickle " + title, zipFile({{"archive/data.pkl", bytes}}));
    };
    pickle("text of 2^60 bytes", "\x80\4\x8d" + std::string("\0\0\0\0\0\0\0\x10", 8) + "abc.");
    pickle("long of 2^31 bytes", "\x80\2\x8b" + std::string("\xff\xff\xff\x7f", 4) + ".");
    pickle("deep lists", "\x80\2" + std::string(40000, ']') + std::string(39999, 'a') + ".");
    pickle("marks", "\x80\2" + std::string(100000, '(') + ".");
    pickle("a million values", "\x80\2" + std::string(1000000, 'N') + ".");
    pickle("endless steps", "\x80\2N" + replaced(std::string(24000000, '2'), "\1", ""));
    pickle("memo of a million", "\x80\2N" + std::string(1000000, '\x94') + ".");
    pickle("itself", "\x80\2}q" + std::string(1, '\0') + "X\1" + std::string(3, '\0') + "ah" +
                         std::string(1, '\0') + "s.");
    // One text of 1 MiB as the key of 5,000 storages: must not be copied 5,000 times.
    std::string keys = PickleWriter().raw("\x80\2").text(std::string(1u << 20u, 'k')).raw("q\1").bytes();
    for (int i = 0; i < 5000; ++i)
        keys += PickleWriter()
                    .raw("(")
                    .text("storage")
                    .global("torch", "FloatStorage")
                    .raw("h\1")
                    .text("cpu")
                    .integer(1)
                    .raw("tQ")
                    .bytes();
    pickle("long storage keys", keys + ".");
    // A tuple of 200,000 items as the arguments of 50,000 calls: must not be copied 50,000 times.
    std::string calls = "\x80\2(" + std::string(200000, 'N') + "tq\1";
    for (int i = 0; i < 50000; ++i)
        calls += i == 0 ? "ctorch._utils\n_rebuild_tensor_v2\nq\2h\1R0" : "h\2h\1R0";
    pickle("long arguments", calls + ".");
    add("zip twice", zipFile({{"a/data.pkl", statePickle(saved)}, {"a/data.pkl", "."}}));
    add("zip two tops", zipFile({{"a/data.pkl", statePickle(saved)}, {"b/data.pkl", "."}}));
    add("zip leaves", zipFile({{"../data.pkl", statePickle(saved)}}));
    add("zip script",
        zipFile({{"a/data.pkl", statePickle(saved)}, {"a/code/x.py", ""}, {"a/constants.pkl", "."}}));
    add("bin page", "<!DOCTYPE html><html>404</html>");
    add("bin pointer", "version https://git-lfs.github.com/spec/v1\n");
    add("bin tar", std::string(257, 'x') + "ustar" + std::string(300, '\0'));
    return all;
}

}  // namespace strata::test
