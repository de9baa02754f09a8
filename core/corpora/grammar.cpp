// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "corpora/grammar.h"

#include "base/file.h"
#include "base/randomstream.h"

#include <array>
#include <set>
#include <span>

namespace strata {

namespace {

/// Words that are nouns and verbs alike: only the sentence tells which.
constexpr std::array kNounOrVerb{"record", "light", "watch", "play", "walk", "plan",  "answer", "paint",
                                 "start",  "call",  "move",  "rest", "cook", "guard", "farm",   "help"};
/// Words that are nouns and adjectives alike.
constexpr std::array kNounOrAdjective{"cold", "green", "young", "present", "novel", "giant"};
/// Words that are adjectives and adverbs alike.
constexpr std::array kAdjectiveOrAdverb{"fast", "hard", "late", "early", "straight"};
constexpr std::array kNouns{"dog",   "teacher", "river", "garden", "letter", "doctor", "window", "bird",
                            "child", "village", "horse", "king",   "poet",   "tree",   "road",   "ship"};
constexpr std::array kVerbs{"find", "visit", "bring", "follow", "clean",
                            "love", "fear",  "need",  "own",    "miss"};
constexpr std::array kSpeechVerbs{"know", "think", "say", "hope"};
constexpr std::array kAdjectives{"small", "quiet", "strange", "wise", "happy", "old", "bright", "poor"};
constexpr std::array kAdverbs{"often", "never", "slowly", "quickly", "always", "gladly"};
constexpr std::array kNames{"Anna", "Bruno", "Clara", "David", "Elena", "Felix", "Greta", "Hugo"};
constexpr std::array kAuxiliaries{"can", "will", "must", "may"};
constexpr std::array kPrepositions{"near", "in", "with", "under", "behind", "to"};
constexpr std::array kNumbers{"two", "three", "four", "ten"};

class SentenceMaker {
  public:
    explicit SentenceMaker(RandomStream random) : m_random(random) {}

    Sentence make() {
        if (chance(12)) {
            imperative();
        } else {
            clause(true);
            if (chance(22)) {
                word(chance(50) ? "and" : "but", "CCONJ");
                clause(true);
            } else if (chance(18)) {
                word(chance(50) ? "because" : "while", "SCONJ");
                clause(true);
            }
        }
        word(chance(85) ? "." : "!", "PUNCT");
        return std::move(m_sentence);
    }

  private:
    bool chance(std::uint32_t percent) { return m_random.below(100) < percent; }
    std::string pick(std::span<const char* const> words) {
        return words[m_random.below(static_cast<std::uint32_t>(words.size()))];
    }
    void word(const std::string& form, const char* tag) {
        const auto at = static_cast<std::int32_t>(m_sentence.words.size());
        m_sentence.words.push_back(form);
        m_sentence.targets.push_back({{at, at + 1}, std::nullopt, {tag}});
    }

    std::string nounStem() {
        if (chance(40)) return pick(kNounOrVerb);
        return chance(12) ? pick(kNounOrAdjective) : pick(kNouns);
    }
    std::string verbStem() { return chance(55) ? pick(kNounOrVerb) : pick(kVerbs); }
    static std::string withEnding(const std::string& stem, const std::string& ending) {
        return stem + ending;
    }

    void adjective() {
        if (chance(25)) return word(pick(kAdjectiveOrAdverb), "ADJ");
        word(chance(30) ? pick(kNounOrAdjective) : pick(kAdjectives), "ADJ");
    }

    /// A noun phrase. @return true when it is plural
    bool nounPhrase(bool isSubject) {
        if (chance(18)) {
            word(pick(kNames), "PROPN");
            return false;
        }
        if (chance(16)) {
            const bool isPlural = chance(40);
            word(isSubject ? (isPlural ? "they" : (chance(50) ? "she" : "he"))
                           : (isPlural ? "them" : (chance(50) ? "her" : "him")),
                 "PRON");
            return isPlural;
        }
        bool isPlural = chance(40);
        if (isPlural && chance(35)) {
            word(pick(kNumbers), "NUM");
        } else {
            static constexpr std::array singular{"the", "a", "that", "her", "his"},
                plural{"the", "these", "her", "his", "many"};
            const std::string determiner = isPlural ? pick(plural) : pick(singular);
            const bool owns = determiner == "her" || determiner == "his";
            word(determiner, owns ? "PRON" : determiner == "many" ? "ADJ" : "DET");
        }
        if (chance(38)) adjective();
        word(isPlural ? withEnding(nounStem(), "s") : nounStem(), "NOUN");
        if (chance(20)) {  // what stands between the noun and its verb must not decide the verb's form
            word(pick(kPrepositions), "ADP");
            word("the", "DET");
            if (chance(25)) adjective();
            word(chance(50) ? withEnding(nounStem(), "s") : nounStem(), "NOUN");
        }
        return isPlural;
    }

