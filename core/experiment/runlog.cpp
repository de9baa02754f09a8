// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "experiment/runlog.h"

#include "base/error.h"
#include "base/wording.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <fstream>

namespace strata {

namespace {

constexpr std::size_t kMostBytes = 2u << 20u;  ///< of each of two files

/// Not by id alone: SQLite gives the id of a deleted experiment to the next one.
std::filesystem::path fileOf(const Workspace& workspace, const ExperimentRow& experiment) {
    std::string name = "experiment-" + std::to_string(experiment.id) + "-";
    for (const char c : experiment.created)
        if (c >= '0' && c <= '9') name += c;
    return workspace.logsFolder() / (name + ".log");
}

}  // namespace

struct RunLog::Data {
    spdlog::logger logger;
};

RunLog::RunLog(const Workspace& workspace, const ExperimentRow& experiment) {
    try {
        auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_st>(
            fileOf(workspace, experiment).string(), kMostBytes, 1);
        sink->set_formatter(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%d %H:%M:%S  %v",
                                                                        spdlog::pattern_time_type::utc));
        m_data = std::make_unique<Data>(Data{spdlog::logger("experiment", std::move(sink))});
        m_data->logger.flush_on(spdlog::level::info);
        m_data->logger.set_error_handler([](const std::string&) {});  // a full disk shows elsewhere
    } catch (const std::exception&) {
        m_data.reset();
    }
}

RunLog::~RunLog() = default;
RunLog::RunLog(RunLog&&) noexcept = default;

void RunLog::add(const std::string& line) {
    if (m_data) m_data->logger.log(spdlog::level::info, spdlog::string_view_t(line));
}

void RunLog::add(const RunnerEvent& event) {
    using Kind = RunnerEvent::Kind;
    const std::string run = event.checkpointName + ", " + event.task;
    const std::string of = " (" + std::to_string(event.runsDone + event.runsFailed) + " of " +
                           std::to_string(event.runsTotal) + ")";
    switch (event.kind) {
        case Kind::Started:
            add("started: " + std::to_string(event.runsDone) + " of " + counted(event.runsTotal, "run") +
                (event.runsTotal == 1 ? " is" : " are") + " there already");
            if (!event.message.empty()) add(event.message);
            break;
        case Kind::RunStarted:
            add("run: " + run);
            break;
        case Kind::RunFinished:
            add("done: " + run + of);
            break;
        case Kind::RunFailed:
            add("failed: " + run + of + ": " + event.message);
            break;
        case Kind::Progress:
        case Kind::Finished:
            break;
    }
}

std::string readRunLog(const Workspace& workspace, const ExperimentRow& experiment, std::size_t mostBytes) {
    const std::filesystem::path file = fileOf(workspace, experiment);
    std::error_code problem;
    const auto size = std::filesystem::file_size(file, problem);
    if (problem) return {};
    std::ifstream in(file, std::ios::binary);
    const auto from = size > mostBytes ? size - mostBytes : 0;
    in.seekg(static_cast<std::streamoff>(from));
    std::string text(static_cast<std::size_t>(size - from), '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in) throw Error("Cannot read the log '" + file.string() + "'", "the file cannot be read");
    if (from > 0) text.erase(0, std::min(text.find('\n'), text.size() - 1) + 1);
    return text;
}

}  // namespace strata
