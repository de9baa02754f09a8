// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "app/cli/runprogress.h"

#include "base/wording.h"

#include <fmt/format.h>

namespace strata::cli {

namespace {

std::string where(const RunnerEvent& event) {
    std::string text = fmt::format("[{}/{}]", event.runsDone, event.runsTotal);
    for (const std::string* part : {&event.checkpointName, &event.task})
        if (!part->empty()) text += " " + oneLine(*part);
    return text;
}

std::string timeLeft(const RunnerEvent& event) {
    return event.secondsLeft < 0 ? std::string() : ", " + durationText(event.secondsLeft) + " left";
}

}  // namespace

void RunProgress::tell(const RunnerEvent& event) {
    using Kind = RunnerEvent::Kind;
    if (event.kind == Kind::RunFinished || event.kind == Kind::RunFailed || event.kind == Kind::Finished)
        m_last = event;
    switch (event.kind) {
        case Kind::Started:
            if (!event.message.empty()) m_status.event(event.message);
            m_status.event(
                fmt::format("{} of {} done already", event.runsDone, counted(event.runsTotal, "run")));
            break;
        case Kind::RunStarted:
            m_status.update(where(event));
            break;
        case Kind::Progress:
            m_status.update(where(event) + ": " + progressText(event.progress) + timeLeft(event));
            break;
        case Kind::RunFinished:
            m_status.event(where(event) + " done" + timeLeft(event));
            break;
        case Kind::RunFailed:
            m_status.event(where(event) + " failed: " + event.message);
            break;
        case Kind::Finished:
            m_status.event(
                fmt::format("{} done, {} failed", counted(event.runsDone, "run"), event.runsFailed));
            break;
    }
}

}  // namespace strata::cli
