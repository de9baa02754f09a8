// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as damage to a file of hidden states: one with a damaged head or another length must not be believed,
// any other must be readable to its last state. A file is accepted only with the very head that its layout
// has, which arbitrary bytes would never have.
#include "activations/activationfile.h"
#include "fuzz/scratchfolder.h"

#include <cstdlib>
#include <cstring>

namespace {

using namespace strata;

/// Takes bytes from the input; zeros when it has ended.
class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : m_data(data), m_size(size) {}
    bool hasMore() const { return m_size > 0; }
    std::uint32_t byte() {
        if (m_size == 0) return 0;
        --m_size;
        return *m_data++;
    }
    std::uint32_t word() {
        const std::uint32_t low = byte();
        return low + 256 * byte();
    }

  private:
    const std::uint8_t* m_data;
    std::size_t m_size;
};

ActivationLayout layoutFrom(Input& input) {
    ActivationLayout layout;
    layout.numberType = input.byte() % 2 ? NumberType::BFloat16 : NumberType::Float32;
    layout.layers = static_cast<std::int32_t>(input.byte() % 4);
    layout.hidden = static_cast<std::int32_t>(1 + input.byte() % 5);
    layout.key = std::string(32, 'a');
    layout.pieces.resize(input.byte() % 8);
    for (std::int32_t& count : layout.pieces)
        count = static_cast<std::int32_t>(input.byte() % 9);
    return layout;
}

void readAll(const Activations& activations) {
    for (std::size_t sentence = 0; sentence < activations.sentences(); ++sentence) {
        activations.willNeed(sentence);
        std::vector<float> states(
            static_cast<std::size_t>(activations.pieces(sentence) * activations.hidden()));
        for (int layer = 0; layer <= activations.layers(); ++layer) {
            activations.read(sentence, layer, states);
            const std::span<const float> view = activations.view(sentence, layer);
            if (!view.empty() && std::memcmp(view.data(), states.data(), view.size_bytes()) != 0)
                std::abort();
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static strata::fuzz::ScratchFolder folder;
    Input input(data, size);
    const ActivationLayout layout = layoutFrom(input);
    const std::string head = layout.header();
    std::string file = head;
    file.resize(layout.tableOffset(), '\1');
    const auto offsets = layout.offsets();
    for (std::size_t sentence = 0; sentence < layout.pieces.size(); ++sentence)
        for (std::size_t layer = 0; layer <= static_cast<std::size_t>(layout.layers); ++layer) {
            const std::size_t bytes = static_cast<std::size_t>(layout.pieces[sentence] * layout.hidden) *
                                      static_cast<std::size_t>(layout.itemSize());
            const std::span stored(file.data() + offsets[sentence] + layer * bytes, bytes);
            const std::uint64_t hash = stateHash(
                sentence * (static_cast<std::size_t>(layout.layers) + 1) + layer, std::as_bytes(stored));
            file.append(reinterpret_cast<const char*>(&hash), sizeof hash);
        }
    const std::string whole = file;
    while (input.hasMore()) {
        const std::uint32_t what = input.byte(), at = input.word();
        if (what == 0xFF)
            file.resize(at);
        else if (at < file.size())
            file[at] = static_cast<char>(what);
    }
    const auto activations = openActivations(folder.write("file.act", file), layout);
    // Only the gap between header and states may hold anything.
    const std::size_t states = layout.dataOffset();
    const bool isGood = file.size() == whole.size() && file.compare(0, head.size(), head) == 0 &&
                        file.compare(states, std::string::npos, whole, states) == 0;
    if ((activations != nullptr) != isGood) std::abort();
    if (activations) readAll(*activations);
    return 0;
}
