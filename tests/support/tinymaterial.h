// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "checkpoint/bertweights.h"

#include <QByteArray>
#include <QString>

namespace strata::test {

/// Material small enough for tests, made when they run: a vocabulary of whole words, random BERTs over it,
/// and sentences in CoNLL-U whose tags follow from their words.

constexpr int kTinyLayers = 2;
constexpr int kTinyHidden = 32;
constexpr int kTinyPositions = 24;

QByteArray tinyVocabulary();
/// A checkpoint folder as Hugging Face lays it out: config.json, model.safetensors, vocab.txt,
/// tokenizer_config.json.
void writeTinyCheckpoint(const QString& folder, std::uint64_t seed);
QByteArray tinyConllu(int sentences, std::uint64_t seed);
/// checkpoints/tiny-seed_{0,1}-step_{0,10}, train.conllu, dev.conllu and pos.json below `folder`.
void writeTinyExperiment(const QString& folder);
void writeFile(const QString& path, const QByteArray& content);

}  // namespace strata::test
