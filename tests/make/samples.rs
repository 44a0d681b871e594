//! The samples that the project commits, and what is true about each.

pub mod aircraft;

use super::clock::start_by_name;
use super::craft::{self, Craft};
use super::dji_txt::{Log, Truth, content, service};
use super::envelopes::{self, Envelope};
use super::flight::{Plan, State, Step, fly};
use super::recorder::{App, FIRMWARE, Message, Options, Recording, Restart};
use super::{
    clip, damage, databases, jpeg, missions, mmkv, phone, photos, preferences, sealed, sites, subtitles, tables, tar,
};

/// A sample file. Counts are those that its bytes still hold: a damaged one has fewer than its `truth`.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Below samples/.
    pub path: String,
    pub about: &'static str,
    pub version: u8,
    pub bytes: Vec<u8>,
    pub osd: usize,
    /// OSD records with a valid position.
    pub fixes: usize,
    /// Stored photos, thumbnails not counted.
    pub photos: usize,
    pub messages: usize,
    /// The key service's answer, which stands beside the log.
    pub keys: Option<String>,
    /// Where everything stands in the undamaged file.
    pub truth: Truth,
    /// What the OSD records tell, one each in file order (of the undamaged file).
    pub states: Vec<State>,
    /// The phone's clock at each of them, ms since 1970 UTC; Custom records are up to 39 ms later.
    pub phone_ms: Vec<i64>,
}

/// The page that is zero in one damaged sample.
pub const ZERO_PAGE: (usize, usize) = (8 * 4096, 4096);
/// What is left of the other, %.
pub const CUT_PERCENT: usize = 60;

const SHORE: [&str; 4] = ["Sample Shore", "", "Sample County", ""];

/// Every log, clean ones first.
pub fn all() -> Vec<Sample> {
    let v8 = phantom_v8();
    let damaged = [zero_page(&v8), cut_short(&v8)];
    let mut samples = vec![phantom_v2(), phantom_v4(), phantom_v7(), v8, mavic_v11(), mini_v12()];
    samples.extend(damaged);
    samples.extend([mini_v14(), keyed_v13(), keyed_v14(), pilot_v14()]);
    samples
}

/// Every file of the folder, by its path below it.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let all = all();
    let envelopes = envelopes::all(&all);
    let mut files = vec![
        ("INVENTORY.tsv".to_owned(), inventory(&all, &envelopes).into_bytes()),
        ("zones/sites.geojson".to_owned(), sites::geojson().into_bytes()),
        ("zones/sites.csv".to_owned(), sites::csv().into_bytes()),
        ("zones/sites.ed318.json".to_owned(), sites::ed318().into_bytes()),
        ("zones/sites.openair.txt".to_owned(), sites::openair().into_bytes()),
    ];
    files.extend(aircraft::all().into_iter().map(|log| (log.path.to_owned(), log.bytes)));
    for sample in all {
        if let Some(keys) = &sample.keys {
            files.push((sample.keys_path(), keys.clone().into_bytes()));
        }
        files.push((sample.path, sample.bytes));
    }
    files.extend(envelopes.into_iter().map(|envelope| (envelope.path, envelope.bytes)));
    files.extend(missions::all().into_iter().map(|file| (file.path.to_owned(), file.text.into_bytes())));
    files.extend(photos::all().into_iter().map(|photo| (photo.path.to_owned(), photo.bytes)));
    files.extend(databases::all().into_iter().map(|made| (made.path.to_owned(), made.bytes)));
    files.extend(tables::all().iter().map(|table| (table.path.to_owned(), table.bytes.to_vec())));
    files.extend(subtitles::all().into_iter().map(|subtitle| (subtitle.path.to_owned(), subtitle.bytes)));
    files.extend(clip::all().into_iter().map(|clip| (clip.path.to_owned(), clip.bytes)));
    files.extend(phone::all().into_iter().map(|file| (file.path.to_owned(), file.bytes)));
    files.extend(preferences::all().into_iter().map(|file| (file.path.to_owned(), file.bytes)));
    files.extend(mmkv::all().into_iter().map(|file| (file.path.to_owned(), file.bytes)));
    files.extend(tar::all().into_iter().map(|file| (file.path.to_owned(), file.bytes)));
    files
}

