//! What decoders say beside records: facts about devices and the flight as the log declares them, and events in their order.

use crate::evidence::Origin;

/// The thing that a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Aircraft,
    Camera,
    Controller,
    Battery,
    Gimbal,
    App,
    Module,
    Other,
}

impl Part {
    /// The stable name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Aircraft => "aircraft",
            Part::Camera => "camera",
            Part::Controller => "controller",
            Part::Battery => "battery",
            Part::Gimbal => "gimbal",
            Part::App => "app",
            Part::Module => "module",
            Part::Other => "other",
        }
    }
}

/// What a device fact says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    Model,
    Serial,
    Name,
    Firmware,
    Version,
}

/// A statement that the evidence makes; `at` is where.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    Device {
        part: Part,
        property: Property,
        value: String,
        at: Origin,
    },
    /// Ties items to each other or to an account: account hash, database id.
    Identifier {
        kind: &'static str,
        value: String,
        at: Origin,
    },
    /// When the flight began, by the clock that `clock` names; nanoseconds of UTC.
    Start {
        utc_ns: i64,
        clock: &'static str,
        at: Origin,
    },
    /// The clock that the UTC of the rows comes from, where it is not that of a start.
    Clock {
        clock: &'static str,
        at: Origin,
    },
    /// UTC at zero of the source's own clock: rows whose own clock is known have it from there.
    Epoch {
        utc_ns: i64,
        at: Origin,
    },
    /// What the barometer read at take-off, in the unit and against the reference of the heights called `height.pressure`; from
    /// here on, and for the rows before where it is the first.
    TakeOffAltitude {
        metres: f64,
        at: Origin,
    },
    /// The name of the item holds this local time: seconds since 1970 as if it were UTC.
    LocalName {
        local_s: i64,
        at: Origin,
    },
    /// A total that the log declares about itself, in `unit`.
    Declared {
        name: &'static str,
        value: f64,
        unit: &'static str,
        at: Origin,
    },
    /// One moment by a clock without an offset and by UTC, both in seconds since 1970, the local one as if it were UTC. Pairs of
    /// many items vote for the offset of the clock.
    ClockPair {
        /// Whose clock: the camera, or the phone that the app runs on.
        part: Part,
        local_s: i64,
        utc_s: i64,
        /// What was compared.
        source: &'static str,
        at: Origin,
    },
    /// An item that this one says exists: a recording in an index, a log in a list of uploads.
    Listed {
        name: String,
        at: Origin,
    },
    Note {
        text: String,
        at: Origin,
    },
}

impl Fact {
    /// A note about the whole item.
    pub fn note(text: impl Into<String>) -> Self {
        Fact::Note { text: text.into(), at: Origin::Item }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    Message,
    Warning,
    Photo,
    VideoStart,
    VideoStop,
    ModeChange,
    MotorsOn,
    MotorsOff,
    TakeOff,
    Landing,
    HomeSet,
    GoHome,
    GeofenceLimit,
    SignalLost,
    SignalBack,
    Action,
    Restart,
    Simulator,
    Unlock,
    NoFlyDatabase,
    NoFlyZone,
    Command,
    Gnss,
}

impl EventKind {
    /// The stable name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::Message => "message",
            EventKind::Warning => "warning",
            EventKind::Photo => "photo",
            EventKind::VideoStart => "video-start",
            EventKind::VideoStop => "video-stop",
            EventKind::ModeChange => "mode",
            EventKind::MotorsOn => "motors-on",
            EventKind::MotorsOff => "motors-off",
            EventKind::TakeOff => "take-off",
            EventKind::Landing => "landing",
            EventKind::HomeSet => "home-set",
            EventKind::GoHome => "go-home",
            EventKind::GeofenceLimit => "geofence-limit",
            EventKind::SignalLost => "signal-lost",
            EventKind::SignalBack => "signal-back",
            EventKind::Action => "action",
            EventKind::Restart => "restart",
            EventKind::Simulator => "simulator",
            EventKind::Unlock => "unlock",
            EventKind::NoFlyDatabase => "no-fly-database",
            EventKind::NoFlyZone => "no-fly-zone",
            EventKind::Command => "command",
            EventKind::Gnss => "gnss",
        }
    }
}

/// A time that something states of itself, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Utc(i64),
    /// By a clock whose offset is not stated; as if it were UTC.
    Local(i64),
}

/// Something that happened. Time and position follow from the row that it stands in, unless it states its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub kind: EventKind,
    pub part: Part,
    pub text: String,
    pub at: Origin,
    pub moment: Option<Moment>,
    /// Latitude and longitude in degrees.
    pub position: Option<(f64, f64)>,
}

impl Event {
    /// An event of the row that it stands in.
    pub fn new(kind: EventKind, part: Part, text: impl Into<String>, at: Origin) -> Self {
        Event { kind, part, text: text.into(), at, moment: None, position: None }
    }

    pub fn when(self, moment: Moment) -> Self {
        Event { moment: Some(moment), ..self }
    }

    pub fn place(self, lat: f64, lon: f64) -> Self {
        Event { position: Some((lat, lon)), ..self }
    }
}
