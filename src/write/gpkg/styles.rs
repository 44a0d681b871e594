//! Default styles, in the table where QGIS looks for them: what an aircraft recorded is drawn unlike what was planned, broadcast,
//! photographed or simulated.

use rusqlite::{Connection, params};

use super::UNCHANGED;

const TABLE: &str = "
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
  description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
";

/// Value, colour (red, green, blue, alpha), dashed.
type Class = (&'static str, &'static str, bool);

const ROLES: &[Class] = &[
    ("recorded", "0,100,210,255", false),
    ("planned", "128,128,128,200", true),
    ("broadcast", "0,170,170,255", true),
    ("media", "255,140,0,255", true),
    ("last-known", "255,140,0,255", true),
    ("simulated", "200,0,200,255", true),
];
const VERDICTS: &[Class] = &[("inside", "220,0,0,255", false), ("near", "240,180,0,255", false)];

/// Writes the styles of these tables and lists the table of styles.
///
/// # Errors
/// As SQLite says.
pub fn write(connection: &Connection, tables: &[&str]) -> rusqlite::Result<()> {
    connection.execute_batch(TABLE)?;
    for table in tables {
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
               styleSLD, useAsDefault, description, owner, ui, update_time)
             VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, ?)",
            params![table, table, style(table), UNCHANGED],
        )?;
    }
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
         VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles of QGIS', ?, 0)",
        params![UNCHANGED],
    )?;
    Ok(())
}

fn style(table: &str) -> String {
    // A simulated track has a role too; the word that warns goes first.
    let role = "CASE WHEN simulated THEN 'simulated' ELSE role END";
    let renderer = match table {
        "flights" => categories(role, "line", ROLES, "0.6"),
        "fixes" => categories(role, "marker", ROLES, "1.2"),
        "zones" => single("fill", "200,40,40,60", "0.5"),
        "stays" => single("line", "220,0,0,255", "1.2"),
        "approaches" => single("line", "120,120,120,255", "0.3"),
        "encounters" => {
            categories("CASE WHEN verdict LIKE '%inside' THEN 'inside' ELSE 'near' END", "marker", VERDICTS, "3")
        }
        _ => single("marker", "60,150,0,255", "2.5"),
    };
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22.0\" styleCategories=\"Symbology\">\
         {renderer}<layerGeometryType>{}</layerGeometryType></qgis>",
        match table {
            "zones" => 2,
            "flights" | "stays" | "approaches" => 1,
            _ => 0,
        }
    )
}

fn single(kind: &str, colour: &str, size: &str) -> String {
    format!(
        "<renderer-v2 type=\"singleSymbol\"><symbols>{}</symbols></renderer-v2>",
        symbol("0", kind, colour, size, false)
    )
}

fn categories(expression: &str, kind: &str, classes: &[Class], size: &str) -> String {
    let category = |(number, (value, _, _)): (usize, &Class)| {
        format!("<category render=\"true\" symbol=\"{number}\" value=\"{value}\" label=\"{value}\"/>")
    };
    let listed: String = classes.iter().enumerate().map(category).collect();
    let drawn =
        |(number, (_, colour, dashed)): (usize, &Class)| symbol(&number.to_string(), kind, colour, size, *dashed);
    let symbols: String = classes.iter().enumerate().map(drawn).collect();
    format!(
        "<renderer-v2 type=\"categorizedSymbol\" attr=\"{expression}\"><categories>{listed}</categories>\
         <symbols>{symbols}</symbols></renderer-v2>"
    )
}

fn symbol(name: &str, kind: &str, colour: &str, size: &str, dashed: bool) -> String {
    let dash = if dashed { "dash" } else { "solid" };
    let (class, options) = match kind {
        "line" => ("SimpleLine", vec![("line_color", colour), ("line_width", size), ("line_style", dash)]),
        "fill" => ("SimpleFill", vec![("color", colour), ("outline_color", "200,40,40,255"), ("outline_width", size)]),
        _ => ("SimpleMarker", vec![("name", "circle"), ("color", colour), ("size", size), ("outline_style", "no")]),
    };
    let options: String = options
        .iter()
        .map(|(key, value)| format!("<Option type=\"QString\" name=\"{key}\" value=\"{value}\"/>"))
        .collect();
    format!(
        "<symbol type=\"{kind}\" name=\"{name}\" alpha=\"1\"><layer class=\"{class}\" enabled=\"1\"><Option type=\"Map\">\
         {options}</Option></layer></symbol>"
    )
}