impl Sample {
    /// Where the keys stand: beside the log, `.keys.json` for `.txt`.
    pub fn keys_path(&self) -> String {
        format!("{}.keys.json", self.path.trim_end_matches(".txt"))
    }
}

fn plan(origin: (f64, f64), frames: usize, craft: &Craft, seed: u64, steps: Vec<Step>) -> Plan {
    Plan {
        lat_deg: origin.0,
        lon_deg: origin.1,
        frames,
        blind: 0,
        idle: 1.5,
        steps,
        seed,
        cells: craft.cells,
        capacity_mah: f64::from(craft.capacity_mah),
        battery_percent: 94.0,
    }
}

fn sample(path: String, about: &'static str, recording: &Recording, log: &Log, photos: usize) -> Sample {
    let (bytes, truth) = log.finish_with_truth();
    let written = recording.written();
    let states: Vec<State> = written.iter().map(|&(state, _)| recording.states[state].clone()).collect();
    Sample {
        path,
        about,
        version: log.version(),
        bytes,
        osd: states.len(),
        fixes: states.iter().filter(|state| state.has_fix).count(),
        photos,
        messages: [9, 10, 18, 24].into_iter().map(|kind| truth.count(kind)).sum(),
        keys: None,
        truth,
        states,
        phone_ms: written.into_iter().map(|(_, ms)| ms).collect(),
    }
}

fn first(states: &[State], what: impl Fn(&State) -> bool) -> usize {
    states.iter().position(what).expect("every made flight does this")
}

fn say(state: usize, kind: u8, text: &str) -> Message {
    Message { state, kind, text: text.into() }
}

/// Take-off, go-home and landing, as the old apps tell them.
fn plain_messages(states: &[State]) -> Vec<Message> {
    vec![
        say(first(states, |now| now.motors), 9, "Return to home height: 50M"),
        say(first(states, |now| now.airborne), 9, "Taking off"),
        say(first(states, |now| now.mode == 12), 9, "Landing"),
    ]
}

/// Photos of the end section where the states say that one was taken; thumbnails behind them.
fn add_photos(log: &mut Log, states: &[State]) -> usize {
    let taken: Vec<&State> = states.iter().filter(|now| now.photo).collect();
    for (at, now) in taken.iter().enumerate() {
        log.photo(&jpeg::picture(16, 16, 40 * at as u8), now.lat_deg(), now.lon_deg());
    }
    for at in 0..taken.len() {
        log.thumbnail(&jpeg::picture(8, 8, 40 * at as u8));
    }
    taken.len()
}

fn recording<'a>(version: u8, app: App, craft: &'a Craft, states: &'a [State], start_ms: i64) -> Recording<'a> {
    Recording {
        version,
        app,
        craft,
        states,
        start_ms,
        place: SHORE,
        restart: None,
        messages: plain_messages(states),
        pilot: [-4.0, 3.0],
        limited: Vec::new(),
        log_index: 40 + u16::from(version),
        uuid: "",
        options: Options::default(),
    }
}

/// A few seconds in the air close to the ground.
fn hop(height: f64, north: f64, east: f64, speed: f64) -> Vec<Step> {
    vec![Step::TakeOff(height), Step::Go { north, east, speed }, Step::Hover(1.0), Step::Return { height }]
}

fn phantom_v2() -> Sample {
    let name = "DJIFlightRecord_2015-11-20_[16-05-30].txt";
    let craft = craft::phantom_3_pro([1, 0, 4]);
    let states = fly(&plan(sites::PHANTOM_V2_ORIGIN, 200, &craft, 2, hop(1.6, 9.0, -6.0, 2.5)));
    let mut recording = recording(2, App::Go2, &craft, &states, start_by_name(name, 1, 377));
    recording.place = ["Map Loading"; 4];
    let mut log = recording.log();
    log.details(recording.details());
    sample(
        format!("dji-txt/{name}"),
        "oldest layout: plain records, 12-byte prefix, a hop of 20 s",
        &recording,
        &log,
        0,
    )
}

