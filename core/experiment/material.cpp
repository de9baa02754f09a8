// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/material.h"

#include "base/error.h"
#include "base/hash.h"

#include <algorithm>
#include <optional>

namespace strata {

namespace {

std::string taskKey(const TaskSpec& spec) {
    return toJson(ExperimentSpec{"", "", {}, {spec}, {}}).dump();
}

const std::filesystem::path& fileOf(const TaskSpec& spec, const std::string& split) {
    return split == "train" ? spec.train : split == "dev" ? spec.dev : spec.test;
}

/// A probe pools one span or two: what one split has, all must have (a file is the same within, the reader
/// sees to it). @throws Error
void refuseMixedSpans(const std::string& task, const std::vector<const Corpus*>& texts) {
    const Corpus* first = nullptr;
    bool isTwo = false;
    for (const Corpus* text : texts) {
        const auto sentence = std::find_if(text->sentences.begin(), text->sentences.end(),
                                           [](const Sentence& one) { return !one.targets.empty(); });
        if (sentence == text->sentences.end()) continue;
        const bool hasTwo = sentence->targets.front().span2.has_value();
        if (first && hasTwo != isTwo)
            throw Error("Cannot use the task \"" + task + "\"",
                        "the targets of '" + first->file.string() + "' have " +
                            (isTwo ? "two spans" : "one span") + ", those of '" + text->file.string() + "' " +
                            (hasTwo ? "two" : "one"));
        if (!first) isTwo = hasTwo;
        first = first ? first : text;
    }
}

}  // namespace

const TaskMaterial& Material::task(const TaskSpec& spec) {
    std::unique_ptr<TaskMaterial>& slot = m_tasks[taskKey(spec)];
    if (slot) return *slot;
    const TagSet tags = spec.tags == "xpos" ? TagSet::Xpos : TagSet::Upos;
    auto material = std::make_unique<TaskMaterial>();
    material->train = readPosCorpus(spec.train, tags);
    material->scored = readPosCorpus(fileOf(spec, spec.score), tags);
    // A split that is given but not used still has its say in the label list, as in the reference.
    std::vector<Corpus> others;
    for (const char* split : {"dev", "test"})
        if (split != spec.score && !fileOf(spec, split).empty())
            others.push_back(readPosCorpus(fileOf(spec, split), tags));
    std::vector<const Corpus*> all{&material->train, &material->scored};
    for (const Corpus& other : others)
        all.push_back(&other);
    if (spec.score != "dev" && !spec.dev.empty()) material->dev = others.front();
    refuseMixedSpans(spec.name, all);
    material->labels = labelsOf(all);
    if (material->labels.empty())
        throw Error("Cannot use the task \"" + spec.name + "\"", "its texts have no labels");
    ContentHash hash;
    hash.add(material->train.contentHash()).add(material->scored.contentHash());
    for (const std::string& label : material->labels)
        hash.add(label);
    hash.add(static_cast<std::uint64_t>(spec.trainLimit)).add(static_cast<std::uint64_t>(spec.maxPieces));
    material->dataHash = hash.hex();
    slot = std::move(material);
    return *slot;
}

const Tokenizer& Material::tokenizer(const std::filesystem::path& folder) {
    std::shared_ptr<Tokenizer>& slot = m_tokenizers[folder.string()];
    if (slot) return *slot;
    auto fresh = std::make_shared<Tokenizer>(Tokenizer::fromFolder(folder));
    for (const auto& [other, known] : m_tokenizers)
        if (known && known->hash() == fresh->hash()) fresh = known;
    slot = fresh;
    return *slot;
}

const Material::Texts& Material::texts(const TaskSpec& spec, const Tokenizer& tokenizer, int positions) {
    std::unique_ptr<Texts>& slot = m_texts[taskKey(spec) + tokenizer.hash() + std::to_string(positions)];
    if (slot) return *slot;
    const TaskMaterial& material = task(spec);
    PieceOptions options;
    options.maxPieces = spec.maxPieces > 0 ? std::min(spec.maxPieces, positions) : positions;
    options.passOverLong = spec.maxPieces > 0;
    options.sentenceLimit = spec.trainLimit;
    auto texts = std::make_unique<Texts>();
    texts->train = toPieces(material.train, tokenizer, material.labels, options);
    // The limit is one of training; everything that is scored is scored, cut where it is longer than the
    // model.
    options.sentenceLimit = 0;
    options.passOverLong = false;
    options.maxPieces = positions;
    texts->scored = toPieces(material.scored, tokenizer, material.labels, options);
    if (material.dev) texts->dev = toPieces(*material.dev, tokenizer, material.labels, options);
    for (const auto& [text, corpus] :
         {std::pair(&texts->train, &material.train), {&texts->scored, &material.scored}})
        if (text->targetCount == 0) {
            const Omission first =
                text->omissions.empty() ? Omission{"it", "has no targets"} : text->omissions.front();
            throw Error("Cannot use the task \"" + spec.name + "\"",
                        "no target of '" + corpus->file.string() +
                            "' is left after tokenisation; first: " + first.where + " (" + first.what + ")",
                        "Raise max_pieces, or look whether text and tokenizer belong together");
        }
    slot = std::move(texts);
    return *slot;
}

std::vector<StoredSentence> storedSentences(const Corpus& corpus) {
    std::vector<StoredSentence> out;
    for (const Sentence& sentence : corpus.sentences) {
        StoredSentence stored{sentence.id, sentence.words, {}};
        for (const Target& target : sentence.targets) {
            const WordSpan second = target.span2.value_or(WordSpan{-1, -1});
            stored.targets.push_back(
                {target.span1.begin, target.span1.end, second.begin, second.end, target.labels});
        }
        out.push_back(std::move(stored));
    }
    return out;
}

}  // namespace strata
