#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
#
# Installs what is missing, builds everything and runs all tests. Arguments go to ctest (e.g. -R tokenizer).
# The last line says "N passed, N failed, N skipped": test functions of all test programs together.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
source scripts/packages.sh
source scripts/build.sh

ensure_packages build run test
build_release

# Two tests at once; each computes on at most two threads, so that more would only wait for each other.
code=0
rm -f build/Testing/Temporary/LastTest.log
ctest --test-dir build -j 2 --output-on-failure --timeout 900 "$@" </dev/null || code=$?
scripts/summarize-tests.sh build/Testing/Temporary/LastTest.log "$code"
