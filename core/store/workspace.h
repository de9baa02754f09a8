// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#pragma once

#include "store/values.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>

namespace strata {

/// A workspace folder and its database (WAL, synchronous=FULL, foreign keys on). One object per thread;
/// several objects and processes may use the same folder. The only class that speaks SQL. Every function may
/// throw Error.
class Workspace {
  public:
    enum class Mode { CreateIfMissing, MustExist };
    /// Opens, migrates forward when the schema is older (after a backup beside it), refuses newer schemas
    /// with advice. One that must exist and may not be written to is opened for reading.
    explicit Workspace(const std::filesystem::path& folder, Mode mode = Mode::CreateIfMissing);
    ~Workspace();
    Workspace(Workspace&&) noexcept;

    const std::filesystem::path& folder() const;
    /// Everything that would change it throws.
    bool isReadOnly() const;
    std::filesystem::path activationsFolder() const;
    std::filesystem::path figuresFolder() const;
    std::filesystem::path logsFolder() const;

    // Settings: small texts by key ("threads", "disk_budget_gb", page states …).
    std::optional<std::string> setting(const std::string& key) const;
    void setSetting(const std::string& key, const std::string& value);
    std::map<std::string, std::string> settings() const;

    // Checkpoints, by path.
    std::int64_t upsertCheckpoint(const CheckpointRow& row);  ///< keeps corrected names
    /// @param isByHand false = this is what its folder's name says: a scan may change it again
    void correctCheckpointName(std::int64_t id, const std::string& family, std::optional<int> seed,
                               std::optional<std::int64_t> step, bool isByHand = true);
    void setCheckpointProblem(std::int64_t id, const std::string& problem);
    void setContentHash(std::int64_t id, const std::string& hash);
    std::vector<CheckpointRow> checkpoints() const;
    std::optional<CheckpointRow> checkpoint(std::int64_t id) const;
    void forgetCheckpoints(const std::vector<std::int64_t>& ids);  ///< results stay

    // Data sets.
    std::int64_t upsertDataset(const DatasetRow& row);
    std::vector<DatasetRow> datasets() const;
    void deleteDataset(std::int64_t id);

    // Experiments.
    /// Where its name is taken it becomes "name (2)", …
    std::int64_t addExperiment(const ExperimentRow& row);
    std::vector<ExperimentRow> experiments() const;
    std::optional<ExperimentRow> experiment(std::int64_t id) const;
    /// @param leftOut none = what was stored stays: a plan that fails knows nothing better
    void setExperimentState(std::int64_t id, ExperimentState state, const std::string& failure = {},
                            const std::optional<std::vector<std::string>>& leftOut = {});
    /// @throws Error also when it is gone, when another experiment has the name, when a new name is blank, or
    /// when a new name or note cannot be shown
    void renameExperiment(std::int64_t id, const std::string& name, const std::string& note);
    void moveExperiment(std::int64_t id, std::int64_t position);
    /// With its runs that no other experiment uses. Results of runs that were released before stay.
    void deleteExperiment(std::int64_t id);

    // Runs. One transaction per call.
    std::optional<RunRow> runByKey(const std::string& key) const;
    /// Inserts or finds the run and ties it to the experiment.
    std::int64_t planRun(std::int64_t experimentId, const RunRow& run);
    /// The same for many, all or none. @return their ids, in order
    std::vector<std::int64_t> planRuns(std::int64_t experimentId, const std::vector<RunRow>& runs);
    /// Unties runs (by id and checkpoint) from an experiment that does not consist of them any more. Results
    /// stay for whoever plans the run again; unfinished ones that nobody else plans go.
    void releaseRuns(std::int64_t experimentId, const std::vector<RunRow>& runs);
    void failRun(std::int64_t runId, const std::string& failure);
    /// Everything a finished run leaves, in one transaction; a value that is NaN (not measured) leaves no
    /// row.
    struct RunResult {
        std::vector<Measurement> measurements;
        std::vector<std::string> labels;
        std::map<std::string, std::vector<StoredPrediction>> predictionsByLayer;
        double secondsEncoding = 0, secondsReading = 0, secondsTraining = 0, secondsStoring = 0;
    };
    void finishRun(std::int64_t runId, const RunResult& result);
    std::optional<RunRow> run(std::int64_t runId) const;
    std::vector<RunRow> runs(std::int64_t experimentId) const;
    std::vector<Measurement> measurements(std::int64_t runId) const;
    std::vector<std::string> labels(std::int64_t runId) const;
    std::vector<StoredPrediction> predictions(std::int64_t runId, const std::string& layer) const;

    // Scored texts, by data hash and split.
    void storeSentences(const std::string& dataHash, const std::string& split,
                        const std::vector<StoredSentence>& s);
    bool hasSentences(const std::string& dataHash, const std::string& split) const;
    std::vector<StoredSentence> sentences(const std::string& dataHash, const std::string& split) const;

    /// The view `tidy`, row by row in a fixed order (experiment, family, seed, step, task, …, layer, metric,
    /// label).
    void forEachTidyRow(const std::function<void(const TidyRow&)>& row) const;
    /// One metric of one experiment for all its runs: what a heatmap needs, in one query.
    struct GridRow {
        std::int64_t runId = 0, checkpointId = 0, probeSeed = 0, n = 0;
        std::string family, adaptedFrom, task, split, preset, probe, layer;
        std::optional<int> seed;
        std::optional<std::int64_t> step;
        double value = 0;
    };
    std::vector<GridRow> grid(std::int64_t experimentId, const std::string& metric,
                              const std::string& label = {}) const;
    /// The same, row by row, the rows of a run one after the other: hundreds of thousands need no memory.
    void forEachGridRow(std::int64_t experimentId, const std::string& metric, const std::string& label,
                        const std::function<void(const GridRow&)>& give) const;
    /// What the finished runs of an experiment differ in, each combination once.
    struct RunKind {
        std::int64_t someRunId = 0;
        std::string family, task, split, preset, probe;
        std::optional<int> seed;
    };
    std::vector<RunKind> runKinds(std::int64_t experimentId) const;
    /// Steps of all checkpoints that the experiment's runs are of, finished or not. Empty texts match
    /// everything.
    std::vector<std::optional<std::int64_t>> plannedSteps(std::int64_t experimentId,
                                                          const std::string& family,
                                                          const std::string& adaptedFrom) const;
    std::vector<std::string> metricsOf(std::int64_t experimentId) const;
    /// How many rows of `tidy` each experiment has, by its id; those without any are left out.
    std::map<std::int64_t, std::int64_t> resultCounts() const;
    /// Tasks with finished runs, by checkpoint.
    std::map<std::int64_t, std::vector<std::string>> probedTasks() const;
    /// Changes with every write by anybody: cheap way to notice news (PRAGMA data_version and own counter).
    std::int64_t changeCounter() const;
    /// integrity_check and foreign_key_check; empty = sound.
    std::vector<std::string> check() const;
    struct Condition {
        int schemaVersion = 0;              ///< 0 = its making was interrupted
        bool isOlder = false;               ///< opening it for writing brings it forward
        std::vector<std::string> problems;  ///< as check() tells them
    };
    /// check() for a workspace of this or an older schema, changing nothing in it. @throws Error
    static Condition examine(const std::filesystem::path& folder);

  private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

}  // namespace strata
