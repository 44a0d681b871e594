"""GDAL opens every output with the right layers, counts, times and heights: gdal.py OUTPUTS"""

import json
import pathlib
import subprocess
import sys

from expected import check, fixes, flights, near, spreadsheet, survey, undated

folder = pathlib.Path(sys.argv[1])


def features(name, layer=None, more=()):
    """What GDAL makes of a layer, as GeoJSON."""
    command = ["ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=15", "/vsistdout/", str(folder / name), *more]
    done = subprocess.run(command + ([layer] if layer else []), capture_output=True, check=True, text=True)
    if done.stderr.strip():
        raise SystemExit(f"{name} {layer or ''}: GDAL says: {done.stderr}")
    return json.loads(done.stdout)["features"]


def layers(name):
    done = subprocess.run(["ogrinfo", "-ro", "-q", str(folder / name)], capture_output=True, check=True, text=True)
    return [line.split(": ", 1)[1].rsplit(" (", 1)[0] for line in done.stdout.splitlines() if ": " in line]


def flown(points, height):
    """The tables of the samples, place by place, in their order."""
    places = [tuple(f["geometry"]["coordinates"][:2]) for f in points]
    for flight in {row[0] for row in survey()}:
        wanted = [(lon, lat) for name, lon, lat, _ in survey() if name == flight]
        first = places.index(wanted[0])
        if places[first : first + len(wanted)] != wanted:
            raise SystemExit(f"{flight}: its places are not as in its table")
    dated = [f for f in points if tuple(f["geometry"]["coordinates"][:2]) in {row[1:3] for row in spreadsheet()}]
    for feature, (utc, lon, lat, amsl) in zip(dated, spreadsheet(), strict=True):
        time = feature["properties"].get("utc") or feature["properties"].get("time")
        stated = time.replace("T", " ").replace("Z", "").replace("+00", "")
        if not (utc[:-1].startswith(stated) or stated.startswith(utc[:-1])):
            raise SystemExit(f"{utc}: GDAL reads {time}")
        if not near(height(feature), amsl, 1e-4):
            raise SystemExit(f"{utc}: GDAL reads a height of {height(feature)}, the table has {amsl} m")
    print(f"{len(survey())} places without a time, {len(dated)} with time and height: as in their tables")


def z(feature):
    return feature["geometry"]["coordinates"][2]


check("GPX tracks", len(features("all.gpx", "tracks")), flights())
points = features("all.gpx", "track_points")
check("GPX points", len(points), fixes())
check("GPX points with a time", sum(f["properties"].get("time") is not None for f in points), fixes() - undated())
flown(points, lambda feature: feature["properties"]["ele"])

lines = features("all.geojson")
check("GeoJSON lines", len(lines), flights())
check("GeoJSON places with a height", sum(len(f["geometry"]["coordinates"]) for f in lines), fixes())
check("GeoJSON heights", {len(place) for f in lines for place in f["geometry"]["coordinates"]}, {3})

check("KML layers", layers("CASE/flights.kml"), ["Declared sites", "Encounters", "Take-off, landing, home, pilot", "Flights"])
drawn = features("all.kml", "Flights")


def places(geometry):
    if geometry["type"] == "GeometryCollection":
        return [place for part in geometry["geometries"] for place in places(part)]
    rows = geometry["coordinates"]
    match geometry["type"]:
        case "Point":
            return [rows]
        case "LineString":
            return rows
    return [place for part in rows for place in part]


check("KML flights", len({f["properties"]["flight"] for f in drawn}), flights())
check("KML places", sum(len(places(f["geometry"])) for f in drawn), fixes())
references = [f["properties"].get("height_reference") for f in drawn]
check("KML heights", sorted(set(map(str, references))), ["None", "amsl", "takeoff"])
amsl = next(f for f in drawn if f["properties"].get("height_reference") == "amsl")
for place, row in zip(places(amsl["geometry"]), spreadsheet(), strict=True):
    if not near(place[2], row[3], 1e-4):
        raise SystemExit(f"KML: {place} drawn, {row} in the table")

wanted = ["flights", "fixes", "marks", "zones", "encounters", "stays", "approaches", "layer_styles"]
check("GeoPackage layers", layers("CASE/case.gpkg"), wanted)
for name in ("all.gpkg", "CASE/case.gpkg"):
    check(f"{name} flights", len(features(name, "flights")), flights())
points = features("all.gpkg", "fixes")
check("GeoPackage fixes", len(points), fixes())
check("GeoPackage fixes with a time", sum(f["properties"]["utc"] is not None for f in points), fixes() - undated())
flown(points, z)
told = json.loads((folder / "CASE/encounters.json").read_text())
check("GeoPackage encounters", len(features("CASE/case.gpkg", "encounters")), sum(len(f["encounters"]) for f in told["flights"]))
sites = json.loads((pathlib.Path(__file__).parents[2] / "samples/zones/sites.geojson").read_text())
check("GeoPackage zones", len(features("CASE/case.gpkg", "zones")), len(sites["features"]))
info = subprocess.run(["ogrinfo", "-ro", "-al", "-so", str(folder / "all.gpkg"), "fixes"], capture_output=True, check=True, text=True)
check("GeoPackage type of utc", "utc: DateTime" in info.stdout, True)
# A window that holds the spreadsheet's places alone, by the spatial index.
lon, lat = [[row[i] for row in spreadsheet()] for i in (1, 2)]
window = ["-spat", *map(str, (min(lon), min(lat), max(lon), max(lat)))]
found = len(features("all.gpkg", "fixes", window))
inside = sum(min(lon) <= f["geometry"]["coordinates"][0] <= max(lon) and min(lat) <= f["geometry"]["coordinates"][1] <= max(lat) for f in points)
check("GeoPackage places in a window, by its index", found, inside)
