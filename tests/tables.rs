//! Tables of positions as people and programs write them: what a column is taken for, in which unit and by which clock, what a
//! broken row costs, and which tables are none of these.

mod damage;
mod heads;
mod many;
mod own;
mod times;

use overflown::decode::{Alone, Context, FORMATS, Record, Sink};
use overflown::evidence::{Evidence, Limits};
use overflown::examine::{Completion, Examined, Tools, examine};

use crate::make::tables::{self, TableSample};
use crate::support::{assert_accounts, tools, track};

/// Examines a table, which must be recognised as one.
fn table(text: impl AsRef<[u8]>) -> Examined {
    let bytes = text.as_ref();
    let examined = crate::support::examine_bytes("table.csv", bytes.to_vec());
    assert_accounts("table.csv", &examined);
    assert_eq!(examined.report.format, Some("track-csv"), "{}", String::from_utf8_lossy(bytes));
    examined
}

/// Examines with a time zone given on the command line.
fn table_at(text: &str, utc_offset_s: i64) -> Examined {
    let tools = Tools { utc_offset_s: Some(utc_offset_s), ..tools().clone() };
    examine(&Evidence::from_bytes("table.csv", text.as_bytes().to_vec()), &tools)
}

fn notes(examined: &Examined) -> String {
    examined.report.notes.join("\n")
}

/// Every field of every row, as `records` prints them.
fn fields(bytes: &[u8]) -> Vec<Vec<(String, String)>> {
    struct Fields(Vec<Vec<(String, String)>>);
    impl Sink for Fields {
        fn record(&mut self, record: &Record<'_>) {
            let fields = record.fields().into_iter();
            self.0.push(fields.map(|(name, value)| (name.to_owned(), value.to_string())).collect());
        }
    }
    let format = FORMATS.iter().find(|format| format.id == "track-csv").expect("tables are read");
    let tables = tools().tables_of(format).expect("its tables");
    let mut sink = Fields(Vec::new());
    let context = Context { tables, limits: &Limits::default(), keys: &[], siblings: &Alone };
    (format.decode)(&Evidence::from_bytes("table.csv", bytes.to_vec()), &context, &mut sink);
    sink.0
}

#[test]
fn the_samples_read_as_they_were_made() {
    for TableSample { path, bytes, fixes, .. } in tables::all() {
        let examined = table(&bytes);
        let report = &examined.report;
        assert_eq!(report.completeness, Completion::Whole, "{path}: {:#?}", report.diagnostics);
        assert_eq!((report.records.found, report.records.lost), (fixes.len() as u64, 0), "{path}");
        let mut seen = 0;
        for track in &examined.tracks {
            let made: Vec<_> = fixes.iter().filter(|fix| fix.flight == track.name).collect();
            assert_eq!(track.rows.len(), made.len(), "{path}: {}", track.name);
            assert!(track.primary, "{path}: each flight has its primary track");
            let heights = ["height.unknown", "height.amsl"].into_iter().find_map(|channel| track.rows.column(channel));
            for (row, fix) in made.into_iter().enumerate() {
                let rows = &track.rows;
                assert_eq!(rows.offset[row], fix.offset as u64, "{path}: row {row}");
                let place = rows.fix[row].is_fix().then(|| (rows.lat[row], rows.lon[row]));
                assert_eq!(place, fix.place, "{path}: row {row}");
                let elapsed = fix.elapsed_s.map(|s| (s * 1e9) as i64);
                assert_eq!(rows.elapsed(row), elapsed, "{path}: row {row}");
                assert_eq!(rows.utc(row), fix.utc_ms.map(|ms| ms * 1_000_000), "{path}: row {row}");
                let height = f64::from(heights.expect("a height")[row]);
                assert!((height - fix.height_m).abs() < 0.051, "{path}: row {row}: {height} {}", fix.height_m);
                seen += 1;
            }
        }
        assert_eq!(seen, fixes.len(), "{path}");
    }
}

#[test]
fn the_spreadsheet_keeps_its_remark_and_its_speed() {
    let sample = tables::all().pop().expect("the spreadsheet");
    let rows = fields(&sample.bytes);
    let remark = rows[21].iter().find(|(name, _)| name == "Bemerkung").map(|(_, text)| text.as_str());
    assert_eq!(remark, Some("Foto; erstes\r\nnach dem \"Start\""), "row 0 is the head");
    let examined = table(&sample.bytes);
    // 8.5 international knots of 1852 m an hour.
    let speed = track(&examined, "aircraft").and_then(|t| t.rows.value("speed", 0)).expect("a speed");
    assert!((f64::from(speed) - 8.5 * 1852.0 / 3600.0).abs() < 1e-6);
    assert_eq!(examined.report.time.clock, Some("table"));
}
