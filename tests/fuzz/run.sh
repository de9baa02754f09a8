#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
# Builds the fuzzers and runs each from its seeds: tests/fuzz/run.sh [seconds each, 60] [names, all]
# As many run at once as there are cores: 11 fuzzers of 15 s take a minute and a half on two.
# What they find is kept in build-fuzz/findings/, new inputs in build-fuzz/corpus/.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
cmake --preset fuzz >/dev/null
cmake --build build-fuzz --target fuzzers

fuzz() {
    found=0
    says="$seconds s"
    nice -n 10 "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 \
        -artifact_prefix="build-fuzz/findings/$2-" "build-fuzz/corpus/$2" "tests/fuzz/seeds/$2" \
        >"build-fuzz/corpus/$2.log" 2>&1 || { found=1; says="found something"; }
    printf 'fuzz_%s: %s\n%s\n' "$2" "$says" "$(tail -n 8 "build-fuzz/corpus/$2.log")"
    return $found
}

status=0
running=""
finish() {
    for process in $running; do wait "$process" || status=1; done
    running=""
}

mkdir -p build-fuzz/findings
for program in build-fuzz/tests/fuzz/fuzz_*; do
    if [ ! -x "$program" ] || [ ! -f "$program" ]; then continue; fi
    name=${program##*/fuzz_}
    case " ${*:-$name} " in *" $name "*) ;; *) continue ;; esac
    mkdir -p "build-fuzz/corpus/$name" "tests/fuzz/seeds/$name"
    fuzz "$program" "$name" &
    running="$running $!"
    [ "$(echo "$running" | wc -w)" -lt "$(nproc)" ] || finish
done
finish
exit $status
