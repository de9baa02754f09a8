// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "activations/encodedtext.h"
#include "base/file.h"
#include "base/progress.h"
#include "bert/encoder.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>

namespace strata {

/// Hidden states of every layer of a text, memory-mapped; per sentence one contiguous block
/// [layer 0…L][piece][hidden] of float32 (or bf16). Read-only, may be read from several threads.
class Activations {
  public:
    virtual ~Activations() = default;
    virtual int layers() const = 0;  ///< L (so L+1 states)
    virtual int hidden() const = 0;
    virtual std::size_t sentences() const = 0;
    virtual int pieces(std::size_t sentence) const = 0;
    /// Copies [pieces, hidden] of one layer, widened to float32. @pre out.size() == pieces*hidden
    virtual void read(std::size_t sentence, int layer, std::span<float> out) const = 0;
    /// The block in place when stored as float32, else empty: [pieces, hidden] of a layer.
    virtual std::span<const float> view(std::size_t sentence, int layer) const = 0;
    virtual void willNeed(std::size_t sentence) const = 0;
    virtual std::uint64_t bytes() const = 0;
};

/// The folder <workspace>/activations: may be deleted at any time, kept under a budget (oldest used go first,
/// files in use never). Files appear under their name only when complete; a killed encoding leaves nothing
/// that is believed.
class ActivationCache {
  public:
    ActivationCache(std::filesystem::path folder, std::uint64_t budgetBytes);

    struct Key {
        std::string checkpointHash;
        std::string textHash;
        NumberType numberType = NumberType::Float32;
    };
    bool contains(const Key& key) const;
    std::uint64_t sizeFor(const BertConfig& config, const PieceCorpus& text, NumberType type) const;
    /// From disk, or encoded now with an encoder that is made only when needed.
    /// @throws Error (disk full, budget too small: says how much is needed), Cancelled
    std::shared_ptr<const Activations> get(const Key& key, const PieceCorpus& text, const BertConfig& config,
                                           const std::function<Encoder&()>& encoder,
                                           const std::stop_token& stop, const ProgressSink& progress);
    const std::filesystem::path& folder() const { return m_folder; }
    std::uint64_t budgetBytes() const { return m_budgetBytes; }
    std::uint64_t bytesUsed() const;
    void clear();

  private:
    void makeFolder() const;

    std::filesystem::path m_folder;
    std::uint64_t m_budgetBytes;
};

}  // namespace strata