fn phantom_v4() -> Sample {
    let name = "DJIFlightRecord_2016-03-09_[07-45-00].txt";
    let craft = craft::phantom_3_pro([2, 4, 3]);
    let steps = vec![
        Step::TakeOff(1.5),
        Step::Climb(8.0),
        Step::Go { north: 26.0, east: 17.0, speed: 5.0 },
        Step::Hover(2.0),
        Step::Return { height: 8.0 },
    ];
    let mut plan = plan(sites::PHANTOM_V4_ORIGIN, 400, &craft, 4, steps);
    plan.blind = 4;
    let states = fly(&plan);
    let recording = recording(4, App::Go2, &craft, &states, start_by_name(name, 1, 640));
    let mut log = recording.log();
    log.details(recording.details());
    sample(format!("dji-txt/{name}"), "plain records, old details layout, controller clock", &recording, &log, 0)
}

const PHANTOM_V7_NAME: &str = "DJIFlightRecord_2018-10-27_[09-12-44].txt";

fn phantom_v7_states() -> Vec<State> {
    let craft = craft::phantom_3_standard();
    fly(&plan(sites::PHANTOM_V7_ORIGIN, 200, &craft, 7, hop(1.8, -8.0, 9.0, 2.5)))
}

fn phantom_v7() -> Sample {
    let name = PHANTOM_V7_NAME;
    let craft = craft::phantom_3_standard();
    let states = phantom_v7_states();
    let recording = recording(7, App::Go2, &craft, &states, start_by_name(name, 2, 81));
    let mut log = recording.log();
    log.details(recording.details());
    sample(
        format!("dji-txt/{name}"),
        "first scrambled version, 13-byte controller records, below the floor of a zone",
        &recording,
        &log,
        0,
    )
}

fn phantom_v8() -> Sample {
    let name = "DJIFlightRecord_2021-08-02_[18-20-05].txt";
    let craft = craft::phantom_3_standard();
    let steps = vec![
        Step::TakeOff(1.5),
        Step::Climb(14.0),
        Step::Gimbal(-25.0),
        Step::Go { north: 58.0, east: 22.0, speed: 7.0 },
        Step::Photo,
        Step::Go { north: 48.0, east: -14.0, speed: 6.0 },
        Step::Photo,
        Step::Return { height: 14.0 },
    ];
    let mut plan = plan(sites::PHANTOM_V8_ORIGIN, 600, &craft, 8, steps);
    plan.blind = 5;
    let states = fly(&plan);
    let recording = recording(8, App::Go2, &craft, &states, start_by_name(name, 2, 964));
    let mut log = recording.log();
    let photos = add_photos(&mut log, &states);
    log.details(recording.details());
    sample(
        format!("dji-txt/{name}"),
        "Android: short records, empty type 17 records, photos without separator",
        &recording,
        &log,
        photos,
    )
}

