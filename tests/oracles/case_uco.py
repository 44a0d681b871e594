"""The CASE bundle by the ontology's own validator, and its files by their hashes: case_uco.py OUTPUTS"""

import hashlib
import json
import pathlib
import subprocess
import sys

from expected import check, files

bundle = pathlib.Path(sys.argv[1]) / "CASE/case-uco.jsonld"
validate = pathlib.Path(sys.executable).with_name("case_validate")
done = subprocess.run([validate, bundle], capture_output=True, text=True)
print(done.stdout[-3000:], done.stderr[-2000:])
check("case_validate conforms, not even a warning", (done.returncode, "Conforms: True" in done.stdout), (0, True))

objects = json.loads(bundle.read_text())["uco-core:object"]
hashes = {
    entry["uco-types:hashValue"]["@value"]
    for item in objects
    if item["@type"] == "uco-observable:File"
    for facet in item["uco-core:hasFacet"]
    for entry in facet.get("uco-observable:hash", [])
}
check("files by their SHA-256", hashes == {hashlib.sha256(path.read_bytes()).hexdigest() for path in files()}, True)
