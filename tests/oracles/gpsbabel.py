"""GPSBabel reads the GPX, writes it again, and nothing is lost on the way: gpsbabel.py OUTPUTS"""

import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

from expected import check, fixes

GPX = "{http://www.topografix.com/GPX/1/1}"


def points(path):
    root = tree.parse(path).getroot()
    text = lambda point, name: point.findtext(GPX + name)
    number = lambda value: None if value is None else round(float(value), 3)
    return [
        (round(float(p.get("lat")), 9), round(float(p.get("lon")), 9), number(text(p, "ele")), text(p, "time"))
        for p in root.iter(GPX + "trkpt")
    ]


given = pathlib.Path(sys.argv[1]) / "all.gpx"
with tempfile.TemporaryDirectory() as folder:
    back = pathlib.Path(folder) / "back.gpx"
    subprocess.run(["gpsbabel", "-i", "gpx", "-f", given, "-o", "gpx", "-F", back], check=True)
    before, after = points(given), points(back)
check("points through GPSBabel", len(after), fixes())
for ours, theirs in zip(before, after, strict=True):
    # It writes whole seconds without their zeros.
    same_time = ours[3] == theirs[3] or ours[3].replace(".000Z", "Z") == theirs[3]
    if ours[:3] != theirs[:3] or not same_time:
        raise SystemExit(f"GPSBabel reads {theirs}, written was {ours}")
