#!/usr/bin/env bash
# Prints the reference page of the command line, from the program's own help.
set -euo pipefail
peerage=$1

section() {
    printf '\n## `peerage%s`\n\n```\n' "${1:+ $1}"
    # shellcheck disable=SC2086
    COLUMNS=100 "$peerage" ${1:-} --help
    printf '```\n'
}

cat <<'PAGE'
# The command line

This page is made by `make docs` from `peerage --help`. Exit codes of every command: 0 done, 1 the answer is no
(invalid, not ready, differences), 2 and above could not tell (usage, unreadable, unreachable).
PAGE
section ""
for command in $("$peerage" --help | awk '/SUBCOMMANDS:$/ {on = 1; next} on && /^  [a-z]/ {print $1}'); do
    section "$command"
done
