// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "tinymaterial.h"

#include "base/error.h"
#include "base/randomstream.h"
#include "bert/encoder.h"

#include <QDir>
#include <QFile>

namespace strata::test {

namespace {

struct TinyWord {
    const char* form;
    const char* tag;
};
constexpr TinyWord kWords[] = {{"the", "DET"},     {"a", "DET"},      {"dog", "NOUN"},  {"stone", "NOUN"},
                               {"river", "NOUN"},  {"layer", "NOUN"}, {"sees", "VERB"}, {"finds", "VERB"},
                               {"covers", "VERB"}, {"old", "ADJ"},    {"deep", "ADJ"},  {".", "PUNCT"}};

BertConfig tinyConfig() {
    BertConfig config;
    config.layers = kTinyLayers;
    config.hidden = kTinyHidden;
    config.heads = 4;
    config.intermediate = 48;
    config.vocabulary = static_cast<int>(tinyVocabulary().count('\n'));
    config.positions = kTinyPositions;
    return config;
}

}  // namespace

void writeFile(const QString& path, const QByteArray& content) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        throw Error("Cannot write test material", path.toStdString());
}

QByteArray tinyVocabulary() {
    QByteArray text = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
    for (const TinyWord& word : kWords)
        text += QByteArray(word.form) + '\n';
    return text + "##s\n";
}

void writeTinyCheckpoint(const QString& folder, std::uint64_t seed) {
    QDir().mkpath(folder);
    writeBertCheckpoint(folder.toStdString(), randomBertWeights(tinyConfig(), seed));
    writeFile(folder + "/vocab.txt", tinyVocabulary());
    writeFile(folder + "/tokenizer_config.json", "{\"do_lower_case\": true}");
}

QByteArray tinyConllu(int sentences, std::uint64_t seed) {
    RandomStream random(seed);
    QByteArray text;
    for (int sentence = 0; sentence < sentences; ++sentence) {
        text += "# sent_id = s" + QByteArray::number(sentence) + "\n";
        const int length = 3 + static_cast<int>(random.below(6));
        for (int i = 1; i <= length; ++i) {
            const TinyWord& word = kWords[random.below(std::size(kWords))];
            text += QByteArray::number(i) + "\t" + word.form + "\t_\t" + word.tag + "\t_\t_\t0\troot\t_\t_\n";
        }
        text += "\n";
    }
    return text;
}

void writeTinyExperiment(const QString& folder) {
    for (const int seed : {0, 1})
        for (const int step : {0, 10})
            writeTinyCheckpoint(
                folder + QStringLiteral("/checkpoints/tiny-seed_%1-step_%2").arg(seed).arg(step),
                static_cast<std::uint64_t>(100 + seed * 1000 + step));
    writeFile(folder + "/train.conllu", tinyConllu(80, 1));
    writeFile(folder + "/dev.conllu", tinyConllu(40, 2));
    writeFile(folder + "/pos.json", R"({"name": "tiny", "checkpoints": ["checkpoints/tiny-*"],
        "tasks": [{"type": "pos", "tags": "upos", "train": "train.conllu", "dev": "dev.conllu", "score": "dev"}],
        "probes": [{"preset": "zertuche-liu-2021", "layers": "all", "mix": true, "seeds": [0],
                    "set": {"epochs": 3, "learning_rate": 0.01}}]})");
}

}  // namespace strata::test
