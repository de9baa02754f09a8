// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "activations/encodedtext.h"
#include "checkpoint/bertconfig.h"
#include "experiment/spec.h"
#include "store/values.h"

#include <map>
#include <memory>
#include <stop_token>

namespace strata {

/// A task's annotated text, read once.
struct TaskMaterial {
    Corpus train, scored;
    std::optional<Corpus> dev;        ///< when another split is scored: what probes may be chosen on
    std::vector<std::string> labels;  ///< of train, dev and test together
    std::string dataHash;  ///< text, labels and limits: what the results depend on beside the tokenizer
};

/// The texts of an experiment, read and cut into pieces once each. One thread.
class Material {
  public:
    /// @throws Error naming file and line
    const TaskMaterial& task(const TaskSpec& spec);
    /// The tokenizer of a checkpoint folder; equal ones are kept once.
    const Tokenizer& tokenizer(const std::filesystem::path& checkpointFolder);
    struct Texts {
        PieceCorpus train, scored;
        std::optional<PieceCorpus> dev;
    };
    const Texts& texts(const TaskSpec& spec, const Tokenizer& tokenizer, int positions);

  private:
    std::map<std::string, std::unique_ptr<TaskMaterial>> m_tasks;
    std::map<std::string, std::shared_ptr<Tokenizer>> m_tokenizers;  ///< by folder
    std::map<std::string, std::unique_ptr<Texts>> m_texts;
};

/// The scored sentences as the workspace keeps them.
std::vector<StoredSentence> storedSentences(const Corpus& corpus);

}  // namespace strata
