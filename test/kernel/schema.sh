# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# `isle schema` is a JSON Schema that takes every example and refuses what the
# parser refuses for its form. What no schema can see is listed with the reason.
. test/kernel/lib.sh

python3 -c 'import jsonschema, yaml; jsonschema.Draft202012Validator' 2>/dev/null ||
	skip "needs python3-jsonschema and python3-yaml"

isle schema >"$T/schema.json"
python3 - "$T/schema.json" <<'PY'
import glob, json, os, sys
import jsonschema, yaml

# to a YAML library these are fine, or say the same as something that is fine
unseen = {
    "s-deep": "how deep an x- key nests",
    "s-laughs": "how large aliases make it",
    "s-duplicate-key": "the last one wins before the schema sees it",
    "s-merge-key": "merged before the schema sees it",
    "s-link-range": "whether lengths are equal",
    "s-range-twice": "whether ranges overlap",
}
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)

def valid(path):
    try:
        return validator.is_valid(yaml.safe_load(open(path, "rb")))
    except (yaml.YAMLError, UnicodeDecodeError):
        return False

bad = [f"{p}: refused" for p in glob.glob("doc/labs/*.yaml") if not valid(p)]
for p in glob.glob("test/bogus/s-*.yaml"):
    name = os.path.basename(p)[:-5]
    if valid(p) != (name in unseen):
        bad.append(f"{p}: " + ("refused, and no longer to be listed" if name in unseen else "not refused"))
sys.exit("\n".join(bad) or 0)
PY