fn mavic_v11() -> Sample {
    let name = "DJIFlightRecord_2024-05-14_[10-03-20].txt";
    let craft = craft::mavic_2();
    let steps = vec![
        Step::TakeOff(2.0),
        Step::Hover(3.0),
        Step::Climb(40.0),
        Step::Gimbal(-30.0),
        Step::Go { north: 150.0, east: 110.0, speed: 9.0 },
        Step::Go { north: 400.0, east: 340.0, speed: 9.5 },
        Step::Look(120.0),
        Step::Gimbal(-90.0),
        Step::Photo,
        Step::Hover(9.0),
        Step::Go { north: 560.0, east: 470.0, speed: 9.5 },
        Step::Climb(55.0),
        Step::Gimbal(-15.0),
        Step::VideoStart,
        Step::Rush { north: 600.0, east: 150.0, speed: 13.0 },
        Step::VideoStop,
        Step::Hover(8.0),
        Step::Photo,
        Step::Go { north: 300.0, east: -60.0, speed: 9.0 },
        Step::Hover(8.0),
        Step::Go { north: 180.0, east: -160.0, speed: 8.0 },
        Step::Return { height: 50.0 },
    ];
    let restart = Restart { at: 1_900, lost: 74, phone_ms: 4_200 };
    let mut plan = plan(sites::MAVIC_ORIGIN, 3_012 + restart.lost, &craft, 11, steps);
    (plan.blind, plan.idle, plan.battery_percent) = (12, 6.0, 98.0);
    let states = fly(&plan);
    let limited: Vec<bool> = states
        .iter()
        .map(|now| now.has_fix && sites::inside(sites::POWER_STATION_FENCE, (now.north, now.east)))
        .collect();
    let enters = limited.iter().position(|&inside| inside).expect("the flight crosses site A");
    let mut recording = recording(11, App::Go4, &craft, &states, start_by_name(name, 2, 418));
    recording.messages = vec![
        say(first(&states, |now| now.motors), 9, "Tips__Home point recorded. Return height: 50 m"),
        say(first(&states, |now| now.airborne), 9, "Tips__Taking off"),
        say(enters, 10, "Warning__Restricted site below: Sample Power Station"),
        say(first(&states, |now| now.mode == 31) + 40, 24, "Strong gusts. Fly with care."),
        say(restart.at + restart.lost, 9, "Tips__Connected again"),
        say(restart.at + restart.lost + 300, 18, "Rear obstacle sensing is blinded."),
        say(first(&states, |now| now.mode == 15), 9, "Tips__Returning to the home point"),
        say(first(&states, |now| now.mode == 12), 9, "Tips__Landing"),
    ];
    (recording.restart, recording.limited, recording.pilot) = (Some(restart), limited, [-5.0, -7.0]);
    let mut log = recording.log();
    let photos = add_photos(&mut log, &states);
    log.details(recording.details()).firmware_tail(&content::firmware(&FIRMWARE));
    sample(
        format!("dji-txt/{name}"),
        "the long one: enters and leaves one site, passes another, app restart, every record type",
        &recording,
        &log,
        photos,
    )
}

fn mini_v12() -> Sample {
    let name = "DJIFlightRecord_2023-01-20_[12-00-00].txt";
    let craft = craft::mini_2();
    let steps = vec![
        Step::TakeOff(1.5),
        Step::Climb(9.0),
        Step::Go { north: 38.0, east: -29.0, speed: 7.0 },
        Step::Photo,
        Step::Hover(1.5),
        Step::Return { height: 9.0 },
    ];
    let states = fly(&plan(sites::MINI_V12_ORIGIN, 400, &craft, 12, steps));
    let mut recording = recording(12, App::Fly, &craft, &states, start_by_name(name, 1, 205));
    recording.uuid = "0f8b6c1e-52d4-4a37-9e10-7c3d5a9b2e46";
    let mut log = recording.log();
    let photos = add_photos(&mut log, &states);
    log.details(recording.details());
    sample(
        format!("dji-txt/{name}"),
        "details in front, uuid, hovers over one part of a two-part site",
        &recording,
        &log,
        photos,
    )
}

fn mini_v14() -> Sample {
    let name = "DJIFlightRecord_2024-09-21_[15-10-42].txt";
    let craft = craft::mini_4_pro();
    let steps = vec![
        Step::TakeOff(1.5),
        Step::Climb(10.0),
        Step::Go { north: -32.0, east: 25.0, speed: 6.0 },
        Step::Photo,
        Step::Hover(1.0),
        Step::Return { height: 10.0 },
    ];
    let states = fly(&plan(sites::MINI_V14_ORIGIN, 400, &craft, 14, steps));
    let mut recording = recording(14, App::Fly, &craft, &states, start_by_name(name, 2, 733));
    recording.uuid = "3c9a7e52-1b60-4d8f-a2f4-6e0d9b8c7154";
    let at: Vec<usize> = recording.messages.iter().map(|message| message.state).collect();
    let mut log = sealed::log(states.len(), &at);
    let photos = add_photos(&mut log, &states);
    log.details(recording.details());
    let mut made = sample(
        format!("locked/{name}"),
        "AES: details, serials, photo and wrapped keys are clear, positions are not",
        &recording,
        &log,
        photos,
    );
    made.fixes = 0;
    made
}

