#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
#
# build_release [ninja targets…]: configures ./build once and builds; says nothing when nothing is to be done.

# The compiler cache wants a folder it may write to; services have been seen without a home.
if [ ! -w "${HOME:-/nonexistent}" ]; then
    export CCACHE_DIR=$PWD/build/.ccache
fi

# Compilers that read libtorch's headers take up to 2 GiB each: as many at once as cores and memory allow.
build_jobs() {
    local cores memory_gib jobs
    cores=$(nproc)
    memory_gib=$(awk '/MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo 2>/dev/null || echo 4)
    jobs=$((memory_gib / 2))
    [ "$jobs" -lt 1 ] && jobs=1
    [ "$jobs" -gt "$cores" ] && jobs=$cores
    echo "$jobs"
}

build_release() {
    local log
    if [ ! -f build/build.ninja ]; then
        log=$(mktemp)
        if ! cmake --preset release >"$log" 2>&1; then
            cat "$log" >&2
            rm -rf "$log" build/CMakeCache.txt
            return 1
        fi
        rm -f "$log"
    fi
    local wanted=()
    [ $# -gt 0 ] && wanted=(--target "$@")
    if ninja -C build -n "$@" 2>/dev/null | grep -q 'no work to do'; then
        return 0
    fi
    echo "Building in ./build (the first time takes some minutes)" >&2
    cmake --build build -j "$(build_jobs)" "${wanted[@]}" >&2
}
