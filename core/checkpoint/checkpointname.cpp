// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/cacherevisions.h"
#include "checkpoint/discovery.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

namespace strata {

namespace {

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

bool isSeparator(char c) {
    return c == '-' || c == '_' || c == '.' || c == ' ';
}

struct Number {
    std::int64_t value = 0;
    std::size_t end = 0;
};

/// Digits behind a point that a unit follows, as in "1.5M": what they add in units of 1/1000, and where they
/// end.
std::optional<Number> fractionAt(std::string_view text, std::size_t at) {
    if (at + 1 >= text.size() || text[at] != '.') return std::nullopt;
    Number fraction{0, at + 1};
    for (std::int64_t place = 100;
         fraction.end < text.size() && std::isdigit(static_cast<unsigned char>(text[fraction.end]));
         place /= 10)
        fraction.value += (text[fraction.end++] - '0') * place;
    const bool hasUnit =
        fraction.end < text.size() && (text[fraction.end] == 'k' || text[fraction.end] == 'm');
    const bool hasDigits = fraction.end > at + 1 && fraction.end <= at + 4;
    return hasUnit && hasDigits ? std::optional(fraction) : std::nullopt;
}

/// Reads "20k", "1500", "2M", "1.5M" at a place; the number must end there.
std::optional<Number> numberAt(std::string_view text, std::size_t at, bool allowUnits) {
    std::int64_t value = 0;
    const auto [stop, problem] = std::from_chars(text.data() + at, text.data() + text.size(), value);
    if (problem != std::errc() || value < 0) return std::nullopt;
    auto end = static_cast<std::size_t>(stop - text.data());
    const auto fraction = allowUnits ? fractionAt(text, end) : std::nullopt;
    if (fraction) end = fraction->end;
    if (allowUnits && end < text.size() && (text[end] == 'k' || text[end] == 'm')) {
        const std::int64_t unit = text[end] == 'k' ? 1'000 : 1'000'000;
        if (value > 1'000'000'000 / (unit / 1'000)) return std::nullopt;
        value = value * unit + (fraction ? fraction->value * (unit / 1'000) : 0);
        ++end;
    }
    if (end < text.size() && !isSeparator(text[end])) return std::nullopt;
    return Number{value, end};
}

/// Finds "<word>[-_]<number>" at a word boundary; gives where it begins.
std::optional<std::pair<std::size_t, Number>> keyed(std::string_view text, std::string_view word,
                                                    bool allowUnits) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        if (at > 0 && !isSeparator(text[at - 1])) continue;
        std::size_t begin = at + word.size();
        while (begin < text.size() && isSeparator(text[begin]))
            ++begin;
        if (begin > at + word.size() + 1 && text[begin - 1] == '-')
            continue;  // "step_-1" is a number below 0
        if (const auto number = numberAt(text, begin, allowUnits)) return std::pair(at, *number);
    }
    return std::nullopt;
}

std::string trimmed(std::string text) {
    while (!text.empty() && isSeparator(text.back()))
        text.pop_back();
    while (!text.empty() && isSeparator(text.front()))
        text.erase(text.begin());
    return text;
}

/// The folder name that tells: a Hugging Face cache keeps it two levels up, as models--owner--name.
std::string tellingName(const std::filesystem::path& folder) {
    if (const auto repository = cacheRepository(folder)) {
        std::string name = repository->filename().string();
        if (const std::size_t at = name.rfind("--"); at != std::string::npos) name = name.substr(at + 2);
        return name;
    }
    return (folder / "").parent_path().filename().string();
}

/// What a branch says counts more than the repository's name: that is the same for all its snapshots.
void refine(CheckpointName& name, std::string revision) {
    std::replace(revision.begin(), revision.end(), '/', '-');  // "stage1/step1000"
    const CheckpointName said = parseCheckpointName(revision, {});
    if (said.step) name.step = said.step;
    if (said.seed) name.seed = said.seed;
}

}  // namespace

CheckpointName parseCheckpointName(const std::filesystem::path& folder) {
    const auto repository = cacheRepository(folder);
    return repository ? snapshotName(folder, readCacheRevisions(*repository))
                      : parseCheckpointName(folder, {});
}

CheckpointName parseCheckpointName(const std::filesystem::path& folder, const std::string& revision) {
    const std::string original = tellingName(folder);
    const std::string text = lowered(original);
    CheckpointName name;
    std::size_t familyEnd = text.size();
    std::size_t afterSeed = std::string::npos;
    for (const char* word : {"seed", "s"}) {
        if (const auto seed = keyed(text, word, false); seed && seed->second.value <= 1'000'000'000) {
            name.seed = static_cast<int>(seed->second.value);
            familyEnd = std::min(familyEnd, seed->first);
            afterSeed = seed->second.end;
            break;
        }
    }
    for (const char* word : {"global_step", "step", "steps", "checkpoint", "ckpt", "iter"}) {
        if (const auto step = keyed(text, word, true)) {
            name.step = step->second.value;
            familyEnd = std::min(familyEnd, step->first);
            break;
        }
    }
    if (!name.step && afterSeed != std::string::npos && afterSeed + 1 < text.size()) {
        // "multiberts-seed-0-20k": the number behind the seed is the step.
        if (const auto step = numberAt(text, afterSeed + 1, true)) name.step = step->value;
    }
    std::string family = trimmed(original.substr(0, familyEnd));
    for (const std::string_view prefix : {"finetuned", "adapted", "tapt"}) {
        const std::string low = lowered(family);
        if (low.size() > prefix.size() && low.rfind(prefix, 0) == 0 && isSeparator(low[prefix.size()])) {
            name.adaptedFrom = family.substr(prefix.size() + 1);
            family = name.adaptedFrom;
            break;
        }
    }
    // "seed-1/checkpoint-500": what the folder's own name does not tell, the one above may.
    const std::filesystem::path parent = (folder / "").parent_path().parent_path();
    if (family.empty() && parent.has_filename() && parent.filename() != "snapshots") {
        const CheckpointName above = parseCheckpointName(parent, {});
        family = above.family;
        if (!name.seed) name.seed = above.seed;
        if (name.adaptedFrom.empty()) name.adaptedFrom = above.adaptedFrom;
    }
    if (family.empty()) family = original;
    name.family = family;
    if (!revision.empty()) refine(name, revision);
    return name;
}

}  // namespace strata
