"""The timelines as Timesketch, mactime and readers of TLN take them: timelines.py OUTPUTS"""

import csv
import datetime
import json
import pathlib
import subprocess
import sys

from expected import check

folder = pathlib.Path(sys.argv[1]) / "CASE/timeline"
with open(folder / "timesketch.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
lines = [json.loads(line) for line in (folder / "timesketch.jsonl").read_text().splitlines()]
check("moments in both files", len(rows), len(lines))
moments = []
for row, line in zip(rows, lines, strict=True):
    for entry in (row, line):
        if not (entry["message"] and entry["datetime"] and entry["timestamp_desc"]):
            raise SystemExit(f"Timesketch asks for message, datetime and timestamp_desc: {entry}")
    moment = datetime.datetime.fromisoformat(row["datetime"])
    if moment.utcoffset() != datetime.timedelta(0) or line["datetime"] != row["datetime"]:
        raise SystemExit(f"{row['datetime']} is no UTC, or not the same in both files")
    moments.append(int(moment.timestamp() // 1))
check("in the order of time", moments == sorted(moments), True)
check("entries into the power station", sum("Sample Power Station: entry" in row["message"] for row in rows), 1)

tln = [line.split("|") for line in (folder / "events.tln").read_text().splitlines()]
check("TLN fields", {len(fields) for fields in tln}, {5})
check("TLN times", [int(fields[0]) for fields in tln] == moments, True)

made = subprocess.run(["mactime", "-b", folder / "mactime.body", "-d", "-y", "-z", "UTC"], capture_output=True, check=True, text=True)
listed = list(csv.DictReader(made.stdout.splitlines()))
check("moments by mactime, none without a date", [row["Date"][:2] for row in listed].count("20"), len(moments))
check("lines of mactime", len(listed), len(moments))
