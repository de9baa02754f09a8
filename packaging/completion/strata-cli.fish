# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The Strata developers
# Completion for fish.
# tests/app/tst_cli.cpp holds these lists against the help of each command.

function __strata_cli_is
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"
end
function __strata_cli_begins
    test (count (commandline -opc)) -eq 1
end

complete -c strata-cli -s h -l help -d 'Show the help'
complete -c strata-cli -n __strata_cli_begins -l version -d 'Show the version'
complete -c strata-cli -n __strata_cli_begins -f -a scan -d 'Find checkpoints under a folder and describe them'
complete -c strata-cli -n __strata_cli_begins -f -a tokenize -d 'Split text lines into wordpieces'
complete -c strata-cli -n __strata_cli_begins -f -a encode -d 'Write the hidden states of every layer to a safetensors file'
complete -c strata-cli -n __strata_cli_begins -f -a spec -d 'Print an example of an experiment, or check one'
complete -c strata-cli -n __strata_cli_begins -f -a plan -d 'Say what an experiment will cost, before it starts'
complete -c strata-cli -n __strata_cli_begins -f -a run -d 'Run an experiment, or go on with one that was interrupted'
complete -c strata-cli -n __strata_cli_begins -f -a results -d 'Print the measurements of a workspace, one a row'
complete -c strata-cli -n __strata_cli_begins -f -a experiments -d 'List the experiments of a workspace, rename, note or delete one'
complete -c strata-cli -n __strata_cli_begins -f -a figure -d 'Draw the heatmap of layers and steps into a file'
complete -c strata-cli -n __strata_cli_begins -f -a demo -d 'Pretrain small models on a small language, and probe them'
complete -c strata-cli -n __strata_cli_begins -f -a bench -d 'Measure the encoder and the probes against the machine\'s rate'
complete -c strata-cli -n __strata_cli_begins -f -a doctor -d 'Look at the machine and the installation, say what to mend'

complete -c strata-cli -n '__strata_cli_is scan' -l json -d 'An array of objects'
complete -c strata-cli -n '__strata_cli_is scan' -l no-hash -d 'Headers only: do not read the weights for content_hash'

complete -c strata-cli -n '__strata_cli_is tokenize' -f
complete -c strata-cli -n '__strata_cli_is tokenize' -l vocab -r -F -d 'vocab.txt, tokenizer.json or a checkpoint folder'
complete -c strata-cli -n '__strata_cli_is tokenize' -l cased -d 'The vocabulary file is a cased one'
complete -c strata-cli -n '__strata_cli_is tokenize' -l json-lines -d 'Each line is a JSON string, so that a text can hold a newline'

complete -c strata-cli -n '__strata_cli_is encode' -f
complete -c strata-cli -n '__strata_cli_is encode' -l checkpoint -x -a '(__fish_complete_directories)' -d 'Checkpoint folder'
complete -c strata-cli -n '__strata_cli_is encode' -l out -r -F -d 'Safetensors file to write'
complete -c strata-cli -n '__strata_cli_is encode' -l dtype -x -a 'fp32 bf16' -d 'Numbers to compute with: fp32 or bf16 (default fp32)'
complete -c strata-cli -n '__strata_cli_is encode' -l device -x -a 'cpu cuda' -d 'cpu or cuda (default cpu)'
complete -c strata-cli -n '__strata_cli_is encode' -l mlm-logits -d 'Also the MLM head\'s scores for every position'
complete -c strata-cli -n '__strata_cli_is encode' -l threads -x -d 'Threads to compute with (default: all cores)'
complete -c strata-cli -n '__strata_cli_is encode' -l text -r -F -d 'Text file, one sentence a line; no pipe or device, but - is standard input'
complete -c strata-cli -n '__strata_cli_is encode' -l ids -r -F -d 'Safetensors file with input_ids, attention_mask and token_type_ids [sentences, longest]'

