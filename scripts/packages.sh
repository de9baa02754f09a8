#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
#
# The one list of Debian packages, by what they are for, and the function that installs those that are missing.
# Source it, then: ensure_packages build run     (groups: build, run, test, ci)

packages_build=(
    g++ cmake ninja-build pkg-config ccache
    qt6-base-dev qt6-base-dev-tools qt6-svg-dev libgl-dev
    libtorch-dev libopenblas0-pthread libdnnl-dev
    libsqlitecpp-dev libsqlite3-dev nlohmann-json3-dev libcli11-dev libspdlog-dev libfmt-dev
    libutf8proc-dev zlib1g-dev libzstd-dev libxxhash-dev libqpdf-dev dpkg-dev file
)
packages_run=(libopenblas0-pthread qt6-qpa-plugins libqt6svg6 fonts-dejavu-core)
packages_test=(poppler-utils desktop-file-utils appstream git locales)
packages_ci=(clang-14 libclang-rt-14-dev libomp-14-dev clang-format-14 lintian)

# True when dpkg has the package fully installed (or another one provides it).
is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] && return 0
    dpkg-query -W -f '${db:Status-Status} ${Provides}\n' 2>/dev/null |
        grep -qE "^installed .*(^|[ ,])$1([ ,]|\$)"
}

ensure_packages() {
    local group package missing=() as_root=()
    for group in "$@"; do
        declare -n list="packages_$group"
        for package in "${list[@]}"; do
            is_installed "$package" || missing+=("$package")
        done
        unset -n list
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if ! command -v apt-get >/dev/null; then
        echo "Missing: ${missing[*]}. This is not Debian: install what matches these packages, then try again." >&2
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Missing: ${missing[*]}. Install them as root: apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "Installing from Debian's packages${as_root[0]:+ (with sudo)}: ${missing[*]}" >&2
    local attempt
    for attempt in 1 2 3; do
        if "${as_root[@]}" apt-get -q update >&2 &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
                -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 install "${missing[@]}" >&2 </dev/null; then
            return 0
        fi
        echo "apt-get failed (attempt $attempt of 3)" >&2
        sleep $((attempt * 5))
    done
    return 1
}
