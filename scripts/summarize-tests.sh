#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
#
# summarize-tests.sh LASTTEST.LOG CTEST_EXIT_CODE
# Adds up what the test programs in ctest's log report, lists what was skipped and why, and ends with one line
# "N passed, N failed, N skipped". A program that crashed or ran out of time counts as one failure more.
set -euo pipefail
log=$1
code=${2:-0}
if [ ! -s "$log" ]; then
    echo "No test has run (ctest ended with $code)."
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
fi
awk -v code="$code" '
    function number_before(word,    position, words, count, i) {
        count = split($0, words, /[ ,]+/)
        for (i = 2; i <= count; ++i) if (words[i] == word) return words[i - 1] + 0
        return 0
    }
    /^[0-9]+\/[0-9]+ Test: / { name = $3; totals = 0; own_failed = 0; next }
    /^Totals: [0-9]+ passed/ {
        totals = 1
        passed += number_before("passed")
        own_failed += number_before("failed")
        failed += number_before("failed")
        skipped += number_before("skipped")
        next
    }
    /^SKIP   : / { reason = $0; sub(/^SKIP   : /, "", reason); skips[++skip_count] = name ": " reason; next }
    /^FAIL!  : / { failure = $0; sub(/^FAIL!  : /, "", failure); failures[++fail_count] = name ": " failure; next }
    /^Test Passed\./ { if (!totals) ++passed; next }
    /^Test Failed\.|^Test (Timeout|Not Run)/ {
        # All its functions passed and yet it failed (a crash at the end, too slow), or it never came to its totals.
        if (own_failed == 0) { ++failed; failures[++fail_count] = name ": the program ended badly or ran out of time" }
        next
    }
    END {
        if (code != 0 && failed == 0) { failed = 1; failures[++fail_count] = "ctest ended with " code }
        if (skip_count) print "\nSkipped:"
        for (i = 1; i <= skip_count; ++i) print "  " skips[i]
        if (fail_count) print "\nFailed:"
        for (i = 1; i <= fail_count; ++i) print "  " failures[i]
        printf "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0
    }' "$log"