complete -c strata-cli -n '__strata_cli_is spec' -f
complete -c strata-cli -n '__strata_cli_is spec' -l example -d 'An experiment to start from'
complete -c strata-cli -n '__strata_cli_is spec' -l check -r -F -d 'Read this spec and print it as it is understood, with absolute paths'

complete -c strata-cli -n '__strata_cli_is plan' -l workspace -x -a '(__fish_complete_directories)' -d 'Workspace that may hold results already (default: a new one)'
complete -c strata-cli -n '__strata_cli_is plan' -l json -d 'One object'

complete -c strata-cli -n '__strata_cli_is run' -l workspace -x -a '(__fish_complete_directories)' -d 'Folder for results and caches; made when missing'
complete -c strata-cli -n '__strata_cli_is run' -l threads -x -d 'Threads to compute with (default: as the workspace says)'
complete -c strata-cli -n '__strata_cli_is run' -l disk-budget -x -d 'GiB that hidden states may take on the disk (default: as the workspace says, else 50)'
complete -c strata-cli -n '__strata_cli_is run' -l memory-budget -x -d 'GiB of memory for probes that train together (default: as the workspace says, else 3)'
complete -c strata-cli -n '__strata_cli_is run' -l json -d 'One object at the end: experiment, runs_done, runs_failed'

complete -c strata-cli -n '__strata_cli_is results' -f
complete -c strata-cli -n '__strata_cli_is results' -l workspace -x -a '(__fish_complete_directories)' -d 'Workspace folder'
complete -c strata-cli -n '__strata_cli_is results' -l format -x -a 'csv json' -d 'Csv or json (default csv)'
complete -c strata-cli -n '__strata_cli_is results' -l experiment -x -d 'Only the experiment of this name'

complete -c strata-cli -n '__strata_cli_is experiments' -f
complete -c strata-cli -n '__strata_cli_is experiments' -l workspace -x -a '(__fish_complete_directories)' -d 'Workspace folder'
complete -c strata-cli -n '__strata_cli_is experiments' -l json -d 'An array of objects'
complete -c strata-cli -n '__strata_cli_is experiments' -l rename -x -d 'The experiment of this name, with --to'
complete -c strata-cli -n '__strata_cli_is experiments' -l to -x -d 'Its new name'
complete -c strata-cli -n '__strata_cli_is experiments' -l note -x -d 'The experiment of this name, with --text'
complete -c strata-cli -n '__strata_cli_is experiments' -l text -x -d 'Its new note; empty takes the old one away'
complete -c strata-cli -n '__strata_cli_is experiments' -l delete -x -d 'The experiment of this name, with the results that no other one uses'
complete -c strata-cli -n '__strata_cli_is experiments' -l yes -d 'Delete without a question'

