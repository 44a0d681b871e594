"""What the samples hold, by their inventory and their plain tables: figures that no output had a part in."""

import csv
import pathlib

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
FOLDERS = ("dji-txt", "track-csv")
FOOT_M = 0.3048


def inventory():
    with open(SAMPLES / "INVENTORY.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [row for row in rows if row["file"].startswith(tuple(folder + "/" for folder in FOLDERS))]


def files():
    return [SAMPLES / row["file"] for row in inventory()]


def fixes():
    """Fixes of all files together."""
    return sum(int(row["valid_fixes"]) for row in inventory())


def flights():
    """Each log and each table is a flight, but `three-flights.csv` names three."""
    return len(inventory()) + 2


def survey():
    """Flight, longitude, latitude, height of every row of the table of three flights, which states no time of day."""
    with open(SAMPLES / "track-csv/three-flights.csv", encoding="utf-8", newline="") as file:
        return [(row["flight"], float(row["lon"]), float(row["lat"]), float(row["h"])) for row in csv.DictReader(file)]


def undated():
    """Places without UTC: all of that table, and those of the flight record by CsvView, which states local time alone."""
    return len(survey()) + sum(int(row["valid_fixes"]) for row in inventory() if row["file"] == "track-csv/csv-view.csv")


def spreadsheet():
    """UTC, longitude, latitude, metres above the sea of every row of the spreadsheet that has a position."""
    text = (SAMPLES / "track-csv/spreadsheet.csv").read_text(encoding="latin-1")
    lines = text.splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("Zeit"))
    number = lambda cell: float(cell.replace(",", "."))
    rows = [row for row in csv.reader(lines[head + 1 :], delimiter=";") if len(row) > 4 and row[2] and row[3]]
    return [(row[1] + "Z", number(row[3]), number(row[2]), number(row[4]) * FOOT_M) for row in rows if number(row[2]) or number(row[3])]


def check(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"{what}: {found} found, {wanted} wanted")
    print(f"{what}: {found}")


def near(a, b, tolerance):
    return a is not None and abs(a - b) <= tolerance
