#!/usr/bin/env bash
# Shows a build as one line that moves on a terminal, and as a few lines elsewhere. Errors are shown whole.
set -uo pipefail
last=0
while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
        percent=$((100 * BASH_REMATCH[1] / (BASH_REMATCH[2] > 0 ? BASH_REMATCH[2] : 1)))
        if [ -t 1 ]; then
            printf '\rbuilding: %3d %%' "$percent"
        elif [ $((percent / 20)) -gt $((last / 20)) ]; then
            echo "building: $percent %"
        fi
        # The count of steps grows while the build finds out about more of them.
        [ "$percent" -gt "$last" ] && last=$percent
    elif [[ $line == *error:* || $line == *warning:*Sources/* ]]; then
        echo "$line"
    elif [[ $line == Build*complete* ]]; then
        [ -t 1 ] && printf '\r'
        echo "${line/Build/build}      "
    fi
done
