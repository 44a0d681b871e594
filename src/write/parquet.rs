//! GeoParquet 1.1: a fix a row with the columns of the track CSV, its place as WKB, and a box that readers skip row groups by.
//! Written by columns; nothing is compressed, and dictionaries keep repeated texts small.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, FloatType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use serde_json::json;

use super::columns::{Cell, CellKind, LEAD, TrackColumns, exact};
use super::provenance::Provenance;
use super::{HeightChoice, Mark, TrackItem, TrackWriter, wkb};
use crate::layout::Tables;

/// Rows of a group: what a reader takes in or skips at once, and what is in memory here.
const GROUP: usize = 100_000;
const BOX: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// Writes one table of all tracks.
pub struct ParquetWriter {
    provenance: Provenance,
    height: HeightChoice,
    columns: TrackColumns,
    buffers: Vec<Buffer>,
    rows: usize,
    /// West, south, east, north of all rows.
    bounds: [f64; 4],
    geometries: [bool; 2],
    file: Option<SerializedFileWriter<Vec<u8>>>,
}

/// Values of one column since the last group, and for each row whether it has one; required columns have one in every row.
struct Buffer {
    name: String,
    required: bool,
    values: Values,
    levels: Vec<i16>,
}

enum Values {
    Text(Vec<ByteArray>),
    Bytes(Vec<ByteArray>),
    /// Microseconds since 1970.
    Utc(Vec<i64>),
    Long(Vec<i64>),
    Double(Vec<f64>),
    Single(Vec<f32>),
    Flag(Vec<bool>),
}

impl ParquetWriter {
    /// `tables` are those of the formats that the tracks come from; `height` becomes the third coordinate.
    pub fn new<'t>(provenance: Provenance, height: HeightChoice, tables: impl IntoIterator<Item = &'t Tables>) -> Self {
        let columns = TrackColumns::new(tables);
        let names = columns.names();
        let values = |kind| match kind {
            CellKind::Text => Values::Text(Vec::new()),
            CellKind::Utc => Values::Utc(Vec::new()),
            CellKind::Double => Values::Double(Vec::new()),
            CellKind::Single => Values::Single(Vec::new()),
            CellKind::Offset => Values::Long(Vec::new()),
            CellKind::Flag => Values::Flag(Vec::new()),
        };
        let buffer =
            |name: &str, required, values| Buffer { name: name.to_owned(), required, values, levels: Vec::new() };
        let mut buffers = vec![buffer("flight", true, Values::Text(Vec::new()))];
        let lead = |index: usize| index < LEAD.len();
        buffers.extend(names.iter().enumerate().map(|(i, (name, kind))| buffer(name, lead(i), values(*kind))));
        buffers.push(buffer("z_reference", false, Values::Text(Vec::new())));
        buffers.push(buffer("geometry", true, Values::Bytes(Vec::new())));
        buffers.extend(BOX.iter().map(|name| buffer(name, true, Values::Double(Vec::new()))));
        let bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        ParquetWriter { provenance, height, columns, buffers, rows: 0, bounds, geometries: [false; 2], file: None }
    }

    fn schema(&self) -> Result<TypePtr> {
        let (own, corners) = self.buffers.split_at(self.buffers.len() - BOX.len());
        let fields = |buffers: &[Buffer]| buffers.iter().map(Buffer::field).collect::<Result<Vec<TypePtr>>>();
        let corners =
            Type::group_type_builder("bbox").with_repetition(Repetition::REQUIRED).with_fields(fields(corners)?);
        let mut all = fields(own)?;
        all.push(Arc::new(corners.build()?));
        Ok(Arc::new(Type::group_type_builder("fixes").with_fields(all).build()?))
    }

    fn push(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> Result<()> {
        let rows = &item.track.rows;
        let z = self.height.channel(rows);
        let reference = text(z.map(|channel| channel.trim_start_matches("height.")));
        let table = self.columns.of(item);
        let lead: Vec<Cell<'_>> = std::iter::once(item.flight).chain(table.lead).map(|word| text(Some(word))).collect();
        let mut cells = Vec::new();
        for row in rows.fixes() {
            table.cells(row, &mut cells);
            let (lon, lat) = (rows.lon[row], rows.lat[row]);
            let height = z.and_then(|channel| rows.value(channel, row)).map_or(f64::NAN, exact);
            self.geometries[usize::from(!height.is_nan())] = true;
            let [west, south, east, north] = self.bounds;
            self.bounds = [west.min(lon), south.min(lat), east.max(lon), north.max(lat)];
            let corners = [lon, lat, lon, lat].map(Cell::Double);
            let all = lead.iter().chain(&cells).chain([&reference]);
            let (own, rest) = self.buffers.split_at_mut(lead.len() + cells.len() + 1);
            own.iter_mut().zip(all).for_each(|(buffer, cell)| buffer.push(cell));
            if let Some((geometry, boxes)) = rest.split_first_mut() {
                geometry.push_bytes(wkb::point([lon, lat, height]));
                boxes.iter_mut().zip(&corners).for_each(|(buffer, cell)| buffer.push(cell));
            }
            self.rows += 1;
            if self.rows == GROUP {
                self.group()?;
                self.drain(out)?;
            }
        }
        Ok(())
    }

    /// Ends a row group.
    fn group(&mut self) -> Result<()> {
        let Some(file) = self.file.as_mut().filter(|_| self.rows > 0) else { return Ok(()) };
        let mut group = file.next_row_group()?;
        for buffer in &mut self.buffers {
            let Some(mut column) = group.next_column()? else { break };
            buffer.write(&mut column)?;
            column.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    /// Hands on the bytes that are ready.
    fn drain(&mut self, out: &mut dyn Write) -> Result<()> {
        let bytes = self.file.as_mut().map(|file| std::mem::take(file.inner_mut())).unwrap_or_default();
        out.write_all(&bytes).map_err(ParquetError::from)
    }

    /// What makes the table a GeoParquet one: which column holds geometries, of which kinds, where, and the box of each row.
    fn geo(&self) -> String {
        let kinds = ["Point", "Point Z"].into_iter().zip(self.geometries).filter(|(_, met)| *met);
        let kinds: Vec<&str> = kinds.map(|(kind, _)| kind).collect();
        let covering: serde_json::Map<String, serde_json::Value> =
            BOX.iter().map(|name| ((*name).to_owned(), json!(["bbox", name]))).collect();
        json!({
            "version": "1.1.0",
            "primary_column": "geometry",
            "columns": { "geometry": {
                "encoding": "WKB",
                "geometry_types": kinds,
                "bbox": self.bounds,
                "covering": { "bbox": covering },
            } },
        })
        .to_string()
    }

    fn finish(&mut self, out: &mut dyn Write) -> Result<()> {
        self.group()?;
        let provenance = serde_json::to_string(&self.provenance).unwrap_or_default();
        let entries = [("geo", self.geo()), ("overflown", provenance)];
        if let Some(file) = &mut self.file {
            for (key, value) in entries {
                file.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
            }
            file.finish()?;
        }
        self.drain(out)
    }
}

impl TrackWriter for ParquetWriter {
    fn begin(&mut self, _marks: &[Mark], _out: &mut dyn Write) -> io::Result<()> {
        let properties = WriterProperties::builder().set_created_by(self.provenance.tool()).build();
        let schema = self.schema().map_err(io::Error::other)?;
        let file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties));
        self.file = Some(file.map_err(io::Error::other)?);
        Ok(())
    }

    fn track(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.push(item, out).map_err(io::Error::other)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.finish(out).map_err(io::Error::other)
    }
}

