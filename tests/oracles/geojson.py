"""GeoJSON by the rules of RFC 7946 that a reader trips over: geojson.py OUTPUTS"""

import json
import pathlib
import sys

from expected import check

DEPTH = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def places(coordinates, depth):
    return [coordinates] if depth == 0 else [place for part in coordinates for place in places(part, depth - 1)]


def judge(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    check(f"{path.name} type", document["type"], "FeatureCollection")
    check(f"{path.name} names its tool", document["overflown"]["tool"]["name"], "overflown")
    if "crs" in document:
        raise SystemExit(f"{path.name}: RFC 7946 has no crs")
    for feature in document["features"]:
        if feature["type"] != "Feature" or set(feature) != {"type", "properties", "geometry"}:
            raise SystemExit(f"{path.name}: no feature: {str(feature)[:200]}")
        geometry = feature["geometry"]
        depth = DEPTH[geometry["type"]]
        for place in places(geometry["coordinates"], depth):
            if len(place) not in (2, 3) or not (-180 <= place[0] <= 180 and -90 <= place[1] <= 90):
                raise SystemExit(f"{path.name}: {place} is no position")
        lines = {1: [geometry["coordinates"]], 2: geometry["coordinates"]}.get(depth, [])
        times = feature["properties"].get("coordTimes")
        times = [times] if times and depth == 1 else times
        for number, line in enumerate(lines):
            if len(line) < 2 or times and len(times[number]) != len(line):
                raise SystemExit(f"{path.name}: a line of {len(line)} places and other times")
    print(f"{path.name}: {len(document['features'])} features")


for file in sorted(pathlib.Path(sys.argv[1]).rglob("*.geojson")):
    judge(file)
