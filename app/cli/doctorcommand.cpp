// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/doctorchecks.h"
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "base/system.h"

#include <algorithm>
#include <memory>

namespace strata::cli {

namespace {

struct Options {
    std::string workspace;
    bool json = false;
    int threads = 0;
};

const char* name(Finding::Level level) {
    switch (level) {
        case Finding::Level::Fine:
            return "ok";
        case Finding::Level::Notice:
            return "note";
        case Finding::Level::Serious:
            return "wrong";
    }
    return "";
}

int examine(const Options& options) {
    if (options.threads > 0) setComputeThreads(options.threads);
    say("Measuring the processor, a few seconds …");
    const std::vector<Finding> findings = examineSystem(options.workspace, options.threads);
    const bool isSerious = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.level == Finding::Level::Serious;
    });
    if (options.json) {
        Json json = {{"sound", !isSerious}, {"findings", Json::array()}};
        for (const Finding& finding : findings) {
            json["findings"].push_back({{"what", finding.what},
                                        {"level", name(finding.level)},
                                        {"found", finding.found},
                                        {"advice", finding.advice}});
            if (!finding.key.empty()) json[finding.key] = finding.value;
        }
        printJson(json);
    } else {
        std::vector<std::vector<std::string>> rows;
        for (const Finding& finding : findings)
            rows.push_back({name(finding.level), finding.what, finding.found});
        printTable(rows);
    }
    for (const Finding& finding : findings)
        if (!finding.advice.empty()) say(finding.what + ": " + finding.advice);
    return isSerious ? kFailed : kOk;
}

}  // namespace

void addDoctor(CLI::App& app, Program& program) {
    CLI::App* command =
        app.add_subcommand("doctor", "Look at the machine and the installation, say what to mend");
    auto options = std::make_shared<Options>();
    command->add_option("--workspace", options->workspace, "check this workspace, too");
    command->add_flag("--json", options->json, "one object");
    command->add_option("--threads", options->threads, "threads to measure with (default: all cores)")
        ->check(CLI::Range(0, 1024));
    command->footer(
        "Exit code 1 when something is seriously wrong.\n"
        "Examples:\n"
        "  strata-cli doctor\n"
        "  strata-cli doctor --workspace ~/strata/multiberts --json | jq .sound");
    command->callback([options, &program] { program.command = [options] { return examine(*options); }; });
}

}  // namespace strata::cli
