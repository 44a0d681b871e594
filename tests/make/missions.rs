//! Planned flights as the programs of several makers write them, each over the sample water works; and tracks as services and
//! receivers export them.

use std::fmt::Write;

/// A file and what is true about it.
#[derive(Clone, Debug)]
pub struct Written {
    /// Below samples/.
    pub path: &'static str,
    pub about: &'static str,
    pub text: String,
    /// Places that make rows, in their order.
    pub places: Vec<(f64, f64)>,
}

/// From south of the water works to north of it, and to its side.
pub const WAY: [(f64, f64); 4] =
    [(54.105_10, 8.903_80), (54.106_30, 8.903_80), (54.107_20, 8.903_90), (54.107_20, 8.905_50)];

pub fn all() -> Vec<Written> {
    vec![
        template(),
        waylines(),
        pilot_one(),
        plan(),
        lines(),
        litchi(),
        gpx(),
        kml(),
        airdata(),
        litchi_log(),
        csv_view(),
    ]
}

const WPML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\" xmlns:wpml=\"http://www.dji.com/wpmz/1.0.6\">\n";
const CONFIG: &str = "  <wpml:missionConfig>\n    <wpml:finishAction>goHome</wpml:finishAction>\n    <wpml:takeOffRefPoint>54.104000,8.902000,0.000000</wpml:takeOffRefPoint>\n    <wpml:droneInfo><wpml:droneEnumValue>77</wpml:droneEnumValue></wpml:droneInfo>\n  </wpml:missionConfig>\n";

/// An area that is to be photographed: its outline, no way.
fn template() -> Written {
    let mut ring = String::new();
    for (lat, lon) in WAY {
        write!(ring, "{lon},{lat},0\n          ").expect("a String takes all");
    }
    let text = format!(
        "{WPML}<Document>\n  <wpml:author>surveyor &amp; son</wpml:author>\n  <wpml:createTime>1715673877000</wpml:createTime>\n{CONFIG}  <Folder>\n    <wpml:templateType>mapping2d</wpml:templateType>\n    <wpml:templateId>0</wpml:templateId>\n    <Placemark>\n      <name>Works</name>\n      <Polygon><outerBoundaryIs><LinearRing><coordinates>\n          {ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>\n    </Placemark>\n  </Folder>\n</Document>\n</kml>\n"
    );
    let about = "plan of DJI Pilot 2 as it was drawn: an area, author, reference point with latitude first";
    Written { path: "dji-wpml/template.kml", about, text, places: WAY.to_vec() }
}

/// What the aircraft is to execute: heights above the ellipsoid, actions, a target.
fn waylines() -> Written {
    let mut text = format!(
        "{WPML}<Document>\n{CONFIG}  <Folder>\n    <wpml:templateId>0</wpml:templateId>\n    <wpml:executeHeightMode>WGS84</wpml:executeHeightMode>\n    <wpml:waylineId>3</wpml:waylineId>\n    <wpml:autoFlightSpeed>7</wpml:autoFlightSpeed>\n"
    );
    for (index, (lat, lon)) in WAY.into_iter().enumerate() {
        let action = match index {
            1 => {
                "      <wpml:actionGroup><wpml:actionGroupId>0</wpml:actionGroupId><wpml:action><wpml:actionId>0</wpml:actionId><wpml:actionActuatorFunc>takePhoto</wpml:actionActuatorFunc><wpml:actionActuatorFuncParam><wpml:fileSuffix>gate</wpml:fileSuffix></wpml:actionActuatorFuncParam></wpml:action></wpml:actionGroup>\n"
            }
            _ => "",
        };
        let poi = if index == 2 { "54.106300,8.903800,12.000000" } else { "0.000000,0.000000,0.000000" };
        write!(
            text,
            "    <Placemark>\n      <Point><coordinates>{lon},{lat}</coordinates></Point>\n      <wpml:index>{index}</wpml:index>\n      <wpml:executeHeight>{}</wpml:executeHeight>\n      <wpml:waypointSpeed>7</wpml:waypointSpeed>\n      <wpml:waypointHeadingParam><wpml:waypointPoiPoint>{poi}</wpml:waypointPoiPoint></wpml:waypointHeadingParam>\n{action}    </Placemark>\n",
            95 + index
        )
        .expect("a String takes all");
    }
    text += "  </Folder>\n</Document>\n</kml>\n";
    let about = "plan of DJI Pilot 2 as it is to be flown: heights above the ellipsoid, an action, a target";
    Written { path: "dji-wpml/waylines.wpml", about, text, places: WAY.to_vec() }
}