complete -c strata-cli -n '__strata_cli_is figure' -f
complete -c strata-cli -n '__strata_cli_is figure' -l workspace -x -a '(__fish_complete_directories)' -d 'Workspace folder'
complete -c strata-cli -n '__strata_cli_is figure' -s o -l out -r -F -d 'File to write: .pdf, .svg, .png or .csv; a missing folder is made'
complete -c strata-cli -n '__strata_cli_is figure' -l experiment -x -d 'By name (default: the newest with results)'
complete -c strata-cli -n '__strata_cli_is figure' -l task -x -d 'Task (default: the first)'
complete -c strata-cli -n '__strata_cli_is figure' -l split -x -d 'Split that was scored (default: the first)'
complete -c strata-cli -n '__strata_cli_is figure' -l preset -x -d 'Preset (default: the first)'
complete -c strata-cli -n '__strata_cli_is figure' -l metric -x -d 'Metric (default micro_f1)'
complete -c strata-cli -n '__strata_cli_is figure' -l label -x -d 'A single label (default: all together)'
complete -c strata-cli -n '__strata_cli_is figure' -l family -x -d 'Family of checkpoints (default: the first)'
complete -c strata-cli -n '__strata_cli_is figure' -l adapted-from -x -d 'Adapted checkpoints, by what they were adapted to, e.g. chemprot (default: base checkpoints)'
complete -c strata-cli -n '__strata_cli_is figure' -l seeds -x -a 'mean spread one each' -d 'Mean, spread, one, or each beside the other (default mean)'
complete -c strata-cli -n '__strata_cli_is figure' -l seed -x -d 'The model\'s seed, with --seeds one'
complete -c strata-cli -n '__strata_cli_is figure' -l width-mm -x -d 'Width (default 170, two columns; one column: 84)'
complete -c strata-cli -n '__strata_cli_is figure' -l height-mm -x -d 'Height (default 90)'
complete -c strata-cli -n '__strata_cli_is figure' -l font -x -d 'Font family (default: the system\'s sans)'
complete -c strata-cli -n '__strata_cli_is figure' -l font-size -x -d 'In points (default 8)'
complete -c strata-cli -n '__strata_cli_is figure' -l colour-map -l color-map -x -d 'Cividis (default), Viridis, Inferno, Greys, …'
complete -c strata-cli -n '__strata_cli_is figure' -l low -x -d 'Value at the lower end of the colours (default: of the data)'
complete -c strata-cli -n '__strata_cli_is figure' -l high -x -d 'Value at the upper end'
complete -c strata-cli -n '__strata_cli_is figure' -l dpi -x -d 'For PNG (default 300)'
complete -c strata-cli -n '__strata_cli_is figure' -l caption -x -d 'Text below the heatmap'
complete -c strata-cli -n '__strata_cli_is figure' -l no-numbers -d 'No numbers in the cells'
complete -c strata-cli -n '__strata_cli_is figure' -l no-title -d 'No title'
complete -c strata-cli -n '__strata_cli_is figure' -l no-mix -d 'Without the row of the scalar mix'
complete -c strata-cli -n '__strata_cli_is figure' -l logarithmic -d 'Steps on a logarithmic scale'

complete -c strata-cli -n '__strata_cli_is demo' -f
complete -c strata-cli -n '__strata_cli_is demo' -l workspace -x -a '(__fish_complete_directories)' -d 'Folder for models and results; made when missing'
complete -c strata-cli -n '__strata_cli_is demo' -l threads -x -d 'Threads to compute with (default: as the workspace says)'

complete -c strata-cli -n '__strata_cli_is bench' -f
complete -c strata-cli -n '__strata_cli_is bench' -l json -d 'One object'
complete -c strata-cli -n '__strata_cli_is bench' -l threads -x -d 'Threads to compute with (default: all cores)'
complete -c strata-cli -n '__strata_cli_is bench' -l repeats -x -d 'Pairs of measurements, of which medians are taken'
complete -c strata-cli -n '__strata_cli_is bench' -l encoder-only -d 'Without the sweep of probes'
complete -c strata-cli -n '__strata_cli_is bench' -l fp32-only -d 'Without bf16'
complete -c strata-cli -n '__strata_cli_is bench' -l corpus -r -F -d 'CoNLL-U file of real sentences (default: lengths as in EWT)'
complete -c strata-cli -n '__strata_cli_is bench' -l tokenizer -x -a '(__fish_complete_directories)' -d 'Folder with vocab.txt, for --corpus'
complete -c strata-cli -n '__strata_cli_is bench' -l sweep-sentences -x -d 'Sentences of the sweep; 0 = all'
complete -c strata-cli -n '__strata_cli_is bench' -l sweep-epochs -x -d 'Epochs of the sweep (default 5)'
complete -c strata-cli -n '__strata_cli_is bench' -l scratch -x -a '(__fish_complete_directories)' -d 'Folder for the sweep\'s activations, removed afterwards'

complete -c strata-cli -n '__strata_cli_is doctor' -f
complete -c strata-cli -n '__strata_cli_is doctor' -l workspace -x -a '(__fish_complete_directories)' -d 'Check this workspace, too'
complete -c strata-cli -n '__strata_cli_is doctor' -l json -d 'One object'
complete -c strata-cli -n '__strata_cli_is doctor' -l threads -x -d 'Threads to measure with (default: all cores)'
