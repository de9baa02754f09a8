# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
# Completion for bash.
# tests/app/tst_cli.cpp holds these lists against the help of each command.

_strata_cli_options() {
    case $1 in
        scan) echo "--json --no-hash" ;;
        tokenize) echo "--vocab --cased --json-lines" ;;
        encode) echo "--checkpoint --out --dtype --device --mlm-logits --threads --text --ids" ;;
        spec) echo "--example --check" ;;
        plan) echo "--workspace --json" ;;
        run) echo "--workspace --threads --disk-budget --memory-budget --json" ;;
        results) echo "--workspace --format --experiment" ;;
        experiments) echo "--workspace --json --rename --to --note --text --delete --yes" ;;
        figure) echo "--workspace -o --out --experiment --task --split --preset --metric --label --family --adapted-from " \
            "--seeds --seed --width-mm --height-mm --font --font-size --colour-map --color-map --low --high --dpi " \
            "--caption --no-numbers --no-title --no-mix --logarithmic" ;;
        demo) echo "--workspace --threads" ;;
        bench) echo "--json --threads --repeats --encoder-only --fp32-only --corpus --tokenizer --sweep-sentences " \
            "--sweep-epochs --scratch" ;;
        doctor) echo "--workspace --json --threads" ;;
    esac
}

_strata_cli() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    local commands="scan tokenize encode spec plan run results experiments figure demo bench doctor"
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands -h --help --version" -- "$current")
        return
    fi
    COMPREPLY=()
    case $previous in
        --dtype) mapfile -t COMPREPLY < <(compgen -W "fp32 bf16" -- "$current") ;;
        --device) mapfile -t COMPREPLY < <(compgen -W "cpu cuda" -- "$current") ;;
        --format) mapfile -t COMPREPLY < <(compgen -W "csv json" -- "$current") ;;
        --seeds) mapfile -t COMPREPLY < <(compgen -W "mean spread one each" -- "$current") ;;
        --checkpoint | --scratch | --tokenizer | --workspace) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        --disk-budget | --dpi | --font-size | --height-mm | --high | --low | --memory-budget | --repeats | \
            --seed | --sweep-epochs | --sweep-sentences | --threads | --width-mm | --adapted-from | --caption | \
            --color-map | --colour-map | --delete | --experiment | --family | --font | --label | --metric | --note | \
            --preset | --rename | --split | --task | --to) ;; # a number or a name, which only the user knows
        --text) # a file, or a note
            if [ "$command" = encode ]; then mapfile -t COMPREPLY < <(compgen -f -- "$current"); fi
            ;;
        *)
            if [[ $current == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$(_strata_cli_options "$command") -h --help" -- "$current")
            else
                mapfile -t COMPREPLY < <(compgen -f -- "$current")
            fi
            ;;
    esac
}
complete -o filenames -F _strata_cli strata-cli
