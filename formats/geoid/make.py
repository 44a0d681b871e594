r"""Makes egm96-15.bin: EGM96 geoid heights above the WGS 84 ellipsoid on a grid of 0.25 degrees, in centimetres.

    python3 make.py egm96-0.3.0-py3-none-any.whl            writes egm96-15.bin beside this script
    python3 make.py egm96-0.3.0-py3-none-any.whl --check    compares cubic interpolation with every node of the 5' grid

The wheel is that of the package `egm96` 0.3.0 on PyPI; it carries the 5' grid of the NGA/NASA model, which is in the public
domain. Needs numpy. The same wheel gives the same bytes.

File: 8 bytes `N15cm01\n`, u16 rows, u16 columns (little-endian), then one code a node, rows from the south pole to the north
pole, columns from 180 degrees west to the east. A node is predicted from ten neighbours that are known already; what is left is
zigzag-mapped to a number u and written as a Rice code, most significant bit first: u >> k ones, a zero, the low k bits of u.
After LIMIT ones no zero follows but u in 16 bits. k is the least for which count << k reaches the sum of the last magnitudes.
"""

import hashlib
import io
import struct
import sys
import zipfile
from pathlib import Path

import numpy

WHEEL_SHA256 = "230ea84b48130c6742bae19db94cd5d7737ecd6e3a2ab0b27059f1b807732076"
ROWS, COLUMNS = 721, 1440
LIMIT = 24
# Weights of the neighbours over 64 (row back, columns to the right), by least squares over the grid.
WEIGHTS = [
    (0, -1, 104), (0, -2, -44), (1, 0, 38), (1, -1, -95), (1, 1, 18),
    (2, 0, 32), (2, -1, -5), (2, 1, -30), (1, -2, 41), (1, 2, 5),
]


def five_minutes(wheel):
    """The 5' grid in centimetres: 2161 rows from the south, 4321 columns from 180 degrees west, the last equal to the first."""
    data = Path(wheel).read_bytes()
    if hashlib.sha256(data).hexdigest() != WHEEL_SHA256:
        sys.exit(f"{wheel}: not the wheel that this grid is made from")
    packed = zipfile.ZipFile(io.BytesIO(data)).read("egm96/data/egm96-5.npz")
    second_differences = numpy.load(io.BytesIO(packed))["undulation_d2"].astype(numpy.int32)
    return numpy.cumsum(numpy.cumsum(second_differences, axis=0), axis=1)


def predicted(grid, row, column):
    if row < 2 and column == 0:
        return grid[row - 1][0] if row > 0 else 0
    if row < 2:
        return grid[row][column - 1]
    if column < 2:
        return grid[row - 1][column]
    total = sum(w * grid[row - back][(column + right) % COLUMNS] for back, right, w in WEIGHTS)
    return (total + 32) >> 6


def encoded(grid):
    bits = []
    magnitudes, count = 64, 1
    for row in range(ROWS):
        for column in range(COLUMNS):
            rest = grid[row][column] - predicted(grid, row, column)
            u = 2 * rest if rest >= 0 else -2 * rest - 1
            k = 0
            while (count << k) < magnitudes:
                k += 1
            if u >> k < LIMIT:
                bits.append("1" * (u >> k) + "0" + (format(u & ((1 << k) - 1), f"0{k}b") if k else ""))
            else:
                bits.append("1" * LIMIT + format(u, "016b"))
            magnitudes += abs(rest)
            count += 1
            if count == 32:
                magnitudes, count = magnitudes >> 1, count >> 1
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def cubic(grid, latitude, longitude):
    """Catmull-Rom over 4 by 4 nodes, as the program does; latitude and longitude in nodes, arrays."""
    nodes = numpy.array(grid) / 100.0
    south = numpy.minimum(numpy.floor(latitude).astype(int), ROWS - 2)
    west = numpy.floor(longitude).astype(int)

    def weights(t):
        return [(-t + 2 * t**2 - t**3) / 2, (2 - 5 * t**2 + 3 * t**3) / 2, (t + 4 * t**2 - 3 * t**3) / 2, (t**3 - t**2) / 2]

    total = 0.0
    for i, up in zip(range(-1, 3), weights(latitude - south)):
        row = south + i
        over = (row < 0) | (row > ROWS - 1)
        folded = numpy.where(row < 0, -row, numpy.where(row > ROWS - 1, 2 * (ROWS - 1) - row, row))
        for j, right in zip(range(-1, 3), weights(longitude - west)):
            column = (west + j + numpy.where(over, COLUMNS // 2, 0)) % COLUMNS
            total = total + up * right * nodes[folded, column]
    return total


def check(five, grid):
    rows, columns = five.shape[0], five.shape[1] - 1
    latitude = numpy.repeat(numpy.arange(rows), columns).reshape(rows, columns) / 3.0
    longitude = numpy.tile(numpy.arange(columns), (rows, 1)) / 3.0
    off = numpy.abs(cubic(grid, latitude, longitude) - five[:, :columns] / 100.0)
    worst = numpy.unravel_index(off.argmax(), off.shape)
    area = numpy.cos(numpy.radians(numpy.linspace(-90, 90, rows)))[:, None]
    rms = numpy.sqrt((off**2 * area).sum() / (area.sum() * columns))
    print(f"largest difference {off.max():.3f} m at {worst[0] / 12 - 90:.4f}, {worst[1] / 12 - 180:.4f}; rms {rms:.4f} m")


def main():
    five = five_minutes(sys.argv[1])
    grid = five[::3, ::3][:, :COLUMNS].tolist()
    if "--check" in sys.argv[2:]:
        check(five, grid)
        return
    out = Path(__file__).with_name("egm96-15.bin")
    out.write_bytes(b"N15cm01\n" + struct.pack("<HH", ROWS, COLUMNS) + encoded(grid))
    print(out.name, out.stat().st_size, hashlib.sha256(out.read_bytes()).hexdigest())


main()
