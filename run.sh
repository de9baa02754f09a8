#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
#
# Installs what is missing, builds, and opens the window on the demo. See --help.
set -euo pipefail
caller=$PWD # folders that are given are the caller's
cd "$(dirname "$(readlink -f "$0")")"
source scripts/packages.sh
source scripts/build.sh

usage() {
    cat <<'END'
Usage: ./run.sh [--headless] [--workspace DIR]

Installs the Debian packages that are missing (asks sudo, says what), builds into ./build, then
  with a display      opens the window on the demo workspace;
  without one, or where none answers,
                      makes the demo on the command line (also with --headless): a small language, small BERTs
                      pretrained on it, probes on every layer, and prints where the results and the figure are.

  --headless          do not open a window
  --workspace DIR     where the demo's workspace lies (default: ~/.local/share/strata/demo)
END
}

headless=no
workspace=${XDG_DATA_HOME:-${HOME:-$PWD/build}/.local/share}/strata/demo
while [ $# -gt 0 ]; do
    case $1 in
        --headless) headless=yes ;;
        --workspace)
            workspace=${2:-}
            if [ -z "$workspace" ]; then
                echo "run.sh: --workspace needs a folder" >&2
                exit 2
            fi
            [[ $workspace == /* ]] || workspace=$caller/$workspace
            shift
            ;;
        -h | --help) usage; exit 0 ;;
        *) echo "run.sh: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
    esac
    shift
done
[ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && headless=yes

ensure_packages build run
if [ "$headless" = no ]; then
    build_release strata strata-cli
    # A variable may name a display that is gone (an old tmux, a closed ssh).
    if build/app/strata/strata --check-display; then
        exec build/app/strata/strata --workspace "$workspace" --demo
    fi
    echo "No window can be opened; making the demo on the command line instead." >&2
fi

build_release strata-cli
cli=build/app/cli/strata-cli
"$cli" demo --workspace "$workspace"
mkdir -p "$workspace/figures"
"$cli" results --workspace "$workspace" --format csv >"$workspace/results.csv.part"
mv "$workspace/results.csv.part" "$workspace/results.csv"
"$cli" figure --workspace "$workspace" -o "$workspace/figures/demo.pdf"
echo "Results: $workspace/results.csv"
echo "Figure:  $workspace/figures/demo.pdf"