fn pilot_one() -> Written {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document xmlns=\"\">\n<name>works</name>\n<Folder>\n<name>Waypoints</name>\n",
    );
    for (index, (lat, lon)) in WAY.into_iter().enumerate() {
        writeln!(
            text,
            "<Placemark><name>Waypoint{}</name><ExtendedData xmlns:mis=\"www.dji.com\"><mis:heading>0</mis:heading><mis:speed>5.0</mis:speed><mis:actions param=\"0\" cameraIndex=\"0\">ShootPhoto</mis:actions></ExtendedData><Point><altitudeMode>relativeToGround</altitudeMode><coordinates>{lon},{lat},40.0</coordinates></Point></Placemark>",
            index + 1
        )
        .expect("a String takes all");
    }
    text += "</Folder>\n</Document>\n</kml>\n";
    Written {
        path: "dji-wpml/pilot-1.kml",
        about: "plan of DJI Pilot 1: photos at each way point",
        text,
        places: WAY.to_vec(),
    }
}

/// Take-off, way points, a target, a null, a fence of each kind, and a rally point.
fn plan() -> Written {
    let item = |command: u32, frame: u32, lat: f64, lon: f64| {
        format!(
            "{{\"autoContinue\": true, \"command\": {command}, \"doJumpId\": 1, \"frame\": {frame}, \"params\": [0, 0, 0, null, {lat}, {lon}, 45], \"type\": \"SimpleItem\"}}"
        )
    };
    let mut items = vec![item(22, 3, WAY[0].0, WAY[0].1)];
    items.extend(WAY[1..].iter().map(|(lat, lon)| item(16, 10, *lat, *lon)));
    items.push(item(201, 0, 54.1063, 8.9038));
    items.push(item(20, 2, 0.0, 0.0));
    let text = format!(
        "{{\n  \"fileType\": \"Plan\",\n  \"geoFence\": {{\"circles\": [{{\"circle\": {{\"center\": [54.106, 8.904], \"radius\": 400}}, \"inclusion\": true, \"version\": 1}}], \"polygons\": [], \"version\": 2}},\n  \"groundStation\": \"QGroundControl\",\n  \"mission\": {{\"cruiseSpeed\": 15, \"hoverSpeed\": 5, \"items\": [\n    {}\n  ], \"plannedHomePosition\": [54.104, 8.902, 3.5], \"version\": 2}},\n  \"rallyPoints\": {{\"points\": [[54.1041, 8.9021, 20]], \"version\": 2}},\n  \"version\": 1\n}}\n",
        items.join(",\n    ")
    );
    let about = "plan of QGroundControl: take-off, heights above terrain, a target, fence, rally point";
    Written { path: "qgc-plan/works.plan", about, text, places: WAY.to_vec() }
}

fn lines() -> Written {
    let mut text = String::from("QGC WPL 110\r\n0\t1\t0\t16\t0\t0\t0\t0\t54.104\t8.902\t3.5\t1\r\n");
    for (index, (lat, lon)) in WAY.into_iter().enumerate() {
        let command = if index == 0 { 22 } else { 16 };
        writeln!(text, "{}\t0\t3\t{command}\t0\t0\t0\t0\t{lat:.8}\t{lon:.8}\t45.000000\t1\r", index + 1)
            .expect("a String takes all");
    }
    text += "5\t0\t3\t20\t0\t0\t0\t0\t0\t0\t0\t1\r\n";
    let about = "plan of Mission Planner: home in the first line, take-off, way points, return";
    Written { path: "qgc-wpl/works.waypoints", about, text, places: WAY.to_vec() }
}

fn litchi() -> Written {
    let mut text = String::from(
        "latitude,longitude,altitude(ft),heading(deg),curvesize(ft),rotationdir,gimbalmode,gimbalpitchangle,actiontype1,actionparam1,actiontype2,actionparam2,altitudemode,speed(m/s),poi_latitude,poi_longitude,poi_altitude(ft),poi_altitudemode,photo_timeinterval,photo_distinterval\n",
    );
    for (index, (lat, lon)) in WAY.into_iter().enumerate() {
        let mode = usize::from(index == 3);
        writeln!(text, "{lat},{lon},150,90,0,0,2,-30,1,0,-1,0,{mode},4.5,54.1063,8.9038,20,0,-1,-1")
            .expect("a String takes all");
    }
    let about = "plan of Litchi: feet, photos, one target, the last height above ground";
    Written { path: "litchi-mission/works.csv", about, text, places: WAY.to_vec() }
}

/// Two segments, a route, a way point; times with and without a zone.
fn gpx() -> Written {
    let mut text = String::from(
        "<?xml version=\"1.0\"?>\n<gpx version=\"1.1\" creator=\"Sample receiver\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n<wpt lat=\"54.1\" lon=\"8.9\"><name>car &lt;park&gt;</name></wpt>\n<rte><name>way home</name><rtept lat=\"54.2\" lon=\"9.0\"/></rte>\n<trk><name>morning</name><trkseg>\n",
    );
    for (index, (lat, lon)) in WAY.into_iter().enumerate() {
        if index == 2 {
            text += "</trkseg><trkseg>\n";
        }
        writeln!(text, "<trkpt lat=\"{lat}\" lon='{lon}'><ele>{}.5</ele><time>2024-05-14T08:04:{:02}.250Z</time><hdop>0.9</hdop></trkpt>", 40 + index, 10 + 6 * index)
            .expect("a String takes all");
    }
    text += "</trkseg></trk>\n</gpx>\n";
    let mut places = vec![(54.2, 9.0)];
    places.extend(WAY);
    let about = "GPX of a receiver: a way point, a route, a track of two segments";
    Written { path: "gpx-track/morning.gpx", about, text, places }
}

