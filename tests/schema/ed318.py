"""Judges files by the schema of ED-318: ed318.py SCHEMA_FOLDER FILE..."""

import json
import pathlib
import sys

import jsonschema
import referencing

folder, *files = map(pathlib.Path, sys.argv[1:])
base = "https://ed318.invalid/"
schemas = [(path.name, json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]
registry = referencing.Registry().with_resources(
    (base + name, referencing.Resource.from_contents({**schema, "$id": base + name})) for name, schema in schemas
)
schema = {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": base + "Schema_GeoZones.json"}
judge = jsonschema.Draft7Validator(schema, registry=registry, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)



def deepest(fault):
    """What a choice of forms comes to in the end."""
    return jsonschema.exceptions.best_match(fault.context) if fault.context else fault


wrong = 0
for file in files:
    faults = list(judge.iter_errors(json.loads(file.read_text())))
    for fault in map(deepest, faults[:5]):
        print(f"{file}: {fault.json_path}: {fault.message[:300]}", file=sys.stderr)
    print(f"{file}: {'valid' if not faults else f'{len(faults)} faults'}")
    wrong += bool(faults)
sys.exit(bool(wrong) or not files)
