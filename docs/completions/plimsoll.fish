# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_plimsoll_global_optspecs
    string join \n color= data-dir= h/help V/version
end

function __fish_plimsoll_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_plimsoll_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_plimsoll_using_subcommand
    set -l cmd (__fish_plimsoll_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c plimsoll -n "__fish_plimsoll_needs_command" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_needs_command" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_needs_command" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -s V -l version -d 'Print version'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "bench" -d 'Measure: every workload in the usual lanes, unless others are named'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "show" -d 'Show a run, or export it'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "report" -d 'Hand runs on: write each into files, in the forms that others read'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "compare" -d 'Set runs against a base run: each figure\'s ratio with its interval, and what can be said of it'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "noise" -d 'Measure how far runs differ by themselves on this machine, by repeating one; kept for comparisons'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "pack" -d 'Pack a run, its workloads and its reports into one checksummed file: a capsule'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "open" -d 'Open a capsule from elsewhere: check it, keep its run here, and show or export it'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "replay" -d 'Run a capsule\'s plan again on this machine, with the workloads in it'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "list" -d 'List the runs that were kept, the newest first'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "lanes" -d 'List the lanes: what each is, whether it runs here, and the way out where it does not'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "workloads" -d 'List the workloads that are found, or check one of your own'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "init" -d 'Make a workload\'s folder out of a service of your own, with what it answers'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "doctor" -d 'Examine what this machine can run and measure; each problem with its remedy'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "clean" -d 'Remove what killed runs left: containers, images, networks, control groups, temporary folders'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "schema" -d 'Print the JSON Schema of a kind of file'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "rm" -d 'Remove runs that were kept'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "stream" -d 'Measure for a window: the order comes as a JSON line on standard input, what happens goes as JSON lines to standard output'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "completions" -d 'Print the completions for a shell'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "man" -d 'Print the manual page, or write all of them'
complete -c plimsoll -n "__fish_plimsoll_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l lane -d 'Lanes to measure, by name, pattern (`docker+*`) or set; may be given more than once. `plimsoll lanes` lists them; sets are @fair (what most people would run), @ladder (those and each that does a part of another\'s work), @containers (containers), @wasm (WebAssembly), @own (those of a file of lanes), @all (every one) [default: @fair and @own, as far as this machine can run them]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l preset -d 'Where the plan begins from [default: `quick`, or `glance` where a service of your own is told]' -r -f -a "glance\t'in one arm 10 cold starts, 10 of them loaded for 0.2 s'
quick\t'in each of 2 arms 12 cold starts, 12 of them loaded for 0.5 s'
standard\t'in each of 2 arms 15 cold starts, 12 of them loaded for 2.5 s'
rigorous\t'in each of 2 arms 50 cold starts, 15 of them loaded for 10 s'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l trials -d 'Cold starts of each workload in each arm of each lane: with two arms a lane has twice as many' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l loaded -d 'How many of them also serve load, in each arm too' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l precision -d 'Repeat until the interval of each arm\'s cold-start median is this narrow: half its width over the median' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l max-trials -d 'Most cold starts in each arm with `--precision` [default: 10 × trials]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l arms -d 'Independent measurements of each lane in the same schedule, shown as one: how far two differ is the noise floor, within which nothing is called a difference; 1 measures none [default: 2]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l seed -d 'Seed of the order of trials [default: drawn at random, and kept in the run]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l rate -d 'Requests per second, the same in every lane [default: half of what the slowest lane can serve]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l duration -d 'How long each loaded trial is loaded, e.g. `5s`' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l connections -d 'Keep-alive connections' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l cpus -d 'CPUs of an instance, e.g. `0.5` [default: 1]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l memory -d 'Memory of an instance, e.g. `512MiB` [default: 256MiB]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l workloads -d 'Folder of workloads, or one workload\'s own; may be given more than once [default: those in `PLIMSOLL_WORKLOADS`, else `workloads` here or above, else those installed with the program]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l lanes-file -d 'File of lanes of your own [default: the one in `PLIMSOLL_LANES`, else `plimsoll/lanes.toml` in the XDG config folder]' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l image -d 'An image, as the engine that has or pulls it knows it; may be given more than once' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l dockerfile -d 'A folder with a `Dockerfile`, from which the image is built' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l archive -d 'An image in a file, as `docker save` writes it, or a folder that is an OCI layout' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l wasm -d 'A component of WASI 0.2 or 0.3, or a command module of WASI 0.1: a file, `oci://host/name:tag`, or a folder that is an OCI layout; may be given more than once' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l native -d 'A static native binary: for lane `native`, and for the containers where no image is named' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l get -d 'Ask for this path; may be given more than once. The first right answer to the first question is readiness' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l post -d 'Post this: BODY is text, or `@` and the name of a file' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l put -d 'Put this' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l har -d 'Ask for what a browser saved of its network tab as HAR; equal requests become one as often as it stands there' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l openapi -d 'Ask for the examples of an OpenAPI 3 document, in JSON or YAML; answers are held against their schemas' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l header -d 'Send this header with every request, e.g. `Accept: text/plain`' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l port -d 'The port that the image listens on [default: the one that it exposes, else the one that it is found listening on]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l env -d 'An environment variable in every lane; without a value the one that it has here' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l stdin -d 'Give the command this file on standard input' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l folder -d 'A folder that the program sees as `/PATH`, read-only; with `:write` each instance has a copy that it may write into. May be given more than once' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l allow -d 'Let a component connect to this host; may be given more than once. A container reaches what its network does' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l expect -d 'The right answer\'s body is in this file [default: what the first lane answers, without what changes]' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l expect-schema -d 'Right answers are JSON that fits the JSON Schema in this file' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l expect-status -d 'The right answer\'s status [default: the first lane\'s, from 200 to 299]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l expect-exit -d 'The code that a command exits with [default: 0]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l leave-out -d 'Leave this place of the answer\'s JSON out of the comparison: a JSON Pointer in which `*` stands for any key or index, e.g. `/items/*/id`; may be given more than once' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l baseline -d 'Set the run against this one, and use its plan wherever none is asked for: a run, its file, or a folder of runs, of which the newest made on this host is taken' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l budget -d 'Hold the run against the budgets in this file; exit code 4 where one is broken beyond noise' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l against -d 'Measure the version before the change in the same shuffled order: a folder that holds the workloads as they were, or a commit' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l tolerate-invalid -d 'Exit code 0, not 1, where at most this share of the loads is missing: invalid because the load generator was late, and not made up for by being repeated. They are in no figure either way, and are told [default: none]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l decisions -d 'Write what was compared and decided here, as JSON' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l output -d 'Also write the run\'s file here' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l export -d 'Also write this form there, as `plimsoll report` does; may be given more than once' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l cold-disk -d 'Drop the page caches before every trial; needs root'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l run -d 'It is no service: it runs with the arguments after `--`, prints and exits'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l expect-status-only -d 'Only the status of answers counts'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l ci -d 'For CI: plain log lines, budgets from `plimsoll.toml` where it is there, a summary in Markdown to the file that `GITHUB_STEP_SUMMARY` names'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l explain -d 'Say of every budget how it was decided, not only of broken ones'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l force -d 'Replace files that are there already'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l baseline -d 'Lane that the others are set against [default: docker]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l versus -d 'Lane that the sentences set against the baseline; may be given more than once [default: a lane of WebAssembly that starts a process of its own, then one that starts none]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l table -d 'Export as table: tables as text, for a terminal'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l html -d 'Export as html: one page to read, to show and to print: verdict, charts, tables, conditions; needs no network'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l csv -d 'Export as csv: every value as a row of CSV, in base units, failed trials included'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l csv-summary -d 'Export as csv-summary: every figure as a row of CSV, with its interval and its ratio to the baseline'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l json -d 'Export as json: the whole run as one JSON document, as it is stored'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l report-json -d 'Export as report-json: summaries, comparisons, verdicts and warnings as one JSON document, without the samples'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l markdown -d 'Export as markdown: tables as Markdown, for a document or a pull request'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l hlog -d 'Export as hlog: latencies as an HdrHistogram log, a line for each trial, tagged with workload and lane'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l hyperfine -d 'Export as hyperfine: cold starts as hyperfine exports them, for scripts that read its JSON'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l bencher -d 'Export as bencher: Bencher Metric Format, for `bencher run --adapter json`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l github-action-benchmark -d 'Export as github-action-benchmark: for github-action-benchmark with `tool: customSmallerIsBetter`, where less is better'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l junit -d 'Export as junit: trials as JUnit XML: failed ones as failures, those with an invalid load as skipped'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -l openmetrics -d 'Export as openmetrics: every figure as OpenMetrics text, in seconds and bytes'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand show" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand report" -l export -d 'Write this form there; may be given more than once. A path whose ending tells the form needs no FORMAT; in a folder that is there, files are named like their runs [default: html=RUN.html]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand report" -l baseline -d 'Lane that the others are set against [default: docker]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand report" -l versus -d 'Lane that the sentences set against the baseline; may be given more than once [default: a lane of WebAssembly that starts a process of its own, then one that starts none]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand report" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand report" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand report" -l force -d 'Replace files that are there already'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -l export -d 'Also write this form there; may be given more than once. A path whose ending tells the form needs no FORMAT; in a folder that is there, the file is named like the runs' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -l changed -d 'The workloads\' files are what was changed: they may differ'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -l table -d 'Export as table: tables as text, for a terminal'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -l html -d 'Export as html: one page to read, to show and to print: verdicts, charts of both runs, tables; needs no network'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -l csv-summary -d 'Export as csv-summary: every figure as a row of CSV, with its interval and its ratio to the baseline'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -l json -d 'Export as json: every figure with its ratio, effect, noise floor and verdict as one JSON document'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -l markdown -d 'Export as markdown: tables as Markdown, for a document or a pull request'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -l force -d 'Replace files that are there already'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand compare" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l runs -d 'How often the plan is repeated; at least 5' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l of -d 'Measures nothing and takes these runs, which must be of one plan on one host' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l lane -d 'Lanes to measure, by name, pattern (`docker+*`) or set; may be given more than once. `plimsoll lanes` lists them; sets are @fair (what most people would run), @ladder (those and each that does a part of another\'s work), @containers (containers), @wasm (WebAssembly), @own (those of a file of lanes), @all (every one) [default: @fair and @own, as far as this machine can run them]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l preset -d 'Where the plan begins from [default: `quick`, or `glance` where a service of your own is told]' -r -f -a "glance\t'in one arm 10 cold starts, 10 of them loaded for 0.2 s'
quick\t'in each of 2 arms 12 cold starts, 12 of them loaded for 0.5 s'
standard\t'in each of 2 arms 15 cold starts, 12 of them loaded for 2.5 s'
rigorous\t'in each of 2 arms 50 cold starts, 15 of them loaded for 10 s'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l trials -d 'Cold starts of each workload in each arm of each lane: with two arms a lane has twice as many' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l loaded -d 'How many of them also serve load, in each arm too' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l precision -d 'Repeat until the interval of each arm\'s cold-start median is this narrow: half its width over the median' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l max-trials -d 'Most cold starts in each arm with `--precision` [default: 10 × trials]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l arms -d 'Independent measurements of each lane in the same schedule, shown as one: how far two differ is the noise floor, within which nothing is called a difference; 1 measures none [default: 2]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l seed -d 'Seed of the order of trials [default: drawn at random, and kept in the run]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l rate -d 'Requests per second, the same in every lane [default: half of what the slowest lane can serve]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l duration -d 'How long each loaded trial is loaded, e.g. `5s`' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l connections -d 'Keep-alive connections' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l cpus -d 'CPUs of an instance, e.g. `0.5` [default: 1]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l memory -d 'Memory of an instance, e.g. `512MiB` [default: 256MiB]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l workloads -d 'Folder of workloads, or one workload\'s own; may be given more than once [default: those in `PLIMSOLL_WORKLOADS`, else `workloads` here or above, else those installed with the program]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l lanes-file -d 'File of lanes of your own [default: the one in `PLIMSOLL_LANES`, else `plimsoll/lanes.toml` in the XDG config folder]' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l image -d 'An image, as the engine that has or pulls it knows it; may be given more than once' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l dockerfile -d 'A folder with a `Dockerfile`, from which the image is built' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l archive -d 'An image in a file, as `docker save` writes it, or a folder that is an OCI layout' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l wasm -d 'A component of WASI 0.2 or 0.3, or a command module of WASI 0.1: a file, `oci://host/name:tag`, or a folder that is an OCI layout; may be given more than once' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l native -d 'A static native binary: for lane `native`, and for the containers where no image is named' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l get -d 'Ask for this path; may be given more than once. The first right answer to the first question is readiness' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l post -d 'Post this: BODY is text, or `@` and the name of a file' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l put -d 'Put this' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l har -d 'Ask for what a browser saved of its network tab as HAR; equal requests become one as often as it stands there' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l openapi -d 'Ask for the examples of an OpenAPI 3 document, in JSON or YAML; answers are held against their schemas' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l header -d 'Send this header with every request, e.g. `Accept: text/plain`' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l port -d 'The port that the image listens on [default: the one that it exposes, else the one that it is found listening on]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l env -d 'An environment variable in every lane; without a value the one that it has here' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l stdin -d 'Give the command this file on standard input' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l folder -d 'A folder that the program sees as `/PATH`, read-only; with `:write` each instance has a copy that it may write into. May be given more than once' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l allow -d 'Let a component connect to this host; may be given more than once. A container reaches what its network does' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l expect -d 'The right answer\'s body is in this file [default: what the first lane answers, without what changes]' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l expect-schema -d 'Right answers are JSON that fits the JSON Schema in this file' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l expect-status -d 'The right answer\'s status [default: the first lane\'s, from 200 to 299]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l expect-exit -d 'The code that a command exits with [default: 0]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l leave-out -d 'Leave this place of the answer\'s JSON out of the comparison: a JSON Pointer in which `*` stands for any key or index, e.g. `/items/*/id`; may be given more than once' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l cold-disk -d 'Drop the page caches before every trial; needs root'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l run -d 'It is no service: it runs with the arguments after `--`, prints and exits'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l expect-status-only -d 'Only the status of answers counts'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand noise" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand pack" -s o -l output -d 'The capsule\'s file [default: `RUN.plimsoll` here]' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand pack" -l workloads -d 'Folder of workloads, or one workload\'s own; may be given more than once [default: those in `PLIMSOLL_WORKLOADS`, else `workloads` here or above, else those installed with the program]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand pack" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand pack" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand pack" -l force -d 'Replace the file if it is there'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand pack" -l without-workloads -d 'Pack the run and its reports alone: such a capsule can be opened, but not replayed'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand pack" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand pack" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l baseline -d 'Lane that the others are set against [default: docker]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l versus -d 'Lane that the sentences set against the baseline; may be given more than once [default: a lane of WebAssembly that starts a process of its own, then one that starts none]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l table -d 'Export as table: tables as text, for a terminal'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l html -d 'Export as html: one page to read, to show and to print: verdict, charts, tables, conditions; needs no network'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l csv -d 'Export as csv: every value as a row of CSV, in base units, failed trials included'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l csv-summary -d 'Export as csv-summary: every figure as a row of CSV, with its interval and its ratio to the baseline'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l json -d 'Export as json: the whole run as one JSON document, as it is stored'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l report-json -d 'Export as report-json: summaries, comparisons, verdicts and warnings as one JSON document, without the samples'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l markdown -d 'Export as markdown: tables as Markdown, for a document or a pull request'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l hlog -d 'Export as hlog: latencies as an HdrHistogram log, a line for each trial, tagged with workload and lane'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l hyperfine -d 'Export as hyperfine: cold starts as hyperfine exports them, for scripts that read its JSON'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l bencher -d 'Export as bencher: Bencher Metric Format, for `bencher run --adapter json`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l github-action-benchmark -d 'Export as github-action-benchmark: for github-action-benchmark with `tool: customSmallerIsBetter`, where less is better'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l junit -d 'Export as junit: trials as JUnit XML: failed ones as failures, those with an invalid load as skipped'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l openmetrics -d 'Export as openmetrics: every figure as OpenMetrics text, in seconds and bytes'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -l no-keep -d 'Show the run and keep nothing of it'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand open" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand replay" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand replay" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand replay" -l again -d 'Run the capsule\'s code on this machine, in the sandboxes of any workload: nothing is replayed without'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand replay" -l trust-native -d 'Run it also in lanes that do not shut it off from this machine: `docker+hostnet`, `oci+runc`, `oci+crun`, `oci+youki` (its container is in this machine\'s network), `native` (it is a process of this machine, outside any sandbox); and let the engine build images whose `Dockerfile` runs or fetches something'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand replay" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand replay" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand list" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand list" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand list" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand list" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand lanes" -l explain -d 'Show what one lane stands for: its parameters, what is unequal in it, and the commands that do the same by hand' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand lanes" -l lanes-file -d 'File of lanes of your own [default: the one in `PLIMSOLL_LANES`, else `plimsoll/lanes.toml` in the XDG config folder]' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand lanes" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand lanes" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand lanes" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand lanes" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and not __fish_seen_subcommand_from check migrate help" -l workloads -d 'Folder of workloads, or one workload\'s own; may be given more than once [default: those in `PLIMSOLL_WORKLOADS`, else `workloads` here or above, else those installed with the program]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and not __fish_seen_subcommand_from check migrate help" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and not __fish_seen_subcommand_from check migrate help" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and not __fish_seen_subcommand_from check migrate help" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and not __fish_seen_subcommand_from check migrate help" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and not __fish_seen_subcommand_from check migrate help" -f -a "check" -d 'Say all that is wrong with a workload\'s folder; with `--run` start it once in each lane and compare its answers'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and not __fish_seen_subcommand_from check migrate help" -f -a "migrate" -d 'Give a `workload.toml` of an older version this build\'s'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and not __fish_seen_subcommand_from check migrate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from check" -l lane -d 'Lanes to measure, by name, pattern (`docker+*`) or set; may be given more than once. `plimsoll lanes` lists them; sets are @fair (what most people would run), @ladder (those and each that does a part of another\'s work), @containers (containers), @wasm (WebAssembly), @own (those of a file of lanes), @all (every one) [default: @fair and @own, as far as this machine can run them]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from check" -l lanes-file -d 'File of lanes of your own [default: the one in `PLIMSOLL_LANES`, else `plimsoll/lanes.toml` in the XDG config folder]' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from check" -l memory -d 'Memory of an instance, e.g. `512MiB` [default: 256MiB]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from check" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from check" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from check" -l run -d 'Start it once in each lane that runs it'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from check" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from migrate" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from migrate" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from migrate" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from help" -f -a "check" -d 'Say all that is wrong with a workload\'s folder; with `--run` start it once in each lane and compare its answers'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from help" -f -a "migrate" -d 'Give a `workload.toml` of an older version this build\'s'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand workloads; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l image -d 'An image, as the engine that has or pulls it knows it; may be given more than once' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l dockerfile -d 'A folder with a `Dockerfile`, from which the image is built' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l archive -d 'An image in a file, as `docker save` writes it, or a folder that is an OCI layout' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l wasm -d 'A component of WASI 0.2 or 0.3, or a command module of WASI 0.1: a file, `oci://host/name:tag`, or a folder that is an OCI layout; may be given more than once' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l native -d 'A static native binary: for lane `native`, and for the containers where no image is named' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l get -d 'Ask for this path; may be given more than once. The first right answer to the first question is readiness' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l post -d 'Post this: BODY is text, or `@` and the name of a file' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l put -d 'Put this' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l har -d 'Ask for what a browser saved of its network tab as HAR; equal requests become one as often as it stands there' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l openapi -d 'Ask for the examples of an OpenAPI 3 document, in JSON or YAML; answers are held against their schemas' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l header -d 'Send this header with every request, e.g. `Accept: text/plain`' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l port -d 'The port that the image listens on [default: the one that it exposes, else the one that it is found listening on]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l env -d 'An environment variable in every lane; without a value the one that it has here' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l stdin -d 'Give the command this file on standard input' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l folder -d 'A folder that the program sees as `/PATH`, read-only; with `:write` each instance has a copy that it may write into. May be given more than once' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l allow -d 'Let a component connect to this host; may be given more than once. A container reaches what its network does' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l expect -d 'The right answer\'s body is in this file [default: what the first lane answers, without what changes]' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l expect-schema -d 'Right answers are JSON that fits the JSON Schema in this file' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l expect-status -d 'The right answer\'s status [default: the first lane\'s, from 200 to 299]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l expect-exit -d 'The code that a command exits with [default: 0]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l leave-out -d 'Leave this place of the answer\'s JSON out of the comparison: a JSON Pointer in which `*` stands for any key or index, e.g. `/items/*/id`; may be given more than once' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l lanes-file -d 'File of lanes of your own [default: the one in `PLIMSOLL_LANES`, else `plimsoll/lanes.toml` in the XDG config folder]' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l memory -d 'Memory of an instance, e.g. `512MiB` [default: 256MiB]' -r
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l run -d 'It is no service: it runs with the arguments after `--`, prints and exits'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -l expect-status-only -d 'Only the status of answers counts'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand init" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand doctor" -l workloads -d 'Folder of workloads, or one workload\'s own; may be given more than once [default: those in `PLIMSOLL_WORKLOADS`, else `workloads` here or above, else those installed with the program]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand doctor" -l lanes-file -d 'File of lanes of your own [default: the one in `PLIMSOLL_LANES`, else `plimsoll/lanes.toml` in the XDG config folder]' -r -F
complete -c plimsoll -n "__fish_plimsoll_using_subcommand doctor" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand doctor" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand doctor" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand clean" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand clean" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand clean" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand clean" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand schema" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand schema" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand schema" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand schema" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand rm" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand rm" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand rm" -l json -d 'Print JSON, described in `docs/schema`'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand rm" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand stream" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand stream" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand stream" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand completions" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand completions" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand completions" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand man" -l dir -d 'Writes `plimsoll.1` and one page for each command into this folder' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand man" -l color -d 'When to use colour: auto (on a terminal, unless `NO_COLOR` is set), always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or the terminal is dumb'
always\t'Always'
never\t'Never'"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand man" -l data-dir -d 'Folder that holds the runs [default: what `PLIMSOLL_DATA_DIR` names, else `plimsoll` in the XDG data folder]' -r -f -a "(__fish_complete_directories)"
complete -c plimsoll -n "__fish_plimsoll_using_subcommand man" -s h -l help -d 'Print help'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "bench" -d 'Measure: every workload in the usual lanes, unless others are named'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "show" -d 'Show a run, or export it'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "report" -d 'Hand runs on: write each into files, in the forms that others read'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "compare" -d 'Set runs against a base run: each figure\'s ratio with its interval, and what can be said of it'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "noise" -d 'Measure how far runs differ by themselves on this machine, by repeating one; kept for comparisons'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "pack" -d 'Pack a run, its workloads and its reports into one checksummed file: a capsule'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "open" -d 'Open a capsule from elsewhere: check it, keep its run here, and show or export it'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "replay" -d 'Run a capsule\'s plan again on this machine, with the workloads in it'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "list" -d 'List the runs that were kept, the newest first'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "lanes" -d 'List the lanes: what each is, whether it runs here, and the way out where it does not'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "workloads" -d 'List the workloads that are found, or check one of your own'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "init" -d 'Make a workload\'s folder out of a service of your own, with what it answers'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "doctor" -d 'Examine what this machine can run and measure; each problem with its remedy'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "clean" -d 'Remove what killed runs left: containers, images, networks, control groups, temporary folders'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "schema" -d 'Print the JSON Schema of a kind of file'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "rm" -d 'Remove runs that were kept'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "stream" -d 'Measure for a window: the order comes as a JSON line on standard input, what happens goes as JSON lines to standard output'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "completions" -d 'Print the completions for a shell'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "man" -d 'Print the manual page, or write all of them'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and not __fish_seen_subcommand_from bench show report compare noise pack open replay list lanes workloads init doctor clean schema rm stream completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and __fish_seen_subcommand_from workloads" -f -a "check" -d 'Say all that is wrong with a workload\'s folder; with `--run` start it once in each lane and compare its answers'
complete -c plimsoll -n "__fish_plimsoll_using_subcommand help; and __fish_seen_subcommand_from workloads" -f -a "migrate" -d 'Give a `workload.toml` of an older version this build\'s'
