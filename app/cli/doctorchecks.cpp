// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/doctorchecks.h"

#include "app/cli/output.h"
#include "base/error.h"
#include "base/system.h"
#include "base/wording.h"
#include "bert/matrixrate.h"
#include "store/workspace.h"

#include <dnnl.h>
#include <fmt/format.h>

#include <QtGlobal>

#include <cstdlib>
#include <thread>
#include <unistd.h>

namespace strata::cli {

namespace {

using Level = Finding::Level;

constexpr double kSecondsPerRate = 1.0;
constexpr std::uint64_t kGiB = 1ull << 30;

Finding versions() {
    return {Level::Fine,
            "Strata",
            fmt::format("{}, Qt {}, compiled by {}", STRATA_VERSION, qVersion(), __VERSION__),
            {},
            "version",
            STRATA_VERSION};
}

/// oneDNN tells what is loaded; of the others the headers are known that the program was built with.
Finding libraries() {
    const dnnl_version_t* oneDnn = dnnl_version();
    const std::string loaded = fmt::format("{}.{}.{}", oneDnn->major, oneDnn->minor, oneDnn->patch);
    return {Level::Fine,
            "Libraries",
            fmt::format("oneDNN {}; built with libtorch {}, SQLite {}", loaded, STRATA_TORCH_VERSION,
                        STRATA_SQLITE_VERSION),
            {},
            "libraries",
            {{"qt", qVersion()},
             {"onednn", loaded},
             {"libtorch", STRATA_TORCH_VERSION},
             {"sqlite", STRATA_SQLITE_VERSION}}};
}

Finding processor() {
    const ProcessorInfo& info = processorInfo();
    const std::string set = instructionSetText(info);
    Finding finding{Level::Fine, "Processor", info.name + ": " + set, {}, "instruction_set", set};
    if (!info.avx2) {
        finding.level = Level::Notice;
        finding.advice =
            "This processor has no AVX2; encoding will be slow. Any x86-64 of the last ten years is faster.";
    }
    return finding;
}

Finding threads(int asked) {
    const int used = computeThreads();
    const auto there = static_cast<int>(std::thread::hardware_concurrency());
    Finding finding{Level::Fine, "Threads", fmt::format("{} of {} used", used, there), {}, "threads", used};
    if (asked > 0 || used >= there) return finding;
    if (const char* variable = std::getenv("OMP_NUM_THREADS")) {
        finding.level = Level::Notice;
        finding.advice = fmt::format(
            "The variable OMP_NUM_THREADS is \"{}\"; unset it to compute on all processors, or say "
            "--threads.",
            variable);
    } else if (used == 1) {
        finding.level = Level::Notice;
        finding.advice = "Only one thread is used; say --threads to use more.";
    }
    return finding;
}

Finding blas(const MatrixRate& rate) {
    Finding finding{Level::Fine, "BLAS", fmt::format("{}, {:.0f} GFLOP/s", blasName(), rate.blasGflops),
                    {},          "blas", {{"name", blasName()}, {"gflops", rate.blasGflops}}};
    if (isBlasSlow()) {
        finding.level = Level::Serious;
        finding.advice =
            "Pretraining, as the demo does it, is up to fifty times slower on the reference BLAS (probes do "
            "without): install libopenblas0-pthread "
            "(and choose it with update-alternatives --config libblas.so.3-$(arch)-linux-gnu).";
    } else if (rate.blasGflops < rate.gflops / 5) {
        finding.level = Level::Notice;
        finding.advice =
            "The BLAS is much slower than the processor; look which one is chosen: "
            "update-alternatives --display libblas.so.3-$(arch)-linux-gnu.";
    }
    return finding;
}

Finding matrixRate(const MatrixRate& rate) {
    return {Level::Fine, "fp32 rate",   fmt::format("{:.0f} GFLOP/s ({})", rate.gflops, rate.fastest),
            {},          "fp32_gflops", rate.gflops};
}

Finding bf16Rate() {
    if (!processorInfo().multipliesBf16())
        return {Level::Notice,
                "bf16 rate",
                "this processor does not multiply bf16; it is computed in fp32",
                "Use fp32 here: bf16 gains nothing.",
                "bf16_gflops",
                Json()};
    const MatrixRate rate = measureMatrixRate(NumberType::BFloat16, kSecondsPerRate);
    return {Level::Fine, "bf16 rate",   fmt::format("{:.0f} GFLOP/s ({})", rate.gflops, rate.fastest),
            {},          "bf16_gflops", rate.gflops};
}

Finding memory() {
    const MemoryInfo info = memoryInfo();
    Finding finding{Level::Fine,
                    "Memory",
                    fmt::format("{} free of {}", bytesText(info.availableBytes), bytesText(info.totalBytes)),
                    {},
                    "memory_available_bytes",
                    info.availableBytes};
    if (info.totalBytes > 0 && info.availableBytes < 2 * kGiB) {
        finding.level = info.availableBytes < kGiB / 2 ? Level::Serious : Level::Notice;
        finding.advice = "A sweep over a model of BERT-base size wants up to 4 GiB; close other programs.";
    }
    return finding;
}

Finding disk(const std::filesystem::path& workspace) {
    std::error_code problem;
    std::filesystem::path folder = std::filesystem::absolute(workspace.empty() ? "." : workspace, problem);
    while (!std::filesystem::exists(folder, problem) && folder.has_parent_path() &&
           folder != folder.parent_path())
        folder = folder.parent_path();
    const auto space = std::filesystem::space(folder, problem);
    if (problem)
        return {Level::Notice, "Disk", "unknown: " + problem.message(), {}, "disk_free_bytes", Json()};
    Finding finding{Level::Fine,       "Disk",         bytesText(space.available) + " free", {},
                    "disk_free_bytes", space.available};
    if (space.available < 10 * kGiB) {
        finding.level = space.available < kGiB / 2 ? Level::Serious : Level::Notice;
        finding.advice =
            "The activations of a BERT-base on a treebank take some 10 GiB; free space, put the workspace "
            "on another disk, or lower its disk budget.";
    }
    return finding;
}

bool mayBeWritten(const std::filesystem::path& folder) {
    return ::access(folder.c_str(), W_OK) == 0 && ::access((folder / "workspace.sqlite").c_str(), W_OK) == 0;
}

/// What there is to say of a workspace without faults.
void describeSound(Finding& finding, const std::filesystem::path& folder,
                   const Workspace::Condition& condition) {
    const bool isWritable = mayBeWritten(folder);
    if (condition.isOlder) {
        finding.level = Level::Notice;
        finding.found += condition.schemaVersion == 0
                             ? ", but empty: its making was interrupted"
                             : fmt::format(", but of an older version (schema {})", condition.schemaVersion);
        finding.advice = condition.schemaVersion == 0
                             ? "It is finished when it is next opened."
                             : "It is brought to the present version when it is next opened; a backup is put "
                               "beside it before that.";
        if (!isWritable) finding.advice += " For that, copy it to where you may write.";
    } else if (!isWritable) {
        finding.level = Level::Notice;
        finding.found += ", but may only be read";
        finding.advice = "Results can be read and drawn; to run experiments, copy it to where you may write.";
    }
}

Finding checkWorkspace(const std::filesystem::path& folder) {
    Finding finding{Level::Fine, "Workspace",          folder.string() + " is sound",
                    {},          "workspace_problems", Json::array()};
    bool isDamaged = false;
    try {
        const Workspace::Condition condition = Workspace::examine(folder);
        for (const std::string& problem : condition.problems)
            finding.value.push_back(problem);
        isDamaged = !finding.value.empty();
        if (!isDamaged) describeSound(finding, folder, condition);
    } catch (const Error& error) {
        finding.value.push_back(error.attempted() + ": " + error.why());
        finding.advice = error.advice();
        isDamaged = finding.advice.find("damaged") != std::string::npos;
    }
    if (finding.value.empty()) return finding;
    finding.level = Level::Serious;
    finding.found = finding.value[0].get<std::string>();
    if (!finding.advice.empty() && finding.advice.back() != '.') finding.advice += '.';
    if (isDamaged)
        finding.advice += std::string(finding.advice.empty() ? "" : " ") +
                          "Copy workspace.sqlite away before anything else; results can be computed again "
                          "with the same spec in a new workspace.";
    return finding;
}

}  // namespace

std::vector<Finding> examineSystem(const std::filesystem::path& workspace, int threadsAsked) {
    const MatrixRate rate = measureMatrixRate(NumberType::Float32, kSecondsPerRate);
    std::vector<Finding> findings = {versions(),     libraries(),      processor(), threads(threadsAsked),
                                     blas(rate),     matrixRate(rate), bf16Rate(),  memory(),
                                     disk(workspace)};
    if (!workspace.empty()) findings.push_back(checkWorkspace(workspace));
    return findings;
}

}  // namespace strata::cli