fn keyed_v13() -> Sample {
    let name = "DJIFlightRecord_2020-10-03_[11-40-12].txt";
    let craft = craft::mavic_air_2();
    let states = fly(&plan(sites::KEYED_V13_ORIGIN, 160, &craft, 13, hop(1.5, 3.0, 4.0, 2.0)));
    let recording = recording(13, App::Fly, &craft, &states, start_by_name(name, 2, 356));
    let mut log = recording.log();
    log.details(recording.details());
    let path = format!("keyed/{name}");
    let made = sample(path, "AES with its keys beside it (a whole answer), first feature map", &recording, &log, 0);
    Sample { keys: Some(service::answer(log.keys())), ..made }
}

fn keyed_v14() -> Sample {
    let name = "DJIFlightRecord_2025-04-05_[16-22-31].txt";
    let craft = craft::mini_4_pro_keyed();
    let states = fly(&plan(sites::KEYED_V14_ORIGIN, 160, &craft, 15, hop(1.5, -3.0, 4.0, 2.0)));
    let mut recording = recording(14, App::Fly, &craft, &states, start_by_name(name, 2, 512));
    recording.uuid = "b7d0417e-93ac-4f25-8e61-20c8a5f3d917";
    recording.options.recovers = vec![90];
    let mut log = recording.log();
    log.photo(&jpeg::picture(16, 16, 5), states[60].lat_deg(), states[60].lon_deg());
    log.details(recording.details());
    let path = format!("keyed/{name}");
    let made =
        sample(path, "AES with its keys beside it (bare), two segments with keys of their own", &recording, &log, 1);
    Sample { keys: Some(service::data(log.keys())), ..made }
}

const PILOT_NAME: &str = "DJIFlightRecord_2025-06-07_[11-15-30].txt";

fn pilot_states() -> Vec<State> {
    let craft = craft::matrice_350();
    let mut plan = plan(sites::PILOT_V14_ORIGIN, 160, &craft, 16, hop(1.5, 4.0, 3.0, 2.0));
    plan.blind = 6;
    fly(&plan)
}

fn pilot_v14() -> Sample {
    let craft = craft::matrice_350();
    let states = pilot_states();
    let mut recording = recording(14, App::Fly, &craft, &states, start_by_name(PILOT_NAME, 2, 248));
    recording.log_index = 31;
    recording.options.dual_battery = true;
    let mut log = recording.log();
    log.details(recording.details());
    let path = format!("keyed/{PILOT_NAME}");
    let made = sample(path, "two packs, keys beside it; its aircraft's own log is in dji-dat", &recording, &log, 0);
    Sample { keys: Some(service::data(log.keys())), ..made }
}

fn damaged(
    clean: &Sample,
    suffix: &str,
    about: &'static str,
    bytes: Vec<u8>,
    keeps: impl Fn(usize, usize) -> bool,
) -> Sample {
    let file = clean.path.rsplit('/').next().expect("a path has a last part");
    let path = format!("damaged/{}-{suffix}.txt", file.trim_end_matches(".txt"));
    let left = |kind: u8| clean.truth.of_kind(kind).filter(|record| keeps(record.offset, record.len)).count();
    let rows = clean.truth.of_kind(1).zip(&clean.states).filter(|(record, _)| keeps(record.offset, record.len));
    let images = clean.truth.images.iter().take(clean.photos);
    Sample {
        path,
        about,
        bytes,
        osd: left(1),
        fixes: rows.filter(|(_, state)| state.has_fix).count(),
        photos: images.filter(|&&(offset, len)| keeps(offset, len)).count(),
        messages: [9, 10, 18, 24].into_iter().map(left).sum(),
        ..clean.clone()
    }
}

fn zero_page(clean: &Sample) -> Sample {
    let (at, len) = ZERO_PAGE;
    let bytes = damage::hole(&clean.bytes, at, len, 0);
    damaged(clean, "zero-page", "a page of zeros in the record area", bytes, |offset, size| {
        offset + size <= at || offset >= at + len
    })
}

