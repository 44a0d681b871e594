"""DuckDB, PyArrow and GeoPandas read the GeoParquet, the JSON lines and the CSV alike: tables.py OUTPUTS"""

import json
import pathlib
import sys

import duckdb
import geopandas
import pyarrow.parquet

from expected import check, fixes, near, spreadsheet, survey

folder = pathlib.Path(sys.argv[1])
parquet, lines, table = (str(folder / f"all.{kind}") for kind in ("parquet", "jsonl", "csv"))

geo = json.loads(pyarrow.parquet.read_schema(parquet).metadata[b"geo"])
check("GeoParquet version", geo["version"], "1.1.0")
arrow = pyarrow.parquet.read_table(parquet)
check("rows by PyArrow", arrow.num_rows, fixes())
check("type of utc by PyArrow", str(arrow.schema.field("utc").type), "timestamp[us, tz=UTC]")

frame = geopandas.read_parquet(parquet)
check("rows by GeoPandas", len(frame), fixes())
check("reference system by GeoPandas", frame.crs.to_string(), "OGC:CRS84")
check("places with a height by GeoPandas", int(frame.geometry.has_z.sum()), fixes())
rows = frame[frame.source.str.endswith("three-flights.csv")]
found = [(p.x, p.y, p.z) for p in rows.geometry]
check("places of the table of three flights", found == [row[1:] for row in survey()], True)
for (utc, lon, lat, amsl), row in zip(spreadsheet(), frame[frame.source.str.endswith("spreadsheet.csv")].itertuples(), strict=True):
    same = (row.geometry.x, row.geometry.y) == (lon, lat) and near(row.geometry.z, amsl, 1e-4)
    if not same or row.utc.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] != utc[:-1]:
        raise SystemExit(f"{row.utc} {row.geometry} read, {utc} {lon} {lat} {amsl} in the table")
window = frame.cx[8.88:8.886, 54.1:54.12]
check("rows in a window, by the column of boxes", len(geopandas.read_parquet(parquet, bbox=(8.88, 54.1, 8.886, 54.12))), len(window))

database = duckdb.connect()
one = lambda query: database.execute(query).fetchall()[0][0]
check("rows of Parquet by DuckDB", one(f"SELECT count(*) FROM '{parquet}'"), fixes())
check("type of places by DuckDB", one(f"SELECT typeof(geometry) FROM '{parquet}' LIMIT 1").split("(")[0], "GEOMETRY")
check("rows of JSON lines by DuckDB", one(f"SELECT count(*) FROM '{lines}'"), fixes())
check("fixes of CSV by DuckDB", one(f"SELECT count(*) FROM read_csv('{table}') WHERE valid != 'no'"), fixes())
for name in ("height_takeoff_m", "height_amsl_m", "speed_m_s", "yaw_deg", "satellites", "source_offset", "lat_deg", "lon_deg", "elapsed_s"):
    sums = [one(f"SELECT round(sum({name}::DOUBLE), 1) FROM {file} WHERE valid != 'no'") for file in (f"'{parquet}'", f"'{lines}'", f"read_csv('{table}', sample_size=-1)")]
    if any(not near(value, sums[0], abs(sums[0]) * 1e-6 + 0.1) for value in sums):
        raise SystemExit(f"{name}: the files do not agree: {sums}")
    print(f"sum of {name}: {sums[0]}")
