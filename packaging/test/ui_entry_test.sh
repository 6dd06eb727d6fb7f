#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# usage: ui_entry_test.sh
#
# The entry in the config.json of CloudStack's UI: added, removed, and nothing
# else of the file changed, whatever it looks like.
#
# Most functions are called by their names, as arguments of "check".
# shellcheck disable=SC2317
set -euo pipefail

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
TOP=$(dirname "$(dirname "$HERE")")
# shellcheck source=lab/test/check.sh
source "$TOP/lab/test/check.sh"

UI_ENTRY=$TOP/packaging/management/ui-entry
ENTRY=$TOP/ui-extension/plugin.json
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
CONFIG=$SCRATCH/config.json

# config TEXT: what the operator has
config() { printf '%s' "$1" >"$CONFIG"; cp "$CONFIG" "$SCRATCH/was"; }

add() { "$UI_ENTRY" add "$CONFIG" "$ENTRY"; }
remove() { "$UI_ENTRY" remove "$CONFIG" "$ENTRY"; }
unchanged() { cmp "$SCRATCH/was" "$CONFIG"; }

# holds EXPRESSION: it holds for "now" and "was", the parsed files, and "entry"
holds() {
  python3 -c '
import json, sys
was, now, entry = (json.load(open(file, encoding="utf-8")) for file in sys.argv[2:])
rest = lambda config: {name: config[name] for name in config if name != "plugins"}
sys.exit(0 if eval(sys.argv[1]) else repr(now))' "$1" "$SCRATCH/was" "$CONFIG" "$ENTRY"
}

# there_and_back NAME TEXT: the entry is added to TEXT and taken out of it again, byte by byte as it was
there_and_back() {
  config "$2"
  check "$1: added" add
  check "$1: one entry more, the rest is the same" \
    holds 'now["plugins"] == was.get("plugins", []) + [entry] and rest(now) == rest(was)'
  cp "$CONFIG" "$SCRATCH/added"
  check "$1: added once more" add
  check "$1: nothing is changed by that" cmp "$SCRATCH/added" "$CONFIG"
  check "$1: removed" remove
  check "$1: as it was" holds 'now["plugins"] == was.get("plugins", []) and rest(now) == rest(was)'
}

# refused TEXT MESSAGE: nothing is done with TEXT
refused() {
  local action output
  config "$1"
  for action in add remove; do
    output=$(exits_with 1 "$action" 2>&1) || { printf '%s\n' "$output"; return 1; }
    [[ $output == *"$2"* ]] || { printf '%s\n' "$output"; return 1; }
  done
  unchanged
}

there_and_back "as CloudStack ships it" '{
  "apiBase": "/client/api",
  "footer": "Licensed under the <a href='\''…'\''>Apache License</a>",
  "plugins": [],
  "announcementBanner": { "enabled": false, "message": "🤔" }
}
'
check "as CloudStack ships it: every byte" unchanged

there_and_back "with an entry of somebody else" '{
  "plugins": [
    {
      "name": "Other",
      "path": "other/index.html"
    }
  ],
  "servers": [{"plugins": [1, 2]}],   "number": 1.50,
	"odd" : "a \"plugins\": [] in a text"
}'
check "with an entry of somebody else: every byte" unchanged
there_and_back "in one line" '{"a":1,"plugins":[],"b":[2]}'
check "in one line: every byte" unchanged
there_and_back "no list" '{ "a": 1 }'
there_and_back "empty" '{}'

config '{"plugins": [{"name": "Upgrades", "icon": "bug-outlined", "path": "orthus-ui/index.html"}]}'
check "a renamed entry" add
check "stays as it is" unchanged
check "it can be removed" remove
check "and is gone" holds 'now == {"plugins": []}'

check "no JSON" refused '{"plugins": [],}' 'not valid JSON'
check "nothing at all" refused '' 'not valid JSON'
check "a name twice" refused '{"plugins": [], "plugins": [{"name": "x"}]}' 'a name is there twice'
check "a list is no configuration" refused '[]' 'not a JSON object'
check "plugins that are no list" refused '{"plugins": {}}' 'not a list of objects'
check "no UTF-8" refused $'{"a": "\xff"}' 'utf-8'

config '{"plugins": []}'
chmod 640 "$CONFIG"
mv "$CONFIG" "$SCRATCH/real.json"
ln -s real.json "$CONFIG"
check "through a link" add
check "the link stays one" test -L "$CONFIG"
check "the mode stays" equals 640 "$(stat --format=%a "$SCRATCH/real.json")"
check "nothing else is left in the folder" equals '' "$(find "$SCRATCH" -name '.config*')"
rm "$CONFIG" "$SCRATCH/real.json"
check "no file" exits_with 1 add
check "wrong usage" exits_with 2 "$UI_ENTRY" add
finish
