//! The ways in which cameras write their subtitles. There is no version in the text: what an entry holds tells.

/// What was met in one entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// `GPS(`, and `GPS (` with a blank.
    pub gps: bool,
    pub gps_apart: bool,
    pub third: Third,
    pub baro_home: bool,
    pub home: bool,
    pub attitude: bool,
    pub latitude: bool,
    pub longitude: bool,
    pub longtitude: bool,
    pub two_heights: bool,
    pub frame: bool,
    pub camera_brackets: bool,
    pub exposure: bool,
    /// `W: 109.3`: the letter of the hemisphere in front.
    pub hemispheres: bool,
    /// `Lat:50.1`.
    pub short_names: bool,
    pub moment: bool,
    pub cue: bool,
}

/// The third value of `GPS(a,b,c)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Third {
    #[default]
    None,
    Integer,
    Decimals,
    /// `0.0M`.
    Metres,
}

impl Signs {
    /// Something that no film's subtitle has.
    pub fn is_telemetry(self) -> bool {
        let position =
            self.gps || self.gps_apart || self.latitude || self.longitude || self.longtitude || self.short_names;
        position || self.home || self.frame || self.camera_brackets || self.exposure
    }

    /// A whole entry's variant; `None` where it cannot be told.
    pub fn variant(self) -> Option<Variant> {
        let bracketed = self.latitude && (self.longitude || self.longtitude);
        Some(match self {
            Signs { hemispheres: true, .. } => Variant::Autel,
            Signs { gps: true, baro_home: true, .. } => Variant::A,
            Signs { gps: true, third: Third::Metres, .. } => Variant::C,
            Signs { gps: true, third: Third::Decimals, .. } => Variant::K,
            Signs { gps: true, .. } => Variant::B,
            Signs { gps_apart: true, attitude: true, .. } | Signs { gps_apart: true, home: true, .. } => Variant::E,
            Signs { gps_apart: true, .. } => Variant::D,
            Signs { short_names: true, .. } => Variant::Yuneec,
            Signs { cue: false, .. } if bracketed => Variant::J,
            Signs { two_heights: true, .. } if bracketed => Variant::I,
            Signs { longtitude: true, .. } if bracketed => Variant::G,
            _ if bracketed => Variant::H,
            Signs {
                camera_brackets: true, moment: true, latitude: false, longitude: false, longtitude: false, ..
            } => Variant::F,
            _ => return None,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
    K,
    Autel,
    Yuneec,
}

impl Variant {
    /// Its letter, and the models that are known to write it.
    pub fn words(self) -> &'static str {
        match self {
            Variant::A => "A (Phantom 3, early Phantom 4)",
            Variant::B => "B (Mavic Pro, Phantom 4 Pro)",
            Variant::C => "C (Matrice 300)",
            Variant::D => "D (Phantom 4 Pro, Mavic Mini, Mini 2, Mini SE)",
            Variant::E => "E (Phantom 4 RTK, Mavic 2 Enterprise)",
            Variant::F => "F (Mavic Air)",
            Variant::G => "G (Mavic 2 Pro, Mavic 2 Zoom, Mini 2)",
            Variant::H => "H (Air 2, Air 2S)",
            Variant::I => "I (Mavic 3, Air 3, Air 3S, Mini 3 Pro to Mini 5 Pro, Neo 2, Avata 360)",
            Variant::J => "J (Mavic 2 style without cue lines)",
            Variant::K => "K (Avata 2)",
            Variant::Autel => "Autel EVO II",
            Variant::Yuneec => "Yuneec",
        }
    }
}
