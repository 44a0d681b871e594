//! Coordinate systems in well-known text of either version, as shapefiles, GeoPackages and FlatGeobuf have it: degrees on the datum
//! of WGS 84 or one that lies within two metres of it, or Web Mercator. Anything else is refused by name.

use super::geojson::projection::Projection;
use super::properties::plain;
use super::report::short;

/// Datums that lie within about two metres of WGS 84, by the beginnings of their plain names (EPSG registry, accuracies of the
/// null transformations between them).
const NEAR: &[&str] = &[
    "northamericandatum1983",
    "northamerican1983",
    "nad83",
    "dnorthamerican1983",
    "etrs89",
    "etrs1989",
    "detrs1989",
    "europeanterrestrialreferencesystem1989",
    "dgda1994",
    "dgda2020",
    "geocentricdatumofaustralia",
    "dnzgd2000",
    "newzealandgeodeticdatum2000",
    "dsirgas2000",
    "sistemadereferenciageocentricoparalasamericas",
    "sistemadereferenciageocentricoparaamericadelsur",
    "dchina2000",
    "china2000",
    "djgd2000",
    "djgd2011",
    "japanesegeodeticdatum",
    "drgf1993",
    "reseaugeodesiquefrancais1993",
    "dkorea2000",
    "geocentricdatumofkorea",
];
const WGS84: &[&str] = &["wgs84", "wgs1984", "dwgs1984", "worldgeodeticsystem1984"];

/// What the text means, and what is to be told of it.
///
/// # Errors
/// The name of the projection or datum that is not converted.
pub fn projection(text: &str) -> Result<(Projection, Option<String>), String> {
    let upper = text.to_ascii_uppercase();
    let quoted = |keyword: &str| -> Option<&str> {
        let at = find_keyword(&upper, keyword)?;
        text.get(at..)?.split('"').nth(1)
    };
    let name =
        quoted("PROJCS").or_else(|| quoted("PROJCRS")).or_else(|| quoted("LOCAL_CS")).map(|name| (name, true)).or_else(
            || ["GEOGCS", "GEOGCRS", "GEODCRS", "BASEGEOGCRS"].iter().find_map(|k| quoted(k)).map(|name| (name, false)),
        );
    let Some((name, is_projected)) = name else { return Err("a projection without a name".to_owned()) };
    if is_projected {
        let method = plain(quoted("PROJECTION").or_else(|| quoted("METHOD")).unwrap_or_default());
        let own = plain(name);
        let is_web = method == "mercatorauxiliarysphere"
            || method == "popularvisualisationpseudomercator"
            || ["pseudomercator", "webmercator", "googlemapsglobalmercator"].iter().any(|known| own.contains(known));
        return if is_web { Ok((Projection::WebMercator, None)) } else { Err(short(name)) };
    }
    let datum = ["DATUM", "TRF", "ENSEMBLE"].iter().find_map(|k| quoted(k)).unwrap_or_default();
    let degree = number_behind(&upper, "UNIT").or_else(|| number_behind(&upper, "ANGLEUNIT"));
    let meridian = number_behind(&upper, "PRIMEM");
    if degree.is_some_and(|size| (size - 0.017_453_292_5).abs() > 1e-9) {
        return Err(format!("{} in another unit than degrees", short(name)));
    }
    if meridian.is_some_and(|lon| lon != 0.0) {
        return Err(format!("{} with another prime meridian than Greenwich", short(name)));
    }
    let datum = plain(datum);
    let is_one_of = |list: &[&str]| list.iter().any(|known| datum.starts_with(known));
    if is_one_of(WGS84) {
        Ok((Projection::Wgs84, None))
    } else if is_one_of(NEAR) {
        let told = format!("its places are in {}, taken as WGS 84: they differ by up to 2 m", short(name));
        Ok((Projection::Wgs84, Some(told)))
    } else {
        Err(format!("{} (degrees on another datum than WGS 84)", short(name)))
    }
}

/// Where a keyword stands before its bracket, not as the end of another word.
fn find_keyword(upper: &str, keyword: &str) -> Option<usize> {
    memchr::memmem::find_iter(upper.as_bytes(), keyword.as_bytes()).find(|at| {
        let before = upper.as_bytes().get(..*at).and_then(<[u8]>::last);
        let behind = upper.as_bytes().get(at + keyword.len()..).unwrap_or_default().trim_ascii_start();
        before.is_none_or(|b| !(b.is_ascii_alphanumeric() || *b == b'_')) && behind.starts_with(b"[")
    })
}

/// The number behind the name of an element: `UNIT["Degree",0.0174532925199433]`.
fn number_behind(upper: &str, keyword: &str) -> Option<f64> {
    let rest = upper.get(find_keyword(upper, keyword)?..)?;
    let behind = rest.splitn(3, '"').nth(2)?;
    behind.trim_start_matches([',', ' ']).split([',', ']']).next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESRI: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

    #[test]
    fn degrees_on_known_datums() {
        assert_eq!(projection(ESRI), Ok((Projection::Wgs84, None)));
        let near = ESRI.replace("GCS_WGS_1984", "GCS_ETRS_1989").replace("D_WGS_1984", "D_ETRS_1989");
        assert!(
            matches!(projection(&near), Ok((Projection::Wgs84, Some(told))) if told.contains("GCS_ETRS_1989") && told.contains("2 m"))
        );
        let wkt2 = r#"GEOGCRS["WGS 84",ENSEMBLE["World Geodetic System 1984 ensemble",ELLIPSOID["WGS 84",6378137,298.2]],PRIMEM["Greenwich",0],CS[ellipsoidal,2],ANGLEUNIT["degree",0.0174532925199433]]"#;
        assert_eq!(projection(wkt2), Ok((Projection::Wgs84, None)));
    }

    #[test]
    fn others_are_refused_by_name() {
        let old = ESRI.replace("GCS_WGS_1984", "GCS_Pulkovo_1942").replace("D_WGS_1984", "D_Pulkovo_1942");
        assert!(projection(&old).is_err_and(|name| name.contains("GCS_Pulkovo_1942")));
        assert!(
            projection(&ESRI.replace("0.0174532925199433", "0.01570796326794897"))
                .is_err_and(|name| name.contains("unit"))
        );
        assert!(
            projection(&ESRI.replace("\"Greenwich\",0.0", "\"Paris\",2.337229"))
                .is_err_and(|name| name.contains("meridian"))
        );
        let utm =
            format!(r#"PROJCS["WGS_1984_UTM_Zone_33N",{ESRI},PROJECTION["Transverse_Mercator"],UNIT["Meter",1.0]]"#);
        assert_eq!(projection(&utm), Err("WGS_1984_UTM_Zone_33N".to_owned()));
        assert!(projection("nonsense").is_err());
    }

    #[test]
    fn web_mercator() {
        let web = format!(
            r#"PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",{ESRI},PROJECTION["Mercator_Auxiliary_Sphere"],UNIT["Meter",1.0]]"#
        );
        assert_eq!(projection(&web), Ok((Projection::WebMercator, None)));
    }
}
