#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
#
# Builds the readers of hostile files with ASan and UBSan in ./build-asan and runs their tests.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
source scripts/build.sh

cmake --preset dev-asan >/dev/null
targets=$(ninja -C build-asan -t targets all |
    sed -nE 's#^(tests/(base|text|checkpoint|corpora)/tst_[a-z]+): .*#\1#p' | sort -u)
if [ -z "$targets" ]; then
    echo "check-parsers.sh: found no tests of the readers" >&2
    exit 1
fi
# shellcheck disable=SC2086
ninja -C build-asan -j "$(build_jobs)" $targets >/dev/null
for target in $targets; do
    echo "$target"
    STRATA_SHARED_DEFAULT=$PWD/../shared QT_QPA_PLATFORM=offscreen \
        ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 timeout 600 "build-asan/$target" -silent
done