impl Buffer {
    fn field(&self) -> Result<TypePtr> {
        let (physical, logical) = match &self.values {
            Values::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Bytes(_) => (Physical::BYTE_ARRAY, None),
            Values::Utc(_) => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
            Values::Long(_) => (Physical::INT64, None),
            Values::Double(_) => (Physical::DOUBLE, None),
            Values::Single(_) => (Physical::FLOAT, None),
            Values::Flag(_) => (Physical::BOOLEAN, None),
        };
        let repetition = if self.required { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let field = Type::primitive_type_builder(&self.name, physical).with_repetition(repetition);
        Ok(Arc::new(field.with_logical_type(logical).build()?))
    }

    /// A cell of another kind than the column's counts as absent; columns and cells come from one definition.
    fn push(&mut self, cell: &Cell<'_>) {
        let before = self.values.len();
        match (&mut self.values, cell) {
            (Values::Text(values), Cell::Text(text)) => values.push(text.as_bytes().to_vec().into()),
            (Values::Utc(values), Cell::Utc(utc)) => values.push(utc.div_euclid(1000)),
            (Values::Long(values), Cell::Offset(offset)) => values.extend(i64::try_from(*offset)),
            (Values::Double(values), Cell::Double(value)) => values.push(*value),
            (Values::Single(values), Cell::Single(value)) => values.push(*value),
            (Values::Flag(values), Cell::Flag(flag)) => values.push(*flag),
            _ => {}
        }
        self.levels.push(i16::from(self.values.len() > before));
    }

    fn push_bytes(&mut self, bytes: Vec<u8>) {
        if let Values::Bytes(values) = &mut self.values {
            values.push(bytes.into());
            self.levels.push(1);
        }
    }

    fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let levels = std::mem::take(&mut self.levels);
        let levels = (!self.required).then_some(levels.as_slice());
        match &mut self.values {
            Values::Text(v) | Values::Bytes(v) => {
                column.typed::<ByteArrayType>().write_batch(&std::mem::take(v), levels, None)
            }
            Values::Utc(v) | Values::Long(v) => {
                column.typed::<Int64Type>().write_batch(&std::mem::take(v), levels, None)
            }
            Values::Double(v) => column.typed::<DoubleType>().write_batch(&std::mem::take(v), levels, None),
            Values::Single(v) => column.typed::<FloatType>().write_batch(&std::mem::take(v), levels, None),
            Values::Flag(v) => column.typed::<BoolType>().write_batch(&std::mem::take(v), levels, None),
        }
        .map(drop)
    }
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Values::Text(v) | Values::Bytes(v) => v.len(),
            Values::Utc(v) | Values::Long(v) => v.len(),
            Values::Double(v) => v.len(),
            Values::Single(v) => v.len(),
            Values::Flag(v) => v.len(),
        }
    }
}

/// Texts are written as they stand in the evidence but for what could harm a terminal.
fn text(words: Option<&str>) -> Cell<'static> {
    words.map_or(Cell::Absent, |words| Cell::Text(crate::evidence::label::printable(words).into()))
}
