// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
// Bytes as CoNLL-U with either tag set and as jiant's JSON lines.
#include "base/error.h"
#include "base/json.h"
#include "corpora/corpus.h"

#include <cstdlib>

namespace {

using namespace strata;

bool fits(const WordSpan& span, const Sentence& sentence) {
    return span.begin >= 0 && span.begin < span.end &&
           span.end <= static_cast<std::int32_t>(sentence.words.size());
}

/// What everything behind the readers counts on.
void check(const Corpus& corpus) {
    for (const Sentence& sentence : corpus.sentences) {
        for (const std::string& word : sentence.words)
            if (word.empty()) std::abort();
        for (const Target& target : sentence.targets)
            if (!fits(target.span1, sentence) || (target.span2 && !fits(*target.span2, sentence)))
                std::abort();
    }
    // The workspace keeps labels as JSON, which must not fail when the probes are already trained.
    const std::vector<std::string> labels = labelsOf({&corpus});
    if (parseJson(Json(labels).dump(), "labels") != Json(labels)) std::abort();
    if (corpus.contentHash().size() != 32 || corpus.targetCount() < 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const TagSet tags : {TagSet::Upos, TagSet::Xpos}) {
        try {
            check(parseConlluPos(text, tags, "input"));
        } catch (const Error&) {
        }
    }
    try {
        check(parseJiantJsonLines(text, "input"));
    } catch (const Error&) {
    }
    return 0;
}
