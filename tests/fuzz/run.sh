#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
# Builds the fuzzers and runs each from its seeds: tests/fuzz/run.sh [seconds each, 60] [names, all]
# What they find is kept in build-fuzz/findings/, new inputs in build-fuzz/corpus/.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
cmake --preset fuzz >/dev/null
cmake --build build-fuzz --target fuzzers
status=0
for program in build-fuzz/tests/fuzz/fuzz_*; do
    [ -x "$program" ] && [ -f "$program" ] || continue
    name=${program##*/fuzz_}
    case " ${*:-$name} " in *" $name "*) ;; *) continue ;; esac
    mkdir -p "build-fuzz/corpus/$name" build-fuzz/findings "tests/fuzz/seeds/$name"
    echo "fuzz_$name: $seconds s"
    nice -n 10 "$program" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 \
        -artifact_prefix="build-fuzz/findings/$name-" "build-fuzz/corpus/$name" "tests/fuzz/seeds/$name" \
        2>"build-fuzz/corpus/$name.log" || { status=1; echo "fuzz_$name found something:"; }
    tail -n 8 "build-fuzz/corpus/$name.log"
done
exit $status