    void complement() {
        const std::uint32_t kind = m_random.below(100);
        if (kind < 62) {
            nounPhrase(false);
        } else if (kind < 80) {
            word(pick(kPrepositions), "ADP");
            nounPhrase(false);
        }
        if (chance(28)) word(chance(55) ? pick(kAdjectiveOrAdverb) : pick(kAdverbs), "ADV");
    }

    void verbPhrase(bool isPlural, bool mayNest) {
        if (chance(14)) word(pick(kAdverbs), "ADV");
        const std::uint32_t kind = m_random.below(100);
        if (kind < 14) {
            word(isPlural ? "are" : "is", "AUX");
            adjective();
        } else if (kind < 28) {
            word(isPlural ? "are" : "is", "AUX");
            word(withEnding(verbStem(), "ing"), "VERB");
            complement();
        } else if (kind < 46) {
            word(pick(kAuxiliaries), "AUX");
            if (chance(25)) word("not", "PART");
            word(verbStem(), "VERB");
            complement();
        } else if (kind < 56 && mayNest) {
            const std::string verb = pick(kSpeechVerbs);
            word(isPlural ? verb : withEnding(verb, "s"), "VERB");
            word("that", "SCONJ");
            clause(false);
        } else if (kind < 66) {
            word(isPlural ? "need" : "needs", "VERB");
            word("to", "PART");
            word(verbStem(), "VERB");
            complement();
        } else if (kind < 82) {
            word(withEnding(verbStem(), "ed"), "VERB");
            complement();
        } else {
            const std::string verb = verbStem();
            word(isPlural ? verb : withEnding(verb, "s"), "VERB");
            complement();
        }
    }

    void clause(bool mayNest) {
        const bool isPlural = nounPhrase(true);
        verbPhrase(isPlural, mayNest);
    }

    void imperative() {
        if (chance(40)) word("please", "INTJ");
        word(verbStem(), "VERB");
        nounPhrase(false);
        if (chance(40)) word(chance(60) ? pick(kAdjectiveOrAdverb) : pick(kAdverbs), "ADV");
    }

    RandomStream m_random;
    Sentence m_sentence;
};

}  // namespace

Corpus DemoLanguage::sentences(std::int64_t first, std::int64_t count) const {
    Corpus corpus;
    corpus.file = "demo";
    for (std::int64_t i = first; i < first + count; ++i) {
        Sentence sentence =
            SentenceMaker(RandomStream(m_seed * 0x9E3779B97F4A7C15ull + static_cast<std::uint64_t>(i),
                                       static_cast<std::uint64_t>(i)))
                .make();
        sentence.id = "demo-" + std::to_string(i);
        corpus.sentences.push_back(std::move(sentence));
    }
    return corpus;
}

std::vector<std::string> DemoLanguage::vocabulary() {
    std::vector<std::string> pieces{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    std::set<std::string> words{".",    "!",   "and", "but", "because", "while", "they",  "she",   "he",
                                "them", "her", "him", "the", "a",       "that",  "these", "his",   "many",
                                "is",   "are", "not", "to",  "please",  "##s",   "##ed",  "##ing", "##ly"};
    const auto add = [&](std::span<const char* const> list) {
        for (const std::string word : list) {
            std::string lower = word;
            lower[0] = static_cast<char>(lower[0] | 0x20);  // names: the demo's model is uncased
            words.insert(lower);
        }
    };
    for (const auto list :
         {std::span<const char* const>(kNounOrVerb), std::span<const char* const>(kNounOrAdjective),
          std::span<const char* const>(kAdjectiveOrAdverb), std::span<const char* const>(kNouns),
          std::span<const char* const>(kVerbs), std::span<const char* const>(kSpeechVerbs),
          std::span<const char* const>(kAdjectives), std::span<const char* const>(kAdverbs),
          std::span<const char* const>(kNames), std::span<const char* const>(kAuxiliaries),
          std::span<const char* const>(kPrepositions), std::span<const char* const>(kNumbers)})
        add(list);
    pieces.insert(pieces.end(), words.begin(), words.end());
    return pieces;
}

void writeConllu(const Corpus& corpus, const std::filesystem::path& file) {
    std::string text;
    for (const Sentence& sentence : corpus.sentences) {
        text += "# sent_id = " + sentence.id + "\n";
        for (std::size_t i = 0; i < sentence.words.size(); ++i)
            text += std::to_string(i + 1) + "\t" + sentence.words[i] + "\t_\t" +
                    sentence.targets[i].labels.front() + "\t_\t_\t_\t_\t_\t_\n";
        text += "\n";
    }
    writeFileAtomically(file, text);
}

}  // namespace strata