fn cut_short(clean: &Sample) -> Sample {
    let bytes = damage::cut(&clean.bytes, CUT_PERCENT);
    let end = bytes.len();
    damaged(clean, "cut", "cut at 60 %: details and photos are gone", bytes, |offset, size| offset + size <= end)
}

/// A line a file: file, what it shows, version, OSD records, valid fixes, photos, messages; of an envelope those of all that
/// lies in it.
pub fn inventory(samples: &[Sample], envelopes: &[Envelope]) -> String {
    let mut out = String::from("file\tshows\tversion\tosd_records\tvalid_fixes\tphotos\tmessages\n");
    for s in samples {
        out +=
            &format!("{}\t{}\t{}\t{}\t{}\t{}\t{}\n", s.path, s.about, s.version, s.osd, s.fixes, s.photos, s.messages);
        if let Some(keys) = &s.keys {
            let about =
                if keys.starts_with('[') { "keys of this log, bare" } else { "keys of this log, a whole answer" };
            out += &format!("{}\t{about}\t-\t-\t-\t-\t-\n", s.keys_path());
        }
    }
    for e in envelopes {
        let sum = |of: fn(&Sample) -> usize| e.logs.iter().map(|(_, log)| of(log)).sum::<usize>();
        out += &format!(
            "{}\t{}\t-\t{}\t{}\t{}\t{}\n",
            e.path,
            e.about,
            sum(|s| s.osd),
            sum(|s| s.fixes),
            sum(|s| s.photos),
            sum(|s| s.messages)
        );
    }
    for table in tables::all() {
        let valid = table.fixes.iter().filter(|fix| fix.place.is_some()).count();
        out += &format!("{}\t{}\t-\t{}\t{valid}\t-\t-\n", table.path, table.about, table.fixes.len());
    }
    for subtitle in subtitles::all() {
        let valid = subtitle.moments.iter().filter(|m| m.place.is_some() && subtitle.form != 'F').count();
        let (path, about, form, all) = (subtitle.path, subtitle.about, subtitle.form, subtitle.moments.len());
        out += &format!("{path}\t{about}\t{form}\t{all}\t{valid}\t-\t-\n");
    }
    for clip in clip::all() {
        let valid = clip.moments.iter().filter(|m| m.place.is_some()).count();
        out += &format!("{}\t{}\tmp42\t{}\t{valid}\t-\t-\n", clip.path, clip.about, clip.moments.len());
    }
    for file in missions::all() {
        out += &format!("{}\t{}\t-\t{}\t{}\t-\t-\n", file.path, file.about, file.places.len(), file.places.len());
    }
    out.extend(photos::all().iter().map(|photo| format!("{}\t{}\t-\t-\t1\t1\t-\n", photo.path, photo.about)));
    out.extend(aircraft::all().iter().map(aircraft::AircraftLog::listed));
    out.extend(databases::listed());
    let said = |file: &phone::PhoneFile| format!("{}\t{}\t-\t-\t-\t-\t{}\n", file.path, file.about, file.entries.len());
    out.extend(phone::all().iter().map(said));
    let values =
        |file: &preferences::Preferences| format!("{}\t{}\t-\t-\t{}\t-\t-\n", file.path, file.about, file.fixes.len());
    out.extend(preferences::all().iter().chain(&mmkv::all()).map(values));
    let inside = |file: &tar::Archive| format!("{}\t{}\t-\t-\t-\t-\t-\n", file.path, file.about);
    out.extend(tar::all().iter().map(inside));
    let circles = sites::SITES.iter().filter(|site| matches!(site.shape, sites::Shape::Circle(..))).count();
    out += &format!(
        "zones/sites.geojson\t{} invented sites: polygon with a hole, two-part site, circles, floors and ceilings\t-\t-\t-\t-\t-\n",
        sites::SITES.len()
    );
    out += &format!("zones/sites.csv\tthe {circles} circles of the same sites\t-\t-\t-\t-\t-\n");
    out += "zones/sites.ed318.json\tfour of them as ED-318: layers, a circle, hours of the week and of the sun\t-\t-\t-\t-\t-\n";
    out += "zones/sites.openair.txt\tall of them as OpenAir, without holes\t-\t-\t-\t-\t-\n";
    out
}
