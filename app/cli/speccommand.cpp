// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/output.h"
#include "app/cli/program.h"
#include "experiment/spec.h"

#include <cstdio>
#include <memory>

namespace strata::cli {

namespace {

struct Options {
    std::string check;
    bool example = false;
};

int printSpec(const Options& options) {
    if (options.example) {
        const std::string text = exampleSpec();
        std::fwrite(text.data(), 1, text.size(), stdout);
        if (!text.ends_with('\n')) std::fputc('\n', stdout);
        return kOk;
    }
    printJson(toJson(readSpec(options.check)));
    return kOk;
}

}  // namespace

void addSpec(CLI::App& app, Program& program) {
    CLI::App* command = app.add_subcommand("spec", "Print an example of an experiment, or check one");
    auto options = std::make_shared<Options>();
    command->add_flag("--example", options->example, "an experiment to start from");
    command->add_option("--check", options->check,
                        "read this spec and print it as it is understood, with absolute paths");
    command->require_option(1);
    command->footer(
        "Examples:\n"
        "  strata-cli spec --example > pos.json\n"
        "  strata-cli spec --check pos.json");
    command->callback([options, &program] { program.command = [options] { return printSpec(*options); }; });
}

}  // namespace strata::cli
