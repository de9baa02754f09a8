# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
set -l commands scan tokenize encode spec plan run results figure demo bench doctor
complete -c strata-cli -n "not __fish_seen_subcommand_from $commands" -f -a "$commands"
complete -c strata-cli -s h -l help -d 'Show help'
complete -c strata-cli -n "__fish_seen_subcommand_from plan run results figure demo doctor" -l workspace -r -d 'Workspace folder'
complete -c strata-cli -n "__fish_seen_subcommand_from scan plan run bench doctor" -l json -d 'For programs'
complete -c strata-cli -n "__fish_seen_subcommand_from results" -l format -x -a "csv json"
complete -c strata-cli -n "__fish_seen_subcommand_from encode" -l dtype -x -a "fp32 bf16"
complete -c strata-cli -n "__fish_seen_subcommand_from encode" -l checkpoint -r -d 'Checkpoint folder'
complete -c strata-cli -n "__fish_seen_subcommand_from encode" -l text -r -d 'One sentence a line'
complete -c strata-cli -n "__fish_seen_subcommand_from encode" -l ids -r -d 'Safetensors file with ids'
complete -c strata-cli -n "__fish_seen_subcommand_from encode" -l out -r -d 'File to write'
complete -c strata-cli -n "__fish_seen_subcommand_from encode" -l mlm-logits -d 'Also MLM scores'
complete -c strata-cli -n "__fish_seen_subcommand_from tokenize" -l vocab -r -d 'Vocabulary'
complete -c strata-cli -n "__fish_seen_subcommand_from tokenize" -l cased
complete -c strata-cli -n "__fish_seen_subcommand_from figure" -s o -l out -r -d 'pdf, svg, png or csv'
complete -c strata-cli -n "__fish_seen_subcommand_from spec" -l example -d 'An experiment to start from'