/// A track with times, a line, a point with a time, and an area that is none of them.
fn kml() -> Written {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\" xmlns:gx=\"http://www.google.com/kml/ext/2.2\">\n<Document>\n<Placemark><name>flight</name><gx:Track><altitudeMode>absolute</altitudeMode>\n",
    );
    for index in 0..WAY.len() {
        writeln!(text, "<when>2024-05-14T08:04:{:02}Z</when>", 10 + 6 * index).expect("a String takes all");
    }
    for (lat, lon) in WAY {
        writeln!(text, "<gx:coord>{lon} {lat} 61.5</gx:coord>").expect("a String takes all");
    }
    text += "</gx:Track></Placemark>\n<Placemark><name>drawn</name><LineString><coordinates>\n";
    for (lat, lon) in WAY {
        write!(text, "{lon},{lat},0 ").expect("a String takes all");
    }
    text += "</coordinates></LineString></Placemark>\n<Placemark><TimeStamp><when>2024-05-14T10:00:00+02:00</when></TimeStamp><Point><coordinates>8.9,54.1</coordinates></Point></Placemark>\n<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>8,54 9,54 9,55 8,54</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>\n</Document>\n</kml>\n";
    let mut places = WAY.to_vec();
    places.extend(WAY);
    places.push((54.1, 8.9));
    let about = "KML: a track with times, a line, a point with a time, an area";
    Written { path: "kml-track/flight.kml", about, text, places }
}

/// The head of 33 columns with metric units, one photo, a video of two rows, a message.
fn airdata() -> Written {
    let mut text = String::from(
        "latitude,longitude,altitude(meters),ascent(meters),speed(m/s),distance(meters),time(millisecond),datetime(utc),satellites,voltage(v),isPhoto,isVideo,battery_percent,flycStateRaw,flycState,message\n",
    );
    for (index, (lat, lon)) in WAY.into_iter().enumerate() {
        let (photo, video) = (u8::from(index == 1), u8::from(index == 1 || index == 2));
        let message = if index == 2 { "\"Strong wind, fly with \"\"care\"\"\"" } else { "" };
        writeln!(
            text,
            "{lat},{lon},55,{}.5,3.5,10,{},2024-05-14 08:04:{:02},12,15.1,{photo},{video},7{index},6,P-GPS,{message}",
            30 + index,
            6000 * index,
            10 + 6 * index
        )
        .expect("a String takes all");
    }
    let about = "table of AirData in metres: a photo, a video, a message";
    Written { path: "track-csv/airdata.csv", about, text, places: WAY.to_vec() }
}

fn litchi_log() -> Written {
    let mut text = String::from(
        "latitude,longitude,altitude(m),speed(mps),distance(m),time(millisecond),datetime(utc),datetime(local),satellites,pitch(deg),roll(deg),yaw(deg),isTakingVideo,FlyControllerSerialNumber\n",
    );
    for (index, (lat, lon)) in WAY.into_iter().enumerate() {
        writeln!(text, "{lat},{lon},42.5,3.5,10,{},2024-05-14 08:04:{:02}.500,2024-05-14 10:04:{:02}.500,12,1.5,-0.5,90,0,OVF0SAMPLE0009", 6000 * index, 10 + 6 * index, 10 + 6 * index)
            .expect("a String takes all");
    }
    let about = "flight log of Litchi: UTC beside local time, serial number";
    Written { path: "track-csv/litchi.csv", about, text, places: WAY.to_vec() }
}

fn csv_view() -> Written {
    let mut text = String::from(
        "sep=,\r\nCUSTOM.date [local],CUSTOM.updateTime [local],OSD.flyTime,OSD.flyTime [s],OSD.latitude,OSD.longitude,OSD.height [ft],OSD.altitude [ft],OSD.hSpeed [MPH],OSD.pitch,OSD.roll,OSD.yaw,OSD.gpsNum,APP.tip,CUSTOM.isPhoto,RECOVER.aircraftSerial\r\n",
    );
    for (index, (lat, lon)) in WAY.into_iter().enumerate() {
        let tip = if index == 0 { "Home Point Recorded" } else { "" };
        write!(text, "5/14/2024,1:04:{0:02}.25 PM,0m {0}s,{0}.1,{lat},{lon},100,150,10,1.5,-0.5,90,12,{tip},False,OVF0SAMPLE0010\r\n", 6 * index)
            .expect("a String takes all");
    }
    let about = "flight record by CsvView: sep= line, date with the year last, half days, feet";
    Written { path: "track-csv/csv-view.csv", about, text, places: WAY.to_vec() }
}
