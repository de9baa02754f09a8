# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
# Completion for bash; the options are read from the program's own help.

_strata_cli() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command="" word
    local commands="scan tokenize encode spec plan run results figure demo bench doctor"
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case " $commands " in *" $word "*) command=$word; break ;; esac
    done
    case $previous in
        --format) mapfile -t COMPREPLY < <(compgen -W "csv json" -- "$current"); return ;;
        --dtype) mapfile -t COMPREPLY < <(compgen -W "fp32 bf16" -- "$current"); return ;;
        --device) mapfile -t COMPREPLY < <(compgen -W "cpu cuda" -- "$current"); return ;;
        --seeds) mapfile -t COMPREPLY < <(compgen -W "mean spread one" -- "$current"); return ;;
        --workspace | --checkpoint | --scratch) mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    esac
    if [ -z "$command" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$current")
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(strata-cli "$command" --help 2>/dev/null |
            grep -oE -- '(^|[ ,])--?[a-z][a-z-]*' | tr -d ' ,')" -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}
complete -o filenames -F _strata_cli strata-cli
