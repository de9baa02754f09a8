// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "base/progress.h"
#include "checkpoint/bertconfig.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace strata {

/// A dense row-major tensor widened to float32.
struct FloatTensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// All weights of one BERT under canonical names, whatever file format they came from:
///   embeddings.word_embeddings.weight [V,H], embeddings.position_embeddings.weight,
///   embeddings.token_type_embeddings.weight, embeddings.LayerNorm.weight / .bias,
///   encoder.layer.<i>.attention.self.{query,key,value}.{weight,bias},
///   encoder.layer.<i>.attention.output.dense.*, encoder.layer.<i>.attention.output.LayerNorm.*,
///   encoder.layer.<i>.intermediate.dense.*, encoder.layer.<i>.output.dense.*,
///   encoder.layer.<i>.output.LayerNorm.*, pooler.dense.* (optional), cls.predictions.transform.dense.*,
///   cls.predictions.transform.LayerNorm.*, cls.predictions.bias, cls.predictions.decoder.weight (only when
///   untied), others of the original (cls.seq_relationship.*).
/// Linear weights are [out, in] as in PyTorch.
struct BertWeights {
    BertConfig config;
    std::map<std::string, FloatTensor> tensors;
    bool hasMlmHead = false;
    std::string mlmHeadProblem;         ///< why there is none, for a message
    std::vector<std::string> warnings;  ///< in words, naming tensors
    std::string nonFinite;              ///< the first of them that tells of nan or inf

    const FloatTensor& at(const std::string& name) const;  ///< @throws Error naming the tensor
};

/// Reads config.json and the weights of a checkpoint folder in any supported form, checks every shape against
/// the config. @throws Error naming file, tensor and reason; Cancelled
BertWeights readBertWeights(const std::filesystem::path& checkpointFolder, const std::stop_token& stop = {},
                            const ProgressSink& progress = {});

enum class StoredType { F32, F16, BF16 };
/// Writes config.json and model.safetensors (Hugging Face names, bert. prefix) atomically; creates the
/// folder.
void writeBertCheckpoint(const std::filesystem::path& folder, const BertWeights& weights,
                         StoredType type = StoredType::F32);

/// Content hash over the encoder and head tensors as float32 values under canonical names: the same for every
/// file format of equal values. @param warnings those of readBertWeights() @throws Error, Cancelled
std::string checkpointContentHash(const BertWeights& weights);
std::string checkpointContentHash(const std::filesystem::path& checkpointFolder,
                                  const std::stop_token& stop = {},
                                  std::vector<std::string>* warnings = nullptr);

}  // namespace strata
