r"""Makes land-50m.bin: land and borders of the world at 1:50 million, for the map of the report.

    npm pack world-atlas@2.0.2
    python3 make.py world-atlas-2.0.2.tgz                   writes land-50m.bin beside this script
    python3 make.py world-atlas-2.0.2.tgz --check           compares the file with the package, arc by arc

The package `world-atlas` 2.0.2 on npm carries Natural Earth 4.1.0 as TopoJSON. Natural Earth is in the public domain. Nothing
is simplified: the quantised coordinates of the package are kept. Needs python alone. The same package gives the same bytes.

File: 8 bytes `NE50m01\n`; four f64, little-endian: degrees a step of longitude and latitude, longitude and latitude of step 0.
All else is LEB128 numbers, signed ones zigzag-mapped. Arcs: their number; of each the number of points, then two signed numbers
a point, the difference to the point before (to 0, 0 for the first). Land: the number of polygons; of each the number of rings;
of each the number of arcs and their numbers, signed, where -1 - n is arc n backwards. The first point of an arc is the last of
the one before. Borders: the number of arcs between two countries, and their numbers.
"""

import hashlib
import json
import struct
import sys
import tarfile
from pathlib import Path

PACKAGE_SHA256 = "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97"
MAGIC = b"NE50m01\n"


def topology(package):
    data = Path(package).read_bytes()
    if hashlib.sha256(data).hexdigest() != PACKAGE_SHA256:
        sys.exit(f"{package}: not the package that this file is made from")
    with tarfile.open(package) as archive:
        return json.load(archive.extractfile("package/countries-50m.json"))


def number(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed(value):
    return number(2 * value if value >= 0 else -2 * value - 1)


def polygons(geometry):
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def borders(countries):
    """Arcs that two countries share."""
    users = {}
    for index, country in enumerate(countries):
        for ring in (ring for polygon in polygons(country) for ring in polygon) if country.get("arcs") else ():
            for arc in ring:
                users.setdefault(arc if arc >= 0 else ~arc, set()).add(index)
    return sorted(arc for arc, indices in users.items() if len(indices) > 1)


def encoded(atlas):
    transform = atlas["transform"]
    out = [MAGIC, struct.pack("<4d", *transform["scale"], *transform["translate"])]
    out.append(number(len(atlas["arcs"])))
    for arc in atlas["arcs"]:
        out.append(number(len(arc)))
        out += [signed(step) for point in arc for step in point]
    land = [polygon for geometry in atlas["objects"]["land"]["geometries"] for polygon in polygons(geometry)]
    out.append(number(len(land)))
    for polygon in land:
        out.append(number(len(polygon)))
        for ring in polygon:
            out.append(number(len(ring)))
            out += [signed(arc) for arc in ring]
    shared = borders(atlas["objects"]["countries"]["geometries"])
    out.append(number(len(shared)))
    out += [number(arc) for arc in shared]
    return b"".join(out)


def arcs(data):
    """The arcs of a file, read back."""
    at = len(MAGIC) + 32

    def next_number():
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def next_signed():
        value = next_number()
        return value >> 1 if value % 2 == 0 else -(value + 1 >> 1)

    return [[[next_signed(), next_signed()] for _ in range(next_number())] for _ in range(next_number())]


def main():
    atlas = topology(sys.argv[1])
    path = Path(__file__).with_name("land-50m.bin")
    if "--check" in sys.argv[2:]:
        if arcs(path.read_bytes()) != atlas["arcs"]:
            sys.exit("land-50m.bin holds other arcs than the package")
        print(len(atlas["arcs"]), "arcs,", sum(map(len, atlas["arcs"])), "points: the same")
        return
    path.write_bytes(encoded(atlas))
    print(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


main()
